"""Points: arithmetic by hand, and properties that hold for any visit."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldstudy.core import scoring
from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import (
    Band,
    Checklist,
    Critical,
    CriticalRule,
    Method,
    Missing,
    Question,
    QuestionType,
    Section,
    Settings,
    Total,
)
from fieldstudy.core.scoring import Score
from tests.factories import YES_NO_NA, option, question, section, text

ON = date(2026, 3, 2)
D = Decimal


def score(
    sections: tuple[Section, ...], given: dict[str, str], method: str = "mystery_shopping", **settings: object
) -> Score:
    answers = [Answer(name, value, is_na=value == "na") for name, value in given.items()]
    return scoring.score(Checklist("f", text("F"), sections, Settings(**settings)), Method(method), answers, ON)


def one(asked: Question, value: str, **settings: object) -> tuple[Decimal, Decimal]:
    found = score((section("s", asked),), {asked.name: value}, **settings).questions[0]
    return found.earned, found.possible


FIVE = question("q", QuestionType.SELECT_MULTIPLE, options=tuple(option(name, 1) for name in "abcde"))
ALONE = question("q", QuestionType.SELECT_MULTIPLE, options=(*FIVE.options[:2], option("all", 3, is_exclusive=True)))
QUARTERS = question("q", options=(option("good", "1"), option("fair", "0.25"), option("bad", "0")))
WAIT = question(
    "q",
    QuestionType.TIMER,
    bands=(Band("<=", D(120), D(3)), Band("<=", D(300), D(1)), Band("", None, D(0))),
)
NA = question("q", options=YES_NO_NA)


@pytest.mark.parametrize(
    ("asked", "value", "settings", "points"),
    [
        (FIVE, "a c e", {}, (3, 5)),  # five one-point options, three ticked: 3/5
        (ALONE, "a b", {}, (2, 3)),  # a and b together are worth 2; what stands alone is worth 3, and never 2 + 3
        (QUARTERS, "fair", {}, ("0.25", 1)),
        (replace(QUARTERS, weight=D("2.5")), "fair", {}, ("0.625", "2.5")),
        (WAIT, "120", {}, (3, 3)),
        (WAIT, "121", {}, (1, 3)),
        (WAIT, "301", {}, (0, 3)),
        (NA, "na", {}, (0, 0)),
        (NA, "na", {"na": Missing.MISS}, (0, 1)),
        (NA, "", {}, (0, 0)),
        (NA, "", {"unanswered": Missing.MISS}, (0, 1)),
        (replace(NA, is_bonus=True), "yes", {}, (1, 0)),
    ],
)
def test_a_question_earns(asked: Question, value: str, settings: dict[str, object], points: tuple[str, str]) -> None:
    assert one(asked, value, **settings) == (D(points[0]), D(points[1]))


TWO = (
    section("long", *(question(f"a{i}") for i in range(8)), weight=D(1)),
    section("short", question("b"), weight=D(3)),
)
MIXED = {**{f"a{i}": "yes" if i < 6 else "no" for i in range(8)}, "b": "no"}


def test_pooled_gives_the_long_section_its_length() -> None:
    assert score(TWO, MIXED).final == D(6) / D(9)


def test_section_weighted_gives_sections_their_weight() -> None:
    assert score(TWO, MIXED, total=Total.SECTION_WEIGHTED).final == D("0.1875")  # (1·0.75 + 3·0) / 4


def test_an_undefined_section_leaves_the_weighted_mean() -> None:
    sections = (TWO[0], section("short", NA, weight=D(3)))
    assert score(sections, {**MIXED, "q": "na"}, total=Total.SECTION_WEIGHTED).final == D("0.75")


def test_nothing_possible_is_undefined_and_not_zero() -> None:
    found = score((section("s", NA),), {"q": "na"})
    assert (found.final, found.sections[0].fraction) == (None, None)


def test_a_flat_adjustment_enters_both_sums() -> None:
    found = score(TWO, MIXED, adjust_earned_points=D(1), adjust_possible_points=D(1))
    assert found.final == D(7) / D(10)


BONUS = (section("s", question("a"), question("extra", is_bonus=True)),)


@pytest.mark.parametrize(("is_capped", "final"), [(True, 1), (False, 2)])
def test_a_bonus_is_capped_by_the_switch(is_capped: bool, final: int) -> None:
    assert score(BONUS, {"a": "yes", "extra": "yes"}, is_capped=is_capped).final == final


def test_a_method_that_may_not_answer_does_not_have_the_question() -> None:
    greeted = question("greeted", methods=(Method.MYSTERY_SHOPPING,))
    found = score((section("s", question("a"), greeted),), {"a": "yes"}, "non_participant_observation")
    assert (found.possible, found.final) == (1, 1)


def test_a_question_that_was_not_relevant_is_never_a_miss() -> None:
    sections = (section("s", question("a"), question("b", relevant="${a} = 'no'")),)
    assert score(sections, {"a": "yes"}, unanswered=Missing.MISS).final == 1


def critical(rule: CriticalRule, percent: int | None = None) -> tuple[Section, ...]:
    limit = None if percent is None else D(percent)
    key = question("key", options=(option("full", 4), option("half", 2), option("no", 0)))
    return (
        section("a", replace(key, critical=Critical(rule, limit)), question("x")),
        section("b", *(question(f"b{i}") for i in range(5))),
    )


ALL_BUT_KEY = {"key": "half", "x": "yes", **{f"b{i}": "yes" for i in range(5)}}  # 8 of 10


@pytest.mark.parametrize(
    ("rule", "percent", "final"),
    [
        (CriticalRule.FLAG, None, "0.8"),
        (CriticalRule.TOTAL_ZERO, None, "0"),
        (CriticalRule.SECTION_ZERO, None, "0.5"),  # 5 of 10
        (CriticalRule.CAP, 60, "0.6"),
        (CriticalRule.MIN, 70, "0.8"),
    ],
)
def test_a_critical_rule_fires(rule: CriticalRule, percent: int | None, final: str) -> None:
    found = score(critical(rule, percent), ALL_BUT_KEY)
    assert (found.raw, found.final, [f.rule for f in found.fired]) == (D("0.8"), D(final), [rule])


@pytest.mark.parametrize(
    ("total", "clean", "final"),
    [
        # −5 + 2 of 2 possible points, and 4 of 4: 1 of 6, and not 4 of 6.
        (Total.POOLED, "yes", Decimal(1) / 6),
        # −3 of 2 is −150 percent, beside 100: −25, and not 50.
        (Total.SECTION_WEIGHTED, "yes", Decimal("-0.25")),
        # −5 + 8 of 8 possible points, and 4 of 4: the 3 that are left are taken, 4 of 12.
        (Total.POOLED, "spotless", Decimal(4) / 12),
        (Total.SECTION_WEIGHTED, "spotless", Decimal("0.5")),
    ],
)
def test_a_touchpoint_that_becomes_0_is_never_raised(total: Total, clean: str, final: Decimal) -> None:
    fault = replace(question("fault", options=VIOLATION), critical=Critical(CriticalRule.SECTION_ZERO))
    points = 2 if clean == "yes" else 8
    kept = question("clean", options=(option(clean, points), option("no", 0)))
    sections = (section("a", fault, kept), section("b", *(question(f"b{i}") for i in range(4))))
    found = score(sections, {"fault": "violation", "clean": clean, **{f"b{i}": "yes" for i in range(4)}}, total=total)
    assert found.final == final
    assert found.raw is not None
    assert found.final <= found.raw
    assert [one.rule for one in found.fired] == [CriticalRule.SECTION_ZERO]


def test_minus_points_alone_are_not_given_back() -> None:
    """−5, where nothing was possible, and 4 of 4: −1 of 4. Taken away it would be 100 percent."""
    fault = replace(question("fault", options=VIOLATION), critical=Critical(CriticalRule.SECTION_ZERO))
    sections = (section("a", fault), section("b", *(question(f"b{i}") for i in range(4))))
    found = score(sections, {"fault": "violation", **{f"b{i}": "yes" for i in range(4)}})
    assert (found.final, found.sections[0].is_zeroed) == (Decimal("-0.25"), False)


@pytest.mark.parametrize(("value", "fires"), [("full", False), ("half", False), ("no", True)])
def test_a_minimum_looks_at_the_percent_of_the_question(value: str, fires: bool) -> None:
    found = score(critical(CriticalRule.MIN, 50), {**ALL_BUT_KEY, "key": value})
    assert bool(found.fired) == fires


VIOLATION = (option("ok", 0), option("violation", -5))
WORST = (option("bad", -1), option("worse", -5))
LATE = (Band("<=", D(120), D(0)), Band("", None, D(-5)))
VIOLATIONS = question("key", QuestionType.SELECT_MULTIPLE, options=(option("dirt", -3), option("smell", -5)))
KNOCK_OUTS = [
    (question("key", weight=D(0)), "no", True),  # the commonest of the trade: critical, and worth no points itself
    (question("key", weight=D(0)), "yes", False),
    (question("key", options=VIOLATION), "violation", True),  # a deduction: −5 of a best of 0
    (question("key", options=VIOLATION), "ok", False),
    (question("key", options=(option("ok", None), option("violation", -5))), "violation", True),
    (question("key", options=WORST), "worse", True),
    (question("key", options=WORST), "bad", False),  # nothing better could be answered
    (question("key", QuestionType.TIMER, options=(), bands=LATE), "121", True),
    (question("key", QuestionType.TIMER, options=(), bands=LATE), "120", False),
    (question("key", QuestionType.TIMER, options=(), bands=(Band(">", D(120), D(-5)),)), "90", False),
    (VIOLATIONS, "dirt", True),
    (question("key", is_scored=False), "no", True),  # its points do not count, and say what is a miss
    (question("key", is_bonus=True), "no", False),
    (question("key", options=(option("yes", None), option("no", None))), "no", False),
    (question("key", options=(option("yes", 0), option("no", 0))), "no", False),
    (question("key", options=(*YES_NO_NA,), weight=D(0)), "na", False),
    (question("key", weight=D(0)), "", False),
]


@pytest.mark.parametrize(("key", "value", "fires"), KNOCK_OUTS)
@pytest.mark.parametrize("rule", [Critical(CriticalRule.TOTAL_ZERO), Critical(CriticalRule.MIN, D(80))])
def test_a_knock_out_fires_whatever_its_points(key: Question, value: str, fires: bool, rule: Critical) -> None:
    heavy = question("a", weight=D(10))
    found = score((section("s", heavy, replace(key, critical=rule)),), {"a": "yes", "key": value})
    assert [fired.question for fired in found.fired] == ["key"] * fires
    assert (found.final == 0) == (fires and rule.rule == CriticalRule.TOTAL_ZERO)


def test_an_unanswered_knock_out_that_counts_as_a_miss_fires() -> None:
    key = question("key", weight=D(0), critical=Critical(CriticalRule.FLAG))
    assert score((section("s", key),), {}, unanswered=Missing.MISS).fired
    assert score((section("s", key),), {"key": "na"}, unanswered=Missing.MISS, na=Missing.MISS).fired == ()


@given(st.lists(st.sampled_from([0, 1, D("0.25"), -2]), min_size=2, max_size=4), st.integers(0, 3), st.integers(0, 100))
def test_a_minimum_is_a_percent_of_the_best_answer(points: list[Decimal], chosen: int, percent: int) -> None:
    options = tuple(option(f"o{number}", one) for number, one in enumerate(points))
    key = question("key", options=options, critical=Critical(CriticalRule.MIN, D(percent)))
    best, earned = max(points), points[chosen % len(points)]
    found = score((section("s", key),), {"key": f"o{chosen % len(points)}"})
    assert bool(found.fired) == (earned < best * D(percent) / 100 if best > 0 else earned < best)


ANSWERS = st.lists(st.sampled_from(["yes", "no", "na", ""]), min_size=6, max_size=6)
SIX = tuple(question(f"q{i}", options=YES_NO_NA, weight=D(i + 1)) for i in range(6))


def of(values: list[str], questions: tuple[Question, ...] = SIX, **settings: object) -> Score:
    sections = (section("s", *questions[:3]), section("t", *questions[3:]))
    return score(sections, {f"q{i}": value for i, value in enumerate(values)}, **settings)


@given(ANSWERS)
def test_an_na_never_moves_a_score(values: list[str]) -> None:
    extra = question("extra", options=YES_NO_NA)
    sections = (section("s", *SIX[:3], extra), section("t", *SIX[3:]))
    given_answers = {f"q{i}": value for i, value in enumerate(values)}
    assert score(sections, {**given_answers, "extra": "na"}).final == of(values).final


@given(ANSWERS)
def test_section_parts_sum_to_the_total(values: list[str]) -> None:
    found = of(values)
    assert (sum(s.earned for s in found.sections), sum(s.possible for s in found.sections)) == (
        found.earned,
        found.possible,
    )


@given(ANSWERS, st.integers(2, 50))
def test_scaling_all_weights_changes_nothing(values: list[str], factor: int) -> None:
    scaled = tuple(replace(asked, weight=asked.weight * factor) for asked in SIX)
    assert of(values, scaled).final == of(values).final
