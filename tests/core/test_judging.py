"""The one judgement against a table that the phone shares: what is wrong, missing, asked and understood."""

from typing import Any

import pytest

from fieldstudy.core import answers
from fieldstudy.core.answers import Reading
from tests.core import judging

CHECKLIST = judging.checklist()
CASES = [pytest.param(group, case, id=f"{group['name']}-{i}") for i, (group, case) in enumerate(judging.cases())]


def read(group: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    reading = answers.read(CHECKLIST, case["raw"], judging.TODAY, {}, case.get("photos", {}), case.get("running", ()))
    own = {question["name"] for question in group["questions"]}
    fields = {f"q-{name}" for name in own} | {f"{part}-{group['name']}" for part in answers.ENCOUNTER_PARTS}
    return {
        "problems": [[one.field, one.key, dict(one.values)] for one in reading.problems if one.field in fields],
        "missing": sorted(one.field[2:] for one in reading.missing if one.field in fields),
        "relevant": sorted(own & reading.relevant),
        "given": given(reading, own, case),
        "values": {name: value for name, value in values(reading).items() if name in case.get("values", {})},
    }


def given(reading: Reading, own: set[str], case: dict[str, Any]) -> list[str]:
    pictured = {name for name in case.get("photos", {}) if CHECKLIST.question_by_name[name].type == "image"}
    asked = {answer.question for answer in reading.answers if answer.is_given} | pictured
    return sorted(name for name in asked & own if CHECKLIST.question_by_name[name].is_asked)


def values(reading: Reading) -> dict[str, str]:
    known = {answer.question: answer.value for answer in reading.answers}
    return {question.name: known.get(question.name, "") for question in CHECKLIST.questions}


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(CASES) >= 120


@pytest.mark.parametrize(("group", "case"), CASES)
def test_reads_as_the_shared_table_says(group: dict[str, Any], case: dict[str, Any]) -> None:
    asked = judging.expected(case, group)
    found = read(group, case)
    assert {name: found[name] for name in asked} == asked
