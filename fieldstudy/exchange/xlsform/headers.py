"""The columns of an XLSForm sheet, whatever alias and language their headers are written in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fieldstudy.exchange.problems import Findings
from fieldstudy.exchange.tables import Table

_ASKING = {
    "type", "name", "label", "hint", "required", "required_message", "relevant", "constraint", "constraint_message",
    "calculation", "default", "read_only", "appearance", "parameters", "disabled",
}  # fmt: skip
_COUNTING = {
    "weight", "norm", "norm_by", "methods", "critical", "bonus", "scored", "reverse", "bands", "standard", "tolerated",
}  # fmt: skip
_MEANING = {"kind", "channel", "phase", "moment_of_truth", "expro", "sem", "level", "role", "evidence", "internal"}
_REFUSED = {"choice_filter", "trigger"}

SURVEY = frozenset(_ASKING | _COUNTING | _MEANING | _REFUSED)
CHOICES = frozenset({"list_name", "name", "label", "points", "na", "exclusive"})
SETTINGS = frozenset({
    "form_title", "form_id", "version", "default_language", "total", "na", "unanswered", "cap", "adjust_earned",
    "adjust_possible", "headline_methods",
})  # fmt: skip
TRANSLATED = frozenset({"label", "hint", "required_message", "constraint_message", "form_title"})

# Ordinary columns of other form tools: left out without a word where they are empty.
ORDINARY = frozenset({
    "guidance_hint", "image", "big-image", "audio", "video", "media", "autoplay", "rows", "save_to", "instance_name",
    "style", "repeat_count",
})  # fmt: skip

_ALIASES = {
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "relevance": "relevant",
    "readonly": "read_only",
    "constraining_message": "constraint_message",
    "requiredmsg": "required_message",
    "calculate": "calculation",
    "bind::relevant": "relevant",
    "bind::required": "required",
    "bind::constraint": "constraint",
    "bind::calculate": "calculation",
    "bind::readonly": "read_only",
    "bind::jr:constraintmsg": "constraint_message",
    "bind::jr:requiredmsg": "required_message",
    "control::appearance": "appearance",
    "body::appearance": "appearance",
    "set_form_title": "form_title",
    "title": "form_title",
    "set_form_id": "form_id",
    "id_string": "form_id",
}


@dataclass(frozen=True)
class Columns:
    """`plain`: column → header. `texts`: column → language → headers, of which the first that is filled counts.

    A text without a language is in the default language, and in the language "" where the form names none.
    """

    plain: Mapping[str, str]
    texts: Mapping[str, Mapping[str, tuple[str, ...]]]

    @property
    def languages(self) -> tuple[str, ...]:
        found = dict.fromkeys(language for headers in self.texts.values() for language in headers)
        return tuple(language for language in found if language)


def language_code(name: str) -> str:
    """The code in the parentheses of "Italiano (it)"; the whole name where there is none."""
    found = re.search(r"\(\s*([^()]+?)\s*\)\s*$", name)
    return found[1].lower() if found else name.strip()


def understand(table: Table, known: frozenset[str], default_language: str, findings: Findings) -> Columns:
    plain: dict[str, str] = {}
    texts: dict[str, dict[str, tuple[str, ...]]] = {}
    for header, title in table.titles.items():
        column, language = _split(title, known)
        if column not in known:
            _note_unknown(table, header, title, findings)
        elif column not in TRANSLATED:
            _keep_once(plain, column, header, table, title, findings)
        elif language:
            _keep_language(texts.setdefault(column, {}), language, header, table, title, findings)
    _add_bare_texts(table, known, default_language, texts)
    return Columns(plain, texts)


def _split(title: str, known: frozenset[str]) -> tuple[str, str]:
    """The column and the language of a header; older files have a single colon before the language."""
    whole = _snake(title)
    whole = _ALIASES.get(whole, whole)
    if whole in known:
        return whole, ""
    first, _, language = re.sub(r"\s*::?\s*", "::", title, count=1).partition("::")
    column = _ALIASES.get(_snake(first), _snake(first))
    return (column, language_code(language)) if column in TRANSLATED and language else (whole, "")


def _snake(text: str) -> str:
    return re.sub(r"\s*::\s*", "::", "_".join(text.lower().split()))


def _keep_once(kept: dict[str, str], column: str, header: str, table: Table, title: str, findings: Findings) -> None:
    if column in kept:
        findings.refuse("duplicate_header", table.sheet, table.header_row, title)
    kept[column] = header


def _keep_language(
    kept: dict[str, tuple[str, ...]], language: str, header: str, table: Table, title: str, findings: Findings
) -> None:
    if language in kept:
        findings.refuse("duplicate_header", table.sheet, table.header_row, title)
    kept[language] = (header,)


def _add_bare_texts(
    table: Table, known: frozenset[str], default_language: str, texts: dict[str, dict[str, tuple[str, ...]]]
) -> None:
    for header, title in table.titles.items():
        column, language = _split(title, known)
        if column in known and column in TRANSLATED and not language:
            headers = texts.setdefault(column, {})
            headers[default_language] = (*headers.get(default_language, ()), header)


def _note_unknown(table: Table, header: str, title: str, findings: Findings) -> None:
    is_used = any(row[header] for row in table.rows)
    if is_used or re.split("::?", header)[0] not in ORDINARY:
        findings.note("unknown_column", table.sheet, table.header_row, title)
