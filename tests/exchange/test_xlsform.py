"""The file as a whole: sheets, settings, languages, and whether other form tools can open it."""

import re
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from fieldstudy.core.checklist import Method, Missing, Settings, Total
from fieldstudy.exchange import xlsform
from fieldstudy.exchange.xlsform import headers
from tests.exchange.files import YES_NO, checklist_file, notes, one_question, places, read, refused, workbook

SURVEY = [
    ["type", "name", "label"],
    ["begin_group", "door", "Door"],
    ["select_one yes_no", "greeted", "Greeted?"],
    ["end_group"],
]
ITALIAN_AND_ENGLISH = [
    ["type", "name", "label::Italiano (it)", "label::English (en)"],
    ["begin_group", "door", "Ingresso", "Door"],
    ["text", "why", "Perché?", "Why?"],
    ["end_group"],
]


def with_settings(**columns: Any) -> bytes:
    settings = [["form_title", "form_id", *columns], ["Shop", "shop", *columns.values()]]
    return checklist_file(SURVEY, settings=settings)


def settings_of(**columns: Any) -> Settings:
    return read(with_settings(**columns)).checklist.settings


def test_a_file_is_known_by_its_hash() -> None:
    data = one_question()
    assert read(data).sha256 == sha256(data).hexdigest()


def test_reading_does_not_depend_on_the_name() -> None:
    assert xlsform.read_checklist("notes.txt", one_question()).checklist.form_id == "shop"


def test_a_file_without_a_survey_sheet_is_refused() -> None:
    assert refused(read, workbook(questions=SURVEY))[0].key == "sheet_missing"


def test_a_survey_sheet_with_only_a_header_is_refused() -> None:
    assert refused(read, workbook(survey=SURVEY[:1]))[0].key == "no_questions"


def test_other_sheets_are_noted() -> None:
    file = read(workbook(survey=SURVEY, choices=YES_NO, settings=[["form_id"], ["x"]], media=[["x"], ["y"]]))
    assert ("sheet_left_out", "media") in [(note.key, note.sheet) for note in file.notes]


def test_without_settings_the_file_gives_the_form_its_name() -> None:
    file = xlsform.read_checklist("C:\\forms\\Shop visit.xlsx", workbook(survey=SURVEY, choices=YES_NO))
    assert (file.checklist.form_id, file.checklist.title.say()) == ("Shop visit", "Shop visit")
    assert [note.key for note in file.notes] == ["form_id_from_file_name", "title_from_form_id"]


def test_settings_have_defaults() -> None:
    assert settings_of() == Settings()


def test_all_settings_are_read() -> None:
    settings = settings_of(
        total="pooled",
        na="miss",
        unanswered="miss",
        cap="no",
        adjust_earned=1.5,
        adjust_possible=-2,
        headline_methods="non_participant_observation mystery_shopping",
    )
    assert settings == Settings(
        Total.POOLED,
        Missing.MISS,
        Missing.MISS,
        False,
        Decimal("1.5"),
        Decimal(-2),
        (Method.MYSTERY_SHOPPING, Method.NON_PARTICIPANT_OBSERVATION),
    )


@pytest.mark.parametrize("column", ["total", "na", "unanswered", "cap", "headline_methods"])
def test_an_unknown_setting_is_refused_with_what_is_allowed(column: str) -> None:
    problem = refused(read, with_settings(**{column: "sometimes"}))[0]
    assert (problem.key, problem.sheet, problem.row, problem.column) == ("unknown_value", "settings", 2, column)
    assert problem.values["allowed"]


def test_adjustments_need_a_pooled_total() -> None:
    data = with_settings(total="section_weighted", adjust_earned=1)
    assert places(refused(read, data)) == [("adjustment_needs_pooled", 2, "adjust_earned")]


def test_a_second_row_of_settings_is_noted() -> None:
    settings = [["form_title", "form_id"], ["Shop", "shop"], ["Other", "other"]]
    assert ("only_first_row_counts", 3, "") in notes(read(checklist_file(SURVEY, settings=settings)))


@pytest.mark.parametrize(("column", "length"), [("form_id", 121), ("form_title", 301)])
def test_long_names_are_refused(column: str, length: int) -> None:
    settings = [["form_title", "form_id"], ["Shop", "shop"]]
    settings[1][settings[0].index(column)] = "x" * length
    assert places(refused(read, checklist_file(SURVEY, settings=settings))) == [("text_too_long", 2, column)]


def test_a_title_in_several_languages_is_refused_as_other_form_tools_do() -> None:
    settings = [["form_id", "form_title::Italiano (it)"], ["shop", "Negozio"]]
    assert places(refused(read, checklist_file(SURVEY, settings=settings))) == [
        ("title_with_language", 2, "form_title::Italiano (it)")
    ]


def test_languages_go_by_their_code() -> None:
    checklist = read(checklist_file(ITALIAN_AND_ENGLISH)).checklist
    assert checklist.languages == ("it", "en")
    assert checklist.question_by_name["why"].label.by_language == {"it": "Perché?", "en": "Why?"}


def test_a_language_without_a_code_goes_by_its_name() -> None:
    rows = [["type", "name", "label::Italiano"], ["text", "why", "Perché?"]]
    assert read(checklist_file(rows)).checklist.languages == ("Italiano",)


def test_the_first_language_is_the_default() -> None:
    assert read(checklist_file(ITALIAN_AND_ENGLISH)).checklist.default_language == "it"


def test_the_default_language_is_named_in_the_settings() -> None:
    settings = [["form_id", "default_language"], ["shop", "English (en)"]]
    assert read(checklist_file(ITALIAN_AND_ENGLISH, settings=settings)).checklist.default_language == "en"


def test_texts_without_a_language_are_in_the_default_language() -> None:
    settings = [["form_id", "form_title", "default_language"], ["shop", "Negozio", "Italiano (it)"]]
    checklist = read(checklist_file(SURVEY, settings=settings)).checklist
    assert checklist.question_by_name["greeted"].label.by_language == {"it": "Greeted?"}
    assert checklist.title.by_language == {"it": "Negozio"}


def test_texts_without_any_language_have_none() -> None:
    checklist = read(checklist_file(SURVEY)).checklist
    assert (checklist.languages, checklist.sections[0].label.by_language) == ((), {"": "Door"})


def test_a_default_language_that_no_text_is_in_falls_back() -> None:
    settings = [["form_id", "form_title", "default_language"], ["shop", "Shop", "Deutsch (de)"]]
    file = read(workbook(survey=ITALIAN_AND_ENGLISH, settings=settings))
    assert file.checklist.default_language == "it"
    assert ("default_language_unknown", None, "") in notes(file)


def test_missing_translations_are_counted() -> None:
    rows = [
        ["type", "name", "label::Italiano (it)", "label::English (en)", "hint::Italiano (it)"],
        ["text", "a", "Uno", "One"],
        ["text", "b", "Due", None, "Aiuto"],
        ["text", "c", "Tre", None],
    ]
    found = {(n.column, n.row, n.values["language"], n.values["count"]) for n in read(checklist_file(rows)).notes
             if n.key == "translation_missing" and n.sheet == "survey"}  # fmt: skip
    assert found == {("label", 3, "en", "2"), ("hint", 3, "en", "1")}


def test_a_language_that_comes_twice_is_refused() -> None:
    rows = [["type", "name", "label::Italiano (it)", "label::Italian (it)"], ["text", "a", "A", "B"]]
    assert places(refused(read, checklist_file(rows))) == [("duplicate_header", 1, "label::Italian (it)")]


def test_headers_may_be_written_in_other_ways() -> None:
    header = ["Type", "NAME", "Caption", "Relevance", "Read only", "bind::required"]
    rows = [header, ["text", "a", "A", None, "no", "yes"]]
    question = read(checklist_file(rows)).checklist.question_by_name["a"]
    assert (question.label.say(), question.is_required) == ("A", True)


def test_two_headers_of_one_meaning_are_refused() -> None:
    rows = [["type", "name", "label", "relevant", "relevance"], ["text", "a", "A", None, None]]
    assert places(refused(read, checklist_file(rows))) == [("duplicate_header", 1, "relevance")]


def test_an_unknown_column_is_noted() -> None:
    assert ("unknown_column", 1, "Shelf") in notes(read(one_question(Shelf="x")))


def test_columns_of_other_form_tools_are_noted_where_they_hold_something() -> None:
    assert ("unknown_column", 1, "guidance_hint") in notes(read(one_question(guidance_hint="x")))
    assert ("unknown_column", 1, "guidance_hint") not in notes(read(one_question(guidance_hint=None)))


def test_a_remark_beside_the_table_is_noted() -> None:
    rows = [["type", "name", "label", None], ["text", "a", "A", "my remark"]]
    assert ("value_without_header", 2, "D") in notes(read(checklist_file(rows)))


def test_what_other_form_tools_cannot_open_is_refused() -> None:
    rows = [["type", "name", "label", "parameters"], ["image", "a", "A", "max-pixels=many"]]
    problem = refused(read, checklist_file(rows))[0]
    assert (problem.key, "max-pixels" in problem.values["message"]) == ("not_an_xlsform", True)


def test_all_that_is_wrong_is_told_at_once() -> None:
    rows = [
        ["type", "name", "label", "weight"],
        ["begin_group", "door", "Door"],
        ["audio", "a", "A"],
        ["text", "b c", "B"],
        ["integer", "d", "D", "much"],
        ["end_group"],
    ]
    assert [p.key for p in refused(read, checklist_file(rows))] == [
        "type_not_supported_use",
        "name_not_allowed",
        "not_a_number",
    ]


def test_more_than_5000_rows_are_refused() -> None:
    rows = [["type", "name", "label"], *(["note", f"n{number}", "N"] for number in range(5_001))]
    assert refused(read, checklist_file(rows))[0].key == "too_many_rows"


MANUAL = Path(__file__).parents[2] / "docs" / "checklist-file.md"


def test_the_manual_names_every_column() -> None:
    known = headers.SURVEY | headers.CHOICES | headers.SETTINGS
    assert [column for column in known if f"`{column}`" not in MANUAL.read_text()] == []


def test_the_example_of_the_manual_is_imported() -> None:
    example = MANUAL.read_text().split("## ")[1]
    sheets = {part.split("`")[0]: _cells(part) for part in example.split("Sheet `")[1:]}
    file = read(workbook(**sheets))
    assert [(section.name, len(section.questions)) for section in file.checklist.sections] == [("door", 2)]
    assert file.notes == ()


def _cells(text: str) -> list[list[str | None]]:
    lines = [line.strip("| ") for line in text.splitlines() if line.startswith("|") and "---" not in line]
    return [[cell.strip(" `") or None for cell in re.split(r" ?\| ?", line)] for line in lines]
