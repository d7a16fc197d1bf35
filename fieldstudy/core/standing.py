"""Stores beside their network: three groups instead of a ladder, and how far visits lie apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fieldstudy.core import statistics
from fieldstudy.core.figures import Figure

LEAST_VISITS_OF_ONE = 3
"""Below this many visits, nothing is said about the visits of one fieldworker."""


class Group(StrEnum):
    ABOVE = "above"
    CANNOT_TELL = "cannot_tell"
    BELOW = "below"


@dataclass(frozen=True)
class Spread:
    """Sample standard deviation (None below two values), least and most; fractions of 1."""

    n: int
    deviation: float | None
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True)
class Heterogeneity:
    """How far visits lie apart: within stores (pooled), between the means of stores, and of fieldworkers."""

    within_stores: float | None
    between_stores: Spread
    between_fieldworkers: Spread
    fieldworkers: int


def group(score: Figure, network: Decimal | None) -> Group:
    """Above or below only where the store's whole interval lies on one side of the network's mean of store means.

    A few equal visits have an interval without width; how much chance moves them they do not show.
    """
    if score.interval is None or network is None or score.interval.low == score.interval.high:
        return Group.CANNOT_TELL
    if score.interval.low > network:
        return Group.ABOVE
    return Group.BELOW if score.interval.high < network else Group.CANNOT_TELL


def spread(values: Sequence[Decimal]) -> Spread:
    deviation = statistics.deviation([float(value) for value in values])
    return Spread(len(values), deviation, min(values, default=None), max(values, default=None))


def heterogeneity(
    by_store: Mapping[str, Sequence[Decimal]], by_fieldworker: Mapping[str, Sequence[Decimal]]
) -> Heterogeneity:
    """`within_stores` is √(Σ squares ÷ Σ (n − 1)) over the stores with two visits or more."""
    enough = {who: values for who, values in by_fieldworker.items() if len(values) >= LEAST_VISITS_OF_ONE}
    return Heterogeneity(
        statistics.pooled_deviation([[float(value) for value in values] for values in by_store.values()]),
        spread([_mean(values) for values in by_store.values() if values]),
        spread([_mean(values) for values in enough.values()]),
        len(by_fieldworker),
    )


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)
