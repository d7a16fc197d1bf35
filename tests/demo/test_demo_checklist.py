"""The demo's checklist file: a valid XLSForm that uses every column we know."""

from decimal import Decimal

import pytest
from pyxform.xls2xform import convert

from fieldstudy.core import conditions
from fieldstudy.demo import story
from fieldstudy.exchange import xlsform
from tests.demo.scene import FOLDER, GROUPS

# fmt: off
COLUMNS = [
    "required", "read_only", "relevant", "constraint", "default", "appearance", "parameters", "calculation",
    "kind", "channel", "phase", "moment_of_truth", "methods", "weight", "norm", "norm_by", "scored", "bands",
    "standard", "tolerated", "critical", "bonus", "reverse", "expro", "sem", "level", "role", "evidence",
]
TYPES = [
    "select_one", "select_multiple", "integer", "decimal", "range", "text", "date", "time", "note", "image",
    "calculate", "hidden", "start", "end", "today",
]
# fmt: on
ROLES = {"engagement", "outcome_return", "outcome_recommend", "ease", "effectiveness", "expectation_of:welcome_felt"}


def test_pyxform_accepts_the_file():
    result = convert(str(FOLDER / "checklist.xlsx"))
    assert "<h:title>Bottega Lume, visita in negozio</h:title>" in result.xform


def test_our_importer_takes_the_file_without_a_note():
    read = xlsform.read_checklist("checklist.xlsx", (FOLDER / "checklist.xlsx").read_bytes())
    assert read.notes == ()


@pytest.mark.parametrize("column", COLUMNS)
def test_column_is_used(workbook, column):
    assert any(column in row for row in workbook.survey)


@pytest.mark.parametrize("kind", TYPES)
def test_type_is_used(workbook, kind):
    assert any(row["type"].split()[0] == kind for row in workbook.survey)


def test_every_role_is_used(workbook):
    assert {row["role"] for row in workbook.survey if "role" in row} == ROLES


def test_every_critical_rule_is_used(workbook):
    rules = {row["critical"].split(":")[0] for row in workbook.survey if "critical" in row}
    assert rules == {"flag", "total_zero", "section_zero", "cap", "min"}


def test_ten_sections_follow_the_journey(workbook):
    sections = [row["label::Italiano (it)"] for row in workbook.survey if row["type"] == "begin_group"]
    assert sections[:5] == ["Sito e orari", "Telefono", "Vetrina", "Accoglienza", "Esposizione"]
    assert sections[5:] == ["Consulenza", "Camerino", "Cassa", "Reso", "E-mail dopo"]


def test_what_is_said_in_italian_is_said_in_english(workbook):
    for row in [*workbook.survey, *workbook.choices]:
        italian = {name.split("::")[0] for name in row if name.endswith("::Italiano (it)")}
        assert italian == {name.split("::")[0] for name in row if name.endswith("::English (en)")}, row


def test_every_shown_row_has_a_label(workbook):
    silent = {"end_group", "start", "end", "today", "hidden", "calculate"}
    assert [row for row in workbook.survey if row["type"] not in silent and "label::Italiano (it)" not in row] == []


def test_numbers_have_at_most_four_decimals(workbook):
    numbers = [value for row in [*workbook.survey, *workbook.choices] for value in row.values()]
    assert all(Decimal(str(n)).as_tuple().exponent >= -4 for n in numbers if isinstance(n, (int, float)))


def test_conditions_belong_to_the_grammar(workbook):
    texts = [
        row[column] for row in workbook.survey for column in ("relevant", "constraint", "calculation") if column in row
    ]
    assert len([conditions.parse(text) for text in texts]) > 20


def test_names_are_unique(workbook):
    names = [row["name"] for row in workbook.survey if row["type"] != "end_group"]
    assert len(names) == len(set(names))


def test_about_forty_questions_count(questions):
    silent = (*GROUPS, "start", "end", "today", "hidden", "calculate", "note")
    scored = [q for q in questions.values() if q["type"].split()[0] not in silent and q.get("scored") != "no"]
    assert len(scored) == 39


def test_pictures_are_asked_for_where_the_story_takes_them(questions):
    asked = {name for name, q in questions.items() if q["type"] == "image" or q.get("evidence") in ("photo", "receipt")}
    assert asked == set(story.PHOTO_SUBJECTS)


def test_every_setting_is_used(workbook):
    (settings,) = workbook.settings
    ours = {"total", "na", "unanswered", "cap", "adjust_earned", "adjust_possible", "headline_methods"}
    assert ours | {"form_title", "form_id", "version", "default_language"} == set(settings)


def test_what_stands_alone_says_so(workbook):
    assert [row["name"] for row in workbook.choices if row.get("exclusive") == "yes"] == ["none", "nothing"]


def test_a_choice_without_points_means_not_applicable(workbook):
    assert [row["name"] for row in workbook.choices if "points" not in row] == ["na"]
    assert [row["name"] for row in workbook.choices if row.get("na") == "yes"] == ["na"]
