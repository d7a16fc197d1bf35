"""Groups, rows and their types."""

from typing import Any

import pytest

from fieldstudy.core.checklist import Channel, Checklist, Method, NormBy, Phase, QuestionType, TouchpointKind
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

Q = ["text", "q", "Q"]
BEGIN, END = ["begin_group", "door", "Door"], ["end_group", None, None]


def survey(*rows: list[Any], header: list[str] | None = None) -> bytes:
    return checklist_file([["type", "name", "label", *(header or [])], *rows])


def sections(checklist: Checklist) -> list[tuple[str, list[str]]]:
    return [(section.name, [question.name for question in section.questions]) for section in checklist.sections]


def group(**columns: Any) -> bytes:
    blank = [None] * len(columns)
    return survey([*BEGIN, *columns.values()], [*Q, *blank], [*END, *blank], header=list(columns))


def test_a_group_is_a_section_with_defaults() -> None:
    door = read(group()).checklist.sections[0]
    assert (door.kind, door.channel, door.phase) == (TouchpointKind.ENVIRONMENT, Channel.STORE, Phase.PURCHASE)
    assert (door.norm, door.norm_by, door.weight, door.methods) == (None, NormBy.MANAGER, 1, tuple(Method))


def test_a_group_says_what_touchpoint_it_is() -> None:
    columns = {"kind": "people", "channel": "help_desk", "phase": "use", "moment_of_truth": "yes", "norm": 85}
    door = read(group(**columns, norm_by="customer", methods="mystery_shopping")).checklist.sections[0]
    assert (door.kind, door.channel, door.phase) == (TouchpointKind.PEOPLE, Channel.HELP_DESK, Phase.USE)
    assert (door.is_moment_of_truth, door.norm, door.norm_by) == (True, 85, NormBy.CUSTOMER)
    assert door.methods == (Method.MYSTERY_SHOPPING,)


@pytest.mark.parametrize("column", ["kind", "channel", "phase", "moment_of_truth", "norm_by", "methods"])
def test_an_unknown_word_of_a_group_is_refused(column: str) -> None:
    assert places(refused(read, group(**{column: "whatever"}))) == [("unknown_value", 2, column)]


@pytest.mark.parametrize("norm", [-1, 101])
def test_a_norm_is_a_percentage(norm: int) -> None:
    assert places(refused(read, group(norm=norm))) == [("number_out_of_range", 2, "norm")]


def test_a_norm_may_carry_its_sign() -> None:
    assert read(group(norm="80 %")).checklist.sections[0].norm == 80


def test_a_weight_without_effect_is_noted() -> None:
    assert ("weight_needs_section_weighted", 2, "weight") in notes(read(group(weight=2)))


def test_a_condition_of_a_group_belongs_to_the_section() -> None:
    data = survey([*Q, None], ["begin_group", "g", "G", "${q} = 'x'"], ["text", "r", "R"], END, header=["relevant"])
    assert read(data).checklist.sections[1].relevant == "${q} = 'x'"


def test_questions_inherit_the_methods_of_their_section() -> None:
    rows = [[*BEGIN, "mystery_shopping participant_observation"], [*Q, "participant_observation"], ["text", "r", "R"]]
    by_name = read(survey(*rows, END, header=["methods"])).checklist.question_by_name
    assert by_name["q"].methods == (Method.PARTICIPANT_OBSERVATION,)
    assert by_name["r"].methods == (Method.MYSTERY_SHOPPING, Method.PARTICIPANT_OBSERVATION)


def test_a_method_that_the_section_excludes_is_refused() -> None:
    rows = [[*BEGIN, "mystery_shopping"], [*Q, "participant_observation"]]
    assert places(refused(read, survey(*rows, END, header=["methods"]))) == [("methods_outside_section", 3, "methods")]


def test_groups_within_groups_are_flattened_with_a_note() -> None:
    file = read(survey(BEGIN, ["begin_group", "inner", "Inner"], Q, END, END))
    assert sections(file.checklist) == [("door", ["q"])]
    assert ("nested_group_flattened", 3, "type") in notes(file)


def test_a_condition_of_an_inner_group_goes_to_its_questions() -> None:
    rows = [
        ["select_one yes_no", "a", "A", None],
        BEGIN,
        ["begin_group", "inner", "Inner", "${a} = 'yes'"],
        [*Q, "${a} != 'no'"],
        ["text", "r", "R"],
        END,
        END,
    ]
    by_name = read(survey(*rows, header=["relevant"])).checklist.question_by_name
    assert by_name["q"].relevant == "(${a} = 'yes') and (${a} != 'no')"
    assert by_name["r"].relevant == "${a} = 'yes'"


def test_questions_outside_groups_gather_in_order() -> None:
    file = read(survey(["text", "a", "A"], ["text", "b", "B"], BEGIN, Q, END, ["text", "c", "C"]))
    assert sections(file.checklist) == [("general", ["a", "b"]), ("door", ["q"]), ("general_2", ["c"])]
    assert [place for place in notes(file) if place[0] == "questions_outside_groups"] == [
        ("questions_outside_groups", 2, ""),
        ("questions_outside_groups", 7, ""),
    ]


def test_the_general_section_bears_the_title_and_never_a_taken_name() -> None:
    checklist = read(survey(["text", "a", "A"], ["begin_group", "general", "G"], Q, END)).checklist
    assert (checklist.sections[0].name, checklist.sections[0].label.say()) == ("general_2", "Shop")


def test_silent_rows_outside_groups_belong_to_the_nearest_section() -> None:
    file = read(survey(["start", "s"], ["today", "t"], BEGIN, Q, END, ["end", "e"]))
    assert sections(file.checklist) == [("door", ["s", "t", "q", "e"])]


def test_an_empty_group_is_left_out_with_a_note() -> None:
    file = read(survey(BEGIN, END, ["begin_group", "g", "G"], Q, END))
    assert sections(file.checklist) == [("g", ["q"])]
    assert ("empty_group", 2, "name") in notes(file)


def test_a_form_that_asks_nothing_is_refused() -> None:
    assert places(refused(read, survey(["start", "s"], ["note", "n", "N"]))) == [("no_questions", None, "")]


def test_an_open_group_is_refused() -> None:
    assert places(refused(read, survey(BEGIN, Q))) == [("group_not_closed", 2, "type")]


def test_an_end_without_a_begin_is_refused() -> None:
    assert places(refused(read, survey(Q, END))) == [("end_without_begin", 3, "type")]


def test_repeats_are_refused() -> None:
    data = survey(["begin_repeat", "r", "R"], Q, ["end_repeat", None, None])
    assert places(refused(read, data)) == [("repeat_not_supported", 2, "type")]


def test_two_questions_of_one_name_are_refused() -> None:
    problem = refused(read, survey(BEGIN, Q, ["text", "Q", "Again"], END))[0]
    assert (problem.key, problem.row, problem.values["first_row"]) == ("duplicate_name", 4, "3")


def test_two_groups_of_one_name_are_refused() -> None:
    data = survey(BEGIN, Q, END, BEGIN, ["text", "r", "R"], END)
    assert places(refused(read, data)) == [("duplicate_name", 5, "name")]


@pytest.mark.parametrize("name", ["two words", "1st", "a/b", "x" * 121, "a:b"])
def test_a_name_that_nothing_can_carry_is_refused(name: str) -> None:
    assert places(refused(read, survey(["text", name, "Q"]))) == [("name_not_allowed", 2, "name")]


def test_a_question_without_a_name_is_refused() -> None:
    assert places(refused(read, survey(["text", None, "Q"]))) == [("missing_cell", 2, "name")]


def test_a_note_needs_no_name() -> None:
    checklist = read(survey(BEGIN, ["note", None, "Look up"], Q, END)).checklist
    assert sections(checklist) == [("door", ["generated_note_name_3", "q"])]


def test_a_name_that_a_table_of_visits_uses_is_noted() -> None:
    assert ("name_of_a_visit_column", 2, "name") in notes(read(survey(["text", "store", "Store"])))


def test_rows_without_a_type_are_comments() -> None:
    assert sections(read(survey(BEGIN, [None, None, None], Q, END)).checklist) == [("door", ["q"])]


def test_a_question_without_a_type_is_refused() -> None:
    assert places(refused(read, survey(BEGIN, Q, [None, "r", "R"], END))) == [("missing_cell", 4, "type")]


def test_a_disabled_row_is_left_out_with_a_note() -> None:
    file = read(survey(BEGIN, Q, ["text", "r", "R", "yes"], END, header=["disabled"]))
    assert sections(file.checklist) == [("door", ["q"])]
    assert ("row_disabled", 4, "disabled") in notes(file)


def test_a_question_with_only_a_hint_shows_its_name() -> None:
    file = read(survey(["text", "q", None, "Help"], ["text", "r", "R", None], header=["hint"]))
    assert file.checklist.question_by_name["q"].label.say() == "q"
    assert ("label_missing", 2, "label") in notes(file)


def test_a_question_without_label_and_hint_is_refused() -> None:
    assert places(refused(read, survey(["text", "q", None], ["text", "r", "R"]))) == [("missing_cell", 2, "label")]


def test_a_column_in_the_wrong_kind_of_row_is_noted() -> None:
    assert ("no_effect_here", 3, "kind") in notes(read(one_question(kind="people")))


@pytest.mark.parametrize(
    ("written", "type_"),
    [
        ("integer", QuestionType.INTEGER),
        ("decimal", QuestionType.DECIMAL),
        ("string", QuestionType.TEXT),
        ("date", QuestionType.DATE),
        ("time", QuestionType.TIME),
        ("dateTime", QuestionType.DATETIME),
        ("photo", QuestionType.IMAGE),
        ("gps", QuestionType.GEOPOINT),
        ("select one from yes_no", QuestionType.SELECT_ONE),
        ("select_multiple yes_no", QuestionType.SELECT_MULTIPLE),
        ("select all that apply from yes_no", QuestionType.SELECT_MULTIPLE),
    ],
)
def test_types_and_their_older_names_are_read(written: str, type_: QuestionType) -> None:
    assert read_one(written).type == type_


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("audio", "text"),
        ("video", "image"),
        ("barcode", "text"),
        ("geoshape", "geopoint"),
        ("rank yes_no", "select_one"),
        ("acknowledge", "select_one"),
        ("select_one_from_file a.csv", "select_one"),
        ("timer", "integer, appearance = timer"),
    ],
)
def test_other_types_are_refused_with_what_to_use(written: str, instead: str) -> None:
    problem = refused(read, one_question(written))[0]
    assert (problem.key, problem.row, problem.values["instead"]) == ("type_not_supported_use", 3, instead)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("deviceid", "type_to_remove"),
        ("audit", "type_to_remove"),
        ("begin_kobomatrix", "type_not_supported"),
        ("select_one", "type_not_supported"),
        ("select_one yes_no or_other", "or_other_not_supported"),
        ("select_one colours", "list_missing"),
    ],
)
def test_what_no_type_is_made_of_is_refused(written: str, key: str) -> None:
    assert refused_one(written) == [(key, 3, "type")]


def test_a_timer_is_an_integer_with_that_appearance() -> None:
    assert read_one("integer", appearance="timer").type == QuestionType.TIMER


def test_a_timer_of_another_type_is_refused() -> None:
    assert refused_one("decimal", appearance="timer") == [("timer_is_integer", 3, "appearance")]


@pytest.mark.parametrize("column", ["choice_filter", "trigger"])
def test_what_would_change_the_form_is_refused_and_not_ignored(column: str) -> None:
    assert refused_one(**{column: "${q} = 1"}) == [("column_not_supported", 3, column)]
