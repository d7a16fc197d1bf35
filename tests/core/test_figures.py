"""Figures of many visits, against hand arithmetic, statsmodels and scipy."""

from decimal import Decimal
from uuid import uuid4

import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from fieldstudy.core import feelings, figures, norms
from fieldstudy.core.answers import Encounter
from fieldstudy.core.checklist import Checklist, Method, Settings, Total
from fieldstudy.core.figures import Tally, VisitSums
from fieldstudy.core.scoring import SectionScore
from tests.factories import option, question, section, text

D = Decimal
LIST = Checklist("f", text("F"), (section("s", question("badge")), section("t", question("till"))))


def visit(store: str, s: int, t: int, method: Method = Method.MYSTERY_SHOPPING) -> VisitSums:
    sections = (SectionScore("s", D(s), D(10), D(1)), SectionScore("t", D(t), D(10), D(1)))
    return VisitSums(uuid4(), store, method, D(s + t) / 20, sections)


VISITS = [
    visit("B1", 10, 6),
    visit("B1", 6, 6),
    visit("B2", 2, 4),
    visit("B2", 10, 10, Method.NON_PARTICIPANT_OBSERVATION),
]
FOUND = figures.wave_figures(LIST, VISITS, [Tally("B1", "badge", 7, 2), Tally("B2", "badge", 0, 1)])


def test_a_stores_score_is_the_mean_of_its_visits() -> None:
    assert FOUND.stores[0].score.value == D("0.7")  # (16/20 + 12/20) / 2


def test_the_interval_of_a_store_is_students() -> None:
    low, high = stats.t.interval(0.95, df=1, loc=0.7, scale=stats.sem([0.8, 0.6]))
    found = FOUND.stores[0].score.interval
    assert found is not None
    assert (found.low, found.high) == pytest.approx((max(low, 0), min(high, 1)))


def test_one_visit_is_a_snapshot_without_interval() -> None:
    assert (FOUND.stores[1].score.base, FOUND.stores[1].score.interval) == (1, None)


def test_a_method_outside_the_headline_stands_beside_it() -> None:
    assert [(method, figure.value) for method, figure in FOUND.stores[1].beside] == [
        (Method.NON_PARTICIPANT_OBSERVATION, D(1))
    ]


def test_three_means_of_a_network_are_three_numbers() -> None:
    network = FOUND.network
    assert [network.mean_of_visits.value, network.mean_of_store_means.value, network.pooled.value] == [
        pytest.approx(D(17) / D(30)),  # (0.8 + 0.6 + 0.3) / 3
        D("0.5"),  # (0.7 + 0.3) / 2
        pytest.approx(D(34) / D(60)),
    ]


def test_a_rate_has_wilsons_interval() -> None:
    rate = FOUND.stores[0].questions[0].rate
    assert rate is not None
    assert rate.interval is not None
    assert (rate.interval.low, rate.interval.high) == pytest.approx(proportion_confint(7, 9, method="wilson"))


def test_a_networks_rate_is_pooled_with_an_interval_from_the_stores() -> None:
    rate = FOUND.network.questions[0].rate
    low, high = stats.t.interval(0.95, df=1, loc=(7 / 9) / 2, scale=stats.sem([7 / 9, 0.0]))
    assert rate is not None
    assert rate.interval is not None
    assert rate.value == D("0.7")
    assert (rate.interval.low, rate.interval.high) == pytest.approx((max(low, 0), min(high, 1)))


def test_the_order_of_visits_does_not_matter() -> None:
    again = figures.wave_figures(LIST, VISITS[::-1], [])
    assert [store.score.value for store in again.stores] == [store.score.value for store in FOUND.stores]


def test_published_pooled_and_unweighted_rates_differ() -> None:
    """Staff wear badges in six Omani banks: 31 of 116 visits pooled (26.7 %, arabdemog.com money/report_6)."""
    rate = figures.network_rate([figures.rate(31, 85)])
    assert rate.value is not None
    assert round(rate.value, 3) == D("0.267")


def test_the_curve_names_peak_low_and_end() -> None:
    encounters = [Encounter("s", 2), Encounter("s", 1), Encounter("t", -1), Encounter("t", None)]
    curve = feelings.feeling_curve(LIST.sections, encounters)
    assert (curve.peak, curve.low, curve.end) == ("s", "t", "t")
    assert (curve.points[0].mean, curve.points[0].low, curve.points[0].high) == (D("1.5"), 1, 2)


def test_what_is_never_held_against_a_norm_is_in_none_for_the_whole() -> None:
    """A violation, a bonus, and what only somebody beside the headline looks at; one question of 70 is left."""
    watched = question("watched", methods=(Method.NON_PARTICIPANT_OBSERVATION,))
    violation = question("violation", options=(option("no", 0), option("yes", -5)))
    others = (
        section("hygiene", violation, norm=D(90)),
        section("extras", question("extra", is_bonus=True), norm=D(95)),
        section("street", watched, norm=D(100)),
    )
    counted = section("entrance", question("badge"), norm=D(70))
    assert norms.overall(Checklist("f", text("F"), (counted, *others))) == D(70)
    assert norms.overall(Checklist("f", text("F"), others)) is None


def test_the_overall_norm_is_weighted_and_skips_sections_without_one() -> None:
    assert norms.overall(norms_of(Total.SECTION_WEIGHTED)) == D(80)  # (2·90 + 60) / 3


def test_a_weight_without_effect_is_none_in_the_overall_norm_either() -> None:
    assert norms.overall(norms_of(Total.POOLED)) == D(75)  # (90 + 60) / 2


def norms_of(total: Total) -> Checklist:
    first, second = section("a", question("q"), norm=D(90), weight=D(2)), section("b", question("r"), norm=D(60))
    sections = (first, second, section("c", question("s")))
    return Checklist("f", text("F"), sections, Settings(total=total))


def test_a_bonus_may_lead_an_interval_over_the_whole() -> None:
    low, high = stats.t.interval(0.95, df=2, loc=3.4 / 3, scale=stats.sem([1.2, 1.0, 1.2]))
    found = figures.mean_of_visits([D("1.2"), D(1), D("1.2")]).interval
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
