"""The settings sheet: what the form is called and how it is counted."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath

from fieldstudy.core.checklist import Method, Missing, Settings, Text, Total
from fieldstudy.exchange.problems import Findings
from fieldstudy.exchange.tables import Row, Table
from fieldstudy.exchange.xlsform import headers
from fieldstudy.exchange.xlsform.cells import Cells, Sheet
from fieldstudy.exchange.xlsform.headers import language_code

FORM_ID_LIMIT = 120
TITLE_LIMIT = 300


@dataclass(frozen=True)
class Form:
    form_id: str
    title: Text
    version: str
    default_language: str
    settings: Settings


def read_form(table: Table | None, file_name: str, findings: Findings) -> Form:
    table = table or Table("settings", {}, (), 1)
    row = table.rows[0] if table.rows else Row(table.header_row + 1, {})
    # The default language is named in the very row whose texts it belongs to.
    named = Cells(Sheet(table, headers.understand(table, headers.SETTINGS, "", Findings()), findings), row)
    default_language = language_code(named["default_language"])
    cells = Cells(Sheet.of(table, headers.SETTINGS, default_language, findings), row)
    if len(table.rows) > 1:
        findings.note("only_first_row_counts", table.sheet, table.rows[1].number)
    form_id = _form_id(cells, file_name)
    return Form(form_id, _title(cells, form_id), cells["version"], default_language, _read_settings(cells))


def _form_id(cells: Cells, file_name: str) -> str:
    form_id = cells["form_id"]
    if not form_id:
        form_id = PurePath(file_name.replace("\\", "/")).stem.strip()[:FORM_ID_LIMIT] or "checklist"
        cells.note("form_id_from_file_name", "form_id", value=form_id)
    if len(form_id) > FORM_ID_LIMIT:
        cells.refuse("text_too_long", "form_id", limit=FORM_ID_LIMIT)
    return form_id


def _title(cells: Cells, form_id: str) -> Text:
    for header in cells.sheet.table.titles.values():
        if header.lower().startswith("form_title:"):
            cells.refuse("title_with_language", header)
    title = cells.texts("form_title")
    if not title:
        cells.note("title_from_form_id", "form_title", value=form_id)
    if any(len(text) > TITLE_LIMIT for text in title.by_language.values()):
        cells.refuse("text_too_long", "form_title", limit=TITLE_LIMIT)
    return title or Text({"": form_id})


def _read_settings(cells: Cells) -> Settings:
    default = Settings()
    total = cells.word("total", Total) or default.total
    adjustments = {column: cells.exact(column) or Decimal(0) for column in ("adjust_earned", "adjust_possible")}
    for column, points in adjustments.items():
        if points and total == Total.SECTION_WEIGHTED:
            cells.refuse("adjustment_needs_pooled", column)
    return Settings(
        total=total,
        na=cells.word("na", Missing) or default.na,
        unanswered=cells.word("unanswered", Missing) or default.unanswered,
        is_capped=cells.yes_no("cap", default.is_capped),
        adjust_earned_points=adjustments["adjust_earned"],
        adjust_possible_points=adjustments["adjust_possible"],
        headline_methods=cells.words("headline_methods", Method) or default.headline_methods,
    )
