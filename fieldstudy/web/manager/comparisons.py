"""Two waves side by side: the figures of both, and a change only where a test can tell one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext as _

from fieldstudy.core import networks, together
from fieldstudy.core.changes import Change
from fieldstudy.core.figures import Figure, NetworkFigures, StoreFigures
from fieldstudy.core.networks import LastNetwork
from fieldstudy.queries.dashboards import Dashboard, SeenStore, StoreExcerpt
from fieldstudy.reports.voice import isolated, printed
from fieldstudy.web.manager import boards, lines, tables
from fieldstudy.web.manager.boards import Board
from fieldstudy.web.manager.tables import EMPTY, Cell, Column, Table


@dataclass(frozen=True)
class Side:
    """One wave; `stores` hold those within reach, where they have to be put together."""

    dashboard: Dashboard
    excerpts: tuple[StoreExcerpt, ...] = ()

    @property
    def stores(self) -> tuple[StoreFigures, ...]:
        return tuple(excerpt.figures for excerpt in self.excerpts)

    @cached_property
    def figures(self) -> NetworkFigures:
        """The frozen ones of the network, where all of it is within reach."""
        return self.dashboard.network.network if self.dashboard.is_whole else together.network_of(self.stores)

    @property
    def codes(self) -> set[str]:
        return {seen.line.code for seen in self.dashboard.stores}


@dataclass(frozen=True)
class Comparison:
    """The earlier wave and the later one; all changes between them are judged together."""

    before: Side
    after: Side
    changes: LastNetwork

    @property
    def said(self) -> str:
        """From the earlier one to the later one, whatever way their names are written."""
        return f"{isolated(self.before.dashboard.wave.name)} → {isolated(self.after.dashboard.wave.name)}"

    @property
    def same_stores(self) -> int:
        """How many stores both waves have: they are compared in pairs."""
        return len(self.before.codes & self.after.codes)


def judged(before: Side, after: Side) -> Comparison:
    name = before.dashboard.wave.name
    last = after.excerpts[0].last if len(after.excerpts) == 1 else None
    if last and last.name == name and before.codes == after.codes:
        # One store has no other stores to be told from: its own visits were tested when its report was frozen.
        return Comparison(before, after, LastNetwork(name, last.score, last.sections, last.questions))
    changes = networks.compare(
        after.dashboard.checklist, name, before.stores, before.figures, after.stores, after.figures
    )
    return Comparison(before, after, changes)


def _columns(board: Board, comparison: Comparison, title: str) -> list[Column]:
    return [
        Column(title, "name"),
        Column(comparison.before.dashboard.wave.name, "figure"),
        Column(comparison.after.dashboard.wave.name, "figure"),
        Column(_("difference"), "figure"),
        Column(_("from 0 to 100"), "drawn", is_in_file=False),
        *boards.change_columns(),
        *tables.file_columns(),
    ]


def touchpoints(board: Board, comparison: Comparison) -> Table:
    """The whole visit first, then the journey."""
    after = {figure.section: figure.score for figure in comparison.after.figures.sections}
    total = comparison.after.figures.mean_of_store_means
    rows = [_row(board, Cell(_("Whole visit")), total, comparison.changes.score)]
    rows += [
        _row(board, Cell(board.voice.section(name), href=board.section_address(name)), after[name], change)
        for name, change in comparison.changes.sections
    ]
    return tables.flat("touchpoints", _("Touchpoints"), _columns(board, comparison, _("Touchpoint")), rows)


def questions(board: Board, comparison: Comparison) -> Table:
    """Those that can be told apart first, then in the order of the form."""
    after = {figure.question: figure.rate for figure in comparison.after.figures.questions}
    ordered = sorted(comparison.changes.questions, key=lambda pair: not pair[1].is_claimed)
    rows = [
        _row(board, Cell(board.voice.question(name), href=board.question_address(name)), after[name], change)
        for name, change in ordered
    ]
    return tables.flat("questions", _("Questions"), _columns(board, comparison, _("Question")), rows)


def stores(board: Board, comparison: Comparison, shown: Sequence[SeenStore]) -> Table:
    """Both scores of every store that has them; whether a store changed stands in its own report."""
    earlier = {seen.line.code: seen.line.score for seen in comparison.before.dashboard.stores}
    untested = {column.title for column in boards.change_columns()}
    columns = [column for column in _columns(board, comparison, _("Store")) if column.title not in untested]
    rows = [_plain(board, boards.name_cell(seen), earlier.get(seen.line.code), seen.line.score) for seen in shown]
    return tables.flat("stores", _("Stores"), columns, rows)


def _row(board: Board, name: Cell, after: Figure | None, change: Change) -> list[Cell]:
    first, second, difference, drawn, *rest = _figures(board, change.before, after)
    return [name, first, second, difference, drawn, *boards.change_cells(board.words, change), *rest]


def _plain(board: Board, name: Cell, before: Figure | None, after: Figure | None) -> list[Cell]:
    return [name, *_figures(board, before, after)]


def _figures(board: Board, before: Figure | None, after: Figure | None) -> Sequence[Cell]:
    words = board.words
    return [
        boards.figure_cell(words, before, tone=""),
        boards.figure_cell(words, after),
        _difference(board, before, after),
        Cell(line=lines.of_figure(after, before=before)),
        *tables.file_cells(after),
    ]


def _difference(board: Board, before: Figure | None, after: Figure | None) -> Cell:
    """Of the printed numbers, so that the row adds up."""
    first, second = printed(before), printed(after)
    if first is None or second is None:
        return EMPTY
    return Cell(board.words.gap(second, first), second - first)
