"""Part 4: the grid of levers and modules, the pyramid, harmony, and the bond that a visit leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from fieldstudy.core import experience, networks, rounding
from fieldstudy.core.checklist import ExPro, Level, Sem
from fieldstudy.core.experience import Cell, Grid
from fieldstudy.core.figures import Figure
from fieldstudy.reports import pyramid, rows
from fieldstudy.reports.rows import Kind, Mark, Row
from fieldstudy.reports.store.case import Case, printed, printed_ends
from fieldstudy.words.marks import _

HIGH, EVEN = 80, 50
"""From here on a cell is dark, or pale; below it is marked as weak."""

BONDS = (
    ("engagement", _("Engagement")),
    ("outcome_return", _("Would come back")),
    ("outcome_recommend", _("Would recommend it")),
)


@dataclass(frozen=True)
class GridCell:
    """`tone`: high, even, low, or empty; `base` counts answers."""

    text: str
    base: str
    tone: str


@dataclass(frozen=True)
class GridRow:
    label: str
    cells: tuple[GridCell, ...]
    depth: str


@dataclass(frozen=True)
class GridTable:
    """`intensity` and `breadth` stand under the modules."""

    modules: tuple[str, ...]
    rows: tuple[GridRow, ...]
    intensity: tuple[str, ...]
    breadth: tuple[str, ...]
    coverage: str
    key: str


@dataclass(frozen=True)
class ExperiencePart:
    grid: GridTable | None
    pyramid: Markup | None
    harmony: str
    bonds: Markup | None


def build(case: Case) -> ExperiencePart | None:
    part = ExperiencePart(
        grid=_grid(case, case.grid) if case.grid.coverage else None,
        pyramid=_pyramid(case),
        harmony=_harmony(case),
        bonds=_bonds(case),
    )
    return part if part.grid or part.pyramid or part.bonds or part.harmony else None


def _grid(case: Case, grid: Grid) -> GridTable:
    words = case.words
    return GridTable(
        modules=tuple(words.label(sem) for sem in Sem),
        rows=tuple(_grid_row(case, grid, expro) for expro in ExPro),
        intensity=tuple(_percent(case, grid.intensity[sem]) for sem in Sem),
        breadth=tuple(_of(case, grid.breadth[sem], len(ExPro)) for sem in Sem),
        coverage=words.gettext(
            "%(coverage)s of %(size)s cells have answers; “not asked” does not mean zero.",
            coverage=words.integer(grid.coverage),
            size=words.integer(grid.size),
        ),
        key=words.gettext(
            "Mean of the answers, of 100, and how many they are. Full colour: %(high)s or more; orange, underlined: "
            "below %(even)s. Strong: %(even)s or more from at least %(least)s answers.",
            high=words.integer(HIGH),
            even=words.integer(EVEN),
            least=words.integer(experience.STRONG_BASE),
        ),
    )


def _grid_row(case: Case, grid: Grid, expro: ExPro) -> GridRow:
    cells = tuple(_cell(case, cell) for cell in grid.cells if cell.expro == expro)
    return GridRow(case.words.label(expro), cells, _of(case, grid.depth[expro], len(Sem)))


def _cell(case: Case, cell: Cell) -> GridCell:
    """A cell that is asked of nobody, and one that nobody answered, are two things; neither is 0."""
    if cell.figure is None:
        return GridCell(case.words.gettext("not asked"), "", "empty")
    value = printed(cell.figure)
    if value is None:
        return GridCell(case.not_available, "", "empty")
    tone = "high" if value >= HIGH else "even" if value >= EVEN else "low"
    return GridCell(case.words.number(value), case.words.integer(cell.figure.base), tone)


def _percent(case: Case, value: Decimal | None) -> str:
    return case.not_available if value is None else case.words.number(rounding.percent(value))


def _of(case: Case, share: Decimal, size: int) -> str:
    return case.words.gettext("%(count)s of %(size)s", count=round(share * size), size=size)


def _pyramid(case: Case) -> Markup | None:
    found = experience.pyramid(case.checklist, case.headline_answers)
    if all(figure is None or figure.value is None for _level, figure in found):
        return None
    levels = [_level(case, level, figure) for level, figure in found]
    said = "; ".join(f"{level.label}: {level.text}" for level in levels)
    return pyramid.draw(case.words.gettext("The pyramid, from its foot.") + f" {said}.", levels)


def _level(case: Case, level: Level, figure: Figure | None) -> pyramid.Level:
    words = case.words
    if figure is None:
        return pyramid.Level(words.label(level), words.gettext("not asked"), "", False)
    base = words.ngettext("%(num)s answer", "%(num)s answers", figure.base)
    return pyramid.Level(
        words.label(level), case.printed(figure), base if figure.base else "", figure.value is not None
    )


def _harmony(case: Case) -> str:
    words, own = case.words, networks.harmony(case.snapshot.figures.sections)
    if own.value is None:
        return ""
    sentence = words.gettext("Harmony between the touchpoints: %(own)s", own=words.number(own.value, 2))
    network = networks.harmony(case.snapshot.network.sections).value if case.has_network else None
    if network is not None:
        sentence += " " + words.gettext("(network %(network)s)", network=words.number(network, 2))
    return f"{sentence}. " + words.gettext("The closer to 1, the more even the experience along the journey.")


def _bonds(case: Case) -> Markup | None:
    drawn = list(_bond_rows(case))
    if not drawn:
        return None
    said = "; ".join(f"{row.label}: {row.said}, {row.below}" for row in drawn)
    return rows.draw(case.words.gettext("What bond the visit leaves, from 0 to 100.") + f" {said}.", drawn, rows.HALF)


def _bond_rows(case: Case) -> Iterator[Row]:
    words = case.words
    for role, label in BONDS:
        figure = experience.of_role(case.checklist, case.headline_answers, role)
        value = printed(figure)
        if figure is None or value is None:
            continue
        ends = printed_ends(figure)
        yield Row(
            label=words.gettext(label),
            marks=(Mark(float(value), Kind.FOUND),),
            said=words.number(value),
            below=words.ngettext("from %(num)s answer", "from %(num)s answers", figure.base),
            band=None if ends is None else (float(ends[0]), float(ends[1])),
        )
