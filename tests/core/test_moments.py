"""When an answer was given, and how long somebody was in the store."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fieldstudy.core import moments
from fieldstudy.core.moments import Stay, when

TABLE: dict[str, Any] = json.loads((Path(__file__).parent / "moments.json").read_text(encoding="utf-8"))
ROME = ZoneInfo("Europe/Rome")


def at(text: str) -> datetime | None:
    return datetime.combine(datetime(2026, 3, 2, tzinfo=UTC), time.fromisoformat(text), UTC) if text else None


def stay(case: dict[str, Any]) -> Stay:
    return Stay(at(case["entered"]), at(case["left"]))


@pytest.mark.parametrize("case", TABLE["moments"], ids=str)
def test_an_answer_is_placed_by_entry_and_exit(case: dict[str, Any]) -> None:
    assert when(at(case["given"]), stay(case)) == case["moment"]


@pytest.mark.parametrize("case", TABLE["stays"], ids=str)
def test_a_stay_lasts_from_entry_to_exit(case: dict[str, Any]) -> None:
    found = stay(case)
    assert (found.duration and found.duration.total_seconds()) == case["seconds"]
    assert found.is_reversed == bool(case["key"])


def test_a_page_writes_in_the_stores_own_time() -> None:
    raw = {"entered_at": ["2026-03-02T13:00"], "left_at": ["2026-03-02 13:30:05"]}
    found, wrong = moments.read_stay(raw, ROME)
    assert (found.entered_at, found.left_at, wrong) == (
        datetime(2026, 3, 2, 12, 0, tzinfo=UTC),
        datetime(2026, 3, 2, 12, 30, 5, tzinfo=UTC),
        {},
    )


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        ({"entered_at": ["soon"]}, {"entered_at": "not_a_datetime"}),
        ({"left_at": ["0001-01-01T00:00"]}, {"left_at": "not_a_datetime"}),
        ({"entered_at": ["2026-03-02T13:00"], "left_at": ["2026-03-02T12:59"]}, {"left_at": "left_before_entry"}),
        ({"entered_at": [" "], "left_at": []}, {}),
    ],
)
def test_times_that_cannot_be_are_named(raw: dict[str, list[str]], wrong: dict[str, str]) -> None:
    assert moments.read_stay(raw, ROME)[1] == wrong


@pytest.mark.parametrize(
    ("entered", "left", "minutes"),
    [
        # The clocks go back at 03:00: 02:50 of summer is 00:50 UTC, 02:10 of winter 01:10 UTC.
        ("2026-10-25T02:50", "2026-10-25T02:10", 20),
        ("2026-10-25T02:10", "2026-10-25T02:50", 40),
        ("2026-10-25T01:50", "2026-10-25T02:10", 20),
        ("2026-10-25T03:10", "2026-10-25T02:50", None),
        ("2026-03-29T01:50", "2026-03-29T03:10", 20),
    ],
)
def test_an_exit_in_the_hour_that_comes_twice_is_the_one_after_the_entry(
    entered: str, left: str, minutes: int | None
) -> None:
    stay, wrong = moments.read_stay({moments.ENTERED: [entered], moments.LEFT: [left]}, ROME)
    assert stay.duration == (timedelta(minutes=minutes) if minutes else None)
    assert wrong == ({} if minutes else {moments.LEFT: moments.REVERSED})
