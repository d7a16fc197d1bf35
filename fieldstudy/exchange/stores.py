"""Stores from a table: code, name, city, region, address, latitude, longitude, timezone."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import BinaryIO
from zoneinfo import available_timezones

from fieldstudy.exchange import tables
from fieldstudy.exchange.problems import FileNote, Findings
from fieldstudy.exchange.tables import Row, Table

DEFAULT_TIMEZONE = "Europe/Rome"
LENGTHS = {"code": 80, "name": 300, "city": 120, "region": 120, "address": 10_000}
COLUMNS = (*LENGTHS, "latitude", "longitude", "timezone")
_DEGREES = re.compile(r"[+-]?\d{1,3}([.,]\d{1,20})?", re.ASCII)


@dataclass(frozen=True)
class StoreRow:
    row: int
    code: str
    name: str
    city: str
    region: str
    address: str
    latitude: Decimal | None
    longitude: Decimal | None
    timezone: str


@dataclass(frozen=True)
class StoresFile:
    rows: tuple[StoreRow, ...]
    notes: tuple[FileNote, ...]


def read_stores(name: str, data: bytes | BinaryIO) -> StoresFile:
    """Raises FileIsRefused with everything that is wrong."""
    table = tables.read_table(name, data)
    findings = Findings(table.notes)
    for column in ("code", "name"):
        if column not in table.titles:
            findings.refuse("missing_column", table.sheet, table.header_row, column)
    findings.check()
    for header, title in table.titles.items():
        if header not in COLUMNS:
            findings.note("unknown_column", table.sheet, table.header_row, title)
    rows = tuple(_read_row(table, row, findings) for row in table.rows)
    _refuse_duplicates(table, rows, findings)
    findings.check()
    return StoresFile(rows, tuple(findings.notes))


def _read_row(table: Table, row: Row, findings: Findings) -> StoreRow:
    for column in ("code", "name"):
        if not row[column]:
            findings.refuse("missing_cell", table.sheet, row.number, column)
    for column, limit in LENGTHS.items():
        if len(row[column]) > limit:
            findings.refuse("text_too_long", table.sheet, row.number, column, limit=limit)
    if bool(row["latitude"]) != bool(row["longitude"]):
        empty = "longitude" if row["latitude"] else "latitude"
        findings.refuse("half_a_position", table.sheet, row.number, empty)
    return StoreRow(
        row=row.number,
        code=row["code"],
        name=row["name"],
        city=row["city"],
        region=row["region"],
        address=row["address"],
        latitude=_degrees(table, row, "latitude", 90, findings),
        longitude=_degrees(table, row, "longitude", 180, findings),
        timezone=_timezone(table, row, findings),
    )


def _degrees(table: Table, row: Row, column: str, limit: int, findings: Findings) -> Decimal | None:
    text = row[column].replace("−", "-")
    if not text:
        return None
    if not _DEGREES.fullmatch(text):
        findings.refuse("not_a_number", table.sheet, row.number, column, value=text)
        return None
    degrees = Decimal(text.replace(",", "."))
    if abs(degrees) > limit:
        findings.refuse("number_out_of_range", table.sheet, row.number, column, value=text, low=-limit, high=limit)
        return None
    return degrees


def _timezone(table: Table, row: Row, findings: Findings) -> str:
    name = row["timezone"] or DEFAULT_TIMEZONE
    if name not in _timezones():
        findings.refuse("unknown_timezone", table.sheet, row.number, "timezone", value=name)
    return name


@cache
def _timezones() -> frozenset[str]:
    """Those that every machine and every browser knows by this name, and means the same by."""
    return frozenset(available_timezones() - {"Factory", "localtime", "posixrules"})


def _refuse_duplicates(table: Table, rows: tuple[StoreRow, ...], findings: Findings) -> None:
    first_rows: dict[str, int] = {}
    for row in rows:
        first = first_rows.setdefault(row.code, row.row)
        if row.code and first != row.row:
            findings.refuse("duplicate_code", table.sheet, row.row, "code", value=row.code, first_row=first)
