"""Between two waves: what a test can tell, and what it cannot. All changes of one document are judged together."""

from collections.abc import Mapping, Sequence
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
    """Two figures, the p of the test between them (None: too few to test), and the interval of a change of rates."""

    before: Figure
    after: Figure
    test: Test
    p: float | None
    interval: Interval | None = None


@dataclass(frozen=True)
class Change:
    """The last wave's figure, and whether a test can tell this wave's from it; `p` for another document's family."""

    before: Figure
    verdict: Verdict
    test: Test = Test.NONE
    interval: Interval | None = None
    p: float | None = None


def of_visits(before: Figure, earlier: Sequence[Decimal], after: Figure, later: Sequence[Decimal]) -> Comparison:
    """One store's visits of two waves are different visits: Welch's test."""
    return Comparison(before, after, Test.WELCH_T, statistics.welch(_floats(earlier), _floats(later)))


def of_stores(
    before: Figure, earlier: Mapping[str, Decimal], after: Figure, later: Mapping[str, Decimal]
) -> Comparison:
    """Store means of two waves: paired on the stores that both have, which is stronger; else Welch's test."""
    same = sorted(set(earlier) & set(later))
    if len(same) > 1:
        p = statistics.paired(_floats([earlier[s] for s in same]), _floats([later[s] for s in same]))
        return Comparison(before, after, Test.PAIRED_T, p)
    return of_visits(before, list(earlier.values()), after, list(later.values()))


def of_rates(before: Figure, after: Figure) -> Comparison:
    """Two rates of answers: the pooled z test or Fisher's, and Newcombe's interval."""
    counts = (_count(before.earned), before.base, _count(after.earned), after.base)
    return Comparison(before, after, Test.RATES, statistics.two_rates(*counts), statistics.newcombe(*counts))


def judge(comparisons: Sequence[Comparison]) -> tuple[Change, ...]:
    """Benjamini–Hochberg (q = 0.10) over all that one document shows."""
    told = statistics.benjamini_hochberg([comparison.p for comparison in comparisons])
    return tuple(
        Change(comparison.before, _verdict(comparison, is_told), comparison.test, comparison.interval, comparison.p)
        for comparison, is_told in zip(comparisons, told, strict=True)
    )


def judge_anew(told: Sequence[tuple[Change, Figure]]) -> tuple[Change, ...]:
    """Changes from other documents, each with its later figure, judged together where they now stand together."""
    return judge([Comparison(change.before, now, change.test, change.p, change.interval) for change, now in told])


def _verdict(comparison: Comparison, is_told: bool) -> Verdict:
    before, after = comparison.before.value, comparison.after.value
    if comparison.p is None or before is None or after is None:
        return Verdict.TOO_FEW
    if not is_told:
        return Verdict.CANNOT_TELL
    return Verdict.BETTER if after > before else Verdict.WORSE


def _floats(values: Sequence[Decimal]) -> list[float]:
    return [float(value) for value in values]


def _count(earned: Decimal | None) -> int:
    return int(earned or 0)
