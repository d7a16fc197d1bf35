"""A figure opened: what stands over and under the line, the base, the interval, the formula."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import rounding
from fieldstudy.core.checklist import Question
from fieldstudy.core.figures import Base, Figure, Formula, SectionFigure, is_uniform, telling_interval
from fieldstudy.core.gaps import section_cost
from fieldstudy.core.statistics import Interval
from fieldstudy.reports.voice import is_scattered, printed, printed_ends
from fieldstudy.words import Words

OF_POINTS = {Formula.POOLED, Formula.POINTS_OF_ANSWERS}
SUMMED = {*OF_POINTS, Formula.WILSON, Formula.RATE_T_OVER_STORES, Formula.WEIGHTED_ANSWERS_T}
"""Formulas whose figure carries its own two sums, of points or of answers; the others are means of percents."""


@dataclass(frozen=True)
class Opened:
    """`text` is what is printed, `said` what it is worth; `facts` are (name, text) pairs."""

    text: str
    said: str
    facts: tuple[tuple[str, str], ...]


def of_figure(words: Words, figure: Figure | None) -> Opened | None:
    return None if figure is None else Opened(_text(words, figure), said(words, figure), tuple(_facts(words, figure)))


def of_section(words: Words, figure: SectionFigure, weight: str = "") -> Opened:
    """With the points that lie under the mean, what was not applicable, and the weight where it counts."""
    return Opened(_text(words, figure.score), said(words, figure.score), tuple(_section_facts(words, figure, weight)))


@dataclass(frozen=True)
class OpenedCost:
    """`terms` are what it is the sum of; a single thing taken or given is the cost itself, and no second number."""

    text: str
    terms: str
    is_sum: bool

    @property
    def said(self) -> str:
        return f"{self.text} = {self.terms}" if self.is_sum else f"{self.text} ({self.terms})"


def of_cost(words: Words, figure: SectionFigure, norm: Decimal | None, share: Decimal) -> OpenedCost | None:
    """A touchpoint's cost, and how it is reckoned; nothing where it has none."""
    cost = section_cost(figure, norm, share)
    if cost is None:
        return None
    gap, effects = list(_gap_term(words, figure, norm, share)), list(_effects(words, figure))
    is_sum = bool(gap) or len(effects) > 1
    terms = [*gap, *(f"{points} ({visits})" for points, visits in effects)] if is_sum else [effects[0][1]]
    return OpenedCost(words.cost(cost), " ".join(terms), is_sum)


def _gap_term(words: Words, figure: SectionFigure, norm: Decimal | None, share: Decimal) -> Iterator[str]:
    """(66.7 − 80) × 57.1 %"""
    if figure.score.value is not None and norm is not None:
        value = words.number(rounding.percent(figure.score.value, 1), 1)
        yield f"({value} − {words.points(norm)}) × {words.percent(share, 1)}"


def _effects(words: Words, figure: SectionFigure) -> Iterator[tuple[str, str]]:
    """−8.3, taken in 2 visits; +15.0, given in 1 visit."""
    if figure.taken:
        visits = words.ngettext("taken in %(num)s visit", "taken in %(num)s visits", figure.taken_in)
        yield words.cost(figure.taken * 100), visits
    if figure.given:
        visits = words.ngettext("given in %(num)s visit", "given in %(num)s visits", figure.given_in)
        yield words.cost(figure.given * 100), visits


def of_question(words: Words, figure: Figure, question: Question, na_count: int | None = None) -> Opened:
    """With the question's weight, and what was not applicable where answers were read (None: they were not)."""
    facts = list(_facts(words, figure))
    return Opened(
        _text(words, figure), said(words, figure), (*facts[:2], *_beside(words, question, na_count), *facts[2:])
    )


def said(words: Words, figure: Figure) -> str:
    """What so many visits, stores or answers are worth, in plain words."""
    ends = printed_ends(figure)
    if figure.base == 0:
        return words.gettext("no score")
    if figure.base == 1 and figure.base_of != Base.ANSWERS:
        is_visit = figure.base_of == Base.VISITS
        return words.gettext("one visit: a snapshot") if is_visit else words.gettext("one store: no interval")
    if is_scattered(figure):
        return words.gettext("%(units)s, too unlike for an interval", units=_based(words, figure))
    if ends is None and figure.formula == Formula.RATE_T_OVER_STORES:
        return words.gettext("%(units)s, with too few stores for an interval", units=_based(words, figure))
    if ends is None:
        return _based(words, figure)
    if is_uniform(figure):
        return _alike(words, figure)
    if ends[0] == ends[1]:
        return words.gettext("%(base)s: close to %(value)s", base=_based(words, figure), value=words.number(ends[0]))
    return words.gettext(
        "%(base)s: between %(low)s and %(high)s",
        base=_based(words, figure),
        low=words.number(ends[0]),
        high=words.number(ends[1]),
    )


def _alike(words: Words, figure: Figure) -> str:
    """An interval without length: what it is taken over does not differ. Single answers may."""
    base = _based(words, figure)
    if figure.base_of != Base.ANSWERS:
        return words.gettext("%(base)s, all with the same result", base=base)
    if _is_over_stores(figure):
        return words.gettext("%(base)s, with the same rate in every store", base=base)
    return words.gettext("%(base)s, with the same mean in every visit", base=base)


def _is_over_stores(figure: Figure) -> bool:
    return figure.base_of == Base.STORES or figure.formula == Formula.RATE_T_OVER_STORES


def _interval(words: Words, figure: Figure, interval: Interval) -> str:
    if is_uniform(figure):
        is_over_stores = _is_over_stores(figure)
        return words.gettext("none: no store differs") if is_over_stores else words.gettext("none: no visit differs")
    low, high = (words.percent(end, 1) for end in (interval.low, interval.high))
    if low == high:
        return words.gettext("both ends round to %(value)s", value=low)
    return words.gettext("%(low)s to %(high)s", low=low, high=high)


def _based(words: Words, figure: Figure) -> str:
    if figure.base_of == Base.STORES:
        return words.ngettext("from %(num)s store", "from %(num)s stores", figure.base)
    if figure.base_of == Base.ANSWERS:
        return words.ngettext("from %(num)s answer", "from %(num)s answers", figure.base)
    return words.ngettext("from %(num)s visit", "from %(num)s visits", figure.base)


def _text(words: Words, figure: Figure) -> str:
    value = printed(figure)
    return words.gettext("n/a") if value is None else words.number(value)


def _section_facts(words: Words, figure: SectionFigure, weight: str) -> Iterator[tuple[str, str]]:
    facts = list(_facts(words, figure.score))
    yield from facts[:2]
    yield words.gettext("Points under it"), _points(words, figure.earned, figure.possible)
    yield words.gettext("Not applicable"), words.ngettext("%(num)s answer", "%(num)s answers", figure.na_count)
    if weight:
        yield words.gettext("Weight"), weight
    yield from facts[2:]


def _beside(words: Words, question: Question, na_count: int | None) -> Iterator[tuple[str, str]]:
    if na_count is not None:
        yield words.gettext("Not applicable"), words.ngettext("%(num)s answer", "%(num)s answers", na_count)
    if question.is_scored:
        yield words.gettext("Weight"), words.points(question.weight)


def _facts(words: Words, figure: Figure) -> Iterator[tuple[str, str]]:
    yield words.gettext("Numerator"), _numerator(words, figure)
    yield words.gettext("Denominator"), _denominator(words, figure)
    if figure.value is not None:
        yield words.gettext("Unrounded"), words.percent(figure.value, 3)
    interval = telling_interval(figure)
    if interval is not None:
        yield words.gettext("95 percent interval"), _interval(words, figure, interval)
    yield words.gettext("Formula"), f"{words.name(figure.formula)} ({figure.formula.versioned})"


def _numerator(words: Words, figure: Figure) -> str:
    if figure.formula in SUMMED:
        return _sum(words, figure, figure.earned)
    if figure.value is None:
        return words.gettext("n/a")
    total = words.number(figure.value * figure.base * 100, 1)
    of_stores = figure.base_of == Base.STORES
    return (
        words.gettext("%(sum)s, the sum of the stores' percents", sum=total)
        if of_stores
        else words.gettext("%(sum)s, the sum of the visits' percents", sum=total)
    )


def _denominator(words: Words, figure: Figure) -> str:
    if figure.formula in SUMMED:
        return _sum(words, figure, figure.possible)
    if figure.base_of == Base.STORES:
        return words.ngettext("%(num)s store", "%(num)s stores", figure.base)
    return words.ngettext("%(num)s visit", "%(num)s visits", figure.base)


def _sum(words: Words, figure: Figure, value: Decimal | None) -> str:
    if value is None:
        return words.gettext("n/a")
    if figure.formula in OF_POINTS:
        return words.ngettext("%(num)s point", "%(num)s points", value)
    if value != int(value):
        return words.points(value)
    return words.ngettext("%(num)s answer", "%(num)s answers", int(value))


def _points(words: Words, earned: Decimal, possible: Decimal) -> str:
    if not (earned or possible):
        return words.gettext("none possible")
    return words.gettext("%(earned)s of %(possible)s", earned=words.points(earned), possible=words.points(possible))
