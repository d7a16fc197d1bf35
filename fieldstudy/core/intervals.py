"""Which intervals say something: one rule for figures, changes and shares (docs/scoring.md)."""

from fieldstudy.core import rounding
from fieldstudy.core.statistics import Interval

LEAST_UNITS = 3
"""Below this many visits, stores or answers an interval is so wide that it says nothing."""
LOWEST_CHANGE = -1
"""A figure goes from 0 to 1, what it changes by from −1 to 1."""
PERCENT = 100


def says_something(interval: Interval | None, units: int, lowest: int = 0) -> bool:
    """`units`: of what the interval is over. One that holds the whole scale, or is as wide as it, tells nothing.

    By the whole percent that is printed, so that "0 to 100" stands nowhere, not even as 0.2 to 99.8.
    """
    if interval is None or units < LEAST_UNITS:
        return False
    low, high = (rounding.percent(end) for end in (interval.low, interval.high))
    return high - low < (1 - lowest) * PERCENT and not (low <= lowest * PERCENT and high >= PERCENT)
