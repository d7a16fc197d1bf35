"""XLSX workbooks as text, as a person sees it in the cells, from a file that nobody vouches for."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import islice
from typing import IO, Any

from fieldstudy.exchange.problems import FileIsRefused, Findings, refused

INFLATED_LIMIT_BYTES = 30 * 1024 * 1024
RATIO_LIMIT = 100
HARMLESS_BYTES = 1024 * 1024
"""Up to here any ratio is fine: rows that are all alike pack well."""
PART_LIMIT = 2_000
COLUMN_LIMIT = 1_000
LAST_ROW = 1_048_576
CHUNK_BYTES = 256 * 1024

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ROW_TAG, FORMULA_TAG, VALUE_TAG = f"{_MAIN}row", f"{_MAIN}f", f"{_MAIN}v"
FORMULA_MARKS = (b"<f", b":f", b"\0f")
"""One of them stands where a formula begins, with a prefix and in UTF-16 too; most sheets have none."""
FORMULAS_TOLD = 20


@dataclass(frozen=True)
class Grid:
    """The rows of a sheet that hold anything, each with its number in the sheet."""

    sheet: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def letters(column: int) -> str:
    """The name of a column, counted from 0, in a sheet: A, B, …, Z, AA."""
    name = ""
    while column >= 0:
        name = chr(ord("A") + column % 26) + name
        column = column // 26 - 1
    return name


def clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


class Workbook:
    """Raises FileIsRefused for anything that is not a sound XLSX workbook of reasonable size."""

    def __init__(self, data: bytes, row_limit: int) -> None:
        from openpyxl import load_workbook  # noqa: PLC0415 takes half a second, and few requests read a workbook

        self.row_limit = row_limit
        with _damage_refused():
            self._archive = _check_archive(data)
            self._book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(sheet.title for sheet in self._book.worksheets)

    @property
    def shown(self) -> tuple[str, ...]:
        """The titles of the sheets that are not hidden."""
        return tuple(sheet.title for sheet in self._book.worksheets if sheet.sheet_state == "visible")

    def grid(self, title: str) -> Grid:
        findings = Findings()
        with _damage_refused():
            sheet = self._book[title]
            self._refuse_bare_formulas(sheet, findings)
            rows = tuple(_rows(sheet, self.row_limit, findings))
        findings.check()
        return Grid(title, rows)

    def _refuse_bare_formulas(self, sheet: Any, findings: Findings) -> None:
        # openpyxl says of such a cell only that it is empty.
        content = self._archive.read(sheet._worksheet_path)
        if any(mark in content for mark in FORMULA_MARKS):
            for column, row in islice(_bare_formulas(BytesIO(content)), FORMULAS_TOLD):
                findings.refuse("formula_without_value", sheet.title, row, column)


@contextmanager
def _damage_refused() -> Iterator[None]:
    """openpyxl warns about parts that do not matter here, and fails on damaged files in a hundred different ways."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except (FileIsRefused, MemoryError):
            raise
        except Exception as error:
            raise refused("damaged_workbook") from error


# Before anything is parsed: count what the archive really inflates to, whatever its headers say.


def _check_archive(data: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(BytesIO(data))
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > PART_LIMIT:
        raise refused("too_many_parts", limit=PART_LIMIT)
    if "mimetype" in names:
        raise refused("open_document")
    if "[Content_Types].xml" not in names:
        raise refused("not_a_workbook")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refused("has_macros")
    size = 0
    for part in parts:
        size += _inflate(archive, part, INFLATED_LIMIT_BYTES - size)
    if size > max(HARMLESS_BYTES, RATIO_LIMIT * len(data)):
        raise refused("packed_too_tightly", limit=RATIO_LIMIT)
    return archive


def _inflate(archive: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> int:
    if part.flag_bits & 1:
        raise refused("encrypted")
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refused("not_a_workbook")
    size = 0
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            size += len(chunk)
            if size > room:
                raise refused("inflates_too_much", limit=INFLATED_LIMIT_BYTES // 1024 // 1024)
    return size


# Formulas without a stored result.


def _bare_formulas(part: IO[bytes]) -> Iterator[tuple[str, int]]:
    """Column and row of each. Rows and cells need not say where they are: then they follow the one before."""
    from defusedxml.ElementTree import iterparse  # noqa: PLC0415 comes with openpyxl

    number = 0
    for _, row in iterparse(part):
        if row.tag != ROW_TAG:
            continue
        number = int(row.get("r", number + 1))
        for index, cell in enumerate(row):
            if _is_bare_formula(cell):
                yield cell.get("r", "").rstrip("0123456789") or letters(index), number
        row.clear()


def _is_bare_formula(cell: Any) -> bool:
    # A result of "" is stored as text (t="str") and is a result.
    texts = {child.tag: child.text for child in cell}
    is_formula = FORMULA_TAG in texts and texts.keys() <= {FORMULA_TAG, VALUE_TAG}
    return is_formula and not texts.get(VALUE_TAG) and cell.get("t") != "str"


# The cells as text.


def _rows(sheet: Any, row_limit: int, findings: Findings) -> Iterator[tuple[int, tuple[str, ...]]]:
    # The size that a sheet declares is often wrong, and rows would be padded to it.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > LAST_ROW:
            raise refused("damaged_workbook")
        if len(cells) > COLUMN_LIMIT:
            raise refused("too_many_columns", sheet.title, number, limit=COLUMN_LIMIT)
        texts = tuple(_text(cell) for cell in cells)
        if not any(texts):
            continue
        if number > row_limit + 1:
            raise refused("too_many_rows", sheet.title, limit=row_limit)
        for index, cell in enumerate(cells):
            if cell.data_type == "e":
                findings.refuse("cell_holds_an_error", sheet.title, number, letters(index), value=texts[index])
        yield number, texts


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value.replace("_x000D_", "\r"))
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(value, cell.number_format if cell.has_style else "")
    return _moment_text(value, cell.number_format or "")


def number_text(value: int | float, number_format: str = "") -> str:
    """Fifteen digits, as a spreadsheet shows them; percent formats and formats of zeros ("00000") as they look."""
    exact = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    if not exact.is_finite():
        return str(exact)
    if "%" in number_format:
        return f"{_plain(exact * 100)}%"
    if re.fullmatch("0{2,}", number_format) and exact == exact.to_integral_value() and exact >= 0:
        return _plain(exact).zfill(len(number_format))
    return _plain(exact)


def _plain(number: Decimal) -> str:
    return format(number.normalize() + 0, "f")


def _moment_text(value: date | time | timedelta, number_format: str) -> str:
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        clock = f"{minutes // 60}:{minutes % 60:02}"
        return f"{clock}:{seconds:02}" if "s" in number_format.lower() else clock
    if isinstance(value, time):
        # Somebody who typed 2:30 sees 2:30 and not 02:30:00.
        precise = "s" in number_format.lower() or value.second
        return value.isoformat(timespec="seconds" if precise else "minutes")
    if isinstance(value, datetime):
        return _datetime_text(value, number_format)
    return value.isoformat()


def _datetime_text(value: datetime, number_format: str) -> str:
    # A day is stored as a fraction, so that 10:30 may arrive as 10:29:59.999.
    value = (value + timedelta(milliseconds=500)).replace(microsecond=0)
    if value.time() == time() and not re.search("[hs]", number_format, re.IGNORECASE):
        return value.date().isoformat()
    return value.isoformat(timespec="seconds" if value.second else "minutes")
