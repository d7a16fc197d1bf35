"""Figures of many visits: a value with its base, its interval and the name of its formula (docs/scoring.md)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import compress
from uuid import UUID

from fieldstudy.core import intervals, scoring, statistics
from fieldstudy.core.checklist import Checklist, Method, Section, Settings
from fieldstudy.core.scoring import SectionScore
from fieldstudy.core.statistics import Interval

ZERO = Decimal(0)
HUNDRED = Decimal(100)


class Formula(StrEnum):
    MEAN_OF_VISITS_T = "mean_of_visits_t"
    MEAN_OF_VISITS = "mean_of_visits"
    MEAN_OF_STORE_MEANS_T = "mean_of_store_means_t"
    POOLED = "pooled_points"
    WILSON = "wilson"
    RATE_T_OVER_STORES = "rate_t_over_stores"
    WEIGHTED_ANSWERS_T = "weighted_answers_t"
    POINTS_OF_ANSWERS = "points_of_answers"
    QUANTILE = "quantile_type_7"
    HARMONY = "harmony"

    @property
    def version(self) -> int:
        """Goes up when the same answers would give another number; a snapshot keeps the numbers it was made with."""
        return VERSIONS.get(self, 1)

    @property
    def versioned(self) -> str:
        return f"{self.value}/{self.version}"


VERSIONS: Mapping[Formula, int] = {Formula.MEAN_OF_VISITS_T: 2, Formula.MEAN_OF_STORE_MEANS_T: 2}
"""Formulas past their first version. 2: an interval is not cut where a bonus leads over the whole."""


class Base(StrEnum):
    VISITS = "visits"
    STORES = "stores"
    ANSWERS = "answers"


@dataclass(frozen=True)
class Figure:
    """`value` is an unrounded fraction of 1, None where undefined; no interval below two units."""

    value: Decimal | None
    base: int
    base_of: Base
    formula: Formula
    earned: Decimal | None = None
    possible: Decimal | None = None
    interval: Interval | None = None
    units: int | None = None
    """How many stores or visits the interval is over, where the base counts answers; none in editions of before 0.4."""

    @property
    def interval_units(self) -> int:
        return self.base if self.units is None else self.units


EQUAL = 1e-9
"""Fractions that lie no further apart than this differ by the arithmetic alone."""


def telling_interval(figure: Figure) -> Interval | None:
    """The only interval of a figure that is printed anywhere, or that a claim may rest on."""
    return figure.interval if intervals.says_something(figure.interval, figure.interval_units) else None


def is_uniform(figure: Figure) -> bool:
    """Do all visits or stores behind a mean agree? Then its interval has no length, and says nothing of chance."""
    interval = telling_interval(figure)
    return interval is not None and interval.high - interval.low < EQUAL


@dataclass(frozen=True)
class VisitSums:
    """The thin row of a visit that counts: its final total and its section sums.

    `settings` made its total, where its version has others than the newest of the wave.
    """

    visit_id: UUID
    store: str
    method: Method
    final: Decimal | None
    sections: tuple[SectionScore, ...]
    settings: Settings | None = None


@dataclass(frozen=True)
class Tally:
    """Answers yes and no to one question in one store."""

    store: str
    question: str
    yes: int
    no: int


@dataclass(frozen=True)
class QuestionFigure:
    """`rate` is None where the choices are not yes and no."""

    question: str
    rate: Figure | None


@dataclass(frozen=True)
class SectionFigure:
    """`score` is the mean of the visits; `earned` and `possible` are the summed points that lie under it.

    `share` is what part of the whole score hangs on it; `taken` and `given` what it took off the score (negative) and
    gave where it had no possible points, `taken_in` and `given_in` in how many visits. Shares and effects are means of
    the visits, with 0 for one that did not ask it. Editions of before 0.4 have none of them.
    """

    section: str
    score: Figure
    earned: Decimal = ZERO
    possible: Decimal = ZERO
    na_count: int = 0
    share: Decimal | None = None
    taken: Decimal = ZERO
    given: Decimal = ZERO
    taken_in: int = 0
    given_in: int = 0

    @property
    def effect(self) -> Decimal | None:
        """What it did to the score beside its own; None where it did nothing."""
        return self.taken + self.given if self.taken or self.given else None


@dataclass(frozen=True)
class StoreFigures:
    store: str
    visits: int
    score: Figure
    sections: tuple[SectionFigure, ...]
    questions: tuple[QuestionFigure, ...]
    beside: tuple[tuple[Method, Figure], ...] = ()
    """The score of each method that does not enter the headline."""


@dataclass(frozen=True)
class NetworkFigures:
    mean_of_visits: Figure
    mean_of_store_means: Figure
    pooled: Figure
    sections: tuple[SectionFigure, ...]
    questions: tuple[QuestionFigure, ...]


@dataclass(frozen=True)
class WaveFigures:
    stores: tuple[StoreFigures, ...]
    network: NetworkFigures


def wave_figures(checklist: Checklist, visits: Sequence[VisitSums], tallies: Iterable[Tally]) -> WaveFigures:
    """All figures of one wave. `tallies` count the answers of the visits whose method enters the headline."""
    by_store: dict[str, list[VisitSums]] = {}
    for visit in sorted(visits, key=lambda v: v.store):
        by_store.setdefault(visit.store, []).append(visit)
    tally_by = {(tally.store, tally.question): tally for tally in tallies}
    stores = tuple(_store_figures(checklist, store, rows, tally_by) for store, rows in by_store.items())
    return WaveFigures(stores, _network_figures(checklist, visits, stores))


def mean_of_visits(values: Sequence[Decimal]) -> Figure:
    """A store's score: the mean of its visits with a t interval; one visit is a snapshot and has none."""
    return _mean(values, Base.VISITS, Formula.MEAN_OF_VISITS_T, statistics.mean_interval(_floats(values)))


def mean_of_stores(values: Sequence[Decimal]) -> Figure:
    return _mean(values, Base.STORES, Formula.MEAN_OF_STORE_MEANS_T, statistics.mean_interval(_floats(values)))


def rate(yes: int, no: int) -> Figure:
    """yes ÷ (yes + no) with Wilson's interval."""
    base = yes + no
    value = Decimal(yes) / base if base else None
    return Figure(value, base, Base.ANSWERS, Formula.WILSON, Decimal(yes), Decimal(base), statistics.wilson(yes, base))


def points_of_answers(earned: Decimal, possible: Decimal, base: int) -> Figure:
    """Points earned ÷ possible over the answers to one question; points of one answer are no units to test with."""
    value = earned / possible if possible else None
    return Figure(value, base, Base.ANSWERS, Formula.POINTS_OF_ANSWERS, earned, possible)


def network_rate(rates: Sequence[Figure]) -> Figure:
    """Pooled over all answers; the interval comes from the store rates, since answers of one store are alike."""
    earned = sum((r.earned or ZERO for r in rates), ZERO)
    base = sum(r.base for r in rates)
    store_rates = [float(r.value) for r in rates if r.value is not None]
    return Figure(
        earned / base if base else None,
        base,
        Base.ANSWERS,
        Formula.RATE_T_OVER_STORES,
        earned,
        Decimal(base),
        statistics.mean_interval(store_rates),
        len(store_rates),
    )


def pooled(visits: Sequence[VisitSums]) -> Figure:
    """Σ earned ÷ Σ possible over all visits, before adjustments and critical rules."""
    earned = sum((s.earned for v in visits for s in v.sections), ZERO)
    possible = sum((s.possible for v in visits for s in v.sections), ZERO)
    value = earned / possible if possible else None
    return Figure(value, len(visits), Base.VISITS, Formula.POOLED, earned, possible)


def _floats(values: Iterable[Decimal]) -> list[float]:
    return [float(value) for value in values]


def _mean(values: Sequence[Decimal], base_of: Base, formula: Formula, interval: Interval | None) -> Figure:
    value = sum(values, ZERO) / len(values) if values else None
    return Figure(value, len(values), base_of, formula, interval=interval)


def section_fractions(visits: Iterable[VisitSums], section: str) -> list[Decimal]:
    """The fraction of one section in each visit where it is defined."""
    scores = (s for v in visits for s in v.sections if s.section == section)
    return [fraction for s in scores if (fraction := s.fraction) is not None]


def finals(visits: Iterable[VisitSums]) -> list[Decimal]:
    return [visit.final for visit in visits if visit.final is not None]


def _store_figures(
    checklist: Checklist, store: str, rows: Sequence[VisitSums], tally_by: Mapping[tuple[str, str], Tally]
) -> StoreFigures:
    headline = headline_visits(checklist, rows)
    counted = [(row.settings or checklist.settings, row.sections) for row in headline if row.final is not None]
    shares = mean_parts([scoring.shares(*visit) for visit in counted])
    effects = [scoring.effects(*visit) for visit in counted]
    return StoreFigures(
        store,
        len(headline),
        mean_of_visits(finals(headline)),
        tuple(
            _section_figure(section, headline, shares.get(section.name, ZERO), _of_each(effects, section.name))
            for section in checklist.sections
        ),
        tuple(_question_figure(checklist, name, tally_by.get((store, name))) for name in _rated(checklist)),
        tuple((method, mean_of_visits(finals(of_method))) for method, of_method in _beside(checklist, rows)),
    )


def headline_visits(checklist: Checklist, rows: Iterable[VisitSums]) -> list[VisitSums]:
    return [row for row in rows if row.method in checklist.settings.headline_methods]


def _beside(checklist: Checklist, rows: Sequence[VisitSums]) -> list[tuple[Method, list[VisitSums]]]:
    others = [method for method in Method if method not in checklist.settings.headline_methods]
    groups = [(method, [row for row in rows if row.method == method]) for method in others]
    return [(method, group) for method, group in groups if group]


def mean_parts(visits: Sequence[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """A visit that lacks a part has 0 of it."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for visit in visits:
        for name, part in visit.items():
            sums[name] += part
    return {name: total / len(visits) for name, total in sums.items()}


def _of_each(visits: Sequence[Mapping[str, Decimal]], name: str) -> list[Decimal]:
    return [visit.get(name, ZERO) for visit in visits]


def _section_figure(
    section: Section, rows: Sequence[VisitSums], share: Decimal, effects: Sequence[Decimal]
) -> SectionFigure:
    taken, given = [one for one in effects if one < 0], [one for one in effects if one > 0]
    scores = [s for row in rows for s in row.sections if s.section == section.name]
    return SectionFigure(
        section.name,
        mean_of_visits(section_fractions(rows, section.name)),
        sum((s.earned for s in scores), ZERO),
        sum((s.possible for s in scores), ZERO),
        sum(s.na_count for s in scores),
        share,
        sum(taken, ZERO) / len(effects) if taken else ZERO,
        sum(given, ZERO) / len(effects) if given else ZERO,
        len(taken),
        len(given),
    )


def _rated(checklist: Checklist) -> list[str]:
    return [question.name for question in checklist.questions if question.is_asked]


def _question_figure(checklist: Checklist, name: str, tally: Tally | None) -> QuestionFigure:
    if not checklist.question_by_name[name].is_yes_no:
        return QuestionFigure(name, None)
    return QuestionFigure(name, rate(tally.yes, tally.no) if tally else rate(0, 0))


def _network_figures(
    checklist: Checklist, visits: Sequence[VisitSums], stores: Sequence[StoreFigures]
) -> NetworkFigures:
    """Every store has the same sections and questions in the same order, so they are summed column by column."""
    headline = headline_visits(checklist, visits)
    values = finals(headline)
    means = [store.score.value for store in stores if store.score.value is not None]
    return NetworkFigures(
        _mean(values, Base.VISITS, Formula.MEAN_OF_VISITS, None),
        mean_of_stores(means),
        pooled(headline),
        sections_of_stores([(store.score, store.sections) for store in stores]),
        tuple(map(_network_question, zip(*(store.questions for store in stores), strict=True))),
    )


def sections_of_stores(stores: Sequence[tuple[Figure, Sequence[SectionFigure]]]) -> tuple[SectionFigure, ...]:
    """Of the score and the touchpoints of each; a store without a score is in no share."""
    scored = [score.value is not None for score, _ in stores]
    columns = zip(*(sections for _, sections in stores), strict=True)
    return tuple(_section_of_stores(column, list(compress(column, scored))) for column in columns)


def _section_of_stores(figures: Sequence[SectionFigure], scored: Sequence[SectionFigure]) -> SectionFigure:
    shares = [figure.share for figure in scored if figure.share is not None]
    return SectionFigure(
        figures[0].section,
        mean_of_stores([figure.score.value for figure in figures if figure.score.value is not None]),
        sum((figure.earned for figure in figures), ZERO),
        sum((figure.possible for figure in figures), ZERO),
        sum(figure.na_count for figure in figures),
        _mean_of(shares) if shares else None,
        _mean_of([figure.taken for figure in scored]),
        _mean_of([figure.given for figure in scored]),
        sum(figure.taken_in for figure in scored),
        sum(figure.given_in for figure in scored),
    )


def _mean_of(values: Sequence[Decimal]) -> Decimal:
    return sum(values, ZERO) / len(values) if values else ZERO


def _network_question(figures: Sequence[QuestionFigure]) -> QuestionFigure:
    rates = [figure.rate for figure in figures if figure.rate is not None]
    return QuestionFigure(figures[0].question, network_rate(rates) if rates else None)
