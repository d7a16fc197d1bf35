"""The grid of levers and modules as a table in words, for the reports of a store and of the network."""

from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import rounding
from fieldstudy.core.checklist import ExPro, Sem
from fieldstudy.core.experience import STRONG_BASE, Cell, Grid
from fieldstudy.reports.voice import Voice, printed

HIGH, EVEN = 80, 50
"""From here on a cell is dark, or pale; below it is marked as weak."""


@dataclass(frozen=True)
class TableCell:
    """`tone`: high, even, low, or empty; `base` counts answers."""

    text: str
    base: str
    tone: str


@dataclass(frozen=True)
class TableRow:
    label: str
    cells: tuple[TableCell, ...]
    depth: str


@dataclass(frozen=True)
class Table:
    """`intensity` and `breadth` stand under the modules."""

    modules: tuple[str, ...]
    rows: tuple[TableRow, ...]
    intensity: tuple[str, ...]
    breadth: tuple[str, ...]
    coverage: str
    key: str


def table(voice: Voice, grid: Grid) -> Table | None:
    """None where no cell has an answer."""
    if not grid.coverage:
        return None
    words = voice.words
    return Table(
        modules=tuple(words.label(sem) for sem in Sem),
        rows=tuple(_row(voice, grid, expro) for expro in ExPro),
        intensity=tuple(_percent(voice, grid.intensity[sem]) for sem in Sem),
        breadth=tuple(_of(voice, grid.breadth[sem], len(ExPro)) for sem in Sem),
        coverage=words.ngettext(
            "%(num)s of %(size)s cells has answers; “not asked” does not mean zero.",
            "%(num)s of %(size)s cells have answers; “not asked” does not mean zero.",
            grid.coverage,
            size=words.integer(grid.size),
        ),
        key=words.gettext(
            "Mean of the answers, of 100, and how many they are. Full colour: %(high)s or more; orange, underlined: "
            "below %(even)s. Strong: %(even)s or more from at least %(least)s answers.",
            high=words.integer(HIGH),
            even=words.integer(EVEN),
            least=words.integer(STRONG_BASE),
        ),
    )


def _row(voice: Voice, grid: Grid, expro: ExPro) -> TableRow:
    cells = {cell.sem: cell for cell in grid.cells if cell.expro == expro}
    drawn = tuple(_cell(voice, cells[sem]) for sem in Sem)
    return TableRow(voice.words.label(expro), drawn, _of(voice, grid.depth[expro], len(Sem)))


def _cell(voice: Voice, cell: Cell) -> TableCell:
    """A cell that is asked of nobody, and one that nobody answered, are two things; neither is 0."""
    if cell.figure is None:
        return TableCell(voice.words.gettext("not asked"), "", "empty")
    value = printed(cell.figure)
    if value is None:
        return TableCell(voice.not_available, "", "empty")
    tone = "high" if value >= HIGH else "even" if value >= EVEN else "low"
    return TableCell(voice.words.number(value), voice.words.integer(cell.figure.base), tone)


def _percent(voice: Voice, value: Decimal | None) -> str:
    return voice.number(None if value is None else rounding.percent(value))


def _of(voice: Voice, share: Decimal, size: int) -> str:
    return voice.words.gettext("%(count)s of %(size)s", count=round(share * size), size=size)
