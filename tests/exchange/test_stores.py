from decimal import Decimal

import pytest

from fieldstudy.exchange import stores, tables
from fieldstudy.exchange.stores import StoreRow, StoresFile
from tests.exchange.files import places, refused, workbook

HEADER = "code,name,city,region,address,latitude,longitude,timezone"


def read(text: str) -> StoresFile:
    return stores.read_stores("stores.csv", text.encode())


def one(row: str) -> StoreRow:
    return read(f"{HEADER}\n{row}\n").rows[0]


def refused_row(row: str) -> list[tuple[str, int | None, str]]:
    return places(refused(read, f"{HEADER}\n{row}\n"))


def test_the_example_comes_back_with_commas_and_semicolons() -> None:
    rows = [("VR1", "Verona", "Verona", "Veneto", "Via 1", Decimal("45.4384"), Decimal("10.9916"), "Europe/Rome")]
    files = [tables.write_csv(stores.COLUMNS, rows, mark) for mark in ".,"]
    english, italian = (stores.read_stores("stores.csv", data).rows for data in files)
    assert english == italian
    assert italian[0].latitude == Decimal("45.4384")


def test_a_store_is_read() -> None:
    assert one('B1,Duomo,Milano,Nord,"Via Torino 1, 20123",45.4642,9.19,Europe/Rome') == StoreRow(
        2, "B1", "Duomo", "Milano", "Nord", "Via Torino 1, 20123", Decimal("45.4642"), Decimal("9.19"), "Europe/Rome"
    )


def test_only_code_and_name_are_needed() -> None:
    row = read("name,code\nDuomo,B1\n").rows[0]
    assert (row.code, row.name, row.city, row.latitude, row.timezone) == ("B1", "Duomo", "", None, "Europe/Rome")


def test_stores_are_read_from_a_workbook() -> None:
    data = workbook(Stores=[["Code", "Name", "Latitude", "Longitude"], [7, "Duomo", 45.5, -9]])
    row = stores.read_stores("stores.xlsx", data).rows[0]
    assert (row.code, row.latitude, row.longitude) == ("7", Decimal("45.5"), Decimal(-9))


def test_a_decimal_comma_is_understood() -> None:
    assert one('B1,Duomo,,,,"45,46","9,19",').latitude == Decimal("45.46")


@pytest.mark.parametrize("column", ["code", "name"])
def test_a_missing_column_is_refused(column: str) -> None:
    kept = "name" if column == "code" else "code"
    assert places(refused(read, f"{kept},city\nx,Roma\n")) == [("missing_column", 1, column)]


@pytest.mark.parametrize(
    ("row", "key", "column"),
    [
        (",Duomo,,,,,,", "missing_cell", "code"),
        ("B1,,,,,,,", "missing_cell", "name"),
        ("B1,Duomo,,,,north,9,", "not_a_number", "latitude"),
        ("B1,Duomo,,,,91,9,", "number_out_of_range", "latitude"),
        ("B1,Duomo,,,,45,-180.5,", "number_out_of_range", "longitude"),
        ("B1,Duomo,,,,45,,", "half_a_position", "longitude"),
        ("B1,Duomo,,,,,,Europe/Milano", "unknown_timezone", "timezone"),
        ("B1,Duomo,,,,,,../etc/passwd", "unknown_timezone", "timezone"),
        ("B1,Duomo,,,,,,Europe", "unknown_timezone", "timezone"),
        (f"{'B' * 81},Duomo,,,,,,", "text_too_long", "code"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_place(row: str, key: str, column: str) -> None:
    assert refused_row(row) == [(key, 2, column)]


def test_a_code_that_comes_twice_is_refused_with_both_rows() -> None:
    problem = refused(read, "code,name\nB1,a\nB2,b\nB1,c\n")[0]
    assert (problem.key, problem.row, problem.values) == ("duplicate_code", 4, {"value": "B1", "first_row": "2"})


def test_all_wrong_rows_are_told_at_once() -> None:
    assert places(refused(read, "code,name\nB1,\n,b\n")) == [("missing_cell", 2, "name"), ("missing_cell", 3, "code")]


def test_an_unknown_column_is_noted() -> None:
    notes = read("code,name,Manager\nB1,Duomo,Rossi\n").notes
    assert [(note.key, note.column) for note in notes] == [("unknown_column", "Manager")]
