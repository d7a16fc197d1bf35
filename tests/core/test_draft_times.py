"""Entry and exit of all devices of one person on one page: what the page says itself, and what comes together."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fieldstudy.core.draft_times import stay_on, struck_times, told
from fieldstudy.core.drafts import compare, said
from fieldstudy.core.moments import Stay
from tests.core.test_drafts import Draft


def at(minute: int) -> datetime:
    return datetime(2026, 3, 2, 12, minute, tzinfo=UTC)


def noted(device: str, stamp: int, entered: int | None = None, left: int | None = None, **content: Any) -> Draft:
    """As phones and pages keep both, also where they are not known."""
    times = {
        name: None if minute is None else at(minute).isoformat()
        for name, minute in zip(ENDS, (entered, left), strict=True)
    }
    return Draft(device, stamp, {}, {**times, **content})


ENDS = ("entered_at", "left_at")
NOTHING = Stay()


def test_what_only_another_device_has_noted_stands_there_too() -> None:
    page, phone = noted("page-a", 9, entered=5), noted("b", 3, left=40)
    assert stay_on(page, [page, phone], NOTHING) == Stay(at(5), at(40))


def test_its_own_time_goes_before_another_one_which_differs() -> None:
    page, phone = noted("page-a", 3, entered=5), noted("b", 9, entered=20)
    stay = stay_on(page, [phone, page], NOTHING)
    assert stay == Stay(at(5), None)
    assert compare(said(page), told(phone, page)).different == {"entered_at"}


def test_of_two_that_differ_the_newest_stands_there() -> None:
    page, one, two = noted("page-a", 9), noted("b", 7, entered=20), noted("c", 3, entered=5)
    assert stay_on(page, [page, one, two], NOTHING).entered_at == at(20)


def test_what_its_draft_was_made_of_has_no_say_any_more() -> None:
    phone = noted("b", 3, entered=5)
    page = noted("page-a", 9, seen={"b": 3})
    assert stay_on(page, [page, phone], NOTHING) == NOTHING
    assert stay_on(page, [page, noted("b", 4, entered=5)], NOTHING).entered_at == at(5)


def test_a_draft_that_says_nothing_of_times_takes_none_away() -> None:
    phone = noted("b", 3, entered=5)
    page = Draft("page-a", 9, {}, {"seen": {"b": 3}})
    assert stay_on(page, [page, phone], Stay(None, at(40))) == Stay(at(5), at(40))


def test_a_time_that_stood_in_a_field_and_was_taken_out_is_gone_for_that_page_alone() -> None:
    """Whoever had noted it: the page that showed it had not gone on from that draft."""
    phone = noted("b", 3, entered=5)
    gone = struck_times(Stay(at(5), None), NOTHING, ())
    page = noted("page-a", 9, struck_times=gone)
    assert stay_on(page, [page, phone], NOTHING) == NOTHING
    assert stay_on(page, [page, noted("b", 4, entered=6)], NOTHING).entered_at == at(6)
    other = noted("page-c", 9)
    assert stay_on(other, [other, page, phone], NOTHING).entered_at == at(5)


def test_a_time_that_was_corrected_is_nothing_to_ask_about() -> None:
    page = noted("page-a", 9, entered=6, struck_times=struck_times(Stay(at(5), None), Stay(at(6), None), ()))
    assert compare(said(page), told(noted("b", 3, entered=5), page)).different == set()
    assert compare(said(page), told(noted("b", 4, entered=7), page)).different == {"entered_at"}


def test_what_was_struck_once_stays_so_in_what_goes_on_from_it() -> None:
    before = noted("page-a", 9, struck_times=struck_times(Stay(at(5), at(40)), Stay(None, at(40)), ()))
    assert struck_times(Stay(at(7), at(40)), Stay(at(8), at(40)), [before]) == {
        "entered_at": ["2026-03-02T12:05:00+00:00", "2026-03-02T12:07:00+00:00"]
    }


@pytest.mark.parametrize("text", ["soon", "2026-03-02T12:05"])
def test_what_is_typed_goes_before_what_others_have_noted(text: str) -> None:
    page = Draft("page-a", 9, {"entered_at": [text]}, {"entered_at": None, "left_at": None})
    known = Stay(at(5) if "T" in text else None)
    assert stay_on(page, [page, noted("b", 3, entered=20)], known) == known
