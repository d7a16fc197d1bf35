"""Weights and norms of the visits, each by its own version of the checklist; the numbers are worked out by hand."""

from dataclasses import replace
from decimal import Decimal

from fieldstudy.core import norms, weights
from fieldstudy.core.checklist import Checklist, Settings, Total
from fieldstudy.core.versions import VersionUse
from tests import factories as make

D = Decimal
WEIGHTED = Settings(Total.SECTION_WEIGHTED)


def form(settings: Settings = WEIGHTED, **weighed: int) -> Checklist:
    expected = {"door": D(80), "till": D(70), "exit": D(90), "wall": None}
    sections = (
        make.section(name, make.question(name), norm=expected[name], weight=D(weight))
        for name, weight in weighed.items()
    )
    return Checklist("shop", make.text("Shop"), tuple(sections), settings)


def use(number: int, visits: int, made_with: Checklist) -> VersionUse:
    return VersionUse(number, "", "", visits, made_with.settings, norms.of_version(made_with))


OLD, NEW = form(door=1, till=2), form(door=3, till=2, exit=1, wall=6)


def test_the_norm_is_the_mean_of_those_of_the_visits() -> None:
    """(80 + 140) ÷ 3 in one visit, (240 + 140 + 90) ÷ 6 in three: 77.08; the wall has no norm and weighs in none."""
    found = weights.overall_norm(NEW, [use(2, 3, NEW), use(1, 1, OLD)])
    assert found is not None
    assert round(found, 2) == D("77.08")


def test_one_version_has_its_own_norm_whichever_is_the_newest() -> None:
    found = weights.overall_norm(NEW, [use(2, 0, NEW), use(1, 4, OLD)])
    assert found is not None
    assert round(found, 2) == D("73.33")


def test_what_pools_points_weighs_all_touchpoints_alike() -> None:
    """(80 + 70) ÷ 2 where points are pooled, 220 ÷ 3 where touchpoints weigh: 74.17 over one visit of each."""
    pooled = form(Settings(), door=1, till=2)
    found = weights.overall_norm(OLD, [use(2, 1, OLD), use(1, 1, pooled)])
    assert found is not None
    assert round(found, 2) == D("74.17")


def test_a_touchpoint_has_every_weight_that_visits_counted_it_with() -> None:
    used = [use(3, 1, form(Settings(), door=5)), use(2, 3, NEW), use(1, 1, OLD)]
    assert weights.of_section(NEW, used, "door") == (3, 1)
    assert weights.of_section(NEW, used, "till") == (2,)
    assert weights.of_section(NEW, [replace(one, weights=()) for one in used], "door") == (3,)


def test_where_no_visit_was_weighted_no_weight_counts() -> None:
    pooled = form(Settings(), door=1, till=2)
    assert not weights.are_counted(NEW, [use(2, 0, NEW), use(1, 3, pooled)])
    assert weights.are_counted(pooled, [use(2, 3, pooled), use(1, 1, OLD)])
    assert not weights.differ([use(2, 0, NEW), use(1, 3, OLD)])
    assert weights.differ([use(2, 1, NEW), use(1, 3, OLD)])
