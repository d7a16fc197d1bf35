"""The columns of a question, its choices, and the conditions."""

from decimal import Decimal
from typing import Any

import pytest

from fieldstudy.core.checklist import (
    Band,
    Critical,
    CriticalRule,
    EvidenceKind,
    ExPro,
    Level,
    Method,
    Option,
    Sem,
    Text,
)
from tests.exchange.files import (
    checklist_file,
    notes,
    one_question,
    places,
    read,
    read_one,
    refused,
    refused_one,
)

D = Decimal


def choices(*rows: list[Any]) -> bytes:
    survey = [["type", "name", "label"], ["select_one list", "q", "Q"]]
    return checklist_file(survey, [["list_name", "name", "label", "points", "na"], *rows])


def test_a_choice_may_stand_alone() -> None:
    header = ["list_name", "name", "label", "points", "exclusive"]
    rows = [["list", "price", "Price", 1, None], ["list", "none", "None of these", 0, "yes"]]
    survey = [["type", "name", "label"], ["select_multiple list", "q", "Q"]]
    [question] = read(checklist_file(survey, [header, *rows])).checklist.questions
    assert [option.is_exclusive for option in question.options] == [False, True]


def with_condition(column: str, text: str) -> bytes:
    """A condition on the integer `b` in row 3, after the choice `a`."""
    rows = [["type", "name", "label", column], ["select_one yes_no", "a", "A", None], ["integer", "b", "B", text]]
    return checklist_file(rows)


def test_a_question_has_defaults() -> None:
    question = read_one("text")
    assert (question.weight, question.norm, question.methods, question.critical) == (1, None, tuple(Method), None)
    assert (question.is_required, question.is_scored, question.is_bonus, question.is_reverse) == (False,) * 4
    assert (question.expro, question.sem, question.level) == (None, (), Level.EFFICIENCY)


def test_the_columns_of_meaning_are_read() -> None:
    question = read_one(expro="web_and_media", sem="relate sense", level="benefit", role="ease", evidence="receipt")
    assert (question.expro, question.sem) == (ExPro.WEB_AND_MEDIA, (Sem.SENSE, Sem.RELATE))
    assert (question.level, question.role, question.evidence) == (Level.BENEFIT, "ease", EvidenceKind.RECEIPT)


@pytest.mark.parametrize(
    "column",
    [
        *("required", "read_only", "bonus", "scored", "reverse", "methods", "norm_by"),
        *("critical", "expro", "sem", "level", "role", "evidence"),
    ],
)
def test_an_unknown_value_is_refused_with_what_is_allowed(column: str) -> None:
    problem = refused(read, one_question(**{column: "perhaps"}))[0]
    assert (problem.key, problem.sheet, problem.row, problem.column) == ("unknown_value", "survey", 3, column)
    assert problem.values["value"] == "perhaps"
    assert problem.values["allowed"]


@pytest.mark.parametrize("value", ["yes", "TRUE", True, "true()", "Yes"])
def test_yes_is_written_in_many_ways(value: Any) -> None:
    assert read_one(required=value).is_required


@pytest.mark.parametrize(("value", "number"), [(2, 2), (0, 0), ("0,25", D("0.25")), (0.1, D("0.1")), (1e6, 1_000_000)])
def test_a_weight_is_an_exact_number(value: Any, number: Any) -> None:
    assert read_one(weight=value).weight == number


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("much", "not_a_number"),
        ("1e3", "not_a_number"),
        (-1, "number_out_of_range"),
        (1_000_001, "number_out_of_range"),
        (0.12345, "too_many_decimals"),
    ],
)
def test_a_weight_that_cannot_be_kept_exactly_is_refused(value: Any, key: str) -> None:
    assert refused_one(weight=value) == [(key, 3, "weight")]


@pytest.mark.parametrize(
    ("text", "critical"),
    [
        ("flag", Critical(CriticalRule.FLAG)),
        ("total_zero", Critical(CriticalRule.TOTAL_ZERO)),
        ("section_zero", Critical(CriticalRule.SECTION_ZERO)),
        ("cap:70", Critical(CriticalRule.CAP, D(70))),
        ("Min: 50 %", Critical(CriticalRule.MIN, D(50))),
    ],
)
def test_a_critical_rule_is_read(text: str, critical: Critical) -> None:
    assert read_one(critical=text).critical == critical


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("cap", "unknown_value"),
        ("flag:3", "unknown_value"),
        ("cap:x", "not_a_number"),
        ("min:101", "number_out_of_range"),
    ],
)
def test_a_critical_rule_that_is_not_understood_is_refused(text: str, key: str) -> None:
    assert refused_one(critical=text) == [(key, 3, "critical")]


def test_a_critical_rule_that_never_fires_is_noted() -> None:
    assert ("critical_never_fires", 3, "critical") in notes(read(one_question("text", critical="flag")))


@pytest.mark.parametrize(
    ("cells", "is_noted"),
    [
        ({"bands": "<=120:1; else:0", "weight": "0"}, False),
        ({"bands": "<=120:0; else:-5"}, False),
        ({"bands": "<=120:1; else:0", "scored": "no"}, False),
        ({"bands": "<=120:1; else:0", "bonus": "yes"}, True),
        ({"bands": "<=120:2; else:2"}, True),
    ],
)
def test_a_critical_rule_that_can_fire_is_not_noted(cells: dict[str, str], is_noted: bool) -> None:
    found = notes(read(one_question("integer", critical="total_zero", **cells)))
    assert (("critical_never_fires", 3, "critical") in found) == is_noted


@pytest.mark.parametrize(
    ("type_", "cells", "is_noted"),
    [
        ("select_one yes_no", {}, True),  # yes 1, no 0
        ("integer", {"bands": "<=120:1; else:0"}, False),
        ("integer", {"bands": ">=120:1; else:0"}, True),
        ("integer", {}, False),
    ],
)
def test_reverse_with_points_on_more_is_noted(type_: str, cells: dict[str, str], is_noted: bool) -> None:
    found = notes(read(one_question(type_, reverse="yes", **cells)))
    assert (("reverse_earns_with_more", 3, "reverse") in found) == is_noted


def test_bands_are_read() -> None:
    question = read_one("integer", bands="<=120:3; ≤300:1,5; else:0")
    assert question.bands == (Band("<=", D(120), D(3)), Band("<=", D(300), D("1.5")), Band("", None, D(0)))
    assert (question.is_scored, question.possible) == (True, 3)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("120:3", "band_not_understood"),
        ("<=120", "band_not_understood"),
        ("<=fast:3", "not_a_number"),
        ("<=1:lots", "not_a_number"),
        ("else:0; <=1:2", "else_is_last"),
    ],
)
def test_bands_that_are_not_understood_are_refused(text: str, key: str) -> None:
    assert refused_one("integer", bands=text) == [(key, 3, "bands")]


def test_bands_need_a_number() -> None:
    assert refused_one("text", bands="<=1:1") == [("bands_need_a_number", 3, "bands")]


def test_a_choice_with_points_is_scored_unless_the_file_says_no() -> None:
    assert (read_one().is_scored, read_one(scored="no").is_scored) == (True, False)


def test_scored_without_points_is_noted() -> None:
    file = read(one_question("text", scored="yes"))
    assert ("scored_without_points", 3, "scored") in notes(file)
    assert not file.checklist.question_by_name["q"].is_scored


def test_a_timer_has_a_standard() -> None:
    question = read_one("integer", appearance="timer", standard=120, tolerated=300)
    assert (question.standard, question.tolerated) == (120, 300)


def test_a_standard_without_a_timer_is_noted() -> None:
    assert ("only_for_timers", 3, "standard") in notes(read(one_question("integer", standard=1)))


def test_a_range_reads_its_parameters() -> None:
    question = read_one("range", parameters="start=1;end=5; step=0.5")
    assert (question.range_start, question.range_end, question.range_step) == (1, 5, D("0.5"))


def test_a_range_without_parameters_goes_from_one_to_ten() -> None:
    question = read_one("range")
    assert (question.range_start, question.range_end, question.range_step) == (1, 10, 1)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("start=5 end=1", "range_not_understood"),
        ("start=0 end=10 step=3", "range_not_understood"),
        ("start=0 end=10 step=0", "number_out_of_range"),
        ("start=a", "not_a_number"),
    ],
)
def test_a_range_that_has_no_steps_is_refused(text: str, key: str) -> None:
    assert refused_one("range", parameters=text) == [(key, 3, "parameters")]


def test_other_parameters_are_noted() -> None:
    assert ("parameters_left_out", 3, "parameters") in notes(read(one_question("image", parameters="max-pixels=1024")))


@pytest.mark.parametrize(
    ("type_", "default", "key"),
    [
        ("select_one yes_no", "maybe", "unknown_choice"),
        ("integer", "many", "not_an_integer"),
        ("date", "tomorrow", "not_a_date"),
        ("text", "${a}", "default_not_fixed"),
        ("date", "today()", "default_not_fixed"),
    ],
)
def test_a_default_is_judged_like_an_answer(type_: str, default: str, key: str) -> None:
    assert refused_one(type_, default=default) == [(key, 3, "default")]


def test_a_default_is_read() -> None:
    assert read_one(default="yes").default == "yes"


def test_a_calculation_belongs_to_a_row_that_nobody_answers() -> None:
    assert refused_one("integer", calculation="1") == [("calculation_not_here", 3, "calculation")]


def test_calculate_needs_a_calculation() -> None:
    data = checklist_file([["type", "name", "label"], ["text", "q", "Q"], ["calculate", "c", None]])
    assert places(refused(read, data)) == [("missing_cell", 3, "calculation")]


def test_options_are_read_in_order() -> None:
    file = read(choices(["list", "good", "Good", 0.75, None], ["list", "none", "None", None, "yes"]))
    assert file.checklist.question_by_name["q"].options == (
        Option("good", Text({"": "Good"}), D("0.75")),
        Option("none", Text({"": "None"}), None, True),
    )


@pytest.mark.parametrize(
    ("row", "key", "column"),
    [
        (["list", "b", "B", "one", None], "not_a_number", "points"),
        (["list", "b", "B", 0.00001, None], "too_many_decimals", "points"),
        (["list", "b", "B", 1, "maybe"], "unknown_value", "na"),
        (["list", "b c", "B", 1, None], "choice_with_space", "name"),
        (["list", "a", "Again", 1, None], "duplicate_choice", "name"),
        (["list", None, "B", 1, None], "missing_cell", "name"),
        ([None, "b", "B", 1, None], "missing_cell", "list_name"),
    ],
)
def test_a_wrong_choice_is_refused(row: list[Any], key: str, column: str) -> None:
    problem = refused(read, choices(["list", "a", "A", 1, None], row))[0]
    assert (problem.key, problem.sheet, problem.row, problem.column) == (key, "choices", 3, column)


def test_points_of_a_choice_that_does_not_apply_are_left_out_with_a_note() -> None:
    file = read(choices(["list", "a", "A", 1, None], ["list", "na", "N/A", 5, "yes"]))
    assert file.checklist.question_by_name["q"].possible == 1
    assert ("points_on_na", 3, "points") in notes(file)


def test_numbers_may_name_choices() -> None:
    file = read(choices(["list", 1, "One", 1, None], ["list", 2.0, "Two", 0, None]))
    assert [option.name for option in file.checklist.question_by_name["q"].options] == ["1", "2"]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("relevant", "${a} = 'yes'"),
        ("relevant", "selected(${a}, 'no') or not(${a} = 'yes')"),
        ("constraint", ". >= 0 and . <= 10"),
    ],
)
def test_conditions_are_kept_as_they_are_written(column: str, text: str) -> None:
    question = read(with_condition(column, text)).checklist.question_by_name["b"]
    assert getattr(question, column) == text


def test_typographic_quotation_marks_are_understood() -> None:
    question = read(with_condition("relevant", "${a}\u00a0= ‘yes’")).checklist.question_by_name["b"]
    assert question.relevant == "${a} = 'yes'"


def test_a_bare_no_is_a_condition_that_never_holds() -> None:
    assert read(with_condition("relevant", "FALSE")).checklist.question_by_name["b"].relevant == "false()"


@pytest.mark.parametrize(
    ("column", "text", "key"),
    [
        ("relevant", "${a} = yes", "condition_unquoted"),
        ("relevant", "count-selected(${a}) > 1", "condition_unknown_function"),
        ("constraint", "regex(., '[0-9]+')", "condition_unknown_function"),
        ("relevant", "${z} = 'yes'", "condition_unknown_question"),
        ("relevant", "${b} > 1", "condition_about_itself"),
        ("relevant", ". > 1", "dot_outside_constraint"),
    ],
)
def test_a_condition_that_cannot_be_kept_is_refused(column: str, text: str, key: str) -> None:
    assert places(refused(read, with_condition(column, text))) == [(key, 3, column)]


def test_the_place_in_a_condition_is_told() -> None:
    problem = refused(read, with_condition("relevant", "${a} = yes"))[0]
    assert (problem.values["position"], problem.values["text"]) == ("8", "${a} = yes")


@pytest.mark.parametrize("text", ["selected(${a}, 'maybe')", "${a} = 'maybe'", "not(${a} != 'maybe')"])
def test_a_choice_that_is_not_in_the_list_is_noted(text: str) -> None:
    assert ("condition_unknown_choice", 3, "relevant") in notes(read(with_condition("relevant", text)))


def test_an_expectation_names_its_question() -> None:
    rows = [["type", "name", "label", "role"], ["text", "a", "A", "expectation_of:b"], ["text", "b", "B"]]
    assert read(checklist_file(rows)).checklist.question_by_name["a"].role == "expectation_of:b"


@pytest.mark.parametrize("target", ["zzz", "q"])
def test_an_expectation_of_nothing_is_refused(target: str) -> None:
    assert refused_one(role=f"expectation_of:{target}") == [("role_unknown_question", 3, "role")]


@pytest.mark.parametrize(("written", "internal"), [(None, None), ("yes", True), ("no", False)])
def test_a_question_may_be_internal(written: str | None, internal: bool | None) -> None:
    assert read_one("text", internal=written).internal is internal


def test_another_word_than_yes_or_no_is_refused() -> None:
    assert refused_one("text", internal="agency") == [("unknown_value", 3, "internal")]


def test_an_internal_question_has_no_points() -> None:
    """The client could not see where its score comes from."""
    assert refused_one(internal="yes") == [("internal_with_points", 3, "internal")]
    assert read_one(internal="yes", scored="no").internal


def test_an_internal_question_knocks_nothing_out() -> None:
    """Its rule would fire without points that count, and the client would see a total of 0 without a reason."""
    fields = {"internal": "yes", "scored": "no"}
    assert refused_one(critical="total_zero", **fields) == [("internal_with_rule", 3, "internal")]


@pytest.mark.parametrize(("column", "value"), [("norm", 80), ("expro", "people"), ("sem", "feel"), ("role", "ease")])
def test_what_an_internal_question_cannot_do_is_noted(column: str, value: object) -> None:
    file = read(one_question("integer", internal="yes", **{column: value}))
    assert ("no_effect_on_internal", 3, column) in notes(file)


def labelled(label: str, type_: str = "decimal", internal: str | None = None) -> list[tuple[str, int | None, str]]:
    rows = [["type", "name", "label", "internal"], [type_, "q", label, internal], ["text", "why", "Why?", None]]
    return [note for note in notes(read(checklist_file(rows))) if note[0] == "money_not_marked"]


@pytest.mark.parametrize(
    "label",
    ["Spesa rimborsata, in euro", "How much will be refunded?", "Fee", "Quanto hai speso (€)", "What it cost you, $"],
)
def test_money_that_is_not_marked_is_noted(label: str) -> None:
    assert labelled(label) == [("money_not_marked", 2, "internal")]


@pytest.mark.parametrize("internal", ["yes", "no"])
def test_a_mark_settles_it(internal: str) -> None:
    assert labelled("Spesa rimborsata, in euro", internal=internal) == []


@pytest.mark.parametrize("label", ["How long did you wait?", "Was a European size offered?", "Did they greet you?"])
def test_other_questions_are_not_taken_for_money(label: str) -> None:
    assert labelled(label) == []
