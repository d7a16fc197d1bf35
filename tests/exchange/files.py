"""Builds files as people send them, right and wrong."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from fieldstudy.core.checklist import Checklist, Question
from fieldstudy.exchange import xlsform
from fieldstudy.exchange.problems import FileIsRefused, FileProblem
from fieldstudy.exchange.xlsform import ChecklistFile

Rows = Sequence[Sequence[Any]]

YES_NO = [
    ["list_name", "name", "label", "points", "na"],
    ["yes_no", "yes", "Yes", 1, None],
    ["yes_no", "no", "No", 0, None],
    ["yes_no_na", "yes", "Yes", 1, None],
    ["yes_no_na", "no", "No", 0, None],
    ["yes_no_na", "not_there", "Not there", None, "yes"],
]
SETTINGS = [["form_title", "form_id", "version"], ["Shop", "shop", "1"]]


def workbook(**sheets: Rows) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def checklist_file(survey: Rows, choices: Rows = YES_NO, settings: Rows = SETTINGS) -> bytes:
    return workbook(survey=survey, choices=choices, settings=settings)


def one_question(type_: str = "select_one yes_no", **columns: Any) -> bytes:
    """A file with one group `door` and one question `q` in row 3."""
    header = ["type", "name", "label", *columns]
    blanks = [None] * len(columns)
    rows = [
        header,
        ["begin_group", "door", "Door", *blanks],
        [type_, "q", "Question", *columns.values()],
        ["end_group", None, None, *blanks],
    ]
    return checklist_file(rows)


def read(data: bytes) -> ChecklistFile:
    return xlsform.read_checklist("shop.xlsx", data)


def read_one(type_: str = "select_one yes_no", **columns: Any) -> Question:
    return read(one_question(type_, **columns)).checklist.question_by_name["q"]


def notes(file: ChecklistFile) -> list[tuple[str, int | None, str]]:
    return [(note.key, note.row, note.column) for note in file.notes]


def refused(read_file: Callable[..., Any], *arguments: Any) -> tuple[FileProblem, ...]:
    with pytest.raises(FileIsRefused) as caught:
        read_file(*arguments)
    return caught.value.problems


def places(problems: Sequence[FileProblem]) -> list[tuple[str, int | None, str]]:
    return [(problem.key, problem.row, problem.column) for problem in problems]


def refused_one(type_: str = "select_one yes_no", **columns: Any) -> list[tuple[str, int | None, str]]:
    return places(refused(read, one_question(type_, **columns)))


def repacked(data: bytes, change: Callable[[str, bytes], bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The same archive with the content of its parts changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", compression) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
    return stream.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def shop() -> Checklist:
    """Two touchpoints with a question of every kind that a table of visits meets."""
    header = ["type", "name", "label", "required", "relevant", "methods", "appearance", "constraint"]
    header += ["constraint_message"]
    lived = "mystery_shopping participant_observation"
    rows = [
        header,
        ["start", "started"],
        ["begin_group", "door", "Door"],
        ["select_one yes_no", "greeted", "Greeted?", "yes", None, lived],
        ["select_one yes_no_na", "sign", "Sign?"],
        ["select_multiple yes_no", "several", "Several?"],
        ["end_group"],
        ["begin_group", "till", "Till"],
        ["integer", "wait", "Wait", None, None, None, "timer"],
        ["integer", "people", "People", None, None, None, None, ". <= 10", "Ten at most"],
        ["text", "why", "Why?", None, "${greeted} = 'no'"],
        ["image", "photo", "Photo"],
        ["date", "day", "Day"],
        ["end_group"],
    ]
    return read(checklist_file(rows)).checklist


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]
