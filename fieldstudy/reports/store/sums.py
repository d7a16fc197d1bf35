"""Behind part 10: every figure opened, with what was divided by what, so that anybody can do the sum again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from fieldstudy.core import experience, figures, networks, rounding
from fieldstudy.core.checklist import ExPro, Section, Total
from fieldstudy.core.figures import Figure, Formula, SectionFigure
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.store.experience import BONDS
from fieldstudy.reports.voice import shortened

NAME_CHARACTERS = 60
MOST_TERMS = 12
"""Visits whose single values are written out; above that only their number."""


@dataclass(frozen=True)
class Sum:
    """`text` holds the division, the base, N/A, weight and interval; `formula` where it is not its group's."""

    name: str
    value: str
    text: str
    formula: str


@dataclass(frozen=True)
class Line:
    """Sums that stand in one paragraph; `label` is empty for one that stands alone."""

    label: str
    sums: tuple[Sum, ...]


@dataclass(frozen=True)
class Group:
    """`formula` is that of all its sums but those that name another."""

    title: str
    formula: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Sums:
    groups: tuple[Group, ...]


def build(case: Case) -> Sums | None:
    """None where there is no figure to open."""
    words = case.words
    scores = (("", (one,)) for one in _scores(case))
    groups = (
        _group(words.gettext("The store and its touchpoints"), Formula.MEAN_OF_VISITS_T, scores),
        _group(words.gettext("The grid, the pyramid and the bond"), Formula.WEIGHTED_ANSWERS_T, _answers(case)),
    )
    known = tuple(group for group in groups if group.lines)
    return Sums(known) if known else None


def _group(title: str, formula: Formula, found: Iterable[tuple[str, Iterable[Sum]]]) -> Group:
    usual = formula.versioned
    lines = (
        Line(label, tuple(replace(one, formula="") if one.formula == usual else one for one in sums))
        for label, sums in found
    )
    return Group(title, usual, tuple(line for line in lines if line.sums))


def _scores(case: Case) -> Iterator[Sum]:
    snapshot, words = case.snapshot, case.words
    finals = [visit.final for visit in case.headline_visits() if visit.final is not None]
    if snapshot.figures.score.value is not None:
        yield _sum(case, words.gettext("Overall experience"), snapshot.figures.score, [_mean(case, finals)])
    for section in case.checklist.sections:
        found = case.section_figures.get(section.name)
        if found is not None and found.score.value is not None:
            yield _section(case, section, found)
    if case.has_network:
        score = snapshot.network.mean_of_store_means
        yield _sum(case, words.gettext("Network"), score, [_units(case, score)])
    harmony = networks.harmony(snapshot.figures.sections)
    if harmony.value is not None:
        base = words.ngettext("%(num)s touchpoint", "%(num)s touchpoints", harmony.base)
        value = words.number(harmony.value, 2)
        yield Sum(words.gettext("Harmony"), value, base, Formula.HARMONY.versioned)


def _section(case: Case, section: Section, found: SectionFigure) -> Sum:
    words = case.words
    rows = [visit.sections for visit in case.headline_visits()]
    fractions = [s.fraction for of in rows for s in of if s.section == section.name and s.fraction is not None]
    points = words.gettext(
        "%(earned)s of %(possible)s points", earned=words.points(found.earned), possible=words.points(found.possible)
    )
    parts = [_mean(case, fractions), points]
    if found.na_count:
        parts.append(words.gettext("%(count)s n/a", count=words.integer(found.na_count)))
    if case.checklist.settings.total == Total.SECTION_WEIGHTED:
        parts.append(words.gettext("weight %(weight)s", weight=words.points(section.weight)))
    return _sum(case, case.section(section.name), found.score, parts)


def _answers(case: Case) -> Iterator[tuple[str, Iterable[Sum]]]:
    """Σ w·x ÷ Σ w over the answers."""
    words, answers, grid = case.words, case.headline_answers, case.grid
    for expro in ExPro:
        cells = [cell for cell in grid.cells if cell.expro == expro]
        yield words.label(expro), [one for cell in cells for one in _weighted(case, words.name(cell.sem), cell.figure)]
    levels = experience.pyramid(case.checklist, answers)
    pyramid = [one for level, figure in levels for one in _weighted(case, words.name(level), figure)]
    yield words.gettext("The pyramid"), pyramid
    bonds = [(label, experience.of_role(case.checklist, answers, role)) for role, label in BONDS]
    bond = [one for label, figure in bonds for one in _weighted(case, words.gettext(label), figure)]
    yield words.gettext("The bond that it leaves"), bond


def _weighted(case: Case, name: str, figure: Figure | None) -> Iterable[Sum]:
    if figure is None or figure.value is None:
        return ()
    words = case.words
    division = f"{words.points(figure.earned or figures.ZERO)} ÷ {words.points(figure.possible or figures.ZERO)}"
    base = words.ngettext("%(num)s answer", "%(num)s answers", figure.base)
    return (_sum(case, name, figure, [f"{division} ({base})"]),)


def _sum(case: Case, name: str, figure: Figure, parts: Sequence[str]) -> Sum:
    text = "; ".join([*parts, *_interval(case, figure)])
    return Sum(shortened(name, NAME_CHARACTERS), case.printed(figure), text, figure.formula.versioned)


def _mean(case: Case, fractions: Sequence[Decimal]) -> str:
    """(40.0 + 60.0) ÷ 2 visits"""
    words = case.words
    visits = words.ngettext("%(num)s visit", "%(num)s visits", len(fractions))
    if len(fractions) > MOST_TERMS:
        total = words.number(rounding.percent(sum(fractions, figures.ZERO), 1), 1)
        return f"{total} ÷ {visits}"
    terms = " + ".join(words.number(rounding.percent(fraction, 1), 1) for fraction in fractions)
    return f"({terms}) ÷ {visits}"


def _units(case: Case, figure: Figure) -> str:
    return case.words.ngettext("mean of %(num)s store", "mean of %(num)s stores", figure.base)


def _interval(case: Case, figure: Figure) -> Iterator[str]:
    """Nothing where all units are alike: that they are shows in the sum, and certainty it is not."""
    if figure.interval is None or figure.interval.low == figure.interval.high:
        return
    words, interval = case.words, figure.interval
    low, high = (words.number(rounding.percent(end, 1), 1) for end in (interval.low, interval.high))
    yield f"{low}–{high}"
