import io
import time
import zipfile

import openpyxl.xml
import pytest

from fieldstudy.exchange import tables, workbooks
from tests.exchange.files import places, refused, repacked, with_part, workbook

SHEET = "xl/worksheets/sheet1.xml"


def read(data: bytes) -> tables.Table:
    return tables.parse_table("file.xlsx", tables.read_bytes(data))


def key(data: bytes) -> str:
    return refused(read, data)[0].key


def sound() -> bytes:
    return workbook(One=[["code"], ["1"]])


def replace_sheet(content: bytes) -> bytes:
    return repacked(sound(), lambda name, old: content if name == SHEET else old)


def sheet(rows: bytes, dimension: bytes = b"A1:A2", before: bytes = b"") -> bytes:
    return (
        b'<?xml version="1.0"?>'
        + before
        + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="' + dimension + b'"/><sheetData>' + rows + b"</sheetData></worksheet>"
    )


def text_row(number: int, column: str = "A") -> bytes:
    return f'<row r="{number}"><c r="{column}{number}" t="inlineStr"><is><t>x</t></is></c></row>'.encode()


def test_xml_is_read_by_defusedxml() -> None:
    assert openpyxl.xml.DEFUSEDXML


def test_a_bomb_is_refused_before_it_is_parsed() -> None:
    bomb = with_part(sound(), "xl/media/bomb.bin", b"\0" * (201 * 1024 * 1024))
    started = time.perf_counter()
    assert (key(bomb), len(bomb) < 300_000) == ("inflates_too_much", True)
    assert time.perf_counter() - started < 5


def test_a_header_that_lies_about_the_size_is_refused() -> None:
    bomb = with_part(sound(), "xl/lie.bin", b"\0" * 5_000_000)
    place = bomb.rindex(b"PK\x01\x02")
    lie = bomb[: place + 24] + (10).to_bytes(4, "little") + bomb[place + 28 :]
    assert key(lie) == "damaged_workbook"


def test_too_many_parts_are_refused() -> None:
    stream = io.BytesIO(sound())
    with zipfile.ZipFile(stream, "a") as archive:
        for number in range(workbooks.PART_LIMIT):
            archive.writestr(f"xl/media/{number}", b"")
    assert key(stream.getvalue()) == "too_many_parts"


def test_other_compressions_are_refused() -> None:
    assert key(repacked(sound(), lambda name, content: content, zipfile.ZIP_LZMA)) == "not_a_workbook"


def test_macros_are_refused() -> None:
    assert key(with_part(sound(), "xl/vbaProject.bin", b"x")) == "has_macros"


def test_open_document_is_refused_by_name() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert key(stream.getvalue()) == "open_document"


def test_a_truncated_workbook_is_refused() -> None:
    assert key(sound()[:-500]) == "damaged_workbook"


def test_entities_are_refused() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    assert key(replace_sheet(sheet(b'<row r="1"><c t="str"><v>&b;</v></c></row>', before=laughs))) == "damaged_workbook"


def test_a_size_that_a_sheet_declares_is_not_believed() -> None:
    table = read(replace_sheet(sheet(text_row(1) + text_row(2), b"A1:XFD1048576")))
    assert [row.number for row in table.rows] == [2]


def test_a_row_far_below_the_others_is_refused() -> None:
    data = replace_sheet(sheet(text_row(1) + text_row(500_000)))
    assert key(data) == "too_many_rows"


def test_a_row_number_beyond_all_sheets_is_refused() -> None:
    assert key(replace_sheet(sheet(text_row(1) + text_row(10**12)))) == "damaged_workbook"


def test_a_cell_far_to_the_right_is_refused() -> None:
    assert places(refused(read, replace_sheet(sheet(text_row(1, "XFD"))))) == [("too_many_columns", 1, "")]


def test_many_empty_rows_are_no_obstacle() -> None:
    rows = text_row(1) + text_row(2) + b"".join(f'<row r="{n}" s="1"/>'.encode() for n in range(3, 150_000))
    assert len(read(replace_sheet(sheet(rows))).rows) == 1


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_letters_name_a_column(column: int, name: str) -> None:
    assert workbooks.letters(column) == name
