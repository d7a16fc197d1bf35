"""The experience itself, over all visits of the network: grid of levers and modules, pyramid, harmony."""

from decimal import Decimal

from markupsafe import Markup

from fieldstudy.core import rounding
from fieldstudy.core.checklist import ExPro, Level, Sem
from fieldstudy.core.experience import STRONG_BASE, Cell
from fieldstudy.core.figures import Figure
from fieldstudy.reports import pyramid
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.store.case import printed
from fieldstudy.reports.store.experience import EVEN, HIGH, ExperiencePart, GridCell, GridRow, GridTable


def build(case: Case) -> ExperiencePart | None:
    found = ExperiencePart(_grid(case), _pyramid(case), _harmony(case), None)
    return found if found.grid or found.pyramid or found.harmony else None


def _grid(case: Case) -> GridTable | None:
    grid, words = case.snapshot.grid, case.voice.words
    if not grid.coverage:
        return None
    cells = {(cell.expro, cell.sem): cell for cell in grid.cells}
    return GridTable(
        modules=tuple(words.label(sem) for sem in Sem),
        rows=tuple(_row(case, cells, expro) for expro in ExPro),
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
            least=words.integer(STRONG_BASE),
        ),
    )


def _row(case: Case, cells: dict[tuple[ExPro, Sem], Cell], expro: ExPro) -> GridRow:
    depth = _of(case, case.snapshot.grid.depth[expro], len(Sem))
    return GridRow(case.voice.words.label(expro), tuple(_cell(case, cells[expro, sem]) for sem in Sem), depth)


def _cell(case: Case, cell: Cell) -> GridCell:
    words, value = case.voice.words, printed(cell.figure)
    if cell.figure is None:
        return GridCell(words.gettext("not asked"), "", "empty")
    if value is None:
        return GridCell(case.voice.not_available, "", "empty")
    tone = "high" if value >= HIGH else "even" if value >= EVEN else "low"
    return GridCell(words.number(value), words.integer(cell.figure.base), tone)


def _percent(case: Case, value: Decimal | None) -> str:
    return case.voice.number(None if value is None else rounding.percent(value))


def _of(case: Case, share: Decimal, size: int) -> str:
    return case.voice.words.gettext("%(count)s of %(size)s", count=round(share * size), size=size)


def _pyramid(case: Case) -> Markup | None:
    levels = [_level(case, level, figure) for level, figure in case.snapshot.pyramid]
    if not any(level.is_known for level in levels):
        return None
    said = "; ".join(f"{level.label}: {level.text}" for level in levels)
    return pyramid.draw(case.voice.words.gettext("The pyramid, from its foot.") + f" {said}.", levels)


def _level(case: Case, level: Level, figure: Figure | None) -> pyramid.Level:
    words = case.voice.words
    if figure is None:
        return pyramid.Level(words.label(level), words.gettext("not asked"), "", False)
    base = words.ngettext("%(num)s answer", "%(num)s answers", figure.base)
    return pyramid.Level(words.label(level), case.voice.printed(figure), base, figure.value is not None)


def _harmony(case: Case) -> str:
    harmony, words = case.snapshot.harmony, case.voice.words
    if harmony.value is None:
        return ""
    own = words.gettext("Harmony between the touchpoints: %(own)s", own=words.number(harmony.value, 2))
    return f"{own}. " + words.gettext("The closer to 1, the more even the experience along the journey.")
