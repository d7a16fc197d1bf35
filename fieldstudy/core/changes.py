"""Between two waves: what a test can tell, and what it cannot. All changes of one document are judged together."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from fieldstudy.core import intervals, statistics
from fieldstudy.core.figures import EQUAL, Figure
from fieldstudy.core.intervals import LEAST_UNITS, LOWEST_CHANGE
from fieldstudy.core.statistics import Interval

ALPHA = 0.05
"""What a 95 percent interval that leaves out 0 is worth as a p."""
HALF_A_POINT = 0.005


class Test(StrEnum):
    __test__ = False

    PAIRED_T = "paired_t"
    SIGNS = "signs"
    """All stores moved by the same amount."""
    WELCH_T = "welch_t"
    RATES = "two_rates"
    NONE = "none"


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    CANNOT_TELL = "cannot_tell"
    TOO_FEW = "too_few"
    NO_VARIATION = "no_variation"
    """All visits of one side are equal, or all stores moved alike: they do not show how much chance moves them."""
    CONFLICT = "conflict"
    """All answers together and the stores one by one do not agree: neither is claimed."""
    NOT_COMPARED = "not_compared"
    """The two waves did not measure the same, or not in the same stores."""


CLAIMS = (Verdict.BETTER, Verdict.WORSE)


@dataclass(frozen=True)
class Overlap:
    """How many stores two waves have in common, how many are new in the later one, and how many it has no more."""

    both: int
    new: int = 0
    gone: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.new and not self.gone

    @property
    def is_enough(self) -> bool:
        return self.both >= LEAST_UNITS

    @property
    def is_compared(self) -> bool:
        """One or two stores are, too, where both waves have these and no others."""
        return self.is_enough or self.is_whole


def overlap(earlier: Collection[str], later: Collection[str]) -> Overlap:
    both = len(set(earlier) & set(later))
    return Overlap(both, len(later) - both, len(earlier) - both)


@dataclass(frozen=True)
class Comparison:
    """Two figures and the p of the test between them (None: not tested, and `untested` says why).

    `direction` is +1 for better, −1 for worse, and 0 where nothing moved, or not as the test of the stores has it.
    `interval`: of the change that was tested.
    """

    before: Figure
    after: Figure
    test: Test
    p: float | None
    direction: int
    interval: Interval | None = None
    untested: Verdict = Verdict.TOO_FEW
    is_part: bool = False
    """Both figures are over a part of what was asked, or of the stores, and not those that are printed."""
    overlap: Overlap | None = None
    """Of the stores of a network."""


@dataclass(frozen=True)
class Change:
    """The last wave's figure, and whether a test can tell this wave's from it; `p` and `direction` of the test.

    `interval`: between what bounds the change may lie (95 percent). Editions of before 0.4 kept it for rates only.
    """

    before: Figure
    verdict: Verdict
    test: Test = Test.NONE
    interval: Interval | None = None
    p: float | None = None
    direction: int = 0
    now: Figure | None = None
    """The later figure, where the two are over a part only and it is not the one that is printed."""
    overlap: Overlap | None = None
    """Of the stores of a network: `both` are compared. Editions of before 0.4 compared other stores too."""

    @property
    def telling_interval(self) -> Interval | None:
        """The only one that is printed; an older edition may have kept one that says nothing."""
        is_telling = intervals.says_something(self.interval, self.before.interval_units, LOWEST_CHANGE)
        return self.interval if is_telling else None

    @property
    def is_unvaried(self) -> bool:
        """Not tested, because nothing varies: neither that it changed can be said, nor that no change is to be seen."""
        return self.verdict == Verdict.NO_VARIATION

    @property
    def is_alike(self) -> bool:
        """Did all stores move by the same amount? By 0 where there is no direction; fewer than six are not tested."""
        # Tested, all of them moved some way: what has none was frozen when a conflict had no name of its own.
        is_among_many = self.verdict == Verdict.CANNOT_TELL and self.direction != 0
        return self.test == Test.SIGNS and (self.is_unvaried or is_among_many)

    @property
    def is_over_common_stores(self) -> bool:
        return self.now is not None and self.overlap is not None and not self.overlap.is_whole

    @property
    def is_claimed(self) -> bool:
        return self.verdict in CLAIMS

    @property
    def printed_before(self) -> Figure | None:
        """What may stand beside this wave's printed figure."""
        return self.before if self.now is None and self.verdict != Verdict.NOT_COMPARED else None


def not_compared(before: Figure, stores: Overlap | None = None) -> Change:
    return Change(replace(before, value=None, interval=None), Verdict.NOT_COMPARED, overlap=stores)


def of_visits(before: Figure, earlier: Sequence[Decimal], after: Figure, later: Sequence[Decimal]) -> Comparison:
    """One store's visits of two waves are different visits: Welch's test."""
    found, direction = statistics.welch(_floats(earlier), _floats(later)), _direction(before, after)
    least = min(len(earlier), len(later))
    if found is not None and least >= LEAST_UNITS:
        return Comparison(before, after, Test.WELCH_T, found.p, direction, found.interval())
    is_unvaried = found is None and least > 1
    untested = Verdict.NO_VARIATION if is_unvaried else Verdict.TOO_FEW
    return Comparison(before, after, Test.WELCH_T, None, direction, untested=untested)


def of_stores(
    before: Figure,
    earlier: Mapping[str, Figure],
    after: Figure,
    later: Mapping[str, Figure],
    pool: Callable[[Sequence[Figure]], Figure],
    less_is_better: bool = False,
) -> Comparison:
    """Of a network: the stores that have a figure in both waves, each compared with itself, and no others.

    Where a wave has others too, `pool` makes the two figures of those stores alone, so that what is tested is what is
    shown. Fewer than three are not compared.
    """
    same = sorted(set(earlier) & set(later))
    stores = overlap(earlier, later)
    is_part = stores.is_enough and not stores.is_whole
    was, now = ([wave[store] for store in same] for wave in (earlier, later))
    if is_part:
        before, after = pool(was), pool(now)
    found = _in_pairs(before, was, after, now, less_is_better)
    if not stores.is_compared:
        found = replace(found, untested=Verdict.NOT_COMPARED)
    return replace(found, is_part=is_part, overlap=stores)


def _in_pairs(
    before: Figure, was: Sequence[Figure], after: Figure, now: Sequence[Figure], less_is_better: bool
) -> Comparison:
    """Pairs that all moved by the same amount have no spread to test with: from six on, their signs are tested."""
    first, second = (_floats(figure.value for figure in side if figure.value is not None) for side in (was, now))
    direction = _direction(before, after, less_is_better)
    if len(first) < LEAST_UNITS:
        return Comparison(before, after, Test.NONE, None, direction)
    pairs = {Test.PAIRED_T: statistics.paired(first, second), Test.SIGNS: statistics.common(first, second)}
    test, found = next(((test, one) for test, one in pairs.items() if one is not None), (Test.SIGNS, None))
    by = _mean(second) - _mean(first)
    interval = found.interval() if found is not None else Interval(by, by)
    if not _holds(interval, before, after):
        # A rate counts answers, the test counts stores: where the two do not agree, neither is told.
        return Comparison(before, after, test, found.p if found else None, 0, untested=Verdict.CONFLICT)
    if test == Test.SIGNS:
        direction = _sign(by, less_is_better)
    if found is None:
        return Comparison(before, after, test, None, direction, untested=Verdict.NO_VARIATION)
    return Comparison(before, after, test, found.p, direction, interval)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _holds(interval: Interval, before: Figure, after: Figure) -> bool:
    """Is the difference that is printed beside the interval one of those that it allows?"""
    difference = float((after.value or 0) - (before.value or 0))
    return interval.low - HALF_A_POINT <= difference <= interval.high + HALF_A_POINT


def of_rates(before: Figure, after: Figure, less_is_better: bool = False) -> Comparison:
    """Two rates of answers: the pooled z test or Fisher's, and Newcombe's interval."""
    direction = _direction(before, after, less_is_better)
    if min(before.base, after.base) < LEAST_UNITS:
        return Comparison(before, after, Test.RATES, None, direction, untested=Verdict.TOO_FEW)
    counts = (_count(before.earned), before.base, _count(after.earned), after.base)
    p, interval = statistics.two_rates(*counts), statistics.newcombe(*counts)
    return Comparison(before, after, Test.RATES, p, direction, interval, untested=Verdict.NO_VARIATION)


def _direction(before: Figure, after: Figure, less_is_better: bool = False) -> int:
    if before.value is None or after.value is None:
        return 0
    return _sign(float(after.value - before.value), less_is_better)


def _sign(difference: float, less_is_better: bool) -> int:
    if abs(difference) <= EQUAL:
        return 0
    return 1 if (difference > 0) != less_is_better else -1


def is_comparable(before: Figure, after: Figure) -> bool:
    """Is there a value at all? What has none in either wave did not change, and nothing can be shown of it."""
    return before.value is not None or after.value is not None


def judge(comparisons: Sequence[Comparison]) -> tuple[Change, ...]:
    """One rule: Benjamini–Hochberg (q = 0.10) over all that one document shows, and an interval that leaves out 0."""
    told = statistics.benjamini_hochberg([comparison.p for comparison in comparisons])
    return tuple(_judged(one, is_told) for one, is_told in zip(comparisons, told, strict=True))


def _judged(one: Comparison, is_told: bool) -> Change:
    verdict, now = _verdict(one, is_told), one.after if one.is_part else None
    if verdict == Verdict.NOT_COMPARED:
        return not_compared(one.before, one.overlap)
    return Change(one.before, verdict, one.test, one.interval, one.p, one.direction, now, one.overlap)


def judge_anew(told: Sequence[tuple[Change, Figure]]) -> tuple[Change, ...]:
    """Changes from other documents, each with its later figure, judged together where they now stand together."""
    compared = [_as_compared(change, now) for change, now in told if change.verdict != Verdict.NOT_COMPARED]
    judged = iter(judge(compared))
    return tuple(change if change.verdict == Verdict.NOT_COMPARED else next(judged) for change, _ in told)


def _as_compared(change: Change, now: Figure) -> Comparison:
    untested = Verdict.TOO_FEW if change.is_claimed else change.verdict
    return Comparison(
        change.before,
        change.now or now,
        change.test,
        change.p,
        change.direction,
        change.interval,
        untested,
        is_part=change.now is not None,
        overlap=change.overlap,
    )


def _verdict(comparison: Comparison, is_told: bool) -> Verdict:
    if comparison.before.value is None or comparison.after.value is None:
        return Verdict.TOO_FEW
    if comparison.p is None or comparison.untested == Verdict.CONFLICT:
        return comparison.untested
    if not is_told or not comparison.direction or not _leaves_out_zero(comparison):
        return Verdict.CANNOT_TELL
    return Verdict.BETTER if comparison.direction > 0 else Verdict.WORSE


def _leaves_out_zero(comparison: Comparison) -> bool:
    """A change that an older edition froze has no interval of means; that of a t test leaves out 0 below p = 0.05."""
    if comparison.interval is None:
        return comparison.p is not None and comparison.p < ALPHA
    return comparison.interval.low > 0 or comparison.interval.high < 0


def _floats(values: Iterable[Decimal]) -> list[float]:
    return [float(value) for value in values]


def _count(earned: Decimal | None) -> int:
    return int(earned or 0)
