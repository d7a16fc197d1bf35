"""Changes of rates and numbers of visits, against published tables, scipy.stats and statsmodels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from fieldstudy.core import statistics


@st.composite
def pairs_of_rates(draw: st.DrawFn, most: int = 60) -> tuple[int, int, int, int]:
    before, after = draw(st.integers(1, most)), draw(st.integers(1, most))
    return draw(st.integers(0, before)), before, draw(st.integers(0, after)), after


@pytest.mark.parametrize(
    ("after", "before", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 873–890, table II, method 10: the first rate minus the second.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_newcombe_gives_the_published_intervals(
    after: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    interval = statistics.newcombe(*before, *after)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@given(pairs_of_rates())
def test_newcombe_agrees_with_statsmodels(counts: tuple[int, int, int, int]) -> None:
    yes_before, before, yes_after, after = counts
    expected = confint_proportions_2indep(yes_after, after, yes_before, before, method="newcomb", compare="diff")
    interval = statistics.newcombe(*counts)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-9)


def test_newcombe_without_a_base_is_none() -> None:
    assert statistics.newcombe(0, 0, 3, 4) is None


@given(pairs_of_rates(most=12))
def test_small_counts_are_tested_exactly(counts: tuple[int, int, int, int]) -> None:
    yes_before, before, yes_after, after = counts
    yes, base = yes_before + yes_after, before + after
    expected_counts = [side * kind / base for side in (before, after) for kind in (yes, base - yes)]
    p = statistics.two_rates(*counts)
    if yes in (0, base):
        assert p is None
    elif min(expected_counts) < 5:
        table = [[yes_before, before - yes_before], [yes_after, after - yes_after]]
        assert p == pytest.approx(stats.fisher_exact(table).pvalue)


def test_the_lady_tasting_tea() -> None:
    """Fisher, The Design of Experiments (1935): three of four right on each side; two-sided 34/70."""
    assert statistics.two_rates(1, 4, 3, 4) == pytest.approx(34 / 70)


@pytest.mark.parametrize("counts", [(30, 60, 45, 60), (200, 500, 230, 500), (12, 40, 30, 80)])
def test_large_counts_take_the_pooled_z_test(counts: tuple[int, int, int, int]) -> None:
    yes_before, before, yes_after, after = counts
    expected = proportions_ztest([yes_after, yes_before], [after, before])[1]
    assert statistics.two_rates(*counts) == pytest.approx(expected)


def test_rates_that_are_all_alike_cannot_be_tested() -> None:
    assert statistics.two_rates(5, 5, 9, 9) is None


@pytest.mark.parametrize(("deviation", "change"), [(0.15, 0.10), (0.20, 0.10), (0.08, 0.10), (0.30, 0.05)])
def test_the_visits_needed_are_those_of_the_power_analysis(deviation: float, change: float) -> None:
    expected = TTestIndPower().solve_power(change / deviation, power=0.8, alpha=0.05, ratio=1)
    assert statistics.visits_needed(deviation, change) == -(-expected // 1)


@pytest.mark.parametrize(("deviation", "change"), [(0.0, 0.1), (0.1, 0.0)])
def test_nothing_that_varies_needs_no_number_of_visits(deviation: float, change: float) -> None:
    assert statistics.visits_needed(deviation, change) is None


def test_the_search_for_visits_ends() -> None:
    assert statistics.visits_needed(100.0, 0.001) == statistics.MOST_VISITS
