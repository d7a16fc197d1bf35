"""The sealed content of a visit, as a phone sends it: read strictly, its instants set right by the server's clock."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from fieldstudy.core import json_body
from fieldstudy.core.json_body import NotJson
from fieldstudy.core.lifecycle import Outcome
from fieldstudy.core.moments import ENTERED, LEFT, Stay

T = TypeVar("T")

FORMAT = 1
REVISIONS = 10_000
NAME_LIMIT = 120
DEVICE_LIMIT = 40
BYTES_LIMIT = 1024 * 1024
YEARS = range(1990, 2101)
CLOCK_TOLERANCE = timedelta(seconds=120)
CLOCK_WORTH_TELLING = timedelta(minutes=5)


class Doubt(StrEnum):
    """Why a visit that was sent cannot be taken in as it is."""

    MALFORMED = "malformed"
    UNKNOWN_ASSIGNMENT = "unknown_assignment"
    FOREIGN_ASSIGNMENT = "foreign_assignment"
    WITHDRAWN_ASSIGNMENT = "withdrawn_assignment"
    FOREIGN_VISIT = "foreign_visit"
    MAY_NOT_START = "may_not_start"
    UNKNOWN_VERSION = "unknown_version"
    CLOSED = "closed"
    OTHER_REVISION = "other_revision"
    FOREIGN_PHOTO = "foreign_photo"
    HAS_PROBLEMS = "has_problems"


class Malformed(ValueError):
    """A JSON object, but not a sealed visit; the message names the part."""


@dataclass(frozen=True)
class SealedPhoto:
    """`question` is empty for a picture that was not sorted to a question."""

    id: UUID
    question: str
    sha256: str
    size_bytes: int
    taken_at: datetime | None


@dataclass(frozen=True)
class SealedJotting:
    id: UUID
    section: str
    text: str
    jotted_at: datetime


@dataclass(frozen=True)
class Sealed:
    """`content` is the whole object as it came; the instants here may have been set right, those in it never are."""

    visit: UUID
    revision: int
    assignment: UUID
    version: UUID
    method: str
    started_at: datetime
    sealed_at: datetime
    stay: Stay
    outcome: Outcome | None
    raw: Mapping[str, list[str]]
    given: Mapping[str, datetime]
    photos: tuple[SealedPhoto, ...]
    removed: frozenset[UUID]
    jottings: tuple[SealedJotting, ...]
    clock_offset: timedelta | None
    content: Mapping[str, Any]

    @property
    def device(self) -> str:
        """Which phone it was sealed on, where it says so."""
        return str(self.content.get("device", ""))


@dataclass(frozen=True)
class OpenDraft:
    """What is backed up while somebody is still filling: not sealed, so nobody judges it.

    `revision` is 0 where the phone did not say it; the rest as in models.Draft.
    """

    assignment: UUID
    version: UUID
    started_at: datetime
    raw: Mapping[str, list[str]]
    device: str = ""
    revision: int = 0
    stamp: int = 0
    content: Mapping[str, Any] = field(default_factory=dict)


def read_draft(content: Any) -> OpenDraft:
    """Raises Malformed."""
    _check_texts(content)
    part = _Part({"device": "", "revision": 0, "stamp": 0, **_Part(content).content})
    return OpenDraft(
        assignment=part.id("assignment"),
        version=part.id("version"),
        started_at=part.instant("started_at"),
        raw=_raw(part.group("raw")),
        device=part.text("device", DEVICE_LIMIT),
        revision=part.whole("revision", 0, REVISIONS),
        stamp=part.whole("stamp", 0, 2**53),
        content=part.group("content"),
    )


def parse(body: bytes) -> Mapping[str, Any]:
    """Raises NotJson."""
    content = json_body.parse(body, fraction=_Fraction)
    if not isinstance(content, dict):
        raise NotJson("not an object")
    return content


class _Fraction:
    """Two programs may write it in two ways; no sealed content has one."""

    def __init__(self, text: str) -> None:
        self.text = text


def canonical(content: Mapping[str, Any]) -> bytes:
    """Keys sorted, no spaces, UTF-8; the texts are in normal form C already."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read(content: Mapping[str, Any]) -> Sealed:
    """Raises Malformed."""
    part = _Part(content)
    if part.whole("format", 1, 1) != FORMAT:
        raise Malformed("format")
    _check_texts(content)
    return Sealed(
        visit=part.id("visit"),
        revision=part.whole("revision", 1, REVISIONS),
        assignment=part.id("assignment"),
        version=part.id("version"),
        method=part.text("method"),
        started_at=part.instant("started_at"),
        sealed_at=part.instant("sealed_at"),
        stay=Stay(part.instant_or_none(ENTERED), part.instant_or_none(LEFT)),
        outcome=_outcome(content.get("outcome", "")),
        raw=_raw(content.get("raw", {})),
        given={name: _Part(part.group("given")).instant(name) for name in part.group("given")},
        photos=part.each("photos", _photo),
        removed=frozenset(part.each("removed", _id)),
        jottings=part.each("jottings", _jotting),
        clock_offset=_offset(content.get("clock_offset_ms")),
        content=content,
    )


def revision_of(content: Mapping[str, Any]) -> int:
    """Of a content that is kept whatever it is; 0 where it cannot be read."""
    try:
        return _Part(content).whole("revision", 1, REVISIONS)
    except Malformed:
        return 0


def id_in(content: Mapping[str, Any], name: str) -> UUID | None:
    try:
        return _Part(content).id(name)
    except Malformed:
        return None


def media_of(content: Mapping[str, Any]) -> dict[UUID, str]:
    """The media that a content of any shape names, with their hashes."""
    photos = content.get("photos")
    found = {}
    for photo in photos if isinstance(photos, list) else ():
        try:
            read = _photo(photo)
        except Malformed:
            continue
        found[read.id] = read.sha256
    return found


def jottings_of(content: Mapping[str, Any]) -> tuple[SealedJotting, ...]:
    """Those that can be read, of a content of any shape."""
    jottings = content.get("jottings")
    found = []
    for jotting in jottings if isinstance(jottings, list) else ():
        try:
            found.append(_jotting(jotting))
        except Malformed:
            continue
    return tuple(found)


def pictures(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Question and hash of each photo that a received content lists, whether a phone or a page sent it."""
    photos = content["photos"]
    return sorted((p["question"], p["sha256"]) if isinstance(p, dict) else (p[0], p[1]) for p in photos)


def outcome_of(content: Mapping[str, Any]) -> Outcome | None:
    return _outcome(content.get("outcome", ""))


def read_instant(text: str) -> datetime | None:
    """An aware instant of a sensible year, or None."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None and at.year in YEARS else None


def offset(sealed: Sealed, sent_at: datetime | None, at: datetime) -> timedelta | None:
    """How far ahead of ours the phone's clock is: told by the sending, else by the phone's last contact."""
    return sent_at - at if sent_at is not None else sealed.clock_offset


def is_off(offset: timedelta | None) -> bool:
    """By more than travel and small drift explain."""
    return offset is not None and abs(offset) > CLOCK_TOLERANCE


def set_right(sealed: Sealed, offset: timedelta | None) -> Sealed:
    """All instants by our clock."""
    if offset is None or not is_off(offset):
        return sealed
    return replace(
        sealed,
        started_at=sealed.started_at - offset,
        sealed_at=sealed.sealed_at - offset,
        stay=_set_right(sealed.stay, offset),
        given={question: at - offset for question, at in sealed.given.items()},
        photos=tuple(replace(p, taken_at=p.taken_at and p.taken_at - offset) for p in sealed.photos),
        jottings=tuple(replace(j, jotted_at=j.jotted_at - offset) for j in sealed.jottings),
    )


def stay_after(sealed: Sealed, before: Stay) -> Stay:
    """What holds once this has come: phones that know of entries say both times, also that one was taken back; older
    ones know of the exit only.
    """
    if ENTERED in sealed.content:
        return sealed.stay
    return Stay(before.entered_at, sealed.stay.left_at or before.left_at)


def _set_right(stay: Stay, offset: timedelta) -> Stay:
    return Stay(stay.entered_at and stay.entered_at - offset, stay.left_at and stay.left_at - offset)


class _Part:
    """Typed access to one JSON object; what is missing or of another type is Malformed."""

    def __init__(self, content: Any, name: str = "") -> None:
        if not isinstance(content, dict):
            raise Malformed(name or "object")
        self.content = content

    def text(self, name: str, limit: int = NAME_LIMIT) -> str:
        value = self.content.get(name)
        if not isinstance(value, str) or len(value) > limit:
            raise Malformed(name)
        return value

    def whole(self, name: str, low: int, high: int) -> int:
        value = self.content.get(name)
        if type(value) is not int or not low <= value <= high:
            raise Malformed(name)
        return value

    def id(self, name: str) -> UUID:
        return _id(self.content.get(name))

    def instant(self, name: str) -> datetime:
        found = read_instant(self.text(name))
        if found is None:
            raise Malformed(name)
        return found

    def instant_or_none(self, name: str) -> datetime | None:
        return None if self.content.get(name) is None else self.instant(name)

    def group(self, name: str) -> Mapping[str, Any]:
        return _Part(self.content.get(name, {}), name).content

    def each(self, name: str, reader: Callable[[Any], T]) -> tuple[T, ...]:
        values = self.content.get(name, [])
        if not isinstance(values, list):
            raise Malformed(name)
        return tuple(reader(value) for value in values)


def _id(value: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, AttributeError, TypeError):
        raise Malformed("id") from None


def _offset(value: Any) -> timedelta | None:
    """Within a century; anything else says nothing about a clock."""
    is_sensible = type(value) is int and abs(value) < 100 * 365 * 86_400_000
    return timedelta(milliseconds=value) if is_sensible else None


def _outcome(value: Any) -> Outcome | None:
    if value in ("", None):
        return None
    if not isinstance(value, str) or value not in set(Outcome):
        raise Malformed("outcome")
    return Outcome(value)


def _raw(value: Any) -> Mapping[str, list[str]]:
    raw: Mapping[str, list[str]] = _Part(value, "raw").content
    for texts in raw.values():
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise Malformed("raw")
    return raw


def _photo(value: Any) -> SealedPhoto:
    part = _Part(value, "photos")
    sha256 = part.text("sha256", 64)
    if len(sha256) != 64:
        raise Malformed("sha256")
    return SealedPhoto(
        part.id("id"), part.text("question"), sha256, part.whole("size", 1, 2**31), part.instant_or_none("taken_at")
    )


def _jotting(value: Any) -> SealedJotting:
    part = _Part(value, "jottings")
    return SealedJotting(part.id("id"), part.text("section"), part.text("text", BYTES_LIMIT), part.instant("at"))


def _check_texts(value: Any) -> None:
    """No fractions, and nothing that no database can hold."""
    if not json_body.is_storable(value):
        raise Malformed("text")
