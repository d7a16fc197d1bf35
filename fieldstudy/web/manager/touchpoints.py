"""One touchpoint of a wave: its questions over the stores, and the stores beside one another."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from fieldstudy.core.checklist import Section
from fieldstudy.core.figures import Figure, SectionFigure
from fieldstudy.queries.dashboards import SeenStore
from fieldstudy.web.manager import boards, lines, opened, tables
from fieldstudy.web.manager.boards import Board
from fieldstudy.web.manager.tables import EMPTY, Cell, Column, Table

Rates = Mapping[str, Figure | None]
"""The rate of each question over the stores within reach; None where its choices are not yes and no."""


def questions(board: Board, section: Section, rates: Rates) -> Table:
    """In the order of the form."""
    columns = [
        Column(_("Question"), "name"),
        Column(_("lever")),
        Column(_("yes"), "figure"),
        Column(_("from 0 to 100"), "drawn", is_in_file=False),
        Column(_("norm"), "figure"),
        Column(_("gap"), "figure"),
        Column(_("before"), "figure"),
        Column(_("changed?"), "words"),
        *tables.file_columns(),
    ]
    asked = [question.name for question in section.questions if question.is_asked]
    return tables.flat("questions", _("Questions"), columns, [_question(board, name, rates) for name in asked])


def _question(board: Board, name: str, rates: Rates) -> list[Cell]:
    question, words, rate = board.dashboard.checklist.question_by_name[name], board.words, rates.get(name)
    last = board.dashboard.network.last
    change = dict(last.questions).get(name) if last and board.dashboard.is_whole else None
    drawn = lines.of_figure(rate, question.norm, change.before if change else None)
    return [
        Cell(board.voice.question(name), href=board.question_address(name)),
        Cell(words.name(question.expro) if question.expro else ""),
        boards.figure_cell(words, rate),
        Cell(line=drawn, text=opened.said(words, rate)) if rate is not None else Cell(_("its answers are on its page")),
        boards.number_cell(words, question.norm),
        boards.gap_cell(words, rate, question.norm),
        boards.before_cell(words, change),
        boards.change_cell(words, change),
        *tables.file_cells(rate),
    ]


def stores(board: Board, section: Section, seen: Sequence[SeenStore]) -> Table:
    """By code: one touchpoint from few visits orders nobody."""
    columns = [
        Column(_("Store"), "name"),
        Column(_("code"), is_on_screen=False),
        Column(_("Region"), "region"),
        Column(_("score"), "figure"),
        Column(_("from 0 to 100"), "drawn", is_in_file=False),
        Column(_("norm"), "figure"),
        Column(_("gap"), "figure"),
        Column(_("earned"), is_on_screen=False),
        Column(_("possible"), is_on_screen=False),
        Column(_("n/a"), is_on_screen=False),
        *tables.file_columns(),
    ]
    return tables.flat("stores", _("Stores"), columns, [_store(board, section, one) for one in seen])


def _store(board: Board, section: Section, seen: SeenStore) -> list[Cell]:
    figure = next((f for f in seen.line.sections if f.section == section.name), None)
    if figure is None:
        return [boards.name_cell(seen), boards.code_cell(seen), Cell(seen.line.region), *[EMPTY] * 12]
    return [boards.name_cell(seen), boards.code_cell(seen), Cell(seen.line.region), *_figures(board, section, figure)]


def _figures(board: Board, section: Section, figure: SectionFigure) -> list[Cell]:
    words = board.words
    return [
        boards.section_cell(board, section, figure),
        Cell(line=lines.of_figure(figure.score, section.norm), text=opened.said(words, figure.score)),
        boards.number_cell(words, section.norm),
        boards.gap_cell(words, figure.score, section.norm),
        Cell(value=figure.earned.normalize() + 0),
        Cell(value=figure.possible.normalize() + 0),
        Cell(value=figure.na_count),
        *tables.file_cells(figure.score),
    ]
