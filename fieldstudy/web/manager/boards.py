"""A released wave as tables: its touchpoints, the league of its stores, the heat map, the gaps that cost most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from fieldstudy.core import rounding
from fieldstudy.core.changes import Change
from fieldstudy.core.checklist import Section
from fieldstudy.core.figures import Figure, SectionFigure
from fieldstudy.core.gaps import Gap, is_below, section_cost, section_share
from fieldstudy.core.standing import Group as Standing
from fieldstudy.core.versions import VersionUse
from fieldstudy.queries.dashboards import Dashboard, SeenStore
from fieldstudy.reports import rules
from fieldstudy.reports.voice import Voice, isolated, printed
from fieldstudy.web.manager import forms, lines, opened, tables
from fieldstudy.web.manager.lines import Line
from fieldstudy.web.manager.opened import Opened
from fieldstudy.web.manager.tables import EMPTY, Cell, Column, Group, Table
from fieldstudy.words import Words, comparisons, versions, weights
from fieldstudy.words import changes as change_words

GAPS = 8


@dataclass(frozen=True)
class Board:
    dashboard: Dashboard
    words: Words

    @cached_property
    def voice(self) -> Voice:
        return Voice(self.dashboard.checklist, self.words)

    @cached_property
    def norm(self) -> Decimal | None:
        return lines.norm_of(self.dashboard.checklist, self.used)

    @cached_property
    def sections(self) -> list[Section]:
        return [s for s in self.dashboard.checklist.sections if s.name in self.dashboard.sections]

    @cached_property
    def mean(self) -> Decimal | None:
        """What stores and regions are held against: the network's mean, as it is printed."""
        return printed(self.dashboard.network.network.mean_of_store_means)

    @property
    def used(self) -> Sequence[VersionUse]:
        """The versions that visits of the whole network were made with."""
        return self.dashboard.network.facts.versions

    def weight(self, section: Section) -> str:
        """Shown only where it counts."""
        return weights.counted(self.words, self.dashboard.checklist, self.used, section.name)

    def share(self, section: Section) -> Decimal:
        """What part of the score hangs on it."""
        return section_share(self.dashboard.checklist, list(self.dashboard.sections.values()), section.name)

    @property
    def has_effects(self) -> bool:
        """Did some touchpoint take points off the score, or give some, beside a score of its own?"""
        return any(figure.effect is not None for figure in self.dashboard.sections.values())

    def asked(self, section: str) -> str:
        """In how many visits of the whole network, where not every version of the checklist has the touchpoint."""
        found = self.dashboard.network.asked
        return versions.asked_in(self.words, found.section(section), found.of)

    def question_asked(self, name: str) -> str:
        found = self.dashboard.network.asked
        return versions.asked_in(self.words, found.question(name), found.of)

    def question_note(self, name: str) -> str:
        """In how many visits it was asked, where not in all; and that less is better, where it is."""
        return " · ".join(part for part in (self.voice.wanted(name), self.question_asked(name)) if part)

    def section_address(self, name: str) -> str:
        return url_for("manager.touchpoint", wave_id=self.dashboard.wave.id, section=name)

    def question_address(self, name: str) -> str:
        return url_for("manager.question", wave_id=self.dashboard.wave.id, question=name)


@dataclass(frozen=True)
class Head:
    """The figure that the page is about, and what else is known of it in a sentence or two."""

    opened: Opened
    line: Line
    said: str


def head(board: Board) -> Head:
    figure, last = board.dashboard.score, board.dashboard.network.last
    before = last.score.printed_before if last and board.dashboard.is_whole else None
    said = opened.of_figure(board.words, figure) or Opened("", "", ())
    return Head(said, lines.of_figure(figure, board.norm, before), " ".join(_beside(board)))


def _beside(board: Board) -> Iterator[str]:
    dashboard, words = board.dashboard, board.words
    network, last = dashboard.network.network.mean_of_store_means, dashboard.network.last
    if board.norm is not None:
        yield _("Norm: %(norm)s.", norm=words.number(board.norm))
    if not dashboard.is_whole:
        yield ngettext(
            "Network: %(value)s over %(num)s store; you see %(seen)s of them.",
            "Network: %(value)s over %(num)s stores; you see %(seen)s of them.",
            network.base,
            value=_percent(words, network),
            seen=len(dashboard.stores),
        )
    if dashboard.is_whole:
        yield from rules.other_checklists(board.voice, dashboard.network.facts.other_checklists)
    said = against_last(words, last, network)
    if said:
        yield said if dashboard.is_whole else _("The network: %(change)s", change=said)


def against_last(words: Words, last: comparisons.Last | None, network: Figure) -> str:
    """The network's change since the wave before, as far as it can be told."""
    return comparisons.since_last(words, last, network, change_words.network_since_last)


def name_cell(seen: SeenStore) -> Cell:
    """A store with the way to its report; its code stands beside."""
    address = url_for("manager.store", store_edition_id=seen.id)
    return Cell(isolated(seen.line.name), href=address, note=seen.line.code)


def code_cell(seen: SeenStore) -> Cell:
    return Cell(seen.line.code)


def figure_cell(words: Words, figure: Figure | None, tone: str = "strong") -> Cell:
    """A figure that opens; in a file, its percent."""
    if figure is None:
        return EMPTY
    return Cell(
        _percent(words, figure), tables.percent_of(figure.value), opened=opened.of_figure(words, figure), tone=tone
    )


def section_cell(board: Board, section: Section, figure: SectionFigure) -> Cell:
    said = opened.of_section(board.words, figure, board.weight(section))
    return Cell(said.text, tables.percent_of(figure.score.value), opened=said, tone="strong")


def number_cell(words: Words, value: Decimal | None) -> Cell:
    return EMPTY if value is None else Cell(words.points(value), value)


def gap_cell(words: Words, figure: Figure | None, norm: Decimal | None) -> Cell:
    """On the screen of the printed numbers, in a file of those in the file: either way the row adds up."""
    observed, exact = printed(figure), tables.percent_of(figure.value if figure else None)
    if observed is None or exact is None or norm is None:
        return EMPTY
    return Cell(words.gap(observed, norm), exact - norm, tone="below" if is_below(figure, norm) else "")


def change_columns() -> list[Column]:
    return [
        Column(_("changed?"), "words"),
        Column(_("change: 95 percent from"), is_on_screen=False),
        Column(_("change: 95 percent to"), is_on_screen=False),
    ]


def change_cells(words: Words, change: Change | None) -> list[Cell]:
    """On the screen only what can be shown; a file holds the verdict and the interval of every row."""
    if change is None:
        return [EMPTY, EMPTY, EMPTY]
    reach = change_words.reach(words, change)
    if not change.is_claimed:
        reach = change_words.over(words, change, reach)
    text, verdict = change_words.shown(words, change), change_words.verdict(words, change)
    said = Cell(text, change_words.over(words, change, verdict), note="" if text == reach else reach)
    ends = (change.interval.low, change.interval.high) if change.interval else (None, None)
    return [said, *(Cell(value=tables.percent_of(end)) for end in ends)]


def before_cell(words: Words, change: Change | None) -> Cell:
    before = change.printed_before if change else None
    if before is None or before.value is None:
        return EMPTY
    return Cell(_percent(words, before), tables.percent_of(before.value))


def _percent(words: Words, figure: Figure) -> str:
    value = printed(figure)
    return _("n/a") if value is None else words.number(value)


def touchpoints(board: Board) -> Table:
    """In the order of the journey."""
    columns = [
        Column(_("Touchpoint"), "name"),
        Column(_("phase")),
        Column(_("score"), "figure"),
        Column(_("from 0 to 100"), "drawn", is_in_file=False),
        Column(_("norm"), "figure"),
        Column(_("gap"), "figure"),
        Column(_("share of the score"), is_on_screen=False),
        Column(_("cost"), "figure"),
        Column(_("feeling"), "figure"),
        Column(_("before"), "figure"),
        *change_columns(),
        *tables.file_columns(),
    ]
    return tables.flat(
        "touchpoints", _("Touchpoints"), columns, [_touchpoint(board, section) for section in board.sections]
    )


def _touchpoint(board: Board, section: Section) -> list[Cell]:
    words, figure = board.words, board.dashboard.sections[section.name]
    change = board.dashboard.change_of_section(section.name)
    line = lines.of_figure(figure.score, section.norm, change.printed_before if change else None)
    below = gap_cell(words, figure.score, section.norm)
    mark = " ◆ " + _("moment of truth") if section.is_moment_of_truth else ""
    return [
        tables.section_cell(
            board.voice,
            section.name,
            href=board.section_address(section.name),
            note=", ".join(part for part in (mark.strip(), board.asked(section.name)) if part),
        ),
        Cell(words.name(section.phase)),
        section_cell(board, section, figure),
        Cell(line=line, text=opened.said(words, figure.score)),
        number_cell(words, section.norm),
        below,
        *_cost(board, section),
        feeling_cell(board, section.name),
        before_cell(words, change),
        *change_cells(words, change),
        *tables.file_cells(figure.score),
    ]


def _cost(board: Board, section: Section) -> list[Cell]:
    """What part of the score hangs on the touchpoint, and what it takes off the score, as the reports print it."""
    figure = board.dashboard.sections[section.name]
    share = board.share(section)
    cost = section_cost(figure, section.norm, share)
    if cost is None:
        return [EMPTY, EMPTY]
    is_held = figure.score.value is not None and section.norm is not None
    return [Cell(value=tables.percent_of(share)) if is_held else EMPTY, cost_cell(board.words, cost)]


def cost_cell(words: Words, points: Decimal) -> Cell:
    """Of the exact cost, so that page, paper and file say the same."""
    return Cell(words.cost(points), tables.percent_of(points / 100))


def feeling_cell(board: Board, section: str) -> Cell:
    """The mean of the whole network; of a part of it nothing was kept."""
    point = next((p for p in board.dashboard.network.curve.points if p.section == section), None)
    if point is None or point.mean is None or not board.dashboard.is_whole:
        return EMPTY
    mean = rounding.half_up(point.mean, 1)
    return Cell(board.words.signed(mean), mean)


def league(board: Board, stores: Sequence[SeenStore], totals: dict[Standing, int]) -> Table:
    """Three groups, no ladder. `totals` counts each group also beyond this page."""
    columns = [
        Column(_("Store"), "name"),
        Column(_("code"), is_on_screen=False),
        Column(_("Region"), "region"),
        Column(_("score"), "figure"),
        Column(_("from 0 to 100"), "drawn", is_in_file=False),
        Column(_("norm"), is_on_screen=False),
        Column(_("before"), "figure"),
        *change_columns(),
        *tables.file_columns(),
    ]
    groups = [
        Group(
            [_store(board, seen) for seen in stores if seen.line.group == group],
            forms.group_title(group),
            ngettext("%(num)s store", "%(num)s stores", totals.get(group, 0)),
        )
        for group in Standing
    ]
    return Table("stores", _("Stores"), columns, [group for group in groups if group.rows])


def _store(board: Board, seen: SeenStore) -> list[Cell]:
    words, line = board.words, seen.line
    drawn = lines.of_figure(line.score, board.mean, line.change.printed_before if line.change else None)
    return [
        name_cell(seen),
        code_cell(seen),
        Cell(line.region),
        figure_cell(words, line.score),
        Cell(line=drawn, text=opened.said(words, line.score)),
        number_cell(words, board.norm),
        before_cell(words, line.change),
        *change_cells(words, line.change),
        *tables.file_cells(line.score),
    ]


def gaps(board: Board, found: Sequence[Gap]) -> Table:
    """The questions below their norm that cost the whole score most."""
    columns = [
        Column(_("Question"), "name"),
        Column(_("touchpoint")),
        Column(_("observed"), "figure"),
        Column(_("norm"), "figure"),
        Column(_("gap"), "figure"),
        Column(_("share of all points"), "figure"),
        Column(_("cost"), "figure"),
        *tables.file_columns(),
    ]
    return tables.flat("gaps", _("Gaps that cost most"), columns, [_gap(board, gap) for gap in found])


def _gap(board: Board, gap: Gap) -> list[Cell]:
    words, section = board.words, board.dashboard.checklist.section_of[gap.name]
    question = board.dashboard.checklist.question_by_name[gap.name]
    below, share = gap_cell(words, gap.observed, gap.norm_percent), tables.percent_of(gap.share)
    return [
        tables.question_cell(board.voice, gap.name, board.question_address(gap.name)),
        tables.section_cell(board.voice, section.name),
        replace(figure_cell(words, gap.observed), opened=opened.of_question(words, gap.observed, question)),
        number_cell(words, gap.norm_percent),
        below,
        Cell(words.percent(gap.share, 1), share),
        cost_cell(words, gap.burden),
        *tables.file_cells(gap.observed),
    ]


def regions(board: Board) -> Table:
    """Of the whole network: a region of one store would tell its score to whoever may not see it."""
    columns = [
        Column(_("Region"), "name"),
        Column(_("score"), "figure"),
        Column(_("from 0 to 100"), "drawn", is_in_file=False),
        *tables.file_columns(),
    ]
    rows = [
        [
            Cell(region, href=_region_address(board, region)),
            figure_cell(board.words, figure),
            Cell(line=lines.of_figure(figure, board.mean), text=opened.said(board.words, figure)),
            *tables.file_cells(figure),
        ]
        for region, figure in (board.dashboard.network.regions if board.dashboard.is_whole else ())
    ]
    return tables.flat("regions", _("Regions"), columns, rows)


def _region_address(board: Board, region: str) -> str:
    return url_for("manager.wave", wave_id=board.dashboard.wave.id, region=region, _anchor="stores")
