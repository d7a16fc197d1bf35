"""One question of a wave: what every store answered, visit by visit, without names."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from fieldstudy.core import figures, statistics
from fieldstudy.core.answers import Answer, read_number
from fieldstudy.core.checklist import CHOICES, NUMBERS, Option, Question, QuestionType
from fieldstudy.core.figures import Figure
from fieldstudy.queries.dashboards import AnsweredExcerpt, SeenStore
from fieldstudy.reports.voice import isolated
from fieldstudy.web.manager import boards, lines, opened, tables
from fieldstudy.web.manager.boards import Board
from fieldstudy.web.manager.tables import EMPTY, Cell, Column, Table

MOST_SAID = 12
"""Answers of one store that a row spells out."""
MOST_STORES = 200
"""Above that, only the answers of the stores on the page are read."""
TOLD = frozenset({QuestionType.TEXT, QuestionType.IMAGE, QuestionType.GEOPOINT})
"""Told, shown or located: read in the store's report, not in a table."""


@dataclass(frozen=True)
class Asked:
    """One question in one store: the answers of the headline visits, in the order of the visits."""

    question: Question
    excerpt: AnsweredExcerpt

    @cached_property
    def answers(self) -> list[Answer]:
        return [
            answer
            for visit in self.excerpt.visits
            if visit.is_headline
            for answer in visit.answers
            if answer.question == self.question.name and answer.is_given
        ]

    @cached_property
    def valued(self) -> list[Answer]:
        return [answer for answer in self.answers if not answer.is_na]

    @cached_property
    def figure(self) -> Figure | None:
        """Its rate, else its share of the points; None where it has neither."""
        rate = next((f.rate for f in self.excerpt.figures.questions if f.question == self.question.name), None)
        if rate is not None or not self.question.is_scored:
            return rate
        scores = [s for v in self.excerpt.visits if v.is_headline for s in v.questions]
        own = [score for score in scores if score.question == self.question.name and score.possible]
        earned, possible = (sum((getattr(s, name) for s in own), Decimal(0)) for name in ("earned", "possible"))
        return figures.points_of_answers(earned, possible, len(own))

    @property
    def comments(self) -> int:
        return sum(bool(answer.comment) for answer in self.answers)

    @property
    def na_count(self) -> int:
        return len(self.answers) - len(self.valued)


def over_all(question: Question, asked: Sequence[Asked]) -> Figure | None:
    """The rate over the stores, else the points over all answers."""
    found = [one.figure for one in asked if one.figure is not None]
    if not found:
        return None
    if question.is_yes_no:
        return figures.network_rate(found)
    earned = sum((figure.earned or Decimal(0) for figure in found), Decimal(0))
    possible = sum((figure.possible or Decimal(0) for figure in found), Decimal(0))
    return figures.points_of_answers(earned, possible, sum(figure.base for figure in found))


def frozen(board: Board, question: Question) -> Figure | None:
    """Its rate over the whole network, as the release kept it."""
    found = board.dashboard.network.network.questions if board.dashboard.is_whole else ()
    return next((figure.rate for figure in found if figure.question == question.name), None)


def stores(board: Board, question: Question, seen: Sequence[SeenStore], asked: Mapping[UUID, Asked]) -> Table:
    columns = [
        Column(_("Store"), "name"),
        Column(_("code"), is_on_screen=False),
        Column(_("result"), "figure"),
        Column(_("from 0 to 100"), "drawn", is_in_file=False),
        Column(_("visit by visit"), "words"),
        Column(_("n/a"), "figure"),
        Column(_("comments"), "figure"),
        Column(_("before"), "figure"),
        *boards.change_columns(),
        *tables.file_columns(),
    ]
    rows = [_store(board, question, one, asked[one.id]) for one in seen if one.id in asked]
    return tables.flat("stores", _("Stores"), columns, rows)


def _store(board: Board, question: Question, seen: SeenStore, asked: Asked) -> list[Cell]:
    words, figure = board.words, asked.figure
    change = asked.excerpt.last.question(question.name) if asked.excerpt.last else None
    report = url_for("manager.store", store_edition_id=seen.id, _anchor="questions")
    return [
        boards.name_cell(seen),
        boards.code_cell(seen),
        _result(board, question, asked),
        Cell(line=lines.of_figure(figure, question.norm), text=opened.said(words, figure)) if figure else EMPTY,
        Cell(_visits(board, question, asked)),
        Cell(words.integer(asked.na_count) if asked.na_count else "", asked.na_count),
        Cell(words.integer(asked.comments) if asked.comments else "", asked.comments, href=report),
        boards.before_cell(words, change),
        *boards.change_cells(words, change),
        *tables.file_cells(figure),
    ]


def _result(board: Board, question: Question, asked: Asked) -> Cell:
    if asked.figure is None:
        return _median(board, question, asked)
    cell = boards.figure_cell(board.words, asked.figure)
    return replace(cell, opened=opened.of_question(board.words, asked.figure, question, asked.na_count))


def _median(board: Board, question: Question, asked: Asked) -> Cell:
    """Of a number that has no points."""
    numbers = [float(n) for answer in asked.valued if (n := read_number(answer.value)) is not None]
    median = statistics.median(numbers) if question.type in NUMBERS else None
    if median is None:
        return EMPTY
    value = Decimal(repr(median))
    said = board.words.seconds(value) if question.type == QuestionType.TIMER else board.words.points(value)
    return Cell(said, value, note=_("median"))


def _visits(board: Board, question: Question, asked: Asked) -> str:
    """Yes · yes · no · n/a, in the order of the visits."""
    if question.type in TOLD:
        return _("in the report")
    said = [label(board, question, answer) for answer in asked.answers[:MOST_SAID]]
    rest = len(asked.answers) - MOST_SAID
    return " · ".join([*said, _("and %(num)s more", num=rest)] if rest > 0 else said)


def label(board: Board, question: Question, answer: Answer) -> str:
    if answer.is_na:
        return _("n/a")
    if question.type in CHOICES:
        options = {option.name: option for option in question.options}
        chosen = [board.voice.say(options[name].label, name) for name in answer.choices if name in options]
        return ", ".join(chosen) or answer.value
    number = read_number(answer.value)
    if number is not None and question.type in NUMBERS:
        is_timer = question.type == QuestionType.TIMER
        return board.words.seconds(number) if is_timer else board.words.points(number)
    if question.type == QuestionType.DATE:
        return board.words.short_day(date.fromisoformat(answer.value))
    return isolated(answer.value)


def counts(board: Board, question: Question, asked: Sequence[Asked]) -> Table | None:
    """How often each answer was given; only where there are choices."""
    if question.type not in CHOICES:
        return None
    given = [answer for one in asked for answer in one.answers]
    counted = Counter(name for answer in given if not answer.is_na for name in answer.choices)
    columns = [
        Column(_("Answer"), "name"),
        Column(_("times"), "figure"),
        Column(_("of those who answered"), "figure"),
        Column(_("points"), "figure"),
    ]
    base = sum(not answer.is_na for answer in given)
    rows = [_count(board, option, counted[option.name], base) for option in question.options if not option.is_na]
    not_applicable = sum(answer.is_na for answer in given)
    if not_applicable:
        rows.append([Cell(_("n/a")), Cell(board.words.integer(not_applicable), not_applicable), EMPTY, EMPTY])
    return tables.flat("answers", _("Answers"), columns, rows)


def _count(board: Board, option: Option, count: int, base: int) -> list[Cell]:
    share = Decimal(count) / base if base else None
    return [
        Cell(board.voice.say(option.label, option.name)),
        Cell(board.words.integer(count), count),
        Cell("" if share is None else board.words.percent(share), tables.percent_of(share)),
        boards.number_cell(board.words, option.points),
    ]
