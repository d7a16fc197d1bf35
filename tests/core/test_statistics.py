"""Expected values: published examples, hand arithmetic, and scipy.stats, statsmodels and NumPy as oracles."""

from math import inf, isclose

import numpy
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from fieldstudy.core import statistics
from fieldstudy.core.statistics import Interval

# Student's sleep data (Biometrika 1908), hours gained by ten patients with each of two drugs.
FIRST_DRUG = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND_DRUG = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

# The fifteen p-values of Benjamini and Hochberg (1995), section 3.1.
PUBLISHED_P = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
PUBLISHED_P += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]

scores = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
samples = st.lists(scores, min_size=2, max_size=12)
p_values = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)


@st.composite
def rates(draw: st.DrawFn) -> tuple[int, int]:
    base = draw(st.integers(1, 500))
    return draw(st.integers(0, base)), base


@pytest.mark.parametrize(
    ("yes", "base", "low", "high"),
    [
        (7, 9, 0.4526, 0.9368),
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(yes: int, base: int, low: float, high: float) -> None:
    interval = statistics.wilson(yes, base)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_wilson_of_nothing_is_none() -> None:
    assert statistics.wilson(0, 0) is None


@pytest.mark.parametrize(("yes", "base"), [(3, 2), (-1, 2), (0, -1)])
def test_wilson_refuses_what_is_no_rate(yes: int, base: int) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        statistics.wilson(yes, base)


def test_wilson_ends_are_exact_when_all_or_none_say_yes() -> None:
    none, everyone = statistics.wilson(0, 7), statistics.wilson(7, 7)
    assert none is not None
    assert everyone is not None
    assert (none.low, everyone.high) == (0.0, 1.0)


@given(rates(), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_agrees_with_statsmodels(rate: tuple[int, int], confidence: float) -> None:
    interval = statistics.wilson(*rate, confidence)
    low, high = proportion_confint(*rate, alpha=1 - confidence, method="wilson")
    assert interval is not None
    assert isclose(interval.low, low, abs_tol=1e-12)
    assert isclose(interval.high, high, abs_tol=1e-12)


@given(rates())
def test_wilson_holds_the_rate_and_stays_within_0_and_1(rate: tuple[int, int]) -> None:
    interval = statistics.wilson(*rate)
    assert interval is not None
    assert 0 <= interval.low <= rate[0] / rate[1] <= interval.high <= 1


@given(rates())
def test_wilson_of_no_mirrors_wilson_of_yes(rate: tuple[int, int]) -> None:
    yes, base = rate
    of_yes, of_no = statistics.wilson(yes, base), statistics.wilson(base - yes, base)
    assert of_yes is not None
    assert of_no is not None
    assert isclose(of_yes.low, 1 - of_no.high, abs_tol=1e-12)


def test_mean_interval_gives_the_published_interval_of_the_sleep_data() -> None:
    gains = [second - first for first, second in zip(FIRST_DRUG, SECOND_DRUG, strict=True)]
    interval = statistics.mean_interval(gains, bounds=(-inf, inf))
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.7001, 2.4599)


def test_mean_interval_by_hand() -> None:
    # Mean 0.7, s = 0.1, n = 3, t(2, 0.975) = 4.3027: 0.7 ± 4.3027 × 0.1 / √3 = 0.7 ± 0.2484
    interval = statistics.mean_interval([0.6, 0.7, 0.8])
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.4516, 0.9484)


def test_mean_interval_is_clipped_to_its_bounds() -> None:
    assert statistics.mean_interval([0.1, 0.9]) == Interval(0.0, 1.0)


@pytest.mark.parametrize("values", [[], [0.8]])
def test_mean_interval_of_a_snapshot_is_none(values: list[float]) -> None:
    assert statistics.mean_interval(values) is None


def test_mean_interval_of_equal_values_has_no_width() -> None:
    assert statistics.mean_interval([0.1, 0.1, 0.1]) == Interval(0.1, 0.1)


@given(samples, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_mean_interval_agrees_with_scipy(values: list[float], confidence: float) -> None:
    assume(len(set(values)) > 1)
    interval = statistics.mean_interval(values, confidence, bounds=(-inf, inf))
    low, high = stats.t.interval(confidence, len(values) - 1, loc=numpy.mean(values), scale=stats.sem(values))
    assert interval is not None
    assert isclose(interval.low, low, rel_tol=1e-9, abs_tol=1e-12)
    assert isclose(interval.high, high, rel_tol=1e-9, abs_tol=1e-12)


@given(samples)
def test_mean_interval_stays_within_0_and_1(values: list[float]) -> None:
    interval = statistics.mean_interval(values)
    assert interval is not None
    assert 0 <= interval.low <= interval.high <= 1


def test_welch_gives_the_published_p_of_the_sleep_data() -> None:
    found = statistics.welch(FIRST_DRUG, SECOND_DRUG)
    assert found is not None
    assert round(found.p, 5) == 0.07939


def test_welch_gives_the_published_interval_of_the_sleep_data() -> None:
    """R's t.test(extra ~ group): −3.3654832 to 0.2054832, the first drug minus the second."""
    found = statistics.welch(SECOND_DRUG, FIRST_DRUG)
    assert found is not None
    assert (round(found.interval().low, 7), round(found.interval().high, 7)) == (-3.3654832, 0.2054832)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], [0.5, 0.6]),
        ([0.5], [0.5, 0.6]),
        ([0.5, 0.6], [0.5]),
        ([0.5, 0.5], [0.5, 0.5]),
        ([0.5, 0.5], [0.9, 0.9]),
        ([0.5, 0.5], [0.6, 0.7, 0.8]),
        ([0.6, 0.7, 0.8], [0.5, 0.5]),
        ([0.0, 0.0], [0.0, 0.0]),
    ],
)
def test_welch_without_spread_or_values_is_none(before: list[float], after: list[float]) -> None:
    assert statistics.welch(before, after) is None


def test_welch_does_not_take_rounding_for_spread() -> None:
    assert statistics.welch([0.1 + 0.2, 0.3], [0.7 + 0.1, 0.8]) is None


@given(samples, samples)
def test_welch_agrees_with_scipy(before: list[float], after: list[float]) -> None:
    assume(len(set(before)) > 1 and len(set(after)) > 1)
    found = statistics.welch(before, after)
    expected = stats.ttest_ind(after, before, equal_var=False)
    assert found is not None
    assert isclose(found.p, expected.pvalue, rel_tol=1e-7, abs_tol=1e-12)
    interval, low_high = found.interval(), expected.confidence_interval()
    assert (interval.low, interval.high) == pytest.approx((low_high.low, low_high.high), rel=1e-7, abs=1e-9)


@given(samples, samples)
def test_welch_does_not_care_which_wave_came_first(before: list[float], after: list[float]) -> None:
    there, back = statistics.welch(before, after), statistics.welch(after, before)
    assert (there is None) == (back is None)
    assert there is None or back is None or there.p == pytest.approx(back.p)


def test_paired_gives_the_published_p_of_the_sleep_data() -> None:
    found = statistics.paired(FIRST_DRUG, SECOND_DRUG)
    assert found is not None
    assert round(found.p, 6) == 0.002833
    assert (round(found.interval().low, 4), round(found.interval().high, 4)) == (0.7001, 2.4599)


@pytest.mark.parametrize(("before", "after"), [([], []), ([0.5], [0.7]), ([0.4, 0.6], [0.4, 0.6])])
def test_paired_without_spread_or_pairs_is_none(before: list[float], after: list[float]) -> None:
    assert statistics.paired(before, after) is None


def test_paired_does_not_take_rounding_for_spread() -> None:
    # Both stores rose by 0.1; as floats the two differences are 0.09999999999999998 and 0.10000000000000009.
    assert statistics.paired([0.8, 0.7], [0.9, 0.8]) is None


def test_paired_refuses_a_value_without_its_partner() -> None:
    with pytest.raises(ValueError, match="shorter"):
        statistics.paired([0.1, 0.2], [0.3])


@given(st.lists(st.tuples(scores, scores), min_size=2, max_size=12))
def test_paired_agrees_with_scipy(pairs: list[tuple[float, float]]) -> None:
    assume(len({round(1000 * (second - first)) for first, second in pairs}) > 1)
    before, after = [list(side) for side in zip(*pairs, strict=True)]
    found = statistics.paired(before, after)
    expected = stats.ttest_rel(after, before)
    assert found is not None
    assert isclose(found.p, expected.pvalue, rel_tol=1e-7, abs_tol=1e-12)
    interval, low_high = found.interval(), expected.confidence_interval()
    assert (interval.low, interval.high) == pytest.approx((low_high.low, low_high.high), rel=1e-7, abs=1e-9)


def test_benjamini_hochberg_gives_the_published_four() -> None:
    assert statistics.benjamini_hochberg(PUBLISHED_P, q=0.05) == [True] * 4 + [False] * 11


def test_benjamini_hochberg_keeps_the_order_it_was_given() -> None:
    # Limits for three at q = 0.10: 0.033, 0.067, 0.100
    assert statistics.benjamini_hochberg([0.5, 0.01, 0.06]) == [False, True, True]


def test_benjamini_hochberg_lets_a_later_rank_carry_an_earlier_one() -> None:
    # 0.06 misses its own limit of 0.05, but 0.09 keeps 0.10 and takes it along.
    assert statistics.benjamini_hochberg([0.06, 0.09]) == [True, True]


def test_benjamini_hochberg_does_not_count_what_was_not_tested() -> None:
    assert statistics.benjamini_hochberg([None, 0.09, None]) == [False, True, False]


@pytest.mark.parametrize("untested", [[], [None, None]])
def test_benjamini_hochberg_of_nothing_finds_nothing(untested: list[None]) -> None:
    assert statistics.benjamini_hochberg(untested) == [False] * len(untested)


@given(st.lists(p_values, min_size=1, max_size=30), st.sampled_from([0.01, 0.05, 0.1, 0.2]))
def test_benjamini_hochberg_agrees_with_statsmodels(values: list[float], q: float) -> None:
    assert statistics.benjamini_hochberg(values, q) == multipletests(values, alpha=q, method="fdr_bh")[0].tolist()


@pytest.mark.parametrize(("fraction", "expected"), [(0, 10), (0.25, 17.5), (0.5, 25), (0.9, 37), (1, 40)])
def test_quantile_by_hand(fraction: float, expected: float) -> None:
    # Place (4 − 1) × fraction from the first value: 0.9 → 2.7 → 30 + 0.7 × 10 = 37
    assert statistics.quantile([40, 10, 30, 20], fraction) == pytest.approx(expected)


def test_quantile_of_nothing_is_none() -> None:
    assert statistics.quantile([], 0.9) is None


def test_quantile_refuses_a_percent() -> None:
    with pytest.raises(ValueError, match="fraction"):
        statistics.quantile([1.0, 2.0], 90)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=40), st.integers(0, 100))
def test_quantile_agrees_with_numpy(values: list[int], percent: int) -> None:
    assert statistics.quantile(values, percent / 100) == pytest.approx(numpy.quantile(values, percent / 100))


@pytest.mark.parametrize(("values", "expected"), [([3, 1, 2], 2), ([4, 1, 2, 3], 2.5), ([7], 7), ([], None)])
def test_median_is_the_middle(values: list[float], expected: float | None) -> None:
    assert statistics.median(values) == expected


@given(st.lists(p_values, min_size=1, max_size=15))
def test_holm_agrees_with_statsmodels(values: list[float]) -> None:
    assert statistics.holm(values) == list(multipletests(values, 0.05, "holm")[0])


def test_holm_leaves_out_what_was_not_tested() -> None:
    assert statistics.holm([0.02, None, 0.03]) == [True, False, True]


# Box, Hunter and Hunter, Statistics for Experimenters (1978): coagulation times of four diets; unequal groups.
DIETS = [
    [62, 60, 63, 59],
    [63, 67, 71, 64, 65, 66],
    [68, 66, 71, 67, 68, 68],
    [56, 62, 60, 61, 63, 64, 63, 59],
]


def test_components_give_the_published_analysis_of_variance() -> None:
    """Mean squares 76 and 5.6, F = 13.571; n0 = (24 − (16 + 36 + 36 + 64) ÷ 24) ÷ 3 = 5.8889."""
    found = statistics.components([[float(value) for value in diet] for diet in DIETS])
    assert found is not None
    assert found.within**2 == pytest.approx(5.6)
    assert found.between**2 == pytest.approx((76 - 5.6) / 5.888889, rel=1e-6)
    assert found.p == pytest.approx(stats.f_oneway(*DIETS).pvalue)


def test_the_share_between_groups_has_the_limits_of_searle() -> None:
    """F ÷ F(.975; 3, 20) and F ÷ F(.025; 3, 20), each (x − 1) ÷ (x − 1 + n0)."""
    found = statistics.components([[float(value) for value in diet] for diet in DIETS])
    assert found is not None
    low, high = (13.571429 / stats.f.ppf(at, 3, 20) - 1 for at in (0.975, 0.025))
    assert (found.low, found.high) == pytest.approx((low / (low + 5.888889), high / (high + 5.888889)), rel=1e-6)


@pytest.mark.parametrize("groups", [[], [[0.5, 0.6]], [[0.5], [0.6]], [[0.5, 0.5], [0.9, 0.9]]])
def test_without_spread_within_there_are_no_components(groups: list[list[float]]) -> None:
    assert statistics.components(groups) is None


def test_groups_that_differ_less_than_chance_makes_them_have_nothing_between() -> None:
    found = statistics.components([[0.1, 0.9], [0.2, 0.8], [0.4, 0.6]])
    assert found is not None
    assert (found.between, found.low) == (0.0, 0.0)
