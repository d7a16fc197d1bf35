"""Groups beside the network, spread and gaps, by hand."""

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from fieldstudy.core import figures, gaps, standing, statistics
from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import Checklist, Method, Settings, Total
from fieldstudy.core.standing import Group
from tests import factories as make
from tests.reports import snapshots


def decimals(*values: float) -> list[Decimal]:
    return [Decimal(repr(round(value, 6))) for value in values]


STEADY = {f"S{i}": decimals(0.72, 0.75, 0.78, 0.74, 0.76) for i in range(5)}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((0.90, 0.91, 0.92, 0.90, 0.91), Group.ABOVE),
        ((0.50, 0.51, 0.52, 0.50, 0.51), Group.BELOW),
        ((0.30, 0.95, 0.99, 0.60, 0.98), Group.CANNOT_TELL),
        ((0.99,), Group.CANNOT_TELL),
        ((0.99, 0.99), Group.CANNOT_TELL),
        ((), Group.CANNOT_TELL),
    ],
)
def test_a_store_is_above_or_below_only_where_both_rules_say_so(values: tuple[float, ...], expected: Group) -> None:
    assert standing.groups({**STEADY, "here": decimals(*values)})["here"] == expected


def test_the_mean_that_a_store_is_held_against_leaves_it_out() -> None:
    """Two stores 0.95 and 0.75: the mean of both is 0.85, that of the other 0.75; the interval is 0.766 to 1."""
    found = standing.groups(
        {"high": decimals(0.75, 0.95, 1.0, 1.0, 1.0), "low": decimals(0.75, 0.74, 0.76, 0.75, 0.75)}
    )
    assert found["high"] == Group.ABOVE


def test_one_store_has_no_network_to_be_told_from() -> None:
    assert standing.groups({"here": decimals(0.9, 0.91)}) == {"here": Group.CANNOT_TELL}


CHANCE: dict[str, Callable[[random.Random], float]] = {
    "around 75": lambda chance: min(1.0, max(0.0, chance.gauss(0.75, 0.09))),
    "twenty questions": lambda chance: sum(chance.random() < 0.8 for _ in range(20)) / 20,
    "four questions": lambda chance: sum(chance.random() < 0.8 for _ in range(4)) / 4,
    "nearly full": lambda chance: chance.betavariate(8, 1),
    "some at zero": lambda chance: 0.0 if chance.random() < 0.05 else chance.gauss(0.85, 0.06),
}


SIZES = [(12, 5), (6, 1), (6, 3), (40, 2)]
"""Stores and visits."""


@pytest.mark.parametrize(
    ("kind", "stores", "visits"),
    [*((kind, 12, 5) for kind in CHANCE), *(("four questions", *size) for size in SIZES[1:])],
)
def test_of_twenty_waves_of_equal_stores_at_most_one_puts_a_store_apart(kind: str, stores: int, visits: int) -> None:
    chance = random.Random(2026)  # noqa: S311 a simulation
    waves = [
        {str(store): decimals(*(CHANCE[kind](chance) for _ in range(visits))) for store in range(stores)}
        for _ in range(200)
    ]
    apart = sum(any(group != Group.CANNOT_TELL for group in standing.groups(wave).values()) for wave in waves)
    assert apart <= 10


def test_a_store_that_is_25_points_lower_is_found() -> None:
    """Twelve stores, five visits; in 200 waves it is missed in fewer than ten."""
    chance, found = random.Random(2026), 0  # noqa: S311 a simulation
    for _ in range(200):
        wave = {str(i): decimals(*(chance.gauss(0.75, 0.09) for _ in range(5))) for i in range(12)}
        wave["0"] = [value - Decimal("0.25") for value in wave["0"]]
        found += standing.groups(wave)["0"] == Group.BELOW
    assert found > 190


def test_components_of_stores_are_free_of_the_chance_of_visits() -> None:
    """MS between 0.02, MS within 0.02: nothing is left between the stores, though their means differ."""
    by_store = {"A": decimals(0.4, 0.6), "B": decimals(0.5, 0.7), "C": decimals(0.6, 0.8)}
    found = standing.heterogeneity(by_store, {})
    assert found.between_stores.deviation == pytest.approx(0.1)
    assert found.stores is not None
    assert found.stores.between == pytest.approx(0.0, abs=1e-9)
    assert found.people is None


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
    visit = snapshots.visit(checklist, 1, Method.MYSTERY_SHOPPING, [Answer("light", "yes"), Answer("heavy", "yes")])
    found = gaps.of_questions(checklist, [("light", figures.rate(6, 4)), ("heavy", figures.rate(8, 2))], [visit])
    assert [(gap.name, gap.percent_points, gap.burden) for gap in found] == [
        ("heavy", Decimal(-10), Decimal(-9)),
        ("light", Decimal(-20), Decimal(-2)),
    ]


@pytest.mark.parametrize(
    ("visits", "norm", "expected"),
    [
        ((0.79, 0.79, 0.79, 0.79), 80, False),  # one point, and equal visits show no chance
        ((0.78, 0.79, 0.79, 0.80), 80, False),  # 79 ± 1.3 holds the norm
        ((0.765, 0.77, 0.77, 0.775), 80, True),  # 77 ± 0.6 leaves it out
        ((0.50, 0.95, 0.80), 80, True),  # five points, whatever the interval
        ((0.60, 0.95, 0.78), 80, False),  # 78, four visits' room around it
        ((0.80, 0.80), 80, False),
    ],
)
def test_orange_is_for_a_gap_that_is_clear_or_five_points(visits: tuple[float, ...], norm: int, expected: bool) -> None:
    assert gaps.is_below(figures.mean_of_visits(decimals(*visits)), Decimal(norm)) == expected


def test_two_units_have_no_interval_that_says_anything() -> None:
    assert figures.telling_interval(figures.mean_of_visits(decimals(0.5, 0.6))) is None
    assert figures.telling_interval(figures.mean_of_visits(decimals(0.5, 0.6, 0.7))) is not None


def test_a_question_without_a_norm_has_no_gap() -> None:
    checklist = Checklist("shop", make.text("Shop"), (make.section("till", make.question("light")),), Settings())
    assert gaps.of_questions(checklist, [("light", figures.rate(6, 4))], []) == ()


def test_a_gap_under_weighted_touchpoints_counts_its_own_touchpoint_s_weight() -> None:
    """Two of the three points at the till, which weighs one part of four: 2/3 · 1/4 = 1/6."""
    heavy = make.question("heavy", weight=Decimal(2), norm=Decimal(90))
    till = make.section("till", heavy, make.question("light"))
    other = replace(make.section("door", make.question("seen")), weight=Decimal(3))
    checklist = Checklist("shop", make.text("Shop"), (till, other), Settings(total=Total.SECTION_WEIGHTED))
    answers = [Answer(name, "yes") for name in ("heavy", "light", "seen")]
    visit = snapshots.visit(checklist, 1, Method.MYSTERY_SHOPPING, answers)
    assert round(gaps.question_shares(checklist, [visit])["heavy"], 6) == round(Decimal(1) / 6, 6)
