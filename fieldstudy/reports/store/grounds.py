"""In part 10: how far visits lie apart, what the score rests on, and how many visits a change would need."""

from collections.abc import Iterator
from decimal import Decimal

from fieldstudy.core import grounds as resting
from fieldstudy.core import rounding, snapshots, standing, statistics
from fieldstudy.core.standing import Spread
from fieldstudy.reports.store.case import Case
from fieldstudy.words import Words
from fieldstudy.words import grounds as place

CHANGE = Decimal("0.10")
"""The change, as a fraction, for which the number of visits is worked out."""


def spread(case: Case) -> Iterator[str]:
    found, words = _spread(case), case.words
    if found.deviation is None or found.low is None or found.high is None:
        return
    yield _range(words, found.low, found.high, found.deviation)
    visits = needed(case)
    if visits is None:
        return
    yield words.ngettext(
        "With such a spread a change of %(change)s points would take %(num)s visit in each wave to be told "
        "(four times out of five).",
        "With such a spread a change of %(change)s points would take %(num)s visits in each wave to be told "
        "(four times out of five).",
        visits,
        change=words.number(CHANGE * 100),
    )


def _range(words: Words, low: Decimal, high: Decimal, deviation: float) -> str:
    ends = words.number(rounding.percent(low)), words.number(rounding.percent(high))
    if ends[0] == ends[1]:
        return words.gettext("The visits are all at %(value)s.", value=ends[0])
    return words.gettext(
        "The visits lie between %(low)s and %(high)s; standard deviation %(deviation)s points.",
        low=ends[0],
        high=ends[1],
        deviation=words.number(rounding.percent(deviation, 1), 1),
    )


def needed(case: Case) -> int | None:
    """Visits in each wave that a change would need; None where nothing varies."""
    deviation = _spread(case).deviation
    return None if deviation is None else statistics.visits_needed(deviation, float(CHANGE))


def how_needed(words: Words) -> str:
    return words.gettext(
        "For Welch's test with this spread, from the noncentral t: two waves of equal size, power 0.8, two-sided 0.05."
    )


def _spread(case: Case) -> Spread:
    return standing.spread([visit.final for visit in case.headline_visits() if visit.final is not None])


def grounds(case: Case) -> Iterator[str]:
    """Nothing is said of times where no phone told any."""
    found = resting.grounds(case.checklist, map(snapshots.as_grounded, case.headline_visits()))
    words = case.words
    if found.evidence_share is not None:
        yield place.on_evidence(words, found.evidence_share)
    yield from place.in_store(words, found)
