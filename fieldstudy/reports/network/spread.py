"""Where the spread is: between visits of one store, between stores, between fieldworkers."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from fieldstudy.core import rounding, statistics
from fieldstudy.reports.network import drawings
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.network.drawings import Length

LEAST_FIELDWORKERS = 3
"""Below this many, the spread between them would be about single people."""
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
    yield _bar(case, words.gettext("Means of the stores"), found.between_stores.deviation)
    if found.between_fieldworkers.n >= LEAST_FIELDWORKERS:
        yield _bar(case, words.gettext("Means of the fieldworkers"), found.between_fieldworkers.deviation)


def _bar(case: Case, label: str, deviation: float | None) -> Length | None:
    if deviation is None:
        return None
    points = rounding.half_up(Decimal(str(deviation * 100)), 1)
    said = case.voice.words.gettext("%(points)s points", points=case.voice.words.number(points, 1))
    return Length(label, float(points), said)


def _sentences(case: Case) -> Iterator[str]:
    words, found = case.voice.words, case.snapshot.heterogeneity
    within, between = found.within_stores, found.between_stores
    if within is not None and between.deviation is not None:
        yield _compared(case, within >= between.deviation)
    if between.low is not None and between.high is not None and between.n > 1:
        yield words.gettext(
            "The means of the stores lie between %(low)s and %(high)s.",
            low=words.number(rounding.percent(between.low)),
            high=words.number(rounding.percent(between.high)),
        )
    yield _fieldworkers(case)
    yield from _price(case)


def _compared(case: Case, is_within: bool) -> str:
    if is_within:
        return case.voice.words.gettext(
            "Visits of one store differ at least as much as the stores do: a single visit says little about a store."
        )
    return case.voice.words.gettext(
        "The stores differ more than the visits of one store do: which store it is matters more than which day."
    )


def _fieldworkers(case: Case) -> str:
    words, found = case.voice.words, case.snapshot.heterogeneity
    if found.between_fieldworkers.n < LEAST_FIELDWORKERS:
        return words.gettext(
            "The spread between fieldworkers is not shown: fewer than three of them made three visits or more."
        )
    return words.gettext(
        "Between fieldworkers: over the %(num)s who made three visits or more; they did not all visit the same stores.",
        num=words.integer(found.between_fieldworkers.n),
    )


def _price(case: Case) -> Iterator[str]:
    deviation = case.snapshot.heterogeneity.within_stores
    needed = statistics.visits_needed(deviation, CHANGE) if deviation is not None else None
    if needed is not None:
        yield case.voice.words.ngettext(
            "To tell a change of 10 points in one store, with this spread, takes %(num)s visit in each wave.",
            "To tell a change of 10 points in one store, with this spread, takes %(num)s visits in each wave.",
            needed,
        )
