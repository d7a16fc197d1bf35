"""A table on its way to a file: what stands on the screen, as CSV or XLSX."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from fieldstudy.exchange import tables
from fieldstudy.exchange.tables import Cell


class Kind(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


MEDIA_TYPES = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.CSV: "text/csv",
}


@dataclass(frozen=True)
class Sheet:
    """`name` becomes the name of the sheet, as far as a sheet may bear it."""

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def write(sheet: Sheet, kind: Kind, decimal_mark: str = ".") -> bytes:
    """No text is ever taken for a formula (exchange.tables); a number stays a number.

    `decimal_mark`: as the spreadsheet of whoever opens a CSV writes numbers. A workbook holds the numbers themselves.
    """
    if kind == Kind.CSV:
        return tables.write_csv(sheet.headers, sheet.rows, decimal_mark)
    return tables.write_xlsx(sheet.headers, sheet.rows, sheet.name)
