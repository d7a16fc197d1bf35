"""Which strengths and gaps stand: one rule for both, held to scipy."""

from decimal import Decimal

import pytest
from scipy import stats

from fieldstudy.core import figures, gaps
from fieldstudy.core.figures import Figure

D = Decimal
NORM = D(80)


def mean_of(*percents: float) -> Figure:
    return figures.mean_of_visits([D(str(percent)) / 100 for percent in percents])


ABOVE, BELOW = (90, 84, 88, 96, 85), (70, 76, 72, 64, 75)
"""The same distances from 80 on both sides: p = 0.016."""
AT_NORM = (70, 75, 80, 85, 90)


@pytest.mark.parametrize("percents", [ABOVE, BELOW])
def test_the_p_of_a_gap_is_that_of_the_t_test_of_its_visits(percents: tuple[float, ...]) -> None:
    expected = stats.ttest_1samp(percents, 80).pvalue
    assert gaps._p(mean_of(*percents), NORM) == pytest.approx(expected)


def test_an_end_that_was_cut_does_not_make_it_smaller() -> None:
    """90, 100 and 100: the interval is cut at 100, and the test knows how wide it was."""
    expected = stats.ttest_1samp([90, 100, 100], 80).pvalue
    assert gaps._p(mean_of(90, 100, 100), NORM) == pytest.approx(expected)


@pytest.mark.parametrize("percents", [ABOVE, BELOW])
def test_a_strength_and_a_gap_of_one_size_stand_alike(percents: tuple[float, ...]) -> None:
    """p = 0.016 stands alone at q = 0.10, and not beside nine touchpoints at their norm: 0.016 > 0.10 ÷ 10."""
    one = ("one", mean_of(*percents), NORM)
    others = [(f"other {number}", mean_of(*AT_NORM), NORM) for number in range(9)]
    assert 0.01 < stats.ttest_1samp(percents, 80).pvalue < 0.05
    assert gaps.told([one]) == {"one"}
    assert gaps.told([one, *others]) == frozenset()


def test_the_interval_has_to_leave_out_what_is_expected_as_well() -> None:
    """p = 0.08 alone would stand at q = 0.10; its interval holds 80."""
    figure = mean_of(93, 86, 82, 92, 79)
    assert 0.05 < stats.ttest_1samp([93, 86, 82, 92, 79], 80).pvalue < 0.10
    assert gaps.told([("one", figure, NORM)]) == frozenset()


@pytest.mark.parametrize("percents", [(20, 30), (20,), (100, 100, 100, 100)])
def test_two_visits_and_equal_ones_show_nothing_of_chance(percents: tuple[float, ...]) -> None:
    assert gaps.told([("one", mean_of(*percents), NORM)]) == frozenset()
