"""Behind the method: every figure of the network opened, as far as its frozen values carry their sums."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain

from fieldstudy.core import rounding
from fieldstudy.core.checklist import ExPro
from fieldstudy.core.figures import Figure, Formula, SectionFigure
from fieldstudy.core.statistics import Components
from fieldstudy.reports import sums
from fieldstudy.reports.network import gaps, spread
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.sums import Found, Sum, Sums
from fieldstudy.reports.voice import isolated


def build(case: Case) -> Sums | None:
    """None where there is no figure to open."""
    words = case.voice.words
    groups = (
        sums.group(words.gettext("The network and its touchpoints"), Formula.MEAN_OF_STORE_MEANS_T, _scores(case)),
        sums.group(words.gettext("The questions"), Formula.RATE_T_OVER_STORES, _questions(case)),
        sums.group(words.gettext("The gaps"), Formula.RATE_T_OVER_STORES, [("", list(_gaps(case)))]),
        sums.group(words.gettext("The grid and the pyramid"), Formula.WEIGHTED_ANSWERS_T, _answers(case)),
        sums.group(words.gettext("Feelings, grounds and spread"), None, _others(case)),
    )
    return sums.sums(_key(case), groups)


def _key(case: Case) -> str:
    return case.voice.words.gettext(
        "What was divided by what, then base, N/A and weight, and at the end between which percents the true value may "
        "lie (95 times of 100). A store's own score is opened in its report; the N/A of single questions and cells and "
        "the p of every change stand in the data only (fieldstudy figures)."
    )


# Means of store means


def _scores(case: Case) -> Iterator[Found]:
    words = case.voice.words
    if case.score.value is not None:
        whole = _of_stores(case, words.gettext("The whole network"), case.score, _means(case))
        yield "", [whole, *_other_means(case)]
    yield (
        words.gettext("Regions"),
        [
            _of_stores(case, isolated(name) or words.gettext("Without a region"), figure, _means(case, name))
            for name, figure in case.snapshot.regions
        ],
    )
    yield words.gettext("Touchpoints"), [one for found in case.snapshot.network.sections for one in _sums(case, found)]
    yield "", list(sums.harmony(case.voice, case.snapshot.harmony, case.snapshot.network.sections))


def _means(case: Case, region: str | None = None) -> list[Decimal]:
    """Of all stores, or of one region's."""
    lines = [line for line in case.snapshot.stores if region is None or line.region == region]
    return [line.score.value for line in lines if line.score.value is not None]


def _of_stores(case: Case, name: str, figure: Figure, means: Sequence[Decimal]) -> Sum:
    return sums.of_figure(case.voice, name, figure, [sums.mean(case.voice.words, means, _stores(case, len(means)))])


def _stores(case: Case, count: int) -> str:
    return case.voice.words.ngettext("%(num)s store", "%(num)s stores", count)


def _visits(case: Case, count: int) -> str:
    return case.voice.words.ngettext("%(num)s visit", "%(num)s visits", count)


def _other_means(case: Case) -> Iterator[Sum]:
    words, found = case.voice.words, case.snapshot.network
    visits, pooled = found.mean_of_visits, found.pooled
    if visits.value is not None:
        text = sums.total(words, [visits.value * visits.base], _visits(case, visits.base))
        yield sums.of_figure(case.voice, words.gettext("Mean of all visits"), visits, [text])
    if pooled.value is not None and pooled.earned is not None and pooled.possible is not None:
        text = words.points_of(pooled.earned, pooled.possible)
        yield sums.of_figure(case.voice, words.gettext("All points"), pooled, [text, _visits(case, pooled.base)])


def _sums(case: Case, found: SectionFigure) -> Iterator[Sum]:
    if found.score.value is None:
        yield from sums.taken_away(case.voice, found, case.snapshot.facts.versions)
    else:
        yield _section(case, found)


def _section(case: Case, found: SectionFigure) -> Sum:
    """Its terms stand in the table of stores and touchpoints."""
    own = [section.score.value for line in case.snapshot.stores for section in line.sections if _is(section, found)]
    means = [value for value in own if value is not None]
    division = sums.total(case.voice.words, means, _stores(case, len(means)))
    parts = chain([division], sums.points_and_weight(case.voice, found, case.snapshot.facts.versions))
    return sums.of_figure(case.voice, case.voice.section(found.section), found.score, parts)


def _is(one: SectionFigure, other: SectionFigure) -> bool:
    return one.section == other.section


# Answers


def _questions(case: Case) -> Iterator[Found]:
    """The rates of yes, by touchpoint."""
    voice = case.voice
    rates = {found.question: found.rate for found in case.snapshot.network.questions}
    for section in voice.checklist.sections:
        asked = [(voice.question(question.name), rates.get(question.name)) for question in section.questions]
        yield voice.section(section.name), [one for name, rate in asked for one in sums.known(voice, name, rate)]


def _gaps(case: Case) -> Iterator[Sum]:
    """As many as the table of gaps shows."""
    for found in case.snapshot.gaps[: gaps.MOST]:
        yield sums.gap(case.voice, found, [sums.division(case.voice.words, found.observed)])


def _answers(case: Case) -> Iterator[Found]:
    """Σ w·x ÷ Σ w over the answers."""
    voice, words = case.voice, case.voice.words
    for expro in ExPro:
        cells = [(words.name(cell.sem), cell.figure) for cell in case.snapshot.grid.cells if cell.expro == expro]
        yield words.label(expro), [one for name, figure in cells for one in sums.known(voice, name, figure)]
    levels = [(words.name(level), figure) for level, figure in case.snapshot.pyramid]
    yield words.gettext("The pyramid"), [one for name, figure in levels for one in sums.known(voice, name, figure)]


# Feelings, grounds, spread


def _others(case: Case) -> Iterator[Found]:
    words, snapshot = case.voice.words, case.snapshot
    yield words.gettext("How it felt, from −2 to +2"), list(sums.feelings(case.voice, snapshot.curve))
    yield words.gettext("What the points rest on"), list(sums.grounds(case.voice, snapshot.grounds))
    label = words.gettext("Standard deviations: √(sum of squares ÷ (number − number of means))")
    yield label, [one for one in _spread(case) if one is not None]


def _spread(case: Case) -> Iterator[Sum | None]:
    words, found = case.voice.words, case.snapshot.heterogeneity
    bases = [line.score.base for line in case.snapshot.stores if line.score.base > 1]
    visits = f"{_visits(case, sum(bases))}, {_stores(case, len(bases))}"
    freedom = sum(bases) - len(bases)
    yield _deviation(case, words.gettext("Visits of the same store"), found.within_stores, freedom, visits)
    between, people = found.between_stores, found.between_fieldworkers
    stores = _stores(case, between.n)
    yield _deviation(case, words.gettext("Means of the stores"), between.deviation, between.n - 1, stores)
    yield _component(case, words.gettext("Stores, without the chance of their visits"), found.stores)
    if people.n >= spread.LEAST_FIELDWORKERS:
        count = words.ngettext("%(num)s fieldworker", "%(num)s fieldworkers", people.n)
        yield _deviation(case, words.gettext("Means of the fieldworkers"), people.deviation, people.n - 1, count)
        yield _component(case, words.gettext("Fieldworkers, without the chance of their visits"), found.people)


def _component(case: Case, name: str, found: Components | None) -> Sum | None:
    """With the limits of its share of the whole variance, which decide what may be said of it."""
    if found is None:
        return None
    words = case.voice.words
    text = words.gettext(
        "√((mean square between − mean square within) ÷ visits in each); %(low)s to %(high)s of the variance",
        low=words.after_preposition(words.percent(Decimal(repr(found.low)))),
        high=words.after_preposition(words.percent(Decimal(repr(found.high)))),
    )
    return Sum(name, words.number(rounding.half_up(Decimal(repr(found.between)) * 100, 1), 1), text, "")


def _deviation(case: Case, name: str, deviation: float | None, freedom: int, base: str) -> Sum | None:
    """8.2 = √(2,824.1 ÷ 42)"""
    if deviation is None:
        return None
    words = case.voice.words
    points = Decimal(repr(deviation)) * 100
    text = f"√({words.number(points * points * freedom, 1)} ÷ {words.integer(freedom)}); {base}"
    return Sum(name, words.number(rounding.half_up(points, 1), 1), text, "")
