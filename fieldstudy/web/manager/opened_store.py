"""A store's figure with all that lies under it: the points of every visit, and of every question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from flask import url_for
from flask_babel import gettext as _

from fieldstudy.core import rounding
from fieldstudy.core.checklist import Section
from fieldstudy.core.gaps import section_share
from fieldstudy.core.scoring import QuestionScore, SectionScore
from fieldstudy.core.snapshots import StoreSnapshot, VisitRecord
from fieldstudy.core.weights import of_section as of_section_weights
from fieldstudy.models import StoreEdition
from fieldstudy.reports.voice import Voice
from fieldstudy.web.manager import lines, opened, tables
from fieldstudy.web.manager.lines import Line
from fieldstudy.web.manager.opened import Opened
from fieldstudy.web.manager.tables import EMPTY, Cell, Column, Table
from fieldstudy.words import Words, weights


@dataclass(frozen=True)
class OpenedFigure:
    title: str
    opened: Opened
    line: Line
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Way:
    """To the page of one figure."""

    title: str
    text: str
    href: str


def all_of(edition: StoreEdition, words: Words) -> list[Way]:
    """Every figure of the store that has a page: the score, then the touchpoints."""
    voice, found = Voice(edition.checklist, words), edition.shown.figures
    score = url_for("manager.score", store_edition_id=edition.id)
    return [Way(_("Score of the store"), voice.printed(found.score), score)] + [
        Way(
            voice.section(figure.section),
            voice.printed(figure.score),
            url_for("manager.figure", store_edition_id=edition.id, section=figure.section),
        )
        for figure in found.sections
    ]


def of_score(edition: StoreEdition, words: Words) -> OpenedFigure:
    snapshot, checklist = edition.shown, edition.checklist
    voice = Voice(checklist, words)
    return OpenedFigure(
        _("Score of the store"),
        opened.of_figure(words, snapshot.figures.score) or Opened("", "", ()),
        lines.of_figure(snapshot.figures.score, lines.norm_of(checklist, snapshot.used)),
        (_visits(voice, snapshot.visits), _touchpoints(voice, edition)),
    )


def of_section(edition: StoreEdition, name: str, words: Words) -> OpenedFigure | None:
    snapshot, checklist = edition.shown, edition.checklist
    section = next((section for section in checklist.sections if section.name == name), None)
    figure = next((figure for figure in snapshot.figures.sections if figure.section == name), None)
    if section is None or figure is None:
        return None
    voice = Voice(checklist, words)
    share = section_share(checklist, snapshot.figures.sections, name)
    told = opened.of_section(words, figure, weights.counted(words, checklist, snapshot.used, name))
    cost = opened.of_cost(words, figure, section.norm, share)
    facts = [(words.gettext("Cost"), cost.said)] if cost else []
    return OpenedFigure(
        voice.section(name),
        replace(told, facts=(*told.facts, *facts)),
        lines.of_figure(figure.score, section.norm),
        (_section_visits(voice, snapshot.visits, name), _questions(voice, snapshot.visits, section)),
    )


def _visit_columns() -> list[Column]:
    counts = Column(_("counts in the score"), is_on_screen=False)
    return [Column(_("Visit"), "name"), Column(_("when")), Column(_("method")), counts]


def _visit_cells(voice: Voice, visit: VisitRecord) -> list[Cell]:
    words = voice.words
    return [
        Cell(
            _("Visit %(number)s", number=visit.number),
            visit.number,
            note="" if visit.is_headline else _("beside the score"),
        ),
        Cell(words.short_moment(visit.started_at), visit.started_at),
        Cell(words.name(visit.method)),
        Cell(_("yes") if visit.is_headline else _("no")),
    ]


def _percent(voice: Voice, fraction: Decimal | None) -> Cell:
    if fraction is None:
        return Cell(_("n/a"), tone="quiet")
    return Cell(voice.words.number(rounding.percent(fraction)), tables.percent_of(fraction), tone="strong")


def _points(voice: Voice, points: Decimal) -> Cell:
    return Cell(voice.words.points(points), points.normalize() + 0)


def _visits(voice: Voice, visits: Sequence[VisitRecord]) -> Table:
    columns = [*_visit_columns(), Column(_("before rules"), "figure"), Column(_("score"), "figure"), Column(_("rules"))]
    rows = [
        [
            *_visit_cells(voice, visit),
            _percent(voice, visit.raw),
            _percent(voice, visit.final),
            _fired_cell(voice, visit),
        ]
        for visit in visits
    ]
    return tables.flat("visits", _("Its visits"), columns, rows)


def _fired_cell(voice: Voice, visit: VisitRecord, section: str = "") -> Cell:
    """The rules that fired in a visit, or at one touchpoint of it."""
    return Cell("; ".join(_fired(voice, visit, section, 80)), "; ".join(_fired(voice, visit, section, None)))


def _fired(voice: Voice, visit: VisitRecord, section: str, most: int | None) -> Iterator[str]:
    names = {question.name for one in voice.checklist.sections if one.name == section for question in one.questions}
    for fired in visit.fired:
        if section and fired.question not in names:
            continue
        effect = voice.words.critical_rule(fired.rule, fired.percent)
        yield f"{voice.question(fired.question, most)}: {effect}"


def _touchpoints(voice: Voice, edition: StoreEdition) -> Table:
    columns = [
        Column(_("Touchpoint"), "name"),
        Column(_("earned"), "figure"),
        Column(_("possible"), "figure"),
        Column(_("score"), "figure"),
        Column(_("n/a"), "figure"),
        Column(_("weight"), "figure"),
    ]
    snapshot = edition.shown
    rows = [
        [
            tables.section_cell(
                voice,
                figure.section,
                url_for("manager.figure", store_edition_id=edition.id, section=figure.section),
            ),
            _points(voice, figure.earned),
            _points(voice, figure.possible),
            _percent(voice, figure.score.value),
            Cell(voice.words.integer(figure.na_count), figure.na_count),
            _weight(voice, snapshot, figure.section),
        ]
        for figure in snapshot.figures.sections
    ]
    return tables.flat("touchpoints", _("Its touchpoints"), columns, rows)


def _weight(voice: Voice, snapshot: StoreSnapshot, name: str) -> Cell:
    """A number in the file too, where it is one."""
    found = of_section_weights(voice.checklist, snapshot.used, name)
    return _points(voice, found[0]) if len(found) == 1 else Cell(weights.said(voice.words, found))


def _section_visits(voice: Voice, visits: Sequence[VisitRecord], name: str) -> Table:
    columns = [
        *_visit_columns(),
        Column(_("earned"), "figure"),
        Column(_("possible"), "figure"),
        Column(_("score"), "figure"),
        Column(_("n/a"), "figure"),
        Column(_("rules")),
    ]
    rows = [
        [
            *_visit_cells(voice, visit),
            *_section_cells(voice, _of(visit, name)),
            _fired_cell(voice, visit, name),
        ]
        for visit in visits
    ]
    return tables.flat("visits", _("Its visits"), columns, rows)


def _of(visit: VisitRecord, name: str) -> SectionScore | None:
    return next((score for score in visit.sections if score.section == name), None)


def _section_cells(voice: Voice, score: SectionScore | None) -> list[Cell]:
    if score is None:
        return [EMPTY, EMPTY, Cell(_("not asked"), tone="quiet"), EMPTY]
    return [
        _points(voice, score.earned),
        _points(voice, score.possible),
        replace(_percent(voice, score.fraction), note=_ruled(score)),
        Cell(voice.words.integer(score.na_count), score.na_count),
    ]


def _ruled(score: SectionScore) -> str:
    """Only where the points beside the score make another number."""
    return _("set to 0 by a rule") if score.is_zeroed and score.earned else ""


def _questions(voice: Voice, visits: Sequence[VisitRecord], section: Section) -> Table:
    """Points of every visit, as many columns as visits; an empty cell was not asked or gives no points."""
    shown = [visit for visit in visits if visit.is_headline]
    columns = [
        Column(_("Question"), "name"),
        Column(_("weight"), "figure"),
        *(Column(_("Visit %(number)s", number=visit.number), "figure") for visit in shown),
        Column(_("earned"), "figure"),
        Column(_("possible"), "figure"),
    ]
    names = [question.name for question in section.questions if question.is_scored]
    return tables.flat("questions", _("Its questions"), columns, [_question(voice, shown, name) for name in names])


def _question(voice: Voice, visits: Sequence[VisitRecord], name: str) -> list[Cell]:
    question = voice.checklist.question_by_name[name]
    scores = [next((s for s in visit.questions if s.question == name), None) for visit in visits]
    earned = sum((score.earned for score in scores if score), Decimal(0))
    possible = sum((score.possible for score in scores if score), Decimal(0))
    return [
        tables.question_cell(voice, name, note=_("bonus") if question.is_bonus else ""),
        _points(voice, question.weight),
        *(_of_possible(voice, score) for score in scores),
        _points(voice, earned),
        _points(voice, possible),
    ]


def _of_possible(voice: Voice, score: QuestionScore | None) -> Cell:
    if score is None:
        return EMPTY
    earned, possible = voice.words.points(score.earned), voice.words.points(score.possible)
    in_words = _("%(earned)s of %(possible)s", earned=earned, possible=possible)
    return Cell(f"{earned}/{possible}", in_words)  # a spreadsheet takes 3/3 for a day in March
