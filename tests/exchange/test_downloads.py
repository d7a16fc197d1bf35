"""The same table as CSV and XLSX: numbers stay numbers, and no text becomes a formula."""

import csv
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from fieldstudy.exchange import downloads
from fieldstudy.exchange.downloads import Kind, Sheet

SHEET = Sheet("stores", ["Store", "score"], [["=1+1", Decimal("74.5")], ["Verona", None]])


def test_a_workbook_reads_back() -> None:
    page = load_workbook(io.BytesIO(downloads.write(SHEET, Kind.XLSX))).active
    assert page.title == "stores"
    assert [[cell.value for cell in row] for row in page] == [["Store", "score"], ["=1+1", 74.5], ["Verona", None]]


def test_no_text_of_a_workbook_is_a_formula() -> None:
    page = load_workbook(io.BytesIO(downloads.write(SHEET, Kind.XLSX))).active
    assert page["A2"].data_type == "s"


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)"])
def test_no_text_of_a_csv_is_a_formula(text: str) -> None:
    data = downloads.write(Sheet("x", ["a"], [[text]]), Kind.CSV).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(data)))[1] == [f"'{text}"]


def test_a_negative_number_is_no_text() -> None:
    data = downloads.write(Sheet("x", ["gap"], [[Decimal(-14)]]), Kind.CSV).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(data)))[1] == ["-14"]
