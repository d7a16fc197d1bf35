"""Where the spread is: between visits of one store, between stores, between fieldworkers."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from fieldstudy.core import rounding, statistics
from fieldstudy.core.statistics import Components
from fieldstudy.reports.network import drawings
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.network.drawings import Length
from fieldstudy.words import Words

LEAST_FIELDWORKERS = 3
"""Below this many, the spread between them would be about single people."""
HALF, ALPHA = 0.5, 0.05
CHANGE = 0.10
"""The change, as a fraction, whose price in visits is named."""


@dataclass(frozen=True)
class SpreadPart:
    drawing: Markup
    sentences: tuple[str, ...]


def build(case: Case) -> SpreadPart | None:
    bars = [bar for bar in _bars(case) if bar is not None]
    if not bars:
        return None
    alt = "; ".join(f"{bar.label}: {bar.said}" for bar in bars)
    return SpreadPart(drawings.lengths(alt + ".", bars), tuple(_sentences(case)))


def _bars(case: Case) -> Iterator[Length | None]:
    words, found = case.voice.words, case.snapshot.heterogeneity
    yield _bar(case, words.gettext("Visits of the same store"), found.within_stores)
    if found.stores is None:
        yield _bar(case, words.gettext("Means of the stores"), found.between_stores.deviation)
    else:
        yield _bar(case, words.gettext("Stores, without the chance of their visits"), found.stores.between)
    if found.between_fieldworkers.n >= LEAST_FIELDWORKERS:
        if found.people is None:
            yield _bar(case, words.gettext("Means of the fieldworkers"), found.between_fieldworkers.deviation)
        else:
            yield _bar(case, words.gettext("Fieldworkers, without the chance of their visits"), found.people.between)


def _bar(case: Case, label: str, deviation: float | None) -> Length | None:
    return None if deviation is None else Length(label, float(_rounded(deviation)), _points(case, deviation))


def _rounded(deviation: float) -> Decimal:
    return rounding.half_up(Decimal(str(deviation * 100)), 1)


def _points(case: Case, deviation: float) -> str:
    words = case.voice.words
    return words.gettext("%(points)s points", points=words.number(_rounded(deviation), 1))


def _sentences(case: Case) -> Iterator[str]:
    words, found = case.voice.words, case.snapshot.heterogeneity
    between = found.between_stores
    if found.stores is not None:
        yield _compared(case, found.stores)
    if between.low is not None and between.high is not None and between.n > 1:
        yield _between(words, *(words.number(rounding.percent(end)) for end in (between.low, between.high)))
    yield from _fieldworkers(case)
    yield from _price(case)


def _between(words: Words, low: str, high: str) -> str:
    if low == high:
        return words.gettext("The means of the stores are all at %(value)s.", value=low)
    return words.gettext("The means of the stores lie between %(low)s and %(high)s.", low=low, high=high)


def _compared(case: Case, found: Components) -> str:
    """What is between the stores beside what is between the visits of one; larger only where its limits say so."""
    words = case.voice.words
    points = {"stores": _points(case, found.between), "visits": _points(case, found.within)}
    if not is_told_apart(found):
        return words.gettext(
            "The stores cannot be told apart: their means differ no more than the chance of so few visits makes them."
        )
    if found.low > HALF:
        return words.gettext(
            "The stores differ more (%(stores)s) than the visits of one store do (%(visits)s): which store it is "
            "matters more than which visit, with its day, its fieldworker and its method.",
            **points,
        )
    if found.high < HALF:
        return words.gettext(
            "The visits of one store differ more (%(visits)s) than the stores do (%(stores)s): a single visit says "
            "little about a store.",
            **points,
        )
    return words.gettext(
        "The stores differ (%(stores)s), and so do the visits of one store (%(visits)s), with their days, fieldworkers "
        "and methods; which of the two is more cannot be told.",
        **points,
    )


def is_told_apart(found: Components) -> bool:
    return found.p < ALPHA and found.between > 0


def _fieldworkers(case: Case) -> Iterator[str]:
    words, found = case.voice.words, case.snapshot.heterogeneity
    if found.between_fieldworkers.n < LEAST_FIELDWORKERS:
        yield words.gettext(
            "The spread between fieldworkers is not shown: fewer than three of them made three visits or more."
        )
        return
    yield words.gettext(
        "The spread between fieldworkers is that of the %(num)s who made three visits or more; they did not all visit "
        "the same stores.",
        num=words.integer(found.between_fieldworkers.n),
    )
    if found.people is not None and not is_told_apart(found.people):
        yield words.gettext("Their means differ no more than the chance of their visits makes them.")


def _price(case: Case) -> Iterator[str]:
    deviation = case.snapshot.heterogeneity.within_stores
    needed = statistics.visits_needed(deviation, CHANGE) if deviation is not None else None
    if needed is not None:
        yield case.voice.words.ngettext(
            "To tell a change of 10 points in one store, with this spread, takes %(num)s visit in each wave.",
            "To tell a change of 10 points in one store, with this spread, takes %(num)s visits in each wave.",
            needed,
        )
