"""One touchpoint of a wave: its questions over the stores, and the stores beside one another."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask_babel import gettext as _

from fieldstudy.core.changes import Change
from fieldstudy.core.checklist import Question, Section
from fieldstudy.core.figures import Figure, SectionFigure
from fieldstudy.queries.dashboards import SeenStore
from fieldstudy.reports.voice import printed
from fieldstudy.web.manager import boards, lines, opened, tables
from fieldstudy.web.manager.boards import Board
from fieldstudy.web.manager.tables import EMPTY, Cell, Column, Table
from fieldstudy.words import Words

Rates = Mapping[str, Figure | None]
"""The rate of each question over the stores within reach; None where its choices are not yes and no."""


def questions(board: Board, section: Section, rates: Rates) -> Table:
    """In the order of the form."""
    columns = [
        Column(_("Question"), "name"),
        Column(_("lever")),
        Column(_("result"), "figure"),
        Column(_("from 0 to 100"), "drawn", is_in_file=False),
        Column(_("norm"), "figure"),
        Column(_("gap"), "figure"),
        Column(_("before"), "figure"),
        *boards.change_columns(),
        *tables.file_columns(),
    ]
    asked = [question.name for question in section.questions if question.is_asked]
    return tables.flat("questions", _("Questions"), columns, [_question(board, name, rates) for name in asked])


def _question(board: Board, name: str, rates: Rates) -> list[Cell]:
    question, words = board.dashboard.checklist.question_by_name[name], board.words
    held = _held(board, question, rates)
    figure = rates.get(name) or held
    last = board.dashboard.network.last
    change = dict(last.questions).get(name) if last and board.dashboard.is_whole else None
    drawn = lines.of_figure(figure, question.norm, change.printed_before if change else None)
    return [
        tables.question_cell(board.voice, name, board.question_address(name), board.question_note(name)),
        Cell(words.name(question.expro) if question.expro else ""),
        _opened(board, question, figure),
        Cell(line=drawn, text=opened.said(words, figure)) if figure else Cell(_("its answers are on its page")),
        boards.number_cell(words, question.norm),
        _gap(board, question, figure, held),
        boards.before_cell(words, change),
        *boards.change_cells(words, change),
        *tables.file_cells(figure),
    ]


def _held(board: Board, question: Question, rates: Rates) -> Figure | None:
    """What is held against the norm: the figure of the frozen gap, which is of the whole network; else the rate."""
    gaps = board.dashboard.network.gaps if board.dashboard.is_whole else ()
    frozen = next((gap.observed for gap in gaps if gap.name == question.name), None)
    return frozen or (None if question.is_reverse else rates.get(question.name))


def _gap(board: Board, question: Question, shown: Figure | None, held: Figure | None) -> Cell:
    """Says what it is taken from where the row shows another number: the yes of a question where no is wanted."""
    cell = boards.gap_cell(board.words, held, question.norm)
    if held is None or held.value is None or held == shown:
        return cell
    return replace(cell, note=_("%(percent)s of the points", percent=board.words.percent(held.value)))


def _opened(board: Board, question: Question, figure: Figure | None) -> Cell:
    if figure is None:
        return EMPTY
    return replace(boards.figure_cell(board.words, figure), opened=opened.of_question(board.words, figure, question))


def before_or_change(words: Words, change: Change | None) -> str:
    """What stands beside this wave's figure: that of before, or the change of other figures than this one."""
    before, now = (printed(change.before), printed(change.now)) if change else (None, None)
    return boards.before_cell(words, change).text if before is None or now is None else words.gap(now, before)


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
