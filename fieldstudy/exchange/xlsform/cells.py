"""One row of a checklist file, read cell by cell; what is wrong goes to the findings and a default takes its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from fieldstudy.core import conditions
from fieldstudy.core.answers import TEXT_LIMIT
from fieldstudy.core.checklist import Text
from fieldstudy.exchange.problems import Findings
from fieldstudy.exchange.tables import Row, Table
from fieldstudy.exchange.xlsform import headers
from fieldstudy.exchange.xlsform.headers import Columns

E = TypeVar("E", bound=StrEnum)

LARGEST = Decimal(1_000_000)
DECIMALS = 4
NAME_LIMIT = 120

_YES = frozenset({"yes", "true", "true()", "1"})
_NO = frozenset({"no", "false", "false()", "0"})
_NAME = re.compile(r"[^\W\d][\w.-]*")
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d+)?", re.ASCII)
# What spreadsheets make of quotation marks and spaces while a formula is typed.
_TYPED = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " "})


@dataclass
class Sheet:
    table: Table
    columns: Columns
    findings: Findings
    mentions: list["Mention"] = field(default_factory=list)

    @classmethod
    def of(cls, table: Table, known: frozenset[str], default_language: str, findings: Findings) -> "Sheet":
        if table.strays:
            first = table.strays[0]
            findings.note("value_without_header", table.sheet, first.row, first.column, value=first.value)
        return cls(table, headers.understand(table, known, default_language, findings), findings)

    def lines(self) -> Iterator["Cells"]:
        for row in self.table.rows:
            yield Cells(self, row)


@dataclass(frozen=True)
class Mention:
    """A condition, and where in the file it stands."""

    cells: "Cells"
    column: str
    expression: conditions.Expression


@dataclass(frozen=True)
class Cells:
    sheet: Sheet
    row: Row

    def __getitem__(self, column: str) -> str:
        return self.row[self.sheet.columns.plain.get(column, "")]

    @property
    def number(self) -> int:
        return self.row.number

    def texts(self, column: str) -> Text:
        by_language = {}
        for language, candidates in self.sheet.columns.texts.get(column, {}).items():
            header = next((one for one in candidates if self.row[one]), "")
            if len(self.row[header]) > TEXT_LIMIT:
                title = self.sheet.table.titles[header]
                self.sheet.findings.refuse(
                    "text_too_long", self.sheet.table.sheet, self.number, title, limit=TEXT_LIMIT
                )
            if header:
                by_language[language] = self.row[header][:TEXT_LIMIT]
        return Text(by_language)

    def refuse(self, key: str, column: str, **values: object) -> None:
        self.sheet.findings.refuse(key, self.sheet.table.sheet, self.number, self._title(column), **values)

    def note(self, key: str, column: str, **values: object) -> None:
        self.sheet.findings.note(key, self.sheet.table.sheet, self.number, self._title(column), **values)

    def name(self, column: str = "name") -> str:
        """A name that a form tool, a web form and a column of a table can carry."""
        text = self[column]
        if not text:
            self.refuse("missing_cell", column)
        elif not _NAME.fullmatch(text) or len(text) > NAME_LIMIT:
            self.refuse("name_not_allowed", column, value=text, limit=NAME_LIMIT)
        return text

    def yes_no(self, column: str, default: bool = False) -> bool:
        text = self[column].lower()
        if text in _YES or text in _NO:
            return text in _YES
        if text:
            self.refuse("unknown_value", column, value=self[column], allowed="yes, no")
        return default

    def word(self, column: str, words: type[E]) -> E | None:
        text = self[column].lower()
        if not text:
            return None
        if text not in set(words):
            self.refuse("unknown_value", column, value=self[column], allowed=", ".join(words))
            return None
        return words(text)

    def words(self, column: str, words: type[E]) -> tuple[E, ...]:
        """Several words between spaces, in the order of the list of words."""
        given = set(self[column].lower().split())
        for text in sorted(given - set(words)):
            self.refuse("unknown_value", column, value=text, allowed=", ".join(words))
        return tuple(word for word in words if word in given)

    def exact(self, column: str, low: Decimal = -LARGEST, high: Decimal = LARGEST) -> Decimal | None:
        """A number with at most four decimals, so that sums and products are kept without rounding."""
        text = self[column]
        return self.exact_text(column, text, low, high) if text else None

    def percent(self, column: str) -> Decimal | None:
        text = self[column].removesuffix("%").strip()
        return self.exact_text(column, text, Decimal(0), Decimal(100)) if text else None

    def exact_text(self, column: str, text: str, low: Decimal = -LARGEST, high: Decimal = LARGEST) -> Decimal | None:
        plain = text.strip().replace("−", "-").replace(",", ".")
        if not _NUMBER.fullmatch(plain):
            self.refuse("not_a_number", column, value=text)
            return None
        number = Decimal(plain)
        if not low <= number <= high:
            self.refuse("number_out_of_range", column, value=text, low=low, high=high)
            return None
        if number != number.quantize(Decimal(1).scaleb(-DECIMALS)):
            self.refuse("too_many_decimals", column, value=text, limit=DECIMALS)
            return None
        return number

    def condition(self, column: str) -> str:
        text = self[column].translate(_TYPED).strip()
        if not text:
            return ""
        # Form tools take a bare yes or FALSE for a condition that always or never holds.
        if text.lower() in _YES | _NO and not text.isdigit():
            text = "true()" if text.lower() in _YES else "false()"
        try:
            expression = conditions.parse(text)
        except conditions.ConditionIsNotUnderstood as error:
            self.refuse(f"condition_{error.reason}", column, text=text, position=error.position + 1)
            return ""
        self.sheet.mentions.append(Mention(self, column, expression))
        return text

    def _title(self, column: str) -> str:
        header = self.sheet.columns.plain.get(column, "")
        return self.sheet.table.titles.get(header, column)
