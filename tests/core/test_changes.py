"""Verdicts between waves; the p-values themselves are held to scipy and statsmodels elsewhere."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from scipy import stats

from fieldstudy.core import changes, figures
from fieldstudy.core.changes import Overlap, Test, Verdict
from fieldstudy.core.figures import Figure

EARLIER = {"a": "0.60", "b": "0.40", "c": "0.80", "d": "0.20"}
LATER = {"a": "0.66", "b": "0.45", "c": "0.87", "d": "0.26"}


def mean(stores: Sequence[Figure]) -> Figure:
    return figures.mean_of_stores([figure.value for figure in stores if figure.value is not None])


def of_stores(earlier: dict[str, str], later: dict[str, str]) -> changes.Comparison:
    first, second = (
        {name: figures.mean_of_visits([Decimal(value)]) for name, value in wave.items()} for wave in (earlier, later)
    )
    return changes.of_stores(mean(list(first.values())), first, mean(list(second.values())), second, mean)


def of_rates(earlier: dict[str, tuple[int, int]], later: dict[str, tuple[int, int]]) -> changes.Comparison:
    """Yes and no of each store."""
    first, second = ({name: figures.rate(*counts) for name, counts in wave.items()} for wave in (earlier, later))
    before, after = (figures.network_rate(list(wave.values())) for wave in (first, second))
    return changes.of_stores(before, first, after, second, figures.network_rate)


def test_the_same_stores_are_paired() -> None:
    found = of_stores(EARLIER, LATER)
    expected = stats.ttest_rel([0.60, 0.40, 0.80, 0.20], [0.66, 0.45, 0.87, 0.26]).pvalue
    assert (found.test, found.p) == (Test.PAIRED_T, pytest.approx(expected))


def test_pairing_tells_what_two_separate_means_could_not() -> None:
    (change,) = changes.judge([of_stores(EARLIER, LATER)])
    apart = stats.ttest_ind([0.60, 0.40, 0.80, 0.20], [0.66, 0.45, 0.87, 0.26], equal_var=False)
    assert (change.verdict, apart.pvalue > 0.7) == (Verdict.BETTER, True)


def moved(by: str, stores: int, spread: str = "0") -> changes.Comparison:
    """Stores at 0.20, and each a spread above the one before, all moved by the same amount."""
    earlier = {f"s{i}": str(Decimal("0.2") + i * Decimal(spread)) for i in range(stores)}
    return of_stores(earlier, {name: str(Decimal(value) + Decimal(by)) for name, value in earlier.items()})


@pytest.mark.parametrize(("stores", "p"), [(6, 0.03125), (7, 0.015625), (12, 1 / 2048)])
def test_stores_that_all_moved_alike_are_told_by_their_signs(stores: int, p: float) -> None:
    found = moved("0.5", stores)
    assert p == pytest.approx(stats.binomtest(stores, stores).pvalue)
    assert (found.test, found.p) == (Test.SIGNS, pytest.approx(p))
    assert changes.judge([found])[0].verdict == Verdict.BETTER
    assert changes.judge([moved("-0.2", stores)])[0].verdict == Verdict.WORSE


@pytest.mark.parametrize("spread", ["0", "0.05"])
@pytest.mark.parametrize("stores", [3, 5])
def test_fewer_than_six_that_all_moved_alike_show_nothing(stores: int, spread: str) -> None:
    """The sign test of five cannot fall below 0.0625, however much the stores differ among themselves."""
    (change,) = changes.judge([moved("0.5", stores, spread)])
    assert (change.verdict, change.p, change.direction, change.is_alike) == (Verdict.NO_VARIATION, None, 1, True)


@pytest.mark.parametrize("spread", ["0", "0.01"])
def test_stores_that_did_not_move_are_no_claim(spread: str) -> None:
    (change,) = changes.judge([moved("0", 12, spread)])
    assert (change.verdict, change.p, change.direction, change.is_alike) == (Verdict.NO_VARIATION, None, 0, True)


SAME = {f"S{number}": f"0.{40 + 5 * number}" for number in range(5)}
"""Five stores from 40 to 60: their mean is 50."""


def test_new_stores_make_nothing_of_the_old_ones_better() -> None:
    """Five stores that did not move, and fifteen new ones at 93.75: the mean of all goes from 50 to 82.8."""
    found = of_stores(SAME, SAME | {f"N{number}": "0.9375" for number in range(15)})
    (change,) = changes.judge([found])
    assert change.overlap == Overlap(5, new=15)
    assert (change.before.value, change.now and change.now.value) == (Decimal("0.5"), Decimal("0.5"))
    assert (change.verdict, change.direction, change.interval) == (Verdict.NO_VARIATION, 0, None)
    assert change.printed_before is None


def test_the_interval_is_of_the_stores_whose_difference_stands_beside_it() -> None:
    """Changes of 6, 5, 7 and 6 points: 6.0 ± 3.182 · 0.8165 ÷ 2 = 4.7 to 7.3; the mean of all rises from 50 to 78."""
    (change,) = changes.judge([of_stores(EARLIER, LATER | {f"N{number}": "0.9" for number in range(5)})])
    assert change.now is not None
    assert change.now.value is not None
    assert change.before.value is not None
    assert change.interval is not None
    assert change.now.value - change.before.value == Decimal("0.06")
    assert (round(change.interval.low, 3), round(change.interval.high, 3)) == (0.047, 0.073)
    assert (change.verdict, change.overlap) == (Verdict.BETTER, Overlap(4, new=5))


def test_a_fall_of_the_same_stores_is_told_beside_better_new_ones() -> None:
    """Seven that all fell by 12.5 points, sign test 2 ÷ 2⁷ = 0.0156; twelve new ones lift the mean of all."""
    earlier = {f"S{number}": str(Decimal("0.40") + number * Decimal("0.05")) for number in range(7)}
    fallen = {name: str(Decimal(value) - Decimal("0.125")) for name, value in earlier.items()}
    (change,) = changes.judge([of_stores(earlier, fallen | {f"N{number}": "0.95" for number in range(12)})])
    assert (change.test, change.p, change.verdict) == (Test.SIGNS, pytest.approx(0.015625), Verdict.WORSE)
    assert change.interval is not None
    assert (change.interval.low, change.interval.high) == pytest.approx((-0.125, -0.125))


@pytest.mark.parametrize("both", [0, 1, 2])
def test_fewer_than_three_stores_of_both_waves_are_not_compared(both: int) -> None:
    kept = dict(list(LATER.items())[:both])
    (change,) = changes.judge([of_stores(EARLIER, kept | {"x": "0.5", "y": "0.7", "z": "0.9"})])
    assert (change.verdict, change.test, change.p, change.now) == (Verdict.NOT_COMPARED, Test.NONE, None, None)
    assert (change.before.value, change.overlap) == (None, Overlap(both, new=3, gone=4 - both))


def test_what_was_not_compared_is_not_compared_among_others_either() -> None:
    (change,) = changes.judge([of_stores(EARLIER, {"x": "0.5"})])
    assert changes.judge_anew([(change, mean([figures.rate(1, 1)]))]) == (change,)


def test_a_part_of_the_stores_is_judged_anew_as_that_part() -> None:
    (change,) = changes.judge([of_stores(EARLIER, LATER | {"x": "0.5"})])
    assert changes.judge_anew([(change, mean([figures.rate(1, 1)]))]) == (change,)


def test_a_rate_is_of_the_answers_of_the_same_stores() -> None:
    """Of three stores 12 of 24 and then 18 of 24; a fourth with 40 answers is new. 20, 25 and 30 points: 25 ± 12.4."""
    before = {"a": (5, 5), "b": (4, 4), "c": (5, 5)}
    after = {"a": (7, 3), "b": (6, 2), "c": (8, 2)}
    (change,) = changes.judge([of_rates(before, after | {"new": (0, 40)})])
    assert change.now is not None
    assert change.interval is not None
    assert [(one.earned, one.possible) for one in (change.before, change.now)] == [(14, 28), (21, 28)]
    assert (round(change.interval.low, 3), round(change.interval.high, 3)) == (0.126, 0.374)
    assert change.verdict == Verdict.BETTER


def test_a_rate_that_rose_over_all_answers_and_in_no_store_is_not_told() -> None:
    """Every store answers as before, and the best one more often: 12 of 22 is 55, 102 of 112 is 91."""
    before = {"a": (10, 0), "b": (1, 9), "c": (1, 1)}
    (change,) = changes.judge([of_rates(before, before | {"a": (100, 0)})])
    assert (change.verdict, change.interval, change.direction, change.is_alike) == (Verdict.CONFLICT, None, 0, False)


def test_a_rate_that_rose_over_all_answers_and_fell_in_the_stores_is_not_told() -> None:
    """Four stores fall from 50 to 40, 39, 41 and 40; the fifth, from 90 to 89, has most answers of the second wave."""
    before = {"a": (50, 50), "b": (50, 50), "c": (50, 50), "d": (50, 50), "e": (90, 10)}
    after = {"a": (40, 60), "b": (39, 61), "c": (41, 59), "d": (40, 60), "e": (890, 110)}
    (change,) = changes.judge([of_rates(before, after)])
    assert change.p is not None
    assert change.p < 0.02
    assert (change.verdict, change.interval) == (Verdict.CONFLICT, None)


def test_more_visits_of_the_best_stores_make_no_change_alike() -> None:
    """Three stores stay at 100 and three at 0; 9 of 18 are then 27 of 36, which no store did."""
    before = dict.fromkeys("abc", (3, 0)) | dict.fromkeys("def", (0, 3))
    (change,) = changes.judge([of_rates(before, before | dict.fromkeys("abc", (9, 0)))])
    assert (change.test, change.p, change.verdict) == (Test.SIGNS, None, Verdict.CONFLICT)
    assert (change.is_alike, change.is_unvaried, change.interval) == (False, False, None)


def test_a_fall_of_every_store_under_a_rate_that_rose_is_a_conflict() -> None:
    """−10, −10, −15, −20, −20 and −20 points: −15.8 ± 2.571 · 4.916 ÷ √6 = −21.0 to −10.7; 22 of 30, then 57 of 75."""
    before = {"a": (5, 0), "b": (5, 0), "c": (5, 0), "d": (2, 3), "e": (2, 3), "f": (3, 2)}
    after = {"a": (18, 2), "b": (18, 2), "c": (17, 3), "d": (1, 4), "e": (1, 4), "f": (2, 3)}
    (change,) = changes.judge([of_rates(before, after)])
    assert (change.test, change.verdict, change.direction) == (Test.PAIRED_T, Verdict.CONFLICT, 0)
    assert change.p == pytest.approx(stats.ttest_1samp([-0.1, -0.1, -0.15, -0.2, -0.2, -0.2], 0).pvalue)
    assert changes.judge_anew([(change, figures.rate(57, 18))])[0].verdict == Verdict.CONFLICT


def test_stores_that_moved_alike_and_a_rate_that_moved_as_much_are_alike() -> None:
    """Each of three stores from 2 to 4 of 8: 6 of 24, then 12 of 24, 25 points as in each store."""
    (change,) = changes.judge([of_rates(dict.fromkeys("abc", (2, 6)), dict.fromkeys("abc", (4, 4)))])
    assert (change.verdict, change.direction, change.is_alike) == (Verdict.NO_VARIATION, 1, True)
    (change,) = changes.judge([of_rates(dict.fromkeys("abc", (2, 6)), dict.fromkeys("abc", (2, 6)))])
    assert (change.verdict, change.direction, change.is_alike) == (Verdict.NO_VARIATION, 0, True)


def test_one_visit_on_a_side_is_too_few() -> None:
    before, after = figures.mean_of_visits([Decimal("0.5")]), figures.mean_of_visits([Decimal("0.9"), Decimal("0.8")])
    found = changes.of_visits(before, [Decimal("0.5")], after, [Decimal("0.9"), Decimal("0.8")])
    assert changes.judge([found])[0].verdict == Verdict.TOO_FEW


@pytest.mark.parametrize(
    ("later", "verdict"),
    [
        (["0.91", "0.93", "0.92", "0.94"], Verdict.BETTER),
        (["0.11", "0.13", "0.12", "0.14"], Verdict.WORSE),
        (["0.52", "0.5", "0.53", "0.49"], Verdict.CANNOT_TELL),
    ],
)
def test_a_change_is_told_only_where_the_test_says_so(later: list[str], verdict: Verdict) -> None:
    first, second = ([Decimal(x) for x in wave] for wave in (["0.5", "0.52", "0.48", "0.51"], later))
    found = changes.of_visits(figures.mean_of_visits(first), first, figures.mean_of_visits(second), second)
    assert changes.judge([found])[0].verdict == verdict


def test_a_change_of_rates_keeps_its_interval() -> None:
    """Newcombe 1998, table II: 56 of 70 and 48 of 80 differ by 0.20, from 0.0524 to 0.3339."""
    (change,) = changes.judge([changes.of_rates(figures.rate(48, 32), figures.rate(56, 14))])
    assert change.verdict == Verdict.BETTER
    assert change.interval is not None
    assert (round(change.interval.low, 4), round(change.interval.high, 4)) == (0.0524, 0.3339)


def test_many_changes_of_one_document_are_judged_together() -> None:
    """p = 0.03 stands alone at q = 0.10, and falls among nineteen that show nothing: 0.03 > 0.10 · 1/20."""
    before, after = figures.rate(30, 30), figures.rate(42, 18)
    one = changes.Comparison(before, after, Test.RATES, 0.03, 1)
    nothing = changes.Comparison(before, before, Test.RATES, 0.9, 0)
    alone, among = changes.judge([one])[0], changes.judge([one] + [nothing] * 19)[0]
    assert (alone.verdict, among.verdict) == (Verdict.BETTER, Verdict.CANNOT_TELL)


def test_less_of_what_is_not_wanted_is_better() -> None:
    (change,) = changes.judge([changes.of_rates(figures.rate(48, 2), figures.rate(4, 46), less_is_better=True)])
    assert change.verdict == Verdict.BETTER


def test_stores_that_left_turn_no_rise_into_a_fall() -> None:
    """The three stores of both waves rose by 10 to 11 points; the mean fell, for the two best ones are gone."""
    earlier = {"a": "0.50", "b": "0.52", "c": "0.48", "d": "0.90", "e": "0.95"}
    (change,) = changes.judge([of_stores(earlier, {"a": "0.60", "b": "0.63", "c": "0.59"})])
    assert (change.verdict, change.overlap) == (Verdict.BETTER, Overlap(3, gone=2))
    assert change.before.value == Decimal("0.5")
    assert change.p is not None
    assert change.p < 0.01


@pytest.mark.parametrize(
    ("before", "after", "p", "low", "high"),
    [
        # scipy and statsmodels: proportions_ztest and confint_proportions_2indep(method="newcomb").
        ((45, 50), (38, 50), 0.06239, -0.28555, 0.00940),
        ((153, 171), (245, 295), 0.05837, -0.12444, 0.00289),
    ],
)
def test_a_change_whose_interval_holds_0_is_not_told(
    before: tuple[int, int], after: tuple[int, int], p: float, low: float, high: float
) -> None:
    """Alone in its document, Benjamini and Hochberg at q = 0.10 would let it pass."""
    found = changes.of_rates(*(figures.rate(yes, base - yes) for yes, base in (before, after)))
    (change,) = changes.judge([found])
    assert change.interval is not None
    assert change.p == pytest.approx(p, abs=5e-6)
    assert (change.interval.low, change.interval.high) == pytest.approx((low, high), abs=5e-6)
    assert change.verdict == Verdict.CANNOT_TELL


FIRST, SECOND = ["0.9", "0.8", "1", "0.9"], ["0.8", "0.7", "0.85", "0.75"]


def test_a_change_of_means_keeps_the_interval_of_its_test() -> None:
    first, second = ([Decimal(x) for x in wave] for wave in (FIRST, SECOND))
    (change,) = changes.judge(
        [changes.of_visits(figures.mean_of_visits(first), first, figures.mean_of_visits(second), second)]
    )
    expected = stats.ttest_ind([0.8, 0.7, 0.85, 0.75], [0.9, 0.8, 1, 0.9], equal_var=False)
    assert change.interval is not None
    assert (change.interval.low, change.interval.high) == pytest.approx(tuple(expected.confidence_interval()))
    assert 0.05 < expected.pvalue < 0.10
    assert change.verdict == Verdict.CANNOT_TELL


def test_the_same_stores_keep_the_interval_of_their_own_changes() -> None:
    (change,) = changes.judge([of_stores(EARLIER, LATER)])
    expected = stats.ttest_rel([0.66, 0.45, 0.87, 0.26], [0.60, 0.40, 0.80, 0.20]).confidence_interval()
    assert change.interval is not None
    assert (change.interval.low, change.interval.high) == pytest.approx((expected.low, expected.high))


def told(earlier: list[str], later: list[str]) -> Verdict:
    first, second = ([Decimal(x) for x in wave] for wave in (earlier, later))
    found = changes.of_visits(figures.mean_of_visits(first), first, figures.mean_of_visits(second), second)
    return changes.judge([found])[0].verdict


@pytest.mark.parametrize("later", [["0.9", "0.9", "0.9"], ["0.5", "0.5"], ["0.8", "0.9", "0.95"]])
def test_equal_visits_of_a_wave_are_not_too_few(later: list[str]) -> None:
    assert told(["0.5", "0.5", "0.5"], later) == Verdict.NO_VARIATION


def test_equal_visits_of_one_wave_do_not_make_a_change_certain() -> None:
    """Four visits at 100 after 25, 50, 50 and 60: a few equal visits do not show what chance does."""
    assert told(["0.25", "0.5", "0.5", "0.6"], ["1", "1", "1", "1"]) == Verdict.NO_VARIATION


def test_a_question_that_everybody_answers_with_yes_does_not_vary() -> None:
    (change,) = changes.judge([changes.of_rates(figures.rate(5, 0), figures.rate(9, 0))])
    assert change.verdict == Verdict.NO_VARIATION
    (change,) = changes.judge([changes.of_rates(figures.rate(0, 0), figures.rate(9, 0))])
    assert change.verdict == Verdict.TOO_FEW


def test_what_could_not_be_tested_is_judged_anew_for_the_same_reason() -> None:
    (change,) = changes.judge([changes.of_rates(figures.rate(5, 0), figures.rate(9, 0))])
    assert changes.judge_anew([(change, figures.rate(9, 0))])[0].verdict == Verdict.NO_VARIATION


def test_a_change_that_an_older_edition_froze_without_an_interval_is_judged_by_its_p() -> None:
    """A t interval of 95 percent leaves out 0 exactly where p is below 0.05."""
    before, after = figures.mean_of_visits([Decimal("0.9")] * 2), figures.mean_of_visits([Decimal("0.8")] * 2)
    frozen = [changes.Change(before, Verdict.WORSE, Test.WELCH_T, None, p, -1) for p in (0.062, 0.04)]
    verdicts = [changes.judge_anew([(change, after)])[0].verdict for change in frozen]
    assert verdicts == [Verdict.CANNOT_TELL, Verdict.WORSE]
