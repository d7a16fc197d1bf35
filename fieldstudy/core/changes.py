"""Between two waves: what a test can tell, and what it cannot. All changes of one document are judged together."""

from collections.abc import Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from fieldstudy.core import intervals, statistics
from fieldstudy.core.figures import Figure
from fieldstudy.core.intervals import LEAST_UNITS, LOWEST_CHANGE
from fieldstudy.core.statistics import Interval, MeanChange

ALPHA = 0.05
"""What a 95 percent interval that leaves out 0 is worth as a p."""


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
    """All values of one side are equal, so that they do not show how much chance moves them."""
    NOT_COMPARED = "not_compared"
    """The two waves did not measure the same."""


CLAIMS = (Verdict.BETTER, Verdict.WORSE)


@dataclass(frozen=True)
class Comparison:
    """Two figures and the p of the test between them (None: not tested, and `untested` says why).

    `direction` is +1 for better, −1 for worse, and 0 where what was tested moved another way than what is printed:
    stores that both waves have may rise while the mean of all stores falls. `interval`: of the change that was tested.
    """

    before: Figure
    after: Figure
    test: Test
    p: float | None
    direction: int
    interval: Interval | None = None
    untested: Verdict = Verdict.TOO_FEW
    is_part: bool = False
    """Both figures are over a part of what was asked, and not those that are printed."""


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
    def is_claimed(self) -> bool:
        return self.verdict in CLAIMS

    @property
    def printed_before(self) -> Figure | None:
        """What may stand beside this wave's printed figure."""
        return self.before if self.now is None and self.verdict != Verdict.NOT_COMPARED else None


def not_compared(before: Figure) -> Change:
    return Change(replace(before, value=None, interval=None), Verdict.NOT_COMPARED)


def of_visits(before: Figure, earlier: Sequence[Decimal], after: Figure, later: Sequence[Decimal]) -> Comparison:
    """One store's visits of two waves are different visits: Welch's test."""
    found = statistics.welch(_floats(earlier), _floats(later))
    return _of_means(before, after, found, _direction(before, after), (earlier, later))


def of_stores(
    before: Figure,
    earlier: Mapping[str, Decimal],
    after: Figure,
    later: Mapping[str, Decimal],
    less_is_better: bool = False,
) -> Comparison:
    """Store means of two waves: paired on the stores that both have, which is stronger; else Welch's test.

    Pairs that all moved alike have no spread to test with. From six on their signs are tested; of fewer, or where none
    moved, the stores of each wave may still differ among themselves, and Welch's test asks less than pairs would.
    """
    same = sorted(set(earlier) & set(later))
    was, now = (_floats([wave[store] for store in same]) for wave in (earlier, later))
    pairs = {Test.PAIRED_T: statistics.paired(was, now), Test.SIGNS: statistics.common(was, now)}
    for test, found in pairs.items():
        if found is not None and len(same) >= LEAST_UNITS:
            rise = sum((later[store] - earlier[store] for store in same), Decimal(0))
            direction = _direction(before, after, less_is_better, rise)
            return Comparison(before, after, test, found.p, direction, found.interval())
    found = statistics.welch(_floats(earlier.values()), _floats(later.values()))
    direction = _direction(before, after, less_is_better, _mean(later) - _mean(earlier))
    return _of_means(before, after, found, direction, (earlier, later))


def _mean(values: Mapping[str, Decimal]) -> Decimal:
    return sum(values.values(), Decimal(0)) / len(values) if values else Decimal(0)


def _of_means(
    before: Figure, after: Figure, found: MeanChange | None, direction: int, sides: Iterable[Sized]
) -> Comparison:
    """By Welch's test; `sides`: what it was made of, to say why there is none."""
    least = min(len(side) for side in sides)
    if found is not None and least >= LEAST_UNITS:
        return Comparison(before, after, Test.WELCH_T, found.p, direction, found.interval())
    is_unvaried = found is None and least > 1
    untested = Verdict.NO_VARIATION if is_unvaried else Verdict.TOO_FEW
    return Comparison(before, after, Test.WELCH_T, None, direction, untested=untested)


def of_rates(before: Figure, after: Figure, less_is_better: bool = False) -> Comparison:
    """Two rates of answers: the pooled z test or Fisher's, and Newcombe's interval."""
    direction = _direction(before, after, less_is_better)
    if min(before.base, after.base) < LEAST_UNITS:
        return Comparison(before, after, Test.RATES, None, direction, untested=Verdict.TOO_FEW)
    counts = (_count(before.earned), before.base, _count(after.earned), after.base)
    p, interval = statistics.two_rates(*counts), statistics.newcombe(*counts)
    return Comparison(before, after, Test.RATES, p, direction, interval, untested=Verdict.NO_VARIATION)


def _direction(before: Figure, after: Figure, less_is_better: bool = False, tested: Decimal | None = None) -> int:
    """`tested`: by how much rose what the test looked at, where that is not the printed figure itself."""
    if before.value is None or after.value is None:
        return 0
    printed = after.value - before.value
    if printed * (printed if tested is None else tested) <= 0:
        return 0
    return 1 if (printed > 0) != less_is_better else -1


def is_comparable(before: Figure, after: Figure) -> bool:
    """Is there a value at all? What has none in either wave did not change, and nothing can be shown of it."""
    return before.value is not None or after.value is not None


def judge(comparisons: Sequence[Comparison]) -> tuple[Change, ...]:
    """One rule: Benjamini–Hochberg (q = 0.10) over all that one document shows, and an interval that leaves out 0."""
    told = statistics.benjamini_hochberg([comparison.p for comparison in comparisons])
    return tuple(
        Change(
            one.before,
            _verdict(one, is_told),
            one.test,
            one.interval,
            one.p,
            one.direction,
            one.after if one.is_part else None,
        )
        for one, is_told in zip(comparisons, told, strict=True)
    )


def judge_anew(told: Sequence[tuple[Change, Figure]]) -> tuple[Change, ...]:
    """Changes from other documents, each with its later figure, judged together where they now stand together."""
    compared = [_as_compared(change, now) for change, now in told if change.verdict != Verdict.NOT_COMPARED]
    judged = iter(judge(compared))
    return tuple(change if change.verdict == Verdict.NOT_COMPARED else next(judged) for change, _ in told)


def _as_compared(change: Change, now: Figure) -> Comparison:
    untested = Verdict.NO_VARIATION if change.verdict == Verdict.NO_VARIATION else Verdict.TOO_FEW
    return Comparison(
        change.before,
        change.now or now,
        change.test,
        change.p,
        change.direction,
        change.interval,
        untested,
        is_part=change.now is not None,
    )


def _verdict(comparison: Comparison, is_told: bool) -> Verdict:
    if comparison.before.value is None or comparison.after.value is None:
        return Verdict.TOO_FEW
    if comparison.p is None:
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
