"""Checklist files: an XLSForm workbook becomes a checklist (docs/checklist-file.md tells the columns)."""

from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from fieldstudy.core.checklist import Checklist
from fieldstudy.exchange import tables
from fieldstudy.exchange.child import Errand, Task
from fieldstudy.exchange.problems import FileNote, FileProblem, Findings, read_in_child, refused
from fieldstudy.exchange.xlsform import checks, choices, headers, settings, survey, validity
from fieldstudy.exchange.xlsform.cells import Sheet

SHEETS = ("survey", "choices", "settings")
ROW_LIMIT = 5_000


@dataclass(frozen=True)
class ChecklistFile:
    """`sha256` is of the file as it came."""

    checklist: Checklist
    notes: tuple[FileNote, ...]
    sha256: str


_CHECKLIST: Errand[ChecklistFile, tuple[tuple[FileProblem, ...], int]] = Errand(
    Task.CHECKLIST, ChecklistFile, tuple[tuple[FileProblem, ...], int]
)


def read_checklist(name: str, data: bytes | BinaryIO) -> ChecklistFile:
    """Raises FileIsRefused with everything that is wrong, as far as it could be read."""
    return read_in_child(_CHECKLIST, name, tables.read_bytes(data))


def parse_checklist(name: str, content: bytes) -> ChecklistFile:
    """As `read_checklist`, but without limits of time and memory: for the child alone."""
    sheets = tables.parse_sheets(name, content, SHEETS, ROW_LIMIT)
    findings = Findings()
    for title in sheets.others:
        findings.note("sheet_left_out", title)
    if "survey" not in sheets.tables:
        raise refused("sheet_missing", "survey")
    checklist = _read(name, sheets, findings)
    findings.check()
    validity.check(content)
    return ChecklistFile(checklist, tuple(findings.notes), sha256(content).hexdigest())


def _read(name: str, sheets: tables.Sheets, findings: Findings) -> Checklist:
    form = settings.read_form(sheets.tables.get("settings"), name, findings)
    survey_sheet = Sheet.of(sheets.tables["survey"], headers.SURVEY, form.default_language, findings)
    choices_sheet = None
    if "choices" in sheets.tables:
        choices_sheet = Sheet.of(sheets.tables["choices"], headers.CHOICES, form.default_language, findings)
    lists = choices.read_lists(choices_sheet)
    sections = survey.read_sections(survey_sheet, lists, form)
    used = [sheet for sheet in (survey_sheet, choices_sheet) if sheet]
    languages = tuple(dict.fromkeys(language for sheet in used for language in sheet.columns.languages))
    default_language = _default_language(form.default_language, languages, findings)
    checklist = Checklist(form.form_id, form.title, sections, form.settings, form.version, languages, default_language)
    checks.check_conditions(survey_sheet.mentions, checklist)
    checks.check_circles(survey_sheet.mentions, checklist)
    checks.check_points(survey_sheet, checklist)
    checks.check_roles(survey_sheet, checklist)
    for sheet in used if len(languages) > 1 else ():
        checks.check_translations(sheet, languages)
    return checklist


def _default_language(named: str, languages: tuple[str, ...], findings: Findings) -> str:
    if named and languages and named not in languages:
        findings.note("default_language_unknown", "settings", value=named, allowed=", ".join(languages))
        return languages[0]
    return named or next(iter(languages), "")
