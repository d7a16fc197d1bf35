"""The shared table of judgements made into checklists: the tests of core and of the phone read `judging.json`."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from fieldstudy.core.checklist import Checklist, EvidenceKind, Option, Question, QuestionType, Section
from tests.factories import option, section, text

TABLE: dict[str, Any] = json.loads((Path(__file__).parent / "judging.json").read_text(encoding="utf-8"))
TODAY = date.fromisoformat(TABLE["today"])


def checklist() -> Checklist:
    """All groups in one: each is a section."""
    return Checklist("judging", text("Judging"), tuple(_section(group) for group in TABLE["groups"]))


def _section(group: dict[str, Any]) -> Section:
    return section(group["name"], *map(_question, group["questions"]), relevant=group["relevant"])


def _option(written: str) -> Option:
    return option(written.rstrip("*!"), is_na=written.endswith("*"), is_exclusive=written.endswith("!"))


def _question(told: dict[str, Any]) -> Question:
    start, end, step = (Decimal(number) if number else None for number in told.get("range", ("", "", "")))
    return Question(
        told["name"],
        QuestionType(told["type"]),
        text(told["name"]),
        options=tuple(map(_option, told.get("options", ()))),
        is_required=told.get("required", False),
        required_message=text(told.get("required_message", "")),
        relevant=told.get("relevant", ""),
        constraint=told.get("constraint", ""),
        constraint_message=text(told.get("constraint_message", "")),
        calculation=told.get("calculation", ""),
        default=told.get("default", ""),
        is_read_only=told.get("read_only", False),
        range_start=start,
        range_end=end,
        range_step=step,
        evidence=EvidenceKind(told.get("evidence", "none")),
    )


def cases() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each group with each of its cases."""
    for group in TABLE["groups"]:
        for case in group["cases"]:
            yield group, {**case, "raw": {name: [_long(one) for one in many] for name, many in case["raw"].items()}}


def _long(value: str) -> str:
    sign, star, times = value.partition("*")
    return sign * int(times) if star else value


def expected(case: dict[str, Any], group: dict[str, Any]) -> dict[str, Any]:
    """What a case says, whole where it names something."""
    asked = {"problems": [[field, key, dict(values)] for field, key, values in case["problems"]]}
    for name in ("missing", "relevant", "given"):
        if name in case:
            asked[name] = sorted(case[name])
    return {**asked, "values": case.get("values", {})}
