"""Stores beside their network: three groups instead of a ladder, and how far visits lie apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import sqrt

from fieldstudy.core import statistics
from fieldstudy.core.statistics import Components

LEAST_VISITS_OF_ONE = 3
"""Below this many visits, nothing is said about the visits of one fieldworker."""


FALSE_CLAIM = 0.025
"""The chance that in a network of equal stores even one is put above or below."""


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
    """How far visits lie apart: within stores (pooled), between the means of stores, and of fieldworkers.

    The means of stores carry the chance of their visits; `stores` and `people` say what is left without it. They are
    None where it cannot be taken out, and in editions of before 0.4.
    """

    within_stores: float | None
    between_stores: Spread
    between_fieldworkers: Spread
    fieldworkers: int
    stores: Components | None = None
    people: Components | None = None


def groups(by_store: Mapping[str, Sequence[Decimal]]) -> dict[str, Group]:
    """Each store against the mean of the others, from the final scores of its visits.

    Above or below only where two things agree: the store's own 95 percent interval leaves out that mean, and a test
    with the spread of the visits of all stores stands among as many tests as there are stores (Holm). The first alone
    fails where many stores are looked at, the second where one store is far less steady than the others.
    """
    network = _Network({code: [float(value) for value in values] for code, values in by_store.items() if values})
    stand = statistics.holm([network.p(code) for code in network.means], FALSE_CLAIM)
    told = {code for code, stands in zip(network.means, stand, strict=True) if stands and network.is_clear(code)}
    return {code: network.side(code) if code in told else Group.CANNOT_TELL for code in by_store}


class _Network:
    """Stores by code; every one is held against the mean of the means of the others."""

    def __init__(self, values: Mapping[str, Sequence[float]]) -> None:
        self._values = values
        self.means = {code: sum(own) / len(own) for code, own in values.items()}
        self._sum, self._noise = sum(self.means.values()), sum(1 / len(own) for own in values.values())
        self._within = statistics.pooled_deviation(list(values.values()))
        self._freedom = sum(map(len, values.values())) - len(values)

    def others(self, code: str) -> float:
        return (self._sum - self.means[code]) / (len(self.means) - 1)

    def side(self, code: str) -> Group:
        return Group.ABOVE if self.means[code] > self.others(code) else Group.BELOW

    def p(self, code: str) -> float | None:
        """None for a store alone, and where the visits of no store vary."""
        if len(self.means) < 2 or not self._within:
            return None
        own = 1 / len(self._values[code])
        error = self._within * sqrt(own + (self._noise - own) / (len(self.means) - 1) ** 2)
        return statistics.two_sided((self.means[code] - self.others(code)) / error, self._freedom)

    def is_clear(self, code: str) -> bool:
        """A few equal visits have an interval without width; how much chance moves them they do not show."""
        interval = statistics.mean_interval(self._values[code])
        if interval is None or interval.low == interval.high:
            return False
        return not interval.low <= self.others(code) <= interval.high


def spread(values: Sequence[Decimal]) -> Spread:
    deviation = statistics.deviation([float(value) for value in values])
    return Spread(len(values), deviation, min(values, default=None), max(values, default=None))


def heterogeneity(
    by_store: Mapping[str, Sequence[Decimal]], by_fieldworker: Mapping[str, Sequence[Decimal]]
) -> Heterogeneity:
    """`within_stores` is √(Σ squares ÷ Σ (n − 1)) over the stores with two visits or more."""
    enough = {who: values for who, values in by_fieldworker.items() if len(values) >= LEAST_VISITS_OF_ONE}
    stores, people = (_floats(values) for values in (by_store, enough))
    return Heterogeneity(
        statistics.pooled_deviation(stores),
        spread([_mean(values) for values in by_store.values() if values]),
        spread([_mean(values) for values in enough.values()]),
        len(by_fieldworker),
        statistics.components(stores),
        statistics.components(people),
    )


def _floats(groups: Mapping[str, Sequence[Decimal]]) -> list[list[float]]:
    return [[float(value) for value in values] for values in groups.values()]


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)
