"""Verdicts between waves; the p-values themselves are held to scipy and statsmodels elsewhere."""

from decimal import Decimal

import pytest
from scipy import stats

from fieldstudy.core import changes, figures
from fieldstudy.core.changes import Test, Verdict

EARLIER = {"a": "0.60", "b": "0.40", "c": "0.80", "d": "0.20"}
LATER = {"a": "0.66", "b": "0.45", "c": "0.87", "d": "0.26"}


def decimals(values: dict[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in values.items()}


def of_stores(earlier: dict[str, str], later: dict[str, str]) -> changes.Comparison:
    first, second = decimals(earlier), decimals(later)
    before, after = (figures.mean_of_stores(list(each.values())) for each in (first, second))
    return changes.of_stores(before, first, after, second)


def test_the_same_stores_are_paired() -> None:
    found = of_stores(EARLIER, LATER)
    expected = stats.ttest_rel([0.60, 0.40, 0.80, 0.20], [0.66, 0.45, 0.87, 0.26]).pvalue
    assert (found.test, found.p) == (Test.PAIRED_T, pytest.approx(expected))


def test_pairing_tells_what_two_separate_means_could_not() -> None:
    apart = {f"new-{name}": value for name, value in LATER.items()}
    verdicts = [changes.judge([of_stores(EARLIER, later)])[0].verdict for later in (LATER, apart)]
    assert verdicts == [Verdict.BETTER, Verdict.CANNOT_TELL]


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


@pytest.mark.parametrize("stores", [2, 5])
def test_fewer_than_six_that_all_moved_alike_show_nothing(stores: int) -> None:
    """The sign test of five cannot fall below 0.0625."""
    assert changes.judge([moved("0.5", stores)])[0].verdict == Verdict.NO_VARIATION


@pytest.mark.parametrize(("by", "verdict"), [("0.5", Verdict.BETTER), ("0.02", Verdict.CANNOT_TELL)])
def test_few_stores_that_all_moved_alike_are_tested_where_they_differ_among_themselves(
    by: str, verdict: Verdict
) -> None:
    found = moved(by, 4, spread="0.05")
    values = [0.2, 0.25, 0.3, 0.35]
    expected = stats.ttest_ind([value + float(by) for value in values], values, equal_var=False)
    assert (found.test, found.p) == (Test.WELCH_T, pytest.approx(expected.pvalue))
    assert changes.judge([found])[0].verdict == verdict


def test_stores_that_did_not_move_are_no_claim() -> None:
    assert changes.judge([moved("0", 12)])[0].verdict == Verdict.NO_VARIATION
    assert changes.judge([moved("0", 12, spread="0.01")])[0].verdict == Verdict.CANNOT_TELL


def test_two_shared_stores_that_moved_alike_do_not_hide_all_the_others() -> None:
    apart = {f"old{i}": f"0.{30 + i}" for i in range(8)}, {f"new{i}": f"0.{70 + i}" for i in range(8)}
    found = of_stores({"a": "0.3", "b": "0.4", **apart[0]}, {"a": "0.5", "b": "0.6", **apart[1]})
    assert changes.judge([found])[0].verdict == Verdict.BETTER


def test_a_rate_that_rose_over_all_answers_and_fell_in_the_mean_store_is_not_told() -> None:
    """Other stores in each wave: pooled 0.55 and then 0.60, the means of the stores 0.80 and then 0.40."""
    before, after = figures.rate(55, 45), figures.rate(60, 40)
    was, now = ({f"{at}{i}": Decimal(at) + i * Decimal("0.01") for i in range(4)} for at in ("0.80", "0.40"))
    assert changes.judge([changes.of_stores(before, was, after, now)])[0].verdict == Verdict.CANNOT_TELL


def test_other_stores_are_compared_by_welch() -> None:
    assert of_stores(EARLIER, {"x": "0.5", "y": "0.7"}).test == Test.WELCH_T


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
    found = of_stores(earlier, {"a": "0.60", "b": "0.63", "c": "0.59"})
    assert found.p is not None
    assert found.p < 0.01
    assert changes.judge([found])[0].verdict == Verdict.CANNOT_TELL


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
