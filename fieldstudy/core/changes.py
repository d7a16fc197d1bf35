"""Between two waves: what a test can tell, and what it cannot. All changes of one document are judged together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fieldstudy.core import statistics
from fieldstudy.core.figures import Figure
from fieldstudy.core.statistics import Interval


class Test(StrEnum):
    __test__ = False

    PAIRED_T = "paired_t"
    WELCH_T = "welch_t"
    RATES = "two_rates"
    NONE = "none"


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    CANNOT_TELL = "cannot_tell"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Comparison:
    """Two figures and the p of the test between them (None: too few to test).

    `direction` is +1 for better, −1 for worse, and 0 where what was tested moved another way than what is printed:
    stores that both waves have may rise while the mean of all stores falls. `interval`: of a change of rates.
    """

    before: Figure
    after: Figure
    test: Test
    p: float | None
    direction: int
    interval: Interval | None = None


@dataclass(frozen=True)
class Change:
    """The last wave's figure, and whether a test can tell this wave's from it; `p` and `direction` of the test."""

    before: Figure
    verdict: Verdict
    test: Test = Test.NONE
    interval: Interval | None = None
    p: float | None = None
    direction: int = 0


def of_visits(before: Figure, earlier: Sequence[Decimal], after: Figure, later: Sequence[Decimal]) -> Comparison:
    """One store's visits of two waves are different visits: Welch's test."""
    p = statistics.welch(_floats(earlier), _floats(later))
    return Comparison(before, after, Test.WELCH_T, p, _direction(before, after))


def of_stores(
    before: Figure,
    earlier: Mapping[str, Decimal],
    after: Figure,
    later: Mapping[str, Decimal],
    less_is_better: bool = False,
) -> Comparison:
    """Store means of two waves: paired on the stores that both have, which is stronger; else Welch's test."""
    same = sorted(set(earlier) & set(later))
    if len(same) > 1:
        p = statistics.paired(_floats([earlier[s] for s in same]), _floats([later[s] for s in same]))
        rise = sum((later[s] - earlier[s] for s in same), Decimal(0))
        return Comparison(before, after, Test.PAIRED_T, p, _direction(before, after, less_is_better, rise))
    p = statistics.welch(_floats(earlier.values()), _floats(later.values()))
    return Comparison(before, after, Test.WELCH_T, p, _direction(before, after, less_is_better))


def of_rates(before: Figure, after: Figure, less_is_better: bool = False) -> Comparison:
    """Two rates of answers: the pooled z test or Fisher's, and Newcombe's interval."""
    counts = (_count(before.earned), before.base, _count(after.earned), after.base)
    p, interval = statistics.two_rates(*counts), statistics.newcombe(*counts)
    return Comparison(before, after, Test.RATES, p, _direction(before, after, less_is_better), interval)


def _direction(before: Figure, after: Figure, less_is_better: bool = False, tested: Decimal | None = None) -> int:
    """`tested`: by how much rose what the test looked at, where that is not the printed figure itself."""
    if before.value is None or after.value is None:
        return 0
    printed = after.value - before.value
    if printed * (printed if tested is None else tested) <= 0:
        return 0
    return 1 if (printed > 0) != less_is_better else -1


def judge(comparisons: Sequence[Comparison]) -> tuple[Change, ...]:
    """Benjamini–Hochberg (q = 0.10) over all that one document shows."""
    told = statistics.benjamini_hochberg([comparison.p for comparison in comparisons])
    return tuple(
        Change(one.before, _verdict(one, is_told), one.test, one.interval, one.p, one.direction)
        for one, is_told in zip(comparisons, told, strict=True)
    )


def judge_anew(told: Sequence[tuple[Change, Figure]]) -> tuple[Change, ...]:
    """Changes from other documents, each with its later figure, judged together where they now stand together."""
    return judge([Comparison(c.before, now, c.test, c.p, c.direction, c.interval) for c, now in told])


def _verdict(comparison: Comparison, is_told: bool) -> Verdict:
    if comparison.p is None or comparison.before.value is None or comparison.after.value is None:
        return Verdict.TOO_FEW
    if not is_told or not comparison.direction:
        return Verdict.CANNOT_TELL
    return Verdict.BETTER if comparison.direction > 0 else Verdict.WORSE


def _floats(values: Iterable[Decimal]) -> list[float]:
    return [float(value) for value in values]


def _count(earned: Decimal | None) -> int:
    return int(earned or 0)
