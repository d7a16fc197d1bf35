import csv
import io
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from fieldstudy.exchange import tables
from fieldstudy.exchange.problems import FileIsRefused
from fieldstudy.exchange.tables import Table
from tests.exchange.files import places, refused, repacked, saved, workbook


def read(data: bytes) -> Table:
    return tables.parse_table("file", tables.read_bytes(data))


def key(data: bytes) -> str:
    return refused(read, data)[0].key


def texts(table: Table) -> list[list[str]]:
    return [[row[header] for header in table.titles] for row in table.rows]


def first(value: Any, number_format: str = "") -> str:
    """What is read from one cell of a workbook."""
    book = Workbook()
    book.active.append(["code"])
    book.active["A2"] = value
    if number_format:
        book.active["A2"].number_format = number_format
    return read(saved(book)).rows[0]["code"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_with_any_of_three_delimiters(delimiter: str) -> None:
    assert texts(read(f"code{delimiter}name\n1{delimiter}Rho\n".encode())) == [["1", "Rho"]]


def test_a_delimiter_inside_quotation_marks_does_not_count() -> None:
    assert texts(read(b'code;"name, a, b, c"\n1;Rho\n')) == [["1", "Rho"]]


def test_csv_with_a_byte_order_mark_is_read() -> None:
    assert list(read("\ufeffcode\nè\n".encode()).titles) == ["code"]


def test_csv_in_utf_16_is_read() -> None:
    assert texts(read("code\tname\n1\tForlì\n".encode("utf-16"))) == [["1", "Forlì"]]


def test_csv_in_cp1252_is_read_with_a_note() -> None:
    table = read("code\nForlì\n".encode("cp1252"))
    assert (texts(table), [note.key for note in table.notes]) == ([["Forlì"]], ["read_as_cp1252"])


def test_row_numbers_are_those_of_the_sheet() -> None:
    table = read(b'code,name\n\n1,"two\nlines"\n2,b\n')
    assert [(row.number, row["name"]) for row in table.rows] == [(3, "two\nlines"), (4, "b")]


def test_headers_are_trimmed_and_in_lower_case() -> None:
    assert read(b" Code , First  NAME\n1,2\n").titles == {"code": "Code", "first name": "First NAME"}


def test_a_duplicate_header_is_refused() -> None:
    assert places(refused(read, b"code,name,CODE\n1,2,3\n")) == [("duplicate_header", 1, "CODE")]


def test_a_row_longer_than_the_header_is_refused() -> None:
    assert places(refused(read, b"code,name\n1,Rome, Italy\n")) == [("value_without_header", 2, "C")]


def test_a_short_row_is_padded() -> None:
    assert texts(read(b"code,name\n1\n")) == [["1", ""]]


@pytest.mark.parametrize("data", [b"", b"  \n\n", b"\xef\xbb\xbf", b"\0\0\0"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert key(data) == "empty_file"


def test_a_header_alone_is_refused() -> None:
    assert key(b"code,name\n") == "no_rows"


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7\n%\xe2", b"<html><table>", b'{"a": 1}', b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"PK\x05\x06" + bytes(18)],
    ids=["pdf", "html", "json", "png", "empty zip"],
)
def test_what_is_no_table_is_refused(data: bytes) -> None:
    assert key(data) == "not_a_table"


def test_an_open_quotation_is_refused_with_its_row() -> None:
    assert places(refused(read, b'code\n1\n"never ends\n2\n')) == [("broken_csv", 3, "")]


def test_a_file_of_more_than_20_mb_is_refused() -> None:
    assert key(b"a" * (20 * 1024 * 1024 + 1)) == "too_large"


def test_a_stream_is_not_read_beyond_the_limit() -> None:
    stream = io.BytesIO(b"a" * 50 * 1024 * 1024)
    refused(lambda: tables.read_table("big.csv", stream))
    assert stream.tell() == tables.BYTES_LIMIT + 1


def test_more_than_100_000_rows_are_refused() -> None:
    assert key(b"code\n" + b"1\n" * 100_001) == "too_many_rows"


def test_old_excel_files_are_refused() -> None:
    assert key(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) == "old_workbook"


def test_locked_workbooks_are_refused() -> None:
    assert key(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")) == "encrypted"


def test_a_workbook_is_known_by_its_content() -> None:
    assert texts(tables.read_table("stores.csv", workbook(One=[["code"], ["1"]]))) == [["1"]]


def test_the_first_sheet_that_holds_anything_is_read() -> None:
    table = read(workbook(Empty=[], Second=[["code"], ["b"]], Third=[["code"], ["c"]]))
    assert (table.sheet, texts(table)) == ("Second", [["b"]])


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (3.0, "", "3"),
        (3, "", "3"),
        (0.1 + 0.2, "", "0.3"),
        (1e15, "", "1000000000000000"),
        (-0.0, "", "0"),
        (True, "", "TRUE"),
        ("  x ", "", "x"),
        ("a\r\nb", "", "a\nb"),
        (0.8, "0%", "80%"),
        (12, "00000", "00012"),
        (date(2026, 3, 1), "", "2026-03-01"),
        (datetime(2026, 3, 1, 10, 30), "", "2026-03-01T10:30"),  # noqa: DTZ001 a sheet knows no zones
        (datetime(2026, 3, 1), "yyyy-mm-dd hh:mm", "2026-03-01T00:00"),  # noqa: DTZ001
        (time(2, 30), "h:mm", "02:30"),
        (time(0, 2, 30), "h:mm:ss", "00:02:30"),
        (timedelta(hours=26, minutes=5), "[h]:mm:ss", "26:05:00"),
    ],
)
def test_a_cell_is_read_as_a_person_sees_it(value: Any, number_format: str, text: str) -> None:
    assert first(value, number_format) == text


def test_the_stored_result_of_a_formula_is_read() -> None:
    data = workbook(One=[["code"], ["=1+1"]])
    with_result = _change_sheet(data, b"<v></v>", b"<v>2</v>", b"<v />", b"<v>2</v>")
    assert texts(read(with_result)) == [["2"]]


def _change_sheet(data: bytes, *changes: bytes) -> bytes:
    def change(name: str, content: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return content
        for old, new in zip(changes[::2], changes[1::2], strict=True):
            content = content.replace(old, new)
        return content

    return repacked(data, change)


def test_a_formula_without_a_stored_result_is_refused() -> None:
    data = workbook(One=[["code", "points"], ["x", "=1+1"]])
    assert places(refused(read, data)) == [("formula_without_value", 2, "B")]


def test_an_error_in_a_cell_is_refused() -> None:
    assert places(refused(read, workbook(One=[["code"], ["#N/A"]]))) == [("cell_holds_an_error", 2, "A")]


def test_csv_texts_that_look_like_formulas_are_guarded() -> None:
    data = tables.write_csv(["note"], [["=1+1"], ["-2"], ["@x"], ["\tx"], ["＝1"], ["+39 02"]])
    cells = [row[0] for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))]
    assert cells == ["note", "'=1+1", "'-2", "'@x", "'\tx", "'＝1", "'+39 02"]


BLANKS = [" ", "   ", "\xa0", "\u200b", "\ufeff", "\u3000", "\u202e", "\x85", " \u200b\xa0", "\xad"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "'="])
@pytest.mark.parametrize("blank", BLANKS, ids=[ascii(blank) for blank in BLANKS])
def test_csv_formulas_behind_blanks_are_guarded(blank: str, sign: str) -> None:
    text, piece = f"{blank}{sign}1+1", f"a;{blank}{sign}1+1"
    assert [tables.guarded(text), tables.guarded(piece)] == [f"'{text}", f"a;'{blank}{sign}1+1"]
    assert [tables.unguarded(tables.guarded(told)) for told in (text, piece)] == [text, piece]


def test_csv_blanks_before_a_word_stay_as_they_are() -> None:
    texts = ["  Nine wait.", "\ufeffGood", "a, b; c", "5 - 3", "a = b", "n'est-ce pas"]
    assert [tables.guarded(text) for text in texts] == texts


def test_csv_numbers_stay_numbers() -> None:
    data = tables.write_csv(["n"], [[-2], [Decimal("-0.25")], [None]])
    assert data.decode("utf-8-sig") == 'n\r\n-2\r\n-0.25\r\n""\r\n'


def test_csv_with_a_decimal_comma_has_semicolons() -> None:
    """What an Italian Excel opens in columns, with numbers that it can add."""
    rows = [["Lodi; centro, 2", Decimal("-0.25"), 67.5, 3], ["-1,5", None, Decimal(80), -2]]
    data = tables.write_csv(["nome", "a", "b", "c"], rows, ",")
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == ('nome;a;b;c\r\n"Lodi; centro, 2";-0,25;67,5;3\r\n\'-1,5;;80;-2\r\n')


def test_xlsx_texts_are_never_formulas() -> None:
    book = load_workbook(io.BytesIO(tables.write_xlsx(["note"], [["=1+1"], ["=HYPERLINK()"], ["x"]])))
    assert [cell.data_type for cell in book.active["A"]] == ["s"] * 4


def test_xlsx_numbers_stay_numbers() -> None:
    book = load_workbook(io.BytesIO(tables.write_xlsx(["n"], [[-2], [Decimal("0.25")]])))
    assert [cell.value for cell in book.active["A"]][1:] == [-2, 0.25]


MOMENT = datetime(2026, 6, 23, 16, 20, 5, tzinfo=ZoneInfo("Europe/Rome"))


def test_days_and_moments_are_written_in_the_time_of_their_place() -> None:
    csv_text = tables.write_csv(["day", "at"], [[MOMENT.date(), MOMENT]]).decode("utf-8-sig")
    assert csv_text == "day,at\r\n2026-06-23,2026-06-23 16:20\r\n"
    day, at = load_workbook(io.BytesIO(tables.write_xlsx(["day", "at"], [[MOMENT.date(), MOMENT]]))).active[2]
    assert (day.is_date, at.is_date, at.value) == (True, True, MOMENT.replace(tzinfo=None))


def test_a_sheet_keeps_its_headings_in_sight_and_its_columns_legible() -> None:
    page = load_workbook(io.BytesIO(tables.write_xlsx(["n", "note"], [[1, "x" * 30], [2, "y" * 500]]))).active
    assert page.freeze_panes == "A2"
    assert [page.column_dimensions[letter].width for letter in "AB"] == [8, 60]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Its visits", "Its visits"),
        ("a/b: [c]?*\\", "a b   c"),
        ("'x' " * 9, "x' 'x' 'x' 'x' 'x' 'x' 'x' 'x"),
        ("?", "Sheet1"),
    ],
)
def test_a_title_becomes_a_name_that_a_workbook_takes(title: str, name: str) -> None:
    assert tables.sheet_name(title) == name
    assert load_workbook(io.BytesIO(tables.write_xlsx(["a"], [], title))).sheetnames == [name]


# Rows of texts without the control characters that no file may hold; blank rows are not rows.
_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(str.strip) | st.sampled_from(
    ["=1+1", "'=1", "''@", "-", "a\nb", '"', ";", ",", "1,5", "'", "＋"]
)
_ROWS = st.lists(st.lists(_TEXT, min_size=3, max_size=3).filter(any), min_size=1, max_size=5)


@given(_ROWS, st.sampled_from([".", ","]))
@settings(max_examples=60, deadline=None)
def test_csv_comes_back_as_it_was_written(rows: list[list[str]], decimal_mark: str) -> None:
    assert texts(read(tables.write_csv(["a", "b", "c"], rows, decimal_mark))) == rows


@given(_ROWS)
@settings(max_examples=20, deadline=None)
def test_xlsx_comes_back_as_it_was_written(rows: list[list[str]]) -> None:
    assert texts(read(tables.write_xlsx(["a", "b", "c"], rows))) == rows


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    with suppress(FileIsRefused):
        read(data)


# Made once: a workbook carries the second it was written in, and its packed length with it.
SOUND_WORKBOOK = workbook(One=[["code", "name"], ["1", "a"], ["2", 3.5]])


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_a_damaged_workbook_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(SOUND_WORKBOOK)
    for _ in range(3):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FileIsRefused):
        read(bytes(content))


def test_sheets_are_found_whatever_their_case() -> None:
    sheets = tables.parse_sheets("f", workbook(Survey=[["type"], ["text"]], Media=[["x"]]), {"survey"})
    assert (list(sheets.tables), sheets.others) == (["survey"], ("Media",))


def test_csv_is_not_a_workbook() -> None:
    assert refused(lambda: tables.parse_sheets("f", b"type,name\n", {"survey"}))[0].key == "not_a_workbook"


def test_a_zip_of_something_else_is_not_a_workbook() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert key(stream.getvalue()) == "not_a_workbook"
