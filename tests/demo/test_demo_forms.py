"""The raw text of every story against the checklist file, read here without the importer."""

from datetime import date

from fieldstudy.core import answers, conditions
from fieldstudy.core.checklist import Method
from fieldstudy.exchange import xlsform
from tests.demo.scene import FOLDER

AUTOMATIC = ("start", "end", "today", "hidden", "calculate", "note")


def _value(visit, name: str) -> str:
    return " ".join(visit.raw.get(f"q-{name}", ()))


def _is_open(visit, question) -> bool:
    """May this method answer it, and do its conditions hold?"""
    if question["open_to"] is not None and visit.method not in question["open_to"]:
        return False
    return all(_holds(visit, text) for text in question["conditions"])


def _holds(visit, text: str, dot: str = "") -> bool:
    day: date = visit.started_at.date()
    return conditions.holds(conditions.parse(text), lambda name: _value(visit, name), day, dot)


def _answers(visit):
    return {name.removeprefix("q-"): values for name, values in visit.raw.items() if name.startswith("q-")}


def test_required_questions_are_answered(told, questions):
    required = {name: q for name, q in questions.items() if q.get("required") == "yes"}
    for visit in told:
        open_ = {name for name, q in required.items() if _is_open(visit, q)}
        given = {name for name in open_ if _value(visit, name) or visit.raw.get(f"na-{name}") == ["1"]}
        assert open_ == given, visit.store


def test_only_open_questions_are_answered_or_commented(told, questions):
    for visit in told:
        touched = {name[2:] for name in visit.raw if name[:2] in ("q-", "c-")}
        touched |= {name[3:] for name in visit.raw if name[:3] == "na-"}
        assert [name for name in touched if not _is_open(visit, questions[name])] == [], visit.store


def test_constraints_hold(told, questions):
    for visit in told:
        for name in _answers(visit):
            text = questions[name].get("constraint")
            assert text is None or _holds(visit, text, _value(visit, name)), (visit.store, name)


def test_choices_are_those_of_the_list(told, questions, workbook):
    lists: dict[str, set[str]] = {}
    for row in workbook.choices:
        lists.setdefault(row["list_name"], set()).add(row["name"])
    for visit in told:
        for name, values in _answers(visit).items():
            kind, *of = questions[name]["type"].split()
            assert not of or set(values) <= lists[of[0]], (visit.store, name)
            assert kind == "select_multiple" or len(values) == 1, (visit.store, name)


def test_nothing_automatic_is_typed(told, questions):
    machine = {name for name, q in questions.items() if q["type"] in AUTOMATIC or q.get("read_only") == "yes"}
    assert [name for visit in told for name in _answers(visit) if name in machine] == []


def test_touchpoints_are_those_of_the_method(told, questions):
    for visit in told:
        open_ = {q["section"] for q in questions.values() if _is_open(visit, q)}
        met = {name.split("-", 1)[1] for name in visit.raw if name.startswith(("feeling-", "met_at-", "crowding-"))}
        assert met <= open_, visit.store
        assert {section for section, _, _ in visit.jottings} <= open_ | {""}, visit.store


def test_the_reader_of_answers_finds_no_problem(told):
    checklist = xlsform.read_checklist("checklist.xlsx", (FOLDER / "checklist.xlsx").read_bytes()).checklist
    for visit in told:
        asked = checklist.for_method(Method(visit.method))
        assert answers.read(asked, visit.raw, visit.started_at.date()).problems == (), visit.store


def test_pictures_belong_to_answered_questions(told):
    for visit in told:
        for name in visit.photos:
            assert name == "window_photo" or _value(visit, name), (visit.store, name)
