"""Builds files as people send them, right and wrong."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import shake_128
from typing import Any

import pytest
from openpyxl import Workbook

from fieldstudy.core.checklist import Checklist, Question
from fieldstudy.exchange import tables, xlsform
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
    return xlsform.parse_checklist("shop.xlsx", tables.read_bytes(data))


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


# Workbooks that are small as files and much work inside. `noise` keeps the ratio of unpacked to packed below the limit.

MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
STRINGS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def _with_parts(noise: int = 0, **parts: bytes) -> bytes:
    """`sheet`, `styles` and `sharedStrings` in place of those of a sound workbook."""
    names = {"xl/worksheets/sheet1.xml" if name == "sheet" else f"xl/{name}.xml": parts[name] for name in parts}

    def change(name: str, content: bytes) -> bytes:
        if name == "[Content_Types].xml" and b"sharedStrings" not in content:
            content = content.replace(b"</Types>", STRINGS_TYPE)
        return names.pop(name, content)

    data = repacked(workbook(One=[["code"], ["1"]]), change)
    for name, content in names.items():
        data = with_part(data, name, content)
    return with_part(data, "xl/media/noise.bin", shake_128(b"noise").digest(noise)) if noise else data


def open_tags(count: int = 2_500_000, noise: int = 0) -> bytes:
    return _with_parts(noise, sheet=b"<worksheet " + MAIN + b"><sheetData>" + b'<c r="A1"' * count)


def large_comment(size: int = 190_000_000, noise: int = 0) -> bytes:
    return _with_parts(noise, styles=b"<styleSheet " + MAIN + b"><!--" + b"x" * size + b"--></styleSheet>")


def many_strings(count: int = 8_000_000, noise: int = 0) -> bytes:
    return _with_parts(noise, sharedStrings=b"<sst " + MAIN + b">" + b"<si/>" * count + b"</sst>")


def empty_rows(count: int = 5_000_000, noise: int = 0) -> bytes:
    return _with_parts(
        noise, sheet=b"<worksheet " + MAIN + b"><sheetData>" + b"<row/>" * count + b"</sheetData></worksheet>"
    )
