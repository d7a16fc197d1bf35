"""Files of other people: a published checklist, and forms that ODK gives out."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from fieldstudy.core.checklist import ExPro, Method, QuestionType, Sem, Total, TouchpointKind
from fieldstudy.exchange import xlsform
from fieldstudy.exchange.xlsform import ChecklistFile
from tests.exchange.files import places, refused

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not here")


@pytest.fixture(scope="module")
def bank() -> ChecklistFile:
    return read("checklists/bank-branch.xlsx")


def read(path: str) -> ChecklistFile:
    file = SAMPLES / path
    return xlsform.read_checklist(file.name, file.read_bytes())


def test_the_bank_checklist_needs_no_notes(bank: ChecklistFile) -> None:
    assert bank.notes == ()


def test_the_bank_checklist_names_itself(bank: ChecklistFile) -> None:
    checklist = bank.checklist
    named = (checklist.form_id, checklist.title.say(), checklist.version, checklist.settings.total)
    assert named == ("bank_branch", "Bank branch", "2026-1", Total.POOLED)


def test_the_bank_checklist_has_two_languages(bank: ChecklistFile) -> None:
    assert (bank.checklist.languages, bank.checklist.default_language) == (("en", "it"), "en")


def test_the_bank_checklist_keeps_its_sections_in_order(bank: ChecklistFile) -> None:
    names = [(section.name, len(section.questions)) for section in bank.checklist.sections]
    assert names == [
        ("access", 1),
        ("entrance", 2),
        ("premises", 1),
        ("material", 3),
        ("staff", 3),
        ("atm", 3),
        ("comfort", 4),
    ]


def test_a_section_of_the_bank_is_a_touchpoint(bank: ChecklistFile) -> None:
    staff = bank.checklist.sections[4]
    assert (staff.kind, staff.is_moment_of_truth, staff.norm) == (TouchpointKind.PEOPLE, True, Decimal(90))


def test_a_question_of_the_bank_has_its_meaning(bank: ChecklistFile) -> None:
    badges = bank.checklist.question_by_name["q45c_name_badges"]
    assert (badges.expro, badges.sem, badges.is_required) == (ExPro.IDENTITY, (Sem.RELATE,), True)
    assert badges.label.say("it") == "Il personale porta il cartellino"


def test_every_question_of_the_bank_is_worth_one_point(bank: ChecklistFile) -> None:
    assert {(q.type, q.possible, q.is_scored, q.methods) for q in bank.checklist.questions} == {
        (QuestionType.SELECT_ONE, Decimal(1), True, tuple(Method))
    }


def test_one_question_of_the_bank_may_not_apply(bank: ChecklistFile) -> None:
    assert [q.name for q in bank.checklist.questions if q.allows_na] == ["q46c_atm_cooling"]


@pytest.mark.parametrize("name", ["pyxform_widgets.xls", "pyxform_ict_survey_fails.xls"])
def test_old_excel_forms_are_refused(name: str) -> None:
    assert places(refused(read, f"xlsforms/{name}")) == [("old_workbook", None, "")]


def test_the_form_of_all_types_is_refused_for_thirteen_rows() -> None:
    problems = refused(read, "xlsforms/all-question-types-v2024091201-3.xlsx")
    assert Counter(p.key for p in problems) == {"type_not_supported_use": 13}
    assert [p.row for p in problems] == [40, 41, 42, 43, 44, 45, 46, 47, 69, 70, 83, 106, 107]


def test_cascading_selects_are_refused() -> None:
    assert places(refused(read, "xlsforms/pyxform_choice_filter_test.xlsx")) == [
        ("duplicate_choice", 6, "name"),
        ("column_not_supported", 3, "choice_filter"),
        ("column_not_supported", 4, "choice_filter"),
    ]


def test_the_household_survey_is_refused_for_what_is_not_understood() -> None:
    assert places(refused(read, "xlsforms/socio-economic-survey-v20240515.xlsx")) == [
        ("column_not_supported", 6, "choice_filter"),
        ("condition_unknown_function", 12, "calculation"),
        ("repeat_not_supported", 22, "type"),
        ("condition_unknown_function", 29, "constraint"),
        ("condition_unknown_function", 30, "constraint"),
        ("condition_unknown_function", 31, "constraint"),
    ]
