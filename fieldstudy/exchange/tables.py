"""Tables in and out: CSV and XLSX. What a file is, its content says and not its name."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import BinaryIO, TypeAlias

from fieldstudy.exchange.child import Errand, Task
from fieldstudy.exchange.problems import FileNote, FileProblem, Findings, read_in_child, refused
from fieldstudy.exchange.workbooks import OLD_OFFICE, ZIP, Grid, Workbook, clean, letters

BYTES_LIMIT = 20 * 1024 * 1024
ROW_LIMIT = 100_000
STRAY_LIMIT = 20

Cell: TypeAlias = str | int | float | Decimal | date | None


@dataclass(frozen=True)
class Row:
    """One row by header; `number` is what a person sees beside it in the sheet."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, header: str) -> str:
        return self.cells.get(header, "")


@dataclass(frozen=True)
class Stray:
    """A value in a column that has no header."""

    row: int
    column: str
    value: str


@dataclass(frozen=True)
class Table:
    """`titles`: the headers in lower case, each with how the file writes it. Empty rows are left out."""

    sheet: str
    titles: Mapping[str, str]
    rows: tuple[Row, ...]
    header_row: int
    strays: tuple[Stray, ...] = ()
    notes: tuple[FileNote, ...] = ()


@dataclass(frozen=True)
class Sheets:
    """Sheets by their title in lower case, and the titles of those that nobody asked for."""

    tables: Mapping[str, Table]
    others: tuple[str, ...]


_TABLE: Errand[Table, tuple[tuple[FileProblem, ...], int]] = Errand(
    Task.TABLE, Table, tuple[tuple[FileProblem, ...], int]
)


def read_table(name: str, data: bytes | BinaryIO) -> Table:
    """The first sheet of a workbook that holds anything, or a CSV file. Raises FileIsRefused."""
    return read_in_child(_TABLE, name, read_bytes(data))


def parse_table(name: str, content: bytes) -> Table:
    """As `read_table`, but without limits of time and memory: for the child alone."""
    if content.startswith(ZIP):
        table = _table(_first_grid(content))
    else:
        grid, notes = _read_csv(name, content)
        table = _table(grid, notes)
    findings = Findings()
    for stray in table.strays:
        findings.refuse("value_without_header", table.sheet, stray.row, stray.column, value=stray.value)
    if not table.rows:
        findings.refuse("no_rows", table.sheet)
    findings.check()
    return table


def parse_sheets(name: str, content: bytes, wanted: Collection[str], row_limit: int = ROW_LIMIT) -> Sheets:
    """The sheets with these titles (in lower case) that are there; for the child alone. Raises FileIsRefused."""
    if not content.startswith(ZIP):
        raise refused("not_a_workbook", name=name)
    book = Workbook(content, row_limit)
    by_title = {title.strip().lower(): title for title in reversed(book.titles)}
    grids = {key: book.grid(title) for key, title in by_title.items() if key in wanted}
    tables = {key: _table(grid) for key, grid in grids.items() if grid.rows}
    return Sheets(tables, tuple(title for title in book.titles if title.strip().lower() not in wanted))


def read_bytes(data: bytes | BinaryIO) -> bytes:
    """All bytes of a file that is neither empty, too large nor an old or locked Office file."""
    content = data if isinstance(data, bytes) else data.read(BYTES_LIMIT + 1)
    if len(content) > BYTES_LIMIT:
        raise refused("too_large", limit=BYTES_LIMIT // 1024 // 1024)
    if not content.strip(b"\0\t\r\n \xef\xbb\xbf"):
        raise refused("empty_file")
    if content.startswith(OLD_OFFICE):
        is_locked = "EncryptedPackage".encode("utf-16-le") in content
        raise refused("encrypted" if is_locked else "old_workbook")
    return content


def _first_grid(content: bytes) -> Grid:
    book = Workbook(content, ROW_LIMIT)
    for title in book.shown:
        grid = book.grid(title)
        if grid.rows:
            return grid
    raise refused("empty_file")


def _table(grid: Grid, notes: Iterable[FileNote] = ()) -> Table:
    header_row, header = grid.rows[0]
    titles, keys = _headers(grid.sheet, header_row, header)
    rows: list[Row] = []
    strays: list[Stray] = []
    for number, texts in grid.rows[1:]:
        named = {key: text for key, text in zip(keys, texts, strict=False) if key and text}
        if named:
            rows.append(Row(number, named))
        if len(strays) < STRAY_LIMIT:
            strays.extend(_strays(number, keys, texts))
    return Table(grid.sheet, titles, tuple(rows), header_row, tuple(strays), tuple(notes))


def _headers(sheet: str, row: int, header: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    findings, titles, keys = Findings(), dict[str, str](), []
    for text in header:
        title = " ".join(text.split())
        key = title.lower()
        if key and key in titles:
            findings.refuse("duplicate_header", sheet, row, title)
        if key:
            titles[key] = title
        keys.append(key)
    findings.check()
    return titles, keys


def _strays(number: int, keys: Sequence[str], texts: Sequence[str]) -> Iterator[Stray]:
    for index, text in enumerate(texts):
        if text and not (index < len(keys) and keys[index]):
            yield Stray(number, letters(index), text[:100])


# CSV in.

# Control characters that no text has, and what web pages, PDF and JSON begin with.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]|\A\s*(?:<[!?a-z]|%PDF|[{\[])", re.IGNORECASE)


_SEPARATORS = re.compile(r"[,;\t]")


def _read_csv(name: str, content: bytes) -> tuple[Grid, list[FileNote]]:
    text, notes = _decode(name, content)
    _check_text(name, text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[tuple[int, tuple[str, ...]]] = []
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            texts = tuple(clean(unguarded(clean(cell))) for cell in cells)
            if any(texts):
                rows.append((number, texts))
            if len(rows) > ROW_LIMIT + 1:
                raise refused("too_many_rows", limit=ROW_LIMIT)
    except csv.Error as error:
        if "field limit" in str(error):
            raise refused("cell_too_large", row=number + 1, limit=csv.field_size_limit()) from error
        raise refused("broken_csv", row=number + 1) from error
    if not rows:
        raise refused("empty_file")
    return Grid("", tuple(rows)), notes


def _check_text(name: str, text: str) -> None:
    """A stray control character has its row told, where what comes before it is a table."""
    found = _NOT_TEXT.search(text)
    if found is None:
        return
    row = text.count("\n", 0, found.start()) + 1
    if row > 1 and found.start() and _SEPARATORS.search(text[: text.index("\n")]):
        raise refused("control_character", row=row, code=f"U+{ord(found[0]):04X}")
    raise refused("not_a_table", name=name)


def _decode(name: str, content: bytes) -> tuple[str, list[FileNote]]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), []
        except UnicodeDecodeError:
            raise refused("not_a_table", name=name) from None
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), [FileNote("read_as_cp1252")]
    except UnicodeDecodeError:
        raise refused("not_a_table", name=name) from None


def _delimiter(text: str) -> str:
    """Of comma, semicolon and tab the one that the header has most of, outside quotation marks."""
    header = re.sub(r'"[^"]*"', "", text[:65_536]).lstrip("\r\n").splitlines()
    return max(",;\t", key=header[0].count) if header else ","


# Tables out. A spreadsheet takes a text that begins like a formula for one, and runs it.

# They take it for one behind blanks too, also behind those that nobody sees: NBSP, marks of direction, ZWSP, BOM.
_BEFORE = r"(?:[^\S\t\r\n]|['\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff])*"
_SIGN = r"=+\-@＝＋－＠"
_FORMULA = re.compile(rf"{_BEFORE}[\t\r\n{_SIGN}]")
# Opened with another separator than it was written with, a text falls apart there, and its pieces become cells.
_PIECE = re.compile(rf"([,;\t\n]\"*)(?={_BEFORE}[{_SIGN}])")
_GUARDED_PIECE = re.compile(rf"([,;\t\n]\"*)'(?={_BEFORE}[{_SIGN}])")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
NARROWEST, WIDEST = 8, 60
"""Width of a column, in characters."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def guarded(text: str) -> str:
    text = _PIECE.sub(r"\1'", text)
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    text = text[1:] if text.startswith("'") and _FORMULA.match(text) else text
    return _GUARDED_PIECE.sub(r"\1", text)


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Cell]], decimal_mark: str = ".") -> bytes:
    """UTF-8 with the mark that spreadsheets want. Texts are guarded; numbers stay numbers, days read as days.

    Where decimals have a comma, spreadsheets want semicolons between the columns.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";" if decimal_mark == "," else ",")
    for row in (headers, *rows):
        writer.writerow([_in_csv(cell, decimal_mark) for cell in map(_plain, row)])
    return stream.getvalue().encode("utf-8-sig")


def _in_csv(cell: Cell, decimal_mark: str) -> Cell:
    if isinstance(cell, str):
        return guarded(cell)
    if isinstance(cell, (float, Decimal)):
        return str(cell).replace(".", decimal_mark)
    return _dated(cell)


def write_xlsx(headers: Sequence[str], rows: Iterable[Sequence[Cell]], sheet: str = "Sheet1") -> bytes:
    """Texts are typed as texts, so that none is taken for a formula; numbers stay numbers, days are days.

    The header row stays in sight, and a column is as wide as what it holds.
    """
    from openpyxl import Workbook as NewWorkbook  # noqa: PLC0415 takes half a second, and few requests write a workbook
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 as above

    book = NewWorkbook(write_only=True)
    page = book.create_sheet(sheet_name(sheet))
    page.freeze_panes = "A2"
    written = [[_plain(cell) for cell in row] for row in (headers, *rows)]
    for index, column in enumerate(zip_longest(*written)):
        page.column_dimensions[letters(index)].width = _width(column)
    for row in written:
        cells = [WriteOnlyCell(page, value=cell) for cell in row]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
            elif isinstance(cell.value, datetime):
                cell.number_format = "yyyy-mm-dd hh:mm"
        page.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet_name(title: str) -> str:
    """What a workbook takes for the name of a sheet: at most 31 characters, without those that it keeps for itself."""
    return _NOT_IN_A_NAME.sub(" ", _CONTROL.sub("", title)).strip(" '")[:31].strip(" '") or "Sheet1"


def _width(column: Iterable[Cell]) -> int:
    """In characters, within what a person can read without scrolling."""
    longest = max(len(line) for cell in column for line in str(_dated(cell) or "").split("\n"))
    return min(max(longest + 2, NARROWEST), WIDEST)


def _plain(cell: Cell) -> Cell:
    """Neither a spreadsheet nor a comparison of its days knows zones: the time of the place stays."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)
    return _CONTROL.sub("", cell) if isinstance(cell, str) else cell


def _dated(cell: Cell) -> Cell:
    """A day, and the minute of a moment, as every spreadsheet reads them."""
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, date) else cell
