"""Groups beside the network, spread and gaps, by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from fieldstudy.core import figures, gaps, standing, statistics
from fieldstudy.core.checklist import Checklist, Settings, Total
from fieldstudy.core.standing import Group
from tests import factories as make


def score(*values: str) -> figures.Figure:
    return figures.mean_of_visits([Decimal(value) for value in values])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("0.90", "0.91", "0.92"), Group.ABOVE),
        (("0.50", "0.51", "0.52"), Group.BELOW),
        (("0.60", "0.80", "0.90"), Group.CANNOT_TELL),
        (("0.99",), Group.CANNOT_TELL),
        (("0.99", "0.99"), Group.CANNOT_TELL),
    ],
)
def test_a_store_is_above_or_below_only_with_its_whole_interval(values: tuple[str, ...], expected: Group) -> None:
    assert standing.group(score(*values), Decimal("0.75")) == expected


def test_without_a_network_nothing_can_be_told() -> None:
    assert standing.group(score("0.9", "0.91"), None) == Group.CANNOT_TELL


def test_pooled_deviation() -> None:
    """Squares 0.02 and 0.08 with one degree of freedom each: √(0.10 ÷ 2)."""
    assert statistics.pooled_deviation([[0.4, 0.6], [0.3, 0.7], [0.9]]) == pytest.approx(0.05**0.5)


def test_fieldworkers_with_few_visits_are_not_spoken_of() -> None:
    by_fieldworker = {"F1": [Decimal("0.5")] * 3, "F2": [Decimal("0.9")] * 3, "F3": [Decimal("0.1")] * 2}
    found = standing.heterogeneity({"S": [Decimal("0.5"), Decimal("0.7")]}, by_fieldworker)
    assert (found.between_fieldworkers.n, found.between_fieldworkers.low, found.fieldworkers) == (2, Decimal("0.5"), 3)


def test_gaps_are_ranked_by_what_they_cost() -> None:
    """Points 1 and 9: a gap of −20 on a tenth of the points costs 2, one of −10 on the rest costs 9."""
    light = make.question("light", norm=Decimal(80))
    heavy = make.question("heavy", norm=Decimal(90), weight=Decimal(9))
    checklist = Checklist("shop", make.text("Shop"), (make.section("till", light, heavy),), Settings())
    found = gaps.of_questions(checklist, [("light", figures.rate(6, 4)), ("heavy", figures.rate(8, 2))])
    assert [(gap.name, gap.percent_points, gap.burden) for gap in found] == [
        ("heavy", Decimal(-10), Decimal(-9)),
        ("light", Decimal(-20), Decimal(-2)),
    ]


def test_a_question_without_a_norm_has_no_gap() -> None:
    checklist = Checklist("shop", make.text("Shop"), (make.section("till", make.question("light")),), Settings())
    assert gaps.of_questions(checklist, [("light", figures.rate(6, 4))]) == ()


def test_a_gap_under_weighted_touchpoints_counts_its_own_touchpoint_s_weight() -> None:
    """Two of the three points at the till, which weighs one part of four: 2/3 · 1/4 = 1/6."""
    heavy = make.question("heavy", weight=Decimal(2), norm=Decimal(90))
    till = make.section("till", heavy, make.question("light"))
    other = replace(make.section("door", make.question("seen")), weight=Decimal(3))
    checklist = Checklist("shop", make.text("Shop"), (till, other), Settings(total=Total.SECTION_WEIGHTED))
    assert round(gaps.share(checklist, heavy), 6) == round(Decimal(1) / 6, 6)
