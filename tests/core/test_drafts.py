"""Drafts of one visit on several devices; tests/journeys/test_two_phones.py puts the same cases to the browser."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fieldstudy.core import drafts
from fieldstudy.core.moments import Stay

TABLE: dict[str, Any] = json.loads((Path(__file__).parent / "drafts.json").read_text(encoding="utf-8"))
NOTE, STAMP, SORTED, PHOTO = (UUID(int=number) for number in range(1, 5))


@dataclass
class Draft:
    device: str
    stamp: int
    raw: dict[str, list[str]] = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=dict)
    revision: int = 1


def draft(case: dict[str, Any]) -> Draft:
    return Draft(case["device"], case["stamp"], content={"seen": case.get("seen", {})})


@pytest.mark.parametrize("case", TABLE["knows"], ids=str)
def test_who_has_gone_on_from_whom(case: dict[str, Any]) -> None:
    assert drafts.knows(draft(case["one"]), draft(case["other"])) is case["holds"]


@pytest.mark.parametrize("case", TABLE["heads"], ids=str)
def test_what_nobody_has_gone_on_from(case: dict[str, Any]) -> None:
    assert [found.device for found in drafts.heads(map(draft, case["drafts"]))] == case["heads"]


@pytest.mark.parametrize("case", TABLE["differing"], ids=str)
def test_what_two_drafts_answer_differently(case: dict[str, Any]) -> None:
    assert sorted(drafts.differing(case["one"], case["other"])) == case["names"]


@pytest.mark.parametrize(
    "content", [{}, {"seen": 1}, {"seen": {"a": "x"}}, {"jottings": [1, {}], "photos": "x", "given": 3}]
)
def test_a_phone_may_send_anything(content: dict[str, Any]) -> None:
    held = drafts.gather([Draft("a", 1, {}, content)], {}, "Time stamp")
    assert (held.jottings, held.given, held.stay, held.photos) == ((), {}, Stay(), ())


def test_notes_of_all_phones_are_gathered_once_and_stamps_that_nobody_sorted_become_notes() -> None:
    note = {"id": str(NOTE), "section": "till", "text": "A queue of nine", "at": "2026-03-02T12:00:00Z"}
    stamps = [
        {"id": str(STAMP), "at": "2026-03-02T11:00:00Z"},
        {"id": str(SORTED), "at": "2026-03-02T11:30:00Z", "to": "left"},
    ]
    one = Draft(
        "a", 1, {}, {"jottings": [note], "stamps": stamps, "photos": [{"id": str(PHOTO), "question": "window"}]}
    )
    two = Draft("b", 1, {}, {"jottings": [note], "left_at": "2026-03-02T12:40:00Z"})
    held = drafts.gather([two, one], {}, "Time stamp")
    assert [(each.id, each.text) for each in held.jottings] == [(STAMP, "Time stamp"), (NOTE, "A queue of nine")]
    assert (held.stay.left_at, held.photos) == (datetime(2026, 3, 2, 12, 40, tzinfo=UTC), (PHOTO,))


def test_a_time_goes_along_only_with_the_answer_that_it_was_written_for() -> None:
    given = {"a": "2026-03-02T12:00:00Z", "b": "2026-03-02T12:01:00Z"}
    held = drafts.gather(
        [Draft("a", 1, {"q-a": ["1"], "q-b": ["1"]}, {"given": given})], {"q-a": ["1"], "q-b": ["2"]}, ""
    )
    assert list(held.given) == ["a"]
