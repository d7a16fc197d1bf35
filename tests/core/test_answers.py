"""One judgement for page, file and phone."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldstudy.core import answers
from fieldstudy.core.answers import Answer, Encounter, Reading, readers
from fieldstudy.core.checklist import Checklist, Crowding, EvidenceKind, Question, QuestionType, Text
from tests.factories import YES_NO_NA, option, question, section, text

TODAY = date(2026, 3, 2)
T = QuestionType
TIMES: list[dict[str, str]] = json.loads((Path(__file__).parent / "moments.json").read_text(encoding="utf-8"))["times"]


def read(raw: dict[str, list[str]], *questions: Question, **rest: object) -> Reading:
    return answers.read(Checklist("f", text("F"), (section("s", *questions),)), raw, TODAY, **rest)


def keys(reading: Reading) -> list[str]:
    return [problem.key for problem in reading.problems]


READ = [
    (question("q"), ["yes"], "yes"),
    (question("q", T.INTEGER), [" 12 "], "12"),
    (question("q", T.DECIMAL), ["3,50"], "3.5"),
    (question("q", T.DECIMAL), ["−2.25"], "-2.25"),
    (question("q", T.TIMER), ["2:10"], "130"),
    (question("q", T.TIMER), ["1:00:05"], "3605"),
    (question("q", T.TIMER), ["90"], "90"),
    (question("q", T.DATE), ["2026-02-28"], "2026-02-28"),
    (question("q", T.TIME), ["09:05"], "09:05"),
    (question("q", T.DATETIME), ["2026-02-28T09:05"], "2026-02-28T09:05"),
    (question("q", T.TEXT), ["  due\r\nrighe "], "due\nrighe"),
    (question("q", T.GEOPOINT), ["45.44 10.99 0 5"], "45.44 10.99 0 5"),
    (question("q", T.RANGE, range_start=Decimal(1), range_end=Decimal(10)), ["7"], "7"),
]


@pytest.mark.parametrize(("asked", "typed", "value"), READ, ids=lambda case: str(case)[:30])
def test_reads_what_was_typed(asked: Question, typed: list[str], value: str) -> None:
    assert read({"q-q": typed}, asked).answers == (Answer("q", value),)


REFUSED = [
    (question("q"), ["maybe"], "unknown_choice"),
    (question("q"), ["yes", "no"], "one_choice"),
    (question("q", T.SELECT_MULTIPLE, options=YES_NO_NA), ["yes", "na"], "na_alone"),
    (question("q", T.INTEGER), ["1.5"], "not_an_integer"),
    (question("q", T.INTEGER), ["1", "2"], "one_value"),
    (question("q", T.DECIMAL), ["1.000,5"], "not_a_number"),
    (question("q", T.DECIMAL), ["NaN"], "not_a_number"),
    (question("q", T.DECIMAL), ["१२"], "not_a_number"),
    (question("q", T.TIMER), ["-3"], "not_a_time_span"),
    (question("q", T.TIMER), ["1:75"], "not_a_time_span"),
    (question("q", T.DATE), ["31/12/2026"], "not_a_date"),
    (question("q", T.TIME), ["25:00"], "not_a_time"),
    (question("q", T.DATETIME), ["ieri"], "not_a_datetime"),
    (question("q", T.GEOPOINT), ["91 0"], "not_a_position"),
    (question("q", T.TEXT), ["x" * 10_001], "too_long"),
    (question("q", T.RANGE, range_start=Decimal(1), range_end=Decimal(10)), ["11"], "out_of_range"),
    (question("q", T.RANGE, range_start=Decimal(0), range_end=Decimal(1), range_step=Decimal("0.5")), ["0.3"],
     "out_of_range"),
    (question("q", is_required=True), [], "required"),
    (question("q", T.IMAGE, is_required=True), [], "photo_required"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "typed", "key"), REFUSED, ids=lambda case: str(case)[:30])
def test_names_the_problem(asked: Question, typed: list[str], key: str) -> None:
    assert keys(read({"q-q": typed}, asked)) == [key]


def test_a_comment_survives_a_wrong_answer() -> None:
    assert read({"q-q": ["maybe"], "c-q": ["why"]}, question("q")).answers == (Answer("q", comment="why"),)


def test_na_of_a_choice_is_the_authors_choice() -> None:
    assert read({"q-q": ["na"]}, question("q", options=YES_NO_NA)).answers == (Answer("q", "na", is_na=True),)


def test_na_of_a_number_is_its_own_field() -> None:
    assert read({"na-q": ["1"]}, question("q", T.TIMER)).answers == (Answer("q", is_na=True),)


def test_na_first_leaves_out_what_stands_beside_an_na() -> None:
    wait, shelf = question("wait", T.TIMER), question("shelf", options=YES_NO_NA)
    raw = {"q-wait": ["4:30"], "na-wait": ["1"], "c-wait": ["why"], "q-shelf": ["yes"], "na-shelf": ["1"]}
    kept = answers.na_first(Checklist("f", text("F"), (section("s", wait, shelf),)), raw)
    assert kept == {"na-wait": ["1"], "c-wait": ["why"], "q-shelf": ["yes"], "na-shelf": ["1"]}


def test_na_does_for_a_required_question() -> None:
    assert keys(read({"na-q": ["1"]}, question("q", T.TEXT, is_required=True))) == []


def test_choices_come_in_the_order_of_the_list() -> None:
    many = question("q", T.SELECT_MULTIPLE, options=tuple(option(name, 1) for name in "abc"))
    assert read({"q-q": ["c", "a"]}, many).answers[0].choices == ("a", "c")


def test_an_irrelevant_question_has_no_answer() -> None:
    asked = (question("q"), question("why", T.TEXT, relevant="${q} = 'no'", is_required=True))
    assert read({"q-q": ["yes"], "q-why": ["typed before"]}, *asked).answers == (Answer("q", "yes"),)


def test_a_condition_sees_a_comma_number_that_comes_later() -> None:
    asked = (question("why", T.TEXT, relevant="${amount} > 3"), question("amount", T.DECIMAL))
    assert read({"q-why": ["x"], "q-amount": ["3,5"]}, *asked).relevant == {"why", "amount"}


CHOICE = tuple(option(name, 1) for name in ("yes", "no"))
BACKWARDS = (
    question("a", options=CHOICE, relevant="${c} = 'yes'"),
    question("b", options=CHOICE),
    question("c", options=CHOICE, relevant="${b} = 'yes'"),
    question("d", options=CHOICE, relevant="${a} = ''"),
)
PICKS = st.fixed_dictionaries({}, optional={f"q-{name}": st.sampled_from([["yes"], ["no"]]) for name in "abcd"})


def test_an_answer_that_hangs_on_a_later_one_that_is_dropped_is_dropped_too() -> None:
    reading = read({"q-a": ["yes"], "q-b": ["no"], "q-c": ["yes"], "q-d": ["no"]}, *BACKWARDS)
    assert [answer.question for answer in reading.answers] == ["b", "d"]


@given(PICKS)
def test_what_is_kept_is_what_counts(raw: dict[str, list[str]]) -> None:
    """The score looks at the stored answers only: they leave open what was read, neither more nor less."""
    reading = read(raw, *BACKWARDS)
    kept = {answer.question: answer for answer in reading.answers}
    form = Checklist("f", text("F"), (section("s", *BACKWARDS),))
    assert answers.relevant_names(form, kept, TODAY) == reading.relevant


def test_conditions_that_contradict_each_other_come_to_an_end() -> None:
    asked = (question("a", T.TEXT, relevant="${b} = ''"), question("b", T.TEXT, relevant="${a} = 'x'"))
    assert read({"q-a": ["x"], "q-b": ["y"]}, *asked).problems == ()


def test_a_constraint_is_judged_with_the_authors_words() -> None:
    asked = question("q", T.INTEGER, constraint=". < 10", constraint_message=Text({"it": "Meno di 10"}))
    problem = read({"q-q": ["12"]}, asked).problems[0]
    assert (problem.key, problem.message.say("it")) == ("constraint", "Meno di 10")


def test_an_empty_answer_is_not_judged_by_its_constraint() -> None:
    assert keys(read({}, question("q", T.INTEGER, constraint=". < 10"))) == []


def test_missing_evidence_is_told_and_stops_nobody() -> None:
    reading = read({"q-q": ["yes"]}, question("q", evidence=EvidenceKind.PHOTO))
    assert (reading.problems, [p.key for p in reading.missing]) == ((), ["photo_missing"])


def test_a_photo_is_the_answer_of_an_image_question() -> None:
    assert keys(read({}, question("q", T.IMAGE, is_required=True), photos={"q": 1})) == []


def test_a_read_only_question_keeps_its_default() -> None:
    assert read({"q-q": ["other"]}, question("q", T.TEXT, is_read_only=True, default="A4")).answers[0].value == "A4"


def test_a_calculation_is_computed_here() -> None:
    asked = (question("q", T.INTEGER), question("long", T.CALCULATE, calculation="${q} > 120"))
    assert read({"q-q": ["130"]}, *asked).answers[1].value == "true"


def test_a_stored_time_opens_as_a_timer_writes_it() -> None:
    """What is too long for minutes and seconds stays in seconds, which can be read again."""
    asked = (question("wait", T.TIMER), question("stay", T.TIMER), question("night", T.TIMER))
    reading = read({"q-wait": ["12"], "q-stay": ["1:02:03"], "q-night": ["60000"]}, *asked)
    raw = answers.to_raw(reading.answers, (), Checklist("f", text("F"), (section("s", *asked),)))
    assert raw == {"q-wait": ["0:12"], "q-stay": ["62:03"], "q-night": ["60000"]}
    assert read(raw, *asked).answers == reading.answers


@pytest.mark.parametrize("case", TIMES, ids=lambda case: case["typed"])
def test_a_typed_time_is_written_as_a_timer_writes_it(case: dict[str, str]) -> None:
    assert readers.to_clock(case["typed"]) == case["written"]


def test_an_encounter_is_read_beside_the_answers() -> None:
    raw = {"feeling-s": ["-2"], "arousal-s": ["3"], "met_at-s": ["10:05"], "crowding-s": ["crowded"]}
    assert read(raw, question("q")).encounters == (Encounter("s", -2, 3, "10:05", Crowding.CROWDED),)


@pytest.mark.parametrize(
    ("field", "value", "key"),
    [
        ("feeling-s", "3", "out_of_range"),
        ("arousal-s", "-1", "out_of_range"),
        ("met_at-s", "noon", "not_a_time"),
        ("crowding-s", "full", "unknown_choice"),
    ],
)
def test_a_wrong_encounter_is_told_at_its_field(field: str, value: str, key: str) -> None:
    problem = read({field: [value]}, question("q")).problems[0]
    assert (problem.field, problem.key) == (field, key)


def test_what_is_stored_opens_as_it_was_sent() -> None:
    asked = (question("q"), question("wait", T.TIMER), question("say", T.TEXT))
    raw = {"q-q": ["yes"], "c-q": ["fast"], "na-wait": ["1"], "q-say": ["ciao a tutti"], "feeling-s": ["0"]}
    reading = read(raw, *asked)
    assert (
        answers.to_raw(reading.answers, reading.encounters, Checklist("f", text("F"), (section("s", *asked),))) == raw
    )


@given(st.dictionaries(st.sampled_from(["q-q", "na-q", "c-q", "feeling-s", "met_at-s"]), st.lists(st.text())))
def test_never_raises_for_bad_input(raw: dict[str, list[str]]) -> None:
    for type in (T.SELECT_ONE, T.DECIMAL, T.TIMER, T.DATE, T.TIME, T.DATETIME, T.TEXT, T.GEOPOINT, T.RANGE):
        read(raw, question("q", type))
