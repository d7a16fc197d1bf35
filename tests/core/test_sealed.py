"""The sealed content of a visit."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fieldstudy.core import sealed
from fieldstudy.core.lifecycle import Outcome
from fieldstudy.core.sealed import Malformed, NotJson
from tests import phone

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ID = "01890000-0000-7000-8000-000000000000"


def content(**fields: Any) -> dict[str, Any]:
    jotting = {"id": ID, "section": "till", "text": "Nine wait.", "at": "2026-03-02T11:45:00Z"}
    photo = phone.Snapshot("window", b"photo", ID)
    made = phone.seal(ID, ID, {"q-greeted": ["yes"]}, [photo], AT, jottings=[jotting])
    return json.loads(made.body) | fields


def test_a_content_is_read() -> None:
    found = sealed.read(content(outcome="store_closed"))
    assert (found.revision, found.outcome, found.raw) == (1, Outcome.STORE_CLOSED, {"q-greeted": ["yes"]})
    assert (found.sealed_at, found.given["greeted"]) == (AT, AT - timedelta(minutes=20))


def test_the_canonical_text_is_what_the_phone_wrote() -> None:
    made = phone.seal(ID, ID, {"c-greeted": ["Perché no?"]}, at=AT)
    assert sealed.canonical(sealed.parse(made.body)) == made.body


@pytest.mark.parametrize(
    "fields",
    [
        {"format": 2},
        {"visit": "none"},
        {"revision": True},
        {"revision": 10**9},
        {"method": None},
        {"started_at": "2026-03-02T12:00:00"},
        {"started_at": "0001-01-01T00:00:00+00:00"},
        {"raw": {"q-greeted": "yes"}},
        {"raw": {"q-greeted": [1]}},
        {"given": {"greeted": "now"}},
        {"photos": [{"id": ID, "question": "window", "sha256": "short", "size": 1}]},
        {"photos": {}},
        {"removed": ["x"]},
        {"jottings": [{"id": ID, "section": "s" * 121, "text": "", "at": "2026-03-02T11:45:00Z"}]},
        {"device": "a\ud800b"},
        {"device": "a\0b"},
    ],
)
def test_another_shape_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        sealed.read(content(**fields))


def test_a_fraction_is_refused() -> None:
    with pytest.raises(Malformed):
        sealed.read(sealed.parse(json.dumps(content(sequence=1.5)).encode()))


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"\xff", b"[" * 100_000, b'{"a": NaN}'])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(NotJson):
        sealed.parse(body)


@given(
    some.recursive(
        some.none() | some.integers() | some.text(), lambda v: some.lists(v) | some.dictionaries(some.text(), v)
    )
)
def test_reading_anything_ends_in_a_known_error(value: Any) -> None:
    for name in content():
        try:
            sealed.read(content(**{name: value}))
        except Malformed:
            continue


def test_every_instant_is_set_right() -> None:
    ahead = timedelta(hours=3)
    found = sealed.set_right(sealed.read(content()), ahead)
    told = (
        found.sealed_at,
        found.stay.entered_at,
        found.stay.left_at,
        found.jottings[0].jotted_at,
        found.photos[0].taken_at,
    )
    minutes = [round((at - (AT - ahead)).total_seconds() / 60) for at in told if at is not None]
    assert minutes == [0, -25, -5, -15, -15]


def test_two_minutes_are_no_wrong_clock() -> None:
    found = sealed.read(content())
    assert sealed.set_right(found, timedelta(seconds=120)) is found


def test_the_phones_own_word_serves_without_a_sending() -> None:
    found = sealed.read(content(clock_offset_ms=7_200_000))
    assert (sealed.offset(found, None, AT), sealed.offset(found, AT, AT)) == (timedelta(hours=2), timedelta(0))
