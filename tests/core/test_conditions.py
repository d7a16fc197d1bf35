"""Conditions against a table that the browser shares: `conditions.json`, expected values from the XPath 1.0 rules."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldstudy.core import conditions
from fieldstudy.core.conditions import Comparison, ConditionIsNotUnderstood, Dot, Literal, Logic, Not, Reference, Truth

VECTORS = json.loads((Path(__file__).parent / "conditions.json").read_text(encoding="utf-8"))
DAY = date(2026, 3, 2)

# Pieces that make almost-conditions, which arbitrary text seldom is.
PIECES = ["${q}", ".", "=", "!=", "<", ">=", " and ", " or ", "not(", "selected(", "today()", "(", ")", ",", "'", '"']
PIECES += ["'x'", "1", "-", "2.5", "true()", "${", "}", " ", "x", "is(", "é"]
almost_conditions = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
answers = st.one_of(st.text(max_size=12), st.integers().map(str), st.dates().map(str), st.times().map(str))


def named(vector: dict[str, Any]) -> str:
    return str(vector["text"])[:40].encode("unicode_escape").decode()


def circumstances(vector: dict[str, Any]) -> tuple[Callable[[str], str], date, str]:
    return lambda name: vector["answers"].get(name, ""), date.fromisoformat(vector["today"]), vector["dot"]


def holds(text: str, known: dict[str, str] | None = None) -> bool:
    return conditions.holds(conditions.parse(text), (known or {}).__getitem__, DAY)


def refusal(text: str) -> ConditionIsNotUnderstood | None:
    try:
        conditions.parse(text)
    except ConditionIsNotUnderstood as refused:
        return refused
    return None


def test_the_shared_table_is_long_enough_to_mean_something() -> None:
    assert len(VECTORS["understood"]) >= 80


@pytest.mark.parametrize("vector", VECTORS["understood"], ids=named)
def test_holds_as_the_shared_table_says(vector: dict[str, Any]) -> None:
    assert conditions.holds(conditions.parse(vector["text"]), *circumstances(vector)) is vector["holds"]


@pytest.mark.parametrize("vector", VECTORS["values"], ids=named)
def test_value_is_as_the_shared_table_says(vector: dict[str, Any]) -> None:
    value = conditions.value(conditions.parse(vector["text"]), *circumstances(vector))
    assert (value, isinstance(value, bool)) == (vector["value"], isinstance(vector["value"], bool))


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=named)
def test_parse_refuses_as_the_shared_table_says(vector: dict[str, Any]) -> None:
    seen = refusal(vector["text"])
    assert seen is not None
    assert (seen.text, seen.reason, seen.position) == (vector["text"], vector["reason"], vector["position"])


def test_parse_makes_a_tree() -> None:
    tree = conditions.parse("${a} = 'x' and . >= -1 and not(true())")
    same = Comparison("=", Reference("a"), Literal("x"))
    more = Comparison(">=", Dot(), Literal(-1.0))
    assert tree == Logic("and", (same, more, Not(Truth(True))))


def test_parse_keeps_true_and_one_apart() -> None:
    assert conditions.parse("true()") != conditions.parse("1")


def test_names_are_the_questions_and_not_the_dot() -> None:
    tree = conditions.parse("selected(${a}, ${b}) or not(. = ${c}) and ${a} < today() or 'd' = '${e}'")
    assert conditions.names(tree) == {"a", "b", "c"}


def test_names_of_a_fixed_condition_are_none() -> None:
    assert conditions.names(conditions.parse("today() > 1")) == frozenset()


@pytest.mark.parametrize("text", ["${a} = 1 or ${missing} = 1", "${a} = 2 and ${missing} = 1"])
def test_logic_does_not_ask_for_what_cannot_decide(text: str) -> None:
    assert holds(text, {"a": "1"}) is text.startswith("${a} = 1")


@pytest.mark.parametrize("text", ["${missing} = 1 or ${a} = 1", "${a} = 1 and ${missing} = 1"])
def test_logic_asks_from_left_to_right(text: str) -> None:
    with pytest.raises(KeyError, match="missing"):
        holds(text, {"a": "1"})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        (True, "true"),
        (False, "false"),
        (5.0, "5"),
        (-0.0, "0"),
        (-2.5, "-2.5"),
        (0.0000001, "0.0000001"),
        (1e21, "1000000000000000000000"),
    ],
)
def test_as_text_writes_as_xpath_does(value: conditions.Value, text: str) -> None:
    assert conditions.as_text(value) == text


def test_as_data_is_nested_lists() -> None:
    tree = conditions.parse("selected(${a}, 'x') and (. <= today() or not(false()) or 1 != 2)")
    assert conditions.as_data(tree) == [
        "and",
        ["selected", ["answer", "a"], ["literal", "x"]],
        ["or", ["<=", ["dot"], ["today"]], ["not", ["literal", False]], ["!=", ["literal", 1.0], ["literal", 2.0]]],
    ]


@pytest.mark.parametrize("vector", VECTORS["understood"], ids=named)
def test_as_data_is_ready_for_strict_json(vector: dict[str, Any]) -> None:
    data = conditions.as_data(conditions.parse(vector["text"]))
    assert json.loads(json.dumps(data, allow_nan=False)) == data


pieces = st.sampled_from(["(", "not(", "selected(", "1=(", "1 or(", "${", "'", "-", "1<", ".", "today("])
repetitions = st.builds(str.__mul__, pieces, st.integers(1, 20_000))


@given(st.one_of(st.text(), almost_conditions, repetitions))
def test_parse_of_any_text_raises_only_its_own_error(text: str) -> None:
    refused = refusal(text)
    assert refused is None or 0 <= refused.position <= len(text)


@given(answers, answers, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]))
def test_every_answer_can_be_compared(answer: str, other: str, relation: str) -> None:
    assert holds(f"${{a}} {relation} ${{b}} or true()", {"a": answer, "b": other})


@given(answers, answers)
def test_equal_is_the_opposite_of_unequal(answer: str, other: str) -> None:
    known = {"a": answer, "b": other}
    assert holds("${a} = ${b}", known) is not holds("${a} != ${b}", known)


@given(st.dates(), st.dates())
def test_dates_are_ordered_as_the_calendar_orders_them(first: date, second: date) -> None:
    assert holds("${a} < ${b}", {"a": str(first), "b": str(second)}) is (first < second)


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_numbers_are_ordered_as_numbers(first: float, second: float) -> None:
    known = {"a": conditions.as_text(first), "b": conditions.as_text(second)}
    assert holds("${a} <= ${b}", known) is (first <= second)
