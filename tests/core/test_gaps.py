"""Which strengths and gaps stand: one rule for both, held to scipy."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import uuid4

import pytest
from scipy import stats

from fieldstudy.core import figures, gaps
from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import Checklist, Method, Settings, Total
from fieldstudy.core.figures import Figure, StoreFigures, VisitSums
from fieldstudy.core.snapshots import VisitRecord
from tests import factories as make
from tests.reports import snapshots

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


def visits_of(checklist: Checklist, *given: dict[str, str]) -> list[VisitRecord]:
    return [
        snapshots.visit(checklist, number, Method.MYSTERY_SHOPPING, [Answer(*pair) for pair in answers.items()])
        for number, answers in enumerate(given, start=1)
    ]


def store_of(checklist: Checklist, visits: Sequence[VisitRecord]) -> StoreFigures:
    sums = [VisitSums(uuid4(), "S", visit.method, visit.final, visit.sections) for visit in visits]
    [store] = figures.wave_figures(checklist, sums, []).stores
    return store


@pytest.mark.parametrize("total", list(Total))
def test_a_touchpoint_that_one_visit_in_ten_asked_costs_what_that_visit_lost(total: Total) -> None:
    """Ten visits, one of them 1 of 2 points: 95 percent. Half of one tenth hangs on the return: 90 × 0.05 = 4.5."""
    had = make.section("had", make.question("had", is_scored=False))
    door = make.section("door", make.question("greeted"), norm=D(90))
    back = make.section("back", make.question("returned", relevant="${had} = 'yes'"), norm=D(90))
    checklist = Checklist("shop", make.text("Shop"), (had, door, back), Settings(total=total))
    never = [{"had": "no", "greeted": "yes"}] * 9
    visits = visits_of(checklist, *never, {"had": "yes", "greeted": "yes", "returned": "no"})
    store = store_of(checklist, visits)
    shares = [gaps.section_share(checklist, store.sections, name) for name in ("door", "back")]
    assert (store.score.value, shares) == (D("0.95"), [D("0.95"), D("0.05")])
    assert gaps.section_cost(store.sections[2], D(90), shares[1]) == D("-4.5")
    assert gaps.question_shares(checklist, visits)["returned"] == D("0.05")


def test_what_can_only_take_away_costs_what_it_took() -> None:
    """−3 and −5 of 10 possible points each, and 10 earned: 70 and 50 percent. It took 40 points off."""
    fault = make.question("fault", options=(make.option("small", -3), make.option("large", -5), make.option("no", 0)))
    door = make.section("door", make.question("greeted", options=(make.option("yes", 10), make.option("no", 0))))
    checklist = Checklist("shop", make.text("Shop"), (door, make.section("faults", fault)), Settings())
    store = store_of(checklist, visits_of(checklist, *({"greeted": "yes", "fault": one} for one in ("small", "large"))))
    taken = {section.section: section.taken for section in store.sections}
    assert gaps.section_cost(store.sections[1], None, D(0)) == -40
    assert (store.score.value, taken) == (D("0.6"), {"door": 0, "faults": D("-0.4")})
