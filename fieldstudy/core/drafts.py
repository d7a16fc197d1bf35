"""Drafts of one visit on several devices: which of them knows which, and in what two of them differ.

static/js/field/versions.js says the same in the browser; both are held to tests/core/drafts.json.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from fieldstudy.core import sealed
from fieldstudy.core.answers import Raw, answer_field
from fieldstudy.core.moments import ENTERED, FIELDS, LEFT, Stay
from fieldstudy.core.sealed import SealedJotting

PAGE = ""
"""The device of whoever fills without script: all such pages are one."""
SENT = "sent"
"""The device of what was received and came back to be corrected."""


def is_a_phone(device: str, stamp: int) -> bool:
    """The page and what was received are no phone's to write. A phone of before 0.4 names neither device nor stamp."""
    return device != SENT and (device != PAGE or not stamp)


class DeviceDraft(Protocol):
    """`stamp` grows with every save of its device; `content["seen"]` says which stamps of other devices are in it."""

    @property
    def device(self) -> str: ...
    @property
    def revision(self) -> int: ...
    @property
    def raw(self) -> Raw: ...
    @property
    def stamp(self) -> int: ...
    @property
    def content(self) -> Mapping[str, Any]: ...


D = TypeVar("D", bound=DeviceDraft)


def vector(draft: DeviceDraft) -> dict[str, int]:
    """The newest stamp of each device that is in it. What a phone sent may be of any shape."""
    found = draft.content.get("seen")
    pairs = found.items() if isinstance(found, dict) else ()
    return {**{device: stamp for device, stamp in pairs if type(stamp) is int}, draft.device: draft.stamp}


def knows(one: DeviceDraft, other: DeviceDraft) -> bool:
    """Whoever saved `one` had the content of `other` before their eyes."""
    known = vector(one)
    return all(known.get(device, 0) >= stamp for device, stamp in vector(other).items())


def heads(drafts: Iterable[D]) -> list[D]:
    """Those that nobody has gone on from."""
    all_ = list(drafts)
    return [one for one in all_ if not any(other is not one and knows(other, one) for other in all_)]


def newest(drafts: Iterable[D], revision: int) -> D | None:
    """The one to go on with; `drafts`: the newest first."""
    return next(iter(heads(draft for draft in drafts if draft.revision == revision)), None)


def differing(one: Raw, other: Raw) -> set[str]:
    """The names of what two drafts answer differently. A question counts once, with its N/A and its comment."""
    return {_owner(name) for name in {*one, *other} if _texts(one, name) != _texts(other, name)} - {""}


def _texts(raw: Raw, name: str) -> Sequence[str]:
    return [text for text in raw.get(name, ()) if text.strip()]


def _owner(name: str) -> str:
    """Notes, photos and the times of entry and exit go their own way."""
    kind, _, rest = name.partition("-")
    if kind in ("jotting", "p", *FIELDS):
        return ""
    return f"q-{rest}" if kind in ("na", "c") else name


def running(drafts: Iterable[DeviceDraft], raw: Raw) -> frozenset[str]:
    """The questions whose timer a phone has not stopped. A page that goes on from it does not stop it; but what it
    answers otherwise than the phone, somebody has said who knows.
    """
    phones = heads(draft for draft in drafts if draft.device not in (PAGE, SENT))
    names = (name for draft in phones for name in _timers(draft) - differing(draft.raw, raw))
    return frozenset(name.removeprefix("q-") for name in names)


def _timers(draft: DeviceDraft) -> set[str]:
    found = draft.content.get("timers")
    return set(found) if isinstance(found, dict) else set()


@dataclass(frozen=True)
class Gathered:
    """What the phones hold of a visit that is sent from a page: nothing of it may get lost on the way."""

    jottings: tuple[SealedJotting, ...]
    given: Mapping[str, datetime]
    stay: Stay
    photos: tuple[UUID, ...]
    """Taken, and still only there."""

    def stay_beside(self, raw: Raw, known: Stay) -> Stay:
        """What a page has in its two fields is said there; else a phone may know more than has arrived (`known`)."""
        if any(name in raw for name in FIELDS):
            return known
        return Stay(self.stay.entered_at or known.entered_at, self.stay.left_at or known.left_at)


def gather(drafts: Iterable[DeviceDraft], raw: Raw, stamp_text: str) -> Gathered:
    """`drafts`: the newest first. A time goes along with the answer that it was written for; a stamp that nobody has
    sorted becomes a note, as when a phone sends it.
    """
    notes: dict[UUID, SealedJotting] = {}
    given: dict[str, datetime] = {}
    stay = Stay()
    photos: dict[UUID, None] = {}
    for draft in drafts:
        for note in sealed.jottings_of({"jottings": [*_listed(draft, "jottings"), *_unsorted(draft, stamp_text)]}):
            notes.setdefault(note.id, note)
        others = differing(draft.raw, raw)
        for question, at in _instants(draft.content.get("given")).items():
            if answer_field(question) not in others and answer_field(question) in raw:
                given.setdefault(question, at)
        times = _instants(draft.content)
        stay = Stay(stay.entered_at or times.get(ENTERED), stay.left_at or times.get(LEFT))
        photos.update(dict.fromkeys(photos_on(draft)))
    ordered = sorted(notes.values(), key=lambda note: note.jotted_at)
    return Gathered(tuple(ordered), given, stay, tuple(photos))


def photos_on(draft: DeviceDraft) -> list[UUID]:
    """Those whose bytes lie on the draft's device and nowhere else."""
    found = [sealed.id_in(photo, "id") for photo in _listed(draft, "photos")]
    return [id for id in found if id is not None]


def _unsorted(draft: DeviceDraft, text: str) -> list[dict[str, Any]]:
    stamps = [stamp for stamp in _listed(draft, "stamps") if not stamp.get("to")]
    return [{"id": stamp.get("id"), "at": stamp.get("at"), "section": "", "text": text} for stamp in stamps]


def _listed(draft: DeviceDraft, name: str) -> list[dict[str, Any]]:
    found = draft.content.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _instants(value: Any) -> dict[str, datetime]:
    found = value.items() if isinstance(value, dict) else ()
    read = {name: sealed.read_instant(at) for name, at in found if isinstance(at, str)}
    return {name: at for name, at in read.items() if at is not None}
