"""Intervals, tests and quantiles in plain floats. They inform a reader and never feed back into a score."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb, floor, inf, sqrt
from statistics import mean, variance
from typing import Any

# Decimal scores become floats on the way here: a spread this small, beside the values themselves, is only rounding.
ROUNDING = 1e-12
SMALL_COUNT = 5
MOST_VISITS = 1_000


@lru_cache
def _special() -> Any:
    from scipy import special  # noqa: PLC0415 slow to load, and most pages and commands never need it

    return special


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


def wilson(yes: int, base: int, confidence: float = 0.95) -> Interval | None:
    """The score interval of a rate, as fractions (Wilson 1927); None without a base."""
    if not 0 <= yes <= base:
        raise ValueError(f"{yes} of {base} is not a rate")
    if base == 0:
        return None
    z, rate = float(_special().ndtri((1 + confidence) / 2)), yes / base
    shrink = 1 + z * z / base
    centre = (rate + z * z / (2 * base)) / shrink
    half = z * sqrt(rate * (1 - rate) / base + z * z / (4 * base * base)) / shrink
    # The ends of a rate of 0 or 1 are exact; floats would leave a dust of 1e-17.
    return Interval(0.0 if yes == 0 else centre - half, 1.0 if yes == base else centre + half)


def mean_interval(
    values: Sequence[float], confidence: float = 0.95, *, bounds: tuple[float, float] = (0.0, 1.0)
) -> Interval | None:
    """The t interval of a mean; None below two values, without width where all are equal.

    Clipped to `bounds`, but for a side on which a value lies beyond them: a bonus may lead over the whole.
    """
    if len(values) < 2:
        return None
    centre = mean(values)
    half = float(_special().stdtrit(len(values) - 1, (1 + confidence) / 2)) * sqrt(variance(values) / len(values))
    low = bounds[0] if min(values) >= bounds[0] else -inf
    high = bounds[1] if max(values) <= bounds[1] else inf
    return Interval(max(centre - half, low), min(centre + half, high))


@dataclass(frozen=True)
class MeanChange:
    """How far a mean moved, its standard error, and the degrees of freedom of that error."""

    by: float
    error: float
    freedom: float

    @property
    def p(self) -> float:
        """Two-sided, against no change."""
        return two_sided(self.by / self.error, self.freedom)

    def interval(self, confidence: float = 0.95) -> Interval:
        """It leaves out 0 exactly where p is below 1 − confidence."""
        half = float(_special().stdtrit(self.freedom, (1 + confidence) / 2)) * self.error
        return Interval(self.by - half, self.by + half)


@dataclass(frozen=True)
class CommonChange:
    """All of so many pairs moved by the same amount: no t test is possible, and their signs alone are tested."""

    by: float
    pairs: int

    @property
    def p(self) -> float:
        """Two-sided sign test, with all signs alike."""
        return 2.0 ** (1 - self.pairs)

    def interval(self) -> Interval:
        """Of the median, from the least change to the greatest; it holds 95 percent where p is below 0.05."""
        return Interval(self.by, self.by)


def welch(before: Sequence[float], after: Sequence[float]) -> MeanChange | None:
    """Two independent means with unequal variances (Welch 1947).

    None below two values on either side, and where either side does not vary: a few equal values do not show how much
    chance moves them, and the test would take them for certain.
    """
    if len(before) < 2 or len(after) < 2:
        return None
    scale = _largest([*before, *after])
    first, second = (_variance(side, scale) / len(side) for side in (before, after))
    if not first or not second:
        return None
    # Shares, not squares of the variances: squares of very small ones would become zero.
    share = first / (first + second)
    freedom = 1 / (share**2 / (len(before) - 1) + (1 - share) ** 2 / (len(after) - 1))
    return MeanChange(mean(after) - mean(before), sqrt(first + second), freedom)


def paired(before: Sequence[float], after: Sequence[float]) -> MeanChange | None:
    """The mean difference of pairs; ValueError for unequal lengths.

    None below two pairs, and where every pair differs by the same amount: as in `welch`, no test is possible.
    """
    differences = [second - first for first, second in zip(before, after, strict=True)]
    if len(differences) < 2:
        return None
    spread = _variance(differences, _largest([*before, *after]))
    if spread == 0:
        return None
    return MeanChange(mean(differences), sqrt(spread / len(differences)), len(differences) - 1)


def common(before: Sequence[float], after: Sequence[float], alpha: float = 0.05) -> CommonChange | None:
    """What all pairs moved by alike; None where they differ, where none moved, and where so few show nothing."""
    differences = [second - first for first, second in zip(before, after, strict=True)]
    if not differences or 2.0 ** (1 - len(differences)) >= alpha:
        return None
    scale = _largest([*before, *after])
    by = mean(differences)
    if _variance(differences, scale) or abs(by) <= ROUNDING * scale:
        return None
    return CommonChange(by, len(differences))


def newcombe(yes_before: int, base_before: int, yes_after: int, base_after: int) -> Interval | None:
    """95 % interval of the change of a rate, from two of Wilson's (Newcombe 1998, method 10); None without a base."""
    before, after = wilson(yes_before, base_before), wilson(yes_after, base_after)
    if before is None or after is None:
        return None
    first, second = yes_before / base_before, yes_after / base_after
    down = sqrt((second - after.low) ** 2 + (before.high - first) ** 2)
    up = sqrt((after.high - second) ** 2 + (first - before.low) ** 2)
    return Interval(second - first - down, second - first + up)


def two_rates(yes_before: int, base_before: int, yes_after: int, base_after: int) -> float | None:
    """Two-sided p of two independent rates; None without a base, and where all answers of both are the same.

    The pooled z test, or Fisher's exact test where any expected count is below 5.
    """
    yes, base = yes_before + yes_after, base_before + base_after
    if not base_before or not base_after or yes in (0, base):
        return None
    if min(yes, base - yes) * min(base_before, base_after) / base < SMALL_COUNT:
        return _fisher(yes_before, base_before, yes, base)
    rate = yes / base
    error = sqrt(rate * (1 - rate) * (1 / base_before + 1 / base_after))
    z = (yes_after / base_after - yes_before / base_before) / error
    return 2 * float(_special().ndtr(-abs(z)))


def _fisher(first: int, base_first: int, yes: int, base: int) -> float:
    """The chance of every table that is no likelier than this one, its margins given; counted in whole numbers."""
    lowest, highest = max(0, yes - (base - base_first)), min(yes, base_first)
    ways = [comb(base_first, k) * comb(base - base_first, yes - k) for k in range(lowest, highest + 1)]
    seen = ways[first - lowest]
    return sum(way for way in ways if way <= seen) / comb(base, yes)


def visits_needed(deviation: float, change: float, power: float = 0.8, alpha: float = 0.05) -> int | None:
    """How many visits each of two waves needs for Welch's test to tell `change`; None where nothing varies.

    From the noncentral t with equal sides; at most MOST_VISITS are tried.
    """
    if deviation <= 0 or change <= 0:
        return None
    return next((n for n in range(2, MOST_VISITS) if _power(n, deviation, change, alpha) >= power), MOST_VISITS)


def _power(n: int, deviation: float, change: float, alpha: float) -> float:
    freedom, shift = 2 * n - 2, change / deviation * sqrt(n / 2)
    bound = float(_special().stdtrit(freedom, 1 - alpha / 2))
    inside = _special().nctdtr(freedom, shift, bound) - _special().nctdtr(freedom, shift, -bound)
    return 1 - float(inside)


def benjamini_hochberg(p_values: Sequence[float | None], q: float = 0.10) -> list[bool]:
    """Which changes stand at a false discovery rate of `q` (1995); None, no test, stays False and does not count."""
    known = sorted(p for p in p_values if p is not None)
    standing = [p for rank, p in enumerate(known, start=1) if p <= rank / len(known) * q]
    limit = max(standing, default=None)
    return [p is not None and limit is not None and p <= limit for p in p_values]


def holm(p_values: Sequence[float | None], alpha: float = 0.05) -> list[bool]:
    """Which claims stand when the chance of even one false claim among all is `alpha` (Holm 1979); None stays False."""
    ordered = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    standing = [False] * len(p_values)
    for rank, (p, place) in enumerate(ordered):
        if p > alpha / (len(ordered) - rank):
            break
        standing[place] = True
    return standing


def deviation(values: Sequence[float]) -> float | None:
    """The sample standard deviation; None below two values."""
    return sqrt(_variance(values, _largest(values))) if len(values) > 1 else None


def pooled_deviation(groups: Sequence[Sequence[float]]) -> float | None:
    """√(Σ (n − 1)·s² ÷ Σ (n − 1)) over the groups with two values or more; None without any."""
    enough = [group for group in groups if len(group) > 1]
    freedom = sum(len(group) - 1 for group in enough)
    if not freedom:
        return None
    return sqrt(sum((len(group) - 1) * variance(group) for group in enough) / freedom)


@dataclass(frozen=True)
class Components:
    """One-way analysis of variance: what is between the groups beside what is within one.

    `between` and `within` are standard deviations; `between` is 0 where the groups differ no more than chance makes
    them. `low` and `high` are the 95 percent limits of the share of the whole variance that lies between the groups.
    """

    groups: int
    between: float
    within: float
    p: float
    low: float
    high: float


def components(groups: Sequence[Sequence[float]]) -> Components | None:
    """The variance component between groups of unequal size, (MS between − MS within) ÷ n0; limits as if all had n0.

    None below two groups, where no group has two values, and where nothing varies within any.
    """
    known = [group for group in groups if group]
    within = pooled_deviation(known)
    if len(known) < 2 or not within:
        return None
    total = sum(len(group) for group in known)
    centre = sum(map(sum, known)) / total
    top, bottom = len(known) - 1, total - len(known)
    size = (total - sum(len(group) ** 2 for group in known) / total) / top
    square = sum(len(group) * (mean(group) - centre) ** 2 for group in known) / top
    ratio = square / within**2
    low, high = (_share_between(ratio / _f_quantile(top, bottom, at), size) for at in (0.975, 0.025))
    p = float(_special().fdtrc(top, bottom, ratio))
    return Components(len(known), sqrt(max(0.0, (square - within**2) / size)), within, p, low, high)


def _f_quantile(top: int, bottom: int, at: float) -> float:
    return float(_special().fdtri(top, bottom, at))


def _share_between(ratio: float, size: float) -> float:
    return max(0.0, (ratio - 1) / (ratio - 1 + size))


def quantile(values: Sequence[float], fraction: float) -> float | None:
    """Linear between the two nearest values: type 7 of Hyndman and Fan (1996), as R and NumPy do; None if empty."""
    if not 0 <= fraction <= 1:
        raise ValueError(f"{fraction} is not a fraction of 1")
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * fraction
    low = floor(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def median(values: Sequence[float]) -> float | None:
    return quantile(values, 0.5)


def two_sided(t: float, freedom: float) -> float:
    return 2 * float(_special().stdtr(freedom, -abs(t)))


def p_of_interval(interval: Interval, value: float, against: float, freedom: int) -> float:
    """Two-sided p of a mean whose 95 percent t interval is known; of the wider side, since an end may have been cut.

    Where both were cut the interval is the whole scale and tells nothing.
    """
    half = max(value - interval.low, interval.high - value)
    if interval.low <= 0 and interval.high >= 1:
        return 1.0
    bound = float(_special().stdtrit(freedom, 0.975))
    return two_sided((value - against) * bound / half, freedom)


def _largest(values: Sequence[float]) -> float:
    return max(abs(value) for value in values)


def _variance(values: Sequence[float], scale: float) -> float:
    """Exactly 0 where the values differ by no more than the rounding of numbers as large as `scale`."""
    if max(values) - min(values) <= ROUNDING * scale:
        return 0.0
    return variance(values)
