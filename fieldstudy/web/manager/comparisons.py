"""Two waves side by side: the figures of both, and a change only where a test can tell one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from flask_babel import gettext as _

from fieldstudy.core import comparability, networks, together
from fieldstudy.core.changes import Change, Verdict
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.comparability import OTHER_CHECKLIST, Comparable
from fieldstudy.core.figures import Figure, NetworkFigures, StoreFigures, VisitSums
from fieldstudy.core.networks import LastNetwork
from fieldstudy.queries.dashboards import Dashboard, SeenStore, StoreExcerpt
from fieldstudy.reports import critical
from fieldstudy.reports.voice import Voice, isolated, printed
from fieldstudy.web.manager import boards, lines, tables
from fieldstudy.web.manager.boards import Board
from fieldstudy.web.manager.tables import EMPTY, Cell, Column, Table
from fieldstudy.words import Words, comparisons
from fieldstudy.words import changes as change_words


@dataclass(frozen=True)
class Side:
    """One wave; `stores` hold those within reach, where they have to be put together."""

    dashboard: Dashboard
    excerpts: tuple[StoreExcerpt, ...] = ()
    checklists: Sequence[Checklist] = ()
    """All versions that its visits were made with."""

    @property
    def stores(self) -> tuple[StoreFigures, ...]:
        return tuple(excerpt.figures for excerpt in self.excerpts)

    @property
    def visits(self) -> list[VisitSums]:
        """Thin, as far as a mix of methods and a mean of them ask."""
        return [
            VisitSums(UUID(int=number), excerpt.figures.store, visit.method, visit.final, ())
            for excerpt in self.excerpts
            for number, visit in enumerate(excerpt.visits)
        ]

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
    is_consecutive: bool = False
    """Is the earlier wave the one before the later? Then the later one's release has tested every store."""

    @property
    def said(self) -> str:
        """From the earlier one to the later one, whatever way their names are written."""
        return f"{isolated(self.before.dashboard.wave.name)} → {isolated(self.after.dashboard.wave.name)}"

    def limits(self, words: Words) -> str:
        """Over what the two are compared, and why not over more."""
        return comparisons.limits(words, self.changes.basis, isolated(self.before.dashboard.wave.name))

    def rules(self, words: Words) -> list[str]:
        """Why a whole visit is not what its touchpoints add up to, in either wave."""
        sides = (side.dashboard for side in (self.before, self.after))
        said = (
            critical.of_wave(Voice(one.checklist, words), one.rules, one.score, isolated(one.wave.name))
            for one in sides
        )
        return [sentence for sentence in said if sentence]

    def noted(self, words: Words, name: Cell, change: Change) -> Cell:
        """A row that rests on fewer stores than the page says above it says so itself, where its change does not."""
        common, stores = self.changes.basis.overlap, change.overlap
        is_fewer = common is not None and stores is not None and stores.both < common.both
        if not is_fewer or stores is None or change.verdict == Verdict.NOT_COMPARED:
            return name
        if change.is_over_common_stores and change_words.shown(words, change):
            return name
        return _with_note(name, change_words.over_stores(words, stores))

    @property
    def same_stores(self) -> int:
        """How many stores the waves have, if both have the same; where one has others, the limits say so."""
        return 0 if self.changes.basis.has_other_stores else len(self.before.codes & self.after.codes)


def judged(before: Side, after: Side) -> Comparison:
    name = before.dashboard.wave.name
    last = after.excerpts[0].last if len(after.excerpts) == 1 else None
    if last and last.name == name and before.codes == after.codes:
        # One store has no other stores to be told from: its own visits were tested when its report was frozen.
        return Comparison(before, after, LastNetwork(name, last.score, last.sections, last.questions, last.basis))
    changes = networks.compare(
        after.dashboard.checklist,
        name,
        before.stores,
        before.figures,
        after.stores,
        after.figures,
        _over(before, after),
    )
    return Comparison(before, after, changes)


def _over(before: Side, after: Side) -> Comparable:
    """From what both waves froze. A total over a part of the questions is made at a release only, from the answers."""
    if before.dashboard.checklist.form_id != after.dashboard.checklist.form_id:
        return OTHER_CHECKLIST
    found = comparability.alike([*before.checklists, *after.checklists])
    over = comparability.comparable(found, before.visits, after.visits)
    if over.basis.questions is None:
        return over
    basis = replace(over.basis, is_compared=False, questions=None, methods=())
    return replace(over, basis=basis, before=(), after=())


def _columns(board: Board, comparison: Comparison, title: str) -> list[Column]:
    return [
        Column(title, "name"),
        Column(comparison.before.dashboard.wave.name, "figure"),
        Column(comparison.after.dashboard.wave.name, "figure"),
        Column(_("difference"), "figure"),
        Column(_("from 0 to 100"), "drawn", is_in_file=False),
        *boards.change_columns(),
        *tables.file_columns(comparison.before.dashboard.wave.name),
        *tables.file_columns(comparison.after.dashboard.wave.name),
    ]


def touchpoints(board: Board, comparison: Comparison) -> Table:
    """The whole visit first, then the journey."""
    before, after = (
        {figure.section: figure.score for figure in side.figures.sections}
        for side in (comparison.before, comparison.after)
    )
    rows = [_whole(board, comparison)]
    for name, change in comparison.changes.sections:
        cell = tables.section_cell(board.voice, name, board.section_address(name))
        rows.append(_row(board, comparison.noted(board.words, cell, change), before.get(name), after[name], change))
    return tables.flat("touchpoints", _("Touchpoints"), _columns(board, comparison, _("Touchpoint")), rows)


def _whole(board: Board, comparison: Comparison) -> list[Cell]:
    basis = comparison.changes.basis
    before, after = (side.figures.mean_of_store_means for side in (comparison.before, comparison.after))
    title = _("Over %(part)s", part=comparisons.part(board.words, basis)) if basis.is_part else _("Whole visit")
    rules, score = " ".join(comparison.rules(board.words)), comparison.changes.score
    name = comparison.noted(board.words, Cell(title, note=rules), score)
    row = _row(board, name, before, after, score)
    is_measured_otherwise = basis.questions is not None or bool(basis.methods)
    return [name, *row[1:]] if is_measured_otherwise else row


def questions(board: Board, comparison: Comparison) -> Table:
    """Those that can be told apart first, then in the order of the form."""
    before, after = (
        {figure.question: figure.rate for figure in side.figures.questions}
        for side in (comparison.before, comparison.after)
    )
    ordered = sorted(comparison.changes.questions, key=lambda pair: not pair[1].is_claimed)
    rows = [
        _row(board, comparison.noted(board.words, _asked(board, name), change), before.get(name), after[name], change)
        for name, change in ordered
    ]
    return tables.flat("questions", _("Questions"), _columns(board, comparison, _("Question")), rows)


def _asked(board: Board, name: str) -> Cell:
    return tables.question_cell(board.voice, name, board.question_address(name), board.voice.wanted(name))


def stores(board: Board, comparison: Comparison, shown: Sequence[SeenStore]) -> Table:
    """Both scores of every store that has them, and what the release of the later wave tested."""
    earlier = {seen.line.code: seen.line.score for seen in comparison.before.dashboard.stores}
    is_next = comparison.is_consecutive
    rows = [
        _store(board, comparison, seen, earlier.get(seen.line.code), seen.line.change if is_next else None)
        for seen in shown
    ]
    return tables.flat("stores", _("Stores"), _columns(board, comparison, _("Store")), rows)


def _store(
    board: Board, comparison: Comparison, seen: SeenStore, before: Figure | None, change: Change | None
) -> list[Cell]:
    """Its two scores, or the two figures that the change is of; no difference of what was not measured alike."""
    name, now, cells = boards.name_cell(seen), seen.line.score, _tested(board, change)
    if change is not None and change.now is not None:
        name = replace(name, note=_over_part(board.words, seen, before))
        return _compared(board, name, change.before, change.now, cells)
    is_alike = not comparison.changes.basis.reasons if change is None else change.printed_before is not None
    return _compared(board, name, before, now, cells, is_alike)


def _over_part(words: Words, seen: SeenStore, before: Figure | None) -> str:
    was, now = printed(before), printed(seen.line.score)
    if was is None or now is None:
        return _("%(code)s, only over what both waves measured alike", code=seen.line.code)
    return _(
        "%(code)s, only over what both waves measured alike (whole visit: %(before)s, then %(now)s)",
        code=seen.line.code,
        before=words.points(was),
        now=words.points(now),
    )


def stores_note(comparison: Comparison, shown: Sequence[SeenStore]) -> str:
    """What the rows of the stores hold: tested, not compared, or never to be tested against this wave."""
    if not comparison.is_consecutive:
        return _("A store is tested against the wave before it only: here its two figures stand.")
    compared = [c for seen in shown if (c := seen.line.change) is not None and c.verdict != Verdict.NOT_COMPARED]
    if not compared and comparison.changes.basis.reasons:
        return _("No store was compared: the two scores of each stand side by side, without a difference.")
    tested = _("Stores were tested against the wave before when the later wave was released.")
    if not any(change.now for change in compared):
        return tested
    part = _("Where only a part was measured alike, both figures of a row are over that part.")
    return f"{tested} {part}"


def _tested(board: Board, change: Change | None) -> list[Cell]:
    if change is not None:
        return boards.change_cells(board.words, change)
    said, *ends = boards.change_cells(board.words, None)
    return [replace(said, value=_("not tested")), *ends]


def _row(board: Board, name: Cell, before: Figure | None, after: Figure | None, change: Change) -> list[Cell]:
    """The figures of both waves, or those of the stores that both have."""
    cells = boards.change_cells(board.words, change)
    if change.verdict == Verdict.NOT_COMPARED:
        return _compared(board, name, before, after, cells, is_alike=False)
    if change.now is None:
        return _compared(board, name, change.before, after, cells)
    if change.is_over_common_stores:
        name = _with_note(name, _all_stores(board.words, before, after))
    return _compared(board, name, change.before, change.now, cells)


def _with_note(name: Cell, note: str) -> Cell:
    return replace(name, note=" · ".join(filter(None, (name.note.removesuffix("."), note))))


def _all_stores(words: Words, before: Figure | None, after: Figure | None) -> str:
    was, now = printed(before), printed(after)
    if was is None or now is None:
        return ""
    return _("all stores: %(before)s, then %(now)s", before=words.points(was), now=words.points(now))


def _compared(
    board: Board,
    name: Cell,
    before: Figure | None,
    after: Figure | None,
    changed: Sequence[Cell],
    is_alike: bool = True,
) -> list[Cell]:
    """What was not measured alike has neither a difference nor one line for both."""
    words = board.words
    return [
        name,
        boards.figure_cell(words, before, tone=""),
        boards.figure_cell(words, after),
        _difference(board, before, after) if is_alike else EMPTY,
        Cell(line=lines.of_figure(after, before=before if is_alike else None)),
        *changed,
        *tables.file_cells(before),
        *tables.file_cells(after),
    ]


def _difference(board: Board, before: Figure | None, after: Figure | None) -> Cell:
    """On the screen of the printed numbers, in a file of those in the file: either way the row adds up."""
    first, second = printed(before), printed(after)
    if before is None or after is None or first is None or second is None:
        return EMPTY
    was, now = (tables.percent_of(figure.value) or Decimal(0) for figure in (before, after))
    return Cell(board.words.gap(second, first), (now - was).normalize() + 0)
