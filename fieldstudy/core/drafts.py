"""Drafts of one visit on several devices: which of them knows which, and in what two of them differ.

static/js/field/versions.js says the same in the browser; both are held to tests/core/drafts.json.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid4, uuid5

from fieldstudy.core import sealed
from fieldstudy.core.answers import Raw, answer_field
from fieldstudy.core.answers.readers import to_clock
from fieldstudy.core.jottings import is_within, once, unkept
from fieldstudy.core.moments import ENTERED, FIELDS, LEFT, Stay, is_another
from fieldstudy.core.sealed import SealedJotting

PAGE = ""
"""The device of pages without script before each browser had one of its own, and of phones that named none."""
PAGES = "page-"
"""How the device of a page without script begins: one for each session of a browser, and for a page that had not seen
what its session saved meanwhile.
"""
SENT = "sent"
"""The device of what was received and came back to be corrected."""


def is_page(device: str) -> bool:
    return device == PAGE or device.startswith(PAGES)


def new_page() -> str:
    return f"{PAGES}{uuid4().hex}"


def is_a_phone(device: str, stamp: int) -> bool:
    """Pages and what was received are no phone's to write. A phone of before 0.4 names neither device nor stamp."""
    return device != SENT and (not is_page(device) or (device == PAGE and not stamp))


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
    return {**_seen(draft.content), draft.device: draft.stamp}


def _seen(content: Mapping[str, Any]) -> dict[str, int]:
    found = content.get("seen")
    pairs = found.items() if isinstance(found, dict) else ()
    return {device: stamp for device, stamp in pairs if type(stamp) is int and stamp > 0}


def knows(one: DeviceDraft, other: DeviceDraft) -> bool:
    """Whoever saved `one` had the content of `other` before their eyes."""
    known = vector(one)
    return all(known.get(device, 0) >= stamp for device, stamp in vector(other).items())


def goes_on(one: DeviceDraft, other: DeviceDraft) -> bool:
    """`one` knows `other`, and not the other way round. Vectors are ordered in part, so that nothing goes in a circle:
    however many drafts there are, one of them nobody has gone on from.
    """
    return knows(one, other) and not knows(other, one)


def heads(drafts: Iterable[D]) -> list[D]:
    """Those that nobody has gone on from; two that each claim to know the other are both among them."""
    all_ = list(drafts)
    return [one for one in all_ if not any(goes_on(other, one) for other in all_)]


def seen_by(draft: DeviceDraft, drafts: Iterable[DeviceDraft]) -> dict[str, int]:
    """What of other devices stands in `draft`. Of two that each claim to know the other, both cannot be right: neither
    claim is passed on.
    """
    twins = {one.device for one in drafts if knows(one, draft) and knows(draft, one)}
    return {device: stamp for device, stamp in _seen(draft.content).items() if device not in {*twins, draft.device}}


def newest(drafts: Iterable[D], revision: int, own: str | None = None) -> D | None:
    """The one to go on with: of whoever asks, if nobody has gone on from that; `drafts`: the newest first."""
    found = heads(draft for draft in drafts if draft.revision == revision)
    return next((draft for draft in found if draft.device == own), next(iter(found), None))


def hides(device: str, seen: Mapping[str, int], drafts: Iterable[DeviceDraft]) -> bool:
    """Would a save of `device` take the place of something that nobody has gone on from, and whoever saves has not
    seen? `drafts`: of one revision.
    """
    return any(one.device == device and seen.get(device, 0) < one.stamp for one in heads(drafts))


def overtaken(device: str, seen: Mapping[str, int], drafts: Iterable[D]) -> list[D]:
    """The page that a save of `device` replaces, and those drafts that nobody has gone on from until now."""
    all_ = list(drafts)
    seen_heads = [one for one in heads(all_) if one.device != device and seen.get(one.device, 0) >= one.stamp]
    return [*(one for one in all_ if one.device == device), *seen_heads]


def left_behind(drafts: Iterable[D]) -> list[D]:
    """Pages that somebody has gone on from, with nothing laid aside: what they say is there, or was replaced by whoever
    saw it.
    """
    all_ = list(drafts)
    bare = [one for one in all_ if is_page(one.device) and not one.content.get("aside")]
    return [one for one in bare if any(goes_on(other, one) for other in all_)]


@dataclass(frozen=True)
class Said:
    """What one draft may say otherwise than another: the answers, and when the store was entered and left."""

    raw: Raw
    stay: Stay = field(default_factory=Stay)


def said(draft: DeviceDraft) -> Said:
    return Said(draft.raw, _stay(draft.content))


def _stay(content: Mapping[str, Any]) -> Stay:
    times = _instants(content)
    return Stay(times.get(ENTERED), times.get(LEFT))


@dataclass(frozen=True)
class Comparison:
    """Names of fields; a question counts once, with its N/A and its comment.

    `different`: both say something, and not the same. The others: only one of the two says anything, or says more.
    """

    different: frozenset[str]
    only_here: frozenset[str]
    only_there: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.different | self.only_here | self.only_there

    @property
    def lacks_here(self) -> bool:
        """Is there anything to choose or to take over from there?"""
        return bool(self.different or self.only_there)


def compare(here: Said, there: Said) -> Comparison:
    ours, theirs = _parts(here.raw), _parts(there.raw)
    unlike = [part for part in {**ours, **theirs} if ours.get(part) != theirs.get(part)]
    owners = {_owner(part) for part in unlike}
    only_here = owners - {_owner(part) for part in unlike if part in theirs}
    only_there = owners - {_owner(part) for part in unlike if part in ours}
    times = {name for name in FIELDS if is_another(getattr(here.stay, name), getattr(there.stay, name))}
    return Comparison(frozenset(owners - only_here - only_there | times), frozenset(only_here), frozenset(only_there))


def is_said(draft: DeviceDraft, sent: Said) -> bool:
    """Does `sent` say all that is said there, times too?"""
    found, here = compare(said(draft), sent), said(draft).stay
    return not (found.different or found.only_here or missing_times(here, sent.stay))


def missing_times(there: Stay, sent: Stay) -> set[str]:
    return {name for name in FIELDS if getattr(there, name) and not getattr(sent, name)}


def _parts(raw: Raw) -> dict[str, dict[str, Sequence[str]]]:
    """What is answered, by what stands for itself: an answer with its N/A, a comment, a field of a touchpoint."""
    parts: dict[str, dict[str, Sequence[str]]] = {}
    for name, texts in raw.items():
        given = [text for text in texts if text.strip()]
        if given and _owner(name):
            part = name if name.startswith("c-") else _owner(name)
            parts.setdefault(part, {})[name] = given
    return parts


def _owner(name: str) -> str:
    """Notes, photos and what a page has in its fields for entry and exit go their own way."""
    kind, _, rest = name.partition("-")
    if kind in ("jotting", "p", "stop", *FIELDS):
        return ""
    return f"q-{rest}" if kind in ("na", "c") else name


def kept_again(held: DeviceDraft, raw: Raw, content: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept beside `raw` if it comes under the very stamp of `held`: that stamp stands for both from now on.

    So it claims to have seen no more than both had, answers that give way are laid aside, and no note or time goes.
    """
    known = vector(held)
    seen = {device: min(stamp, known[device]) for device, stamp in _seen(content).items() if device in known}
    lists = {name: _united(content.get(name), held.content.get(name)) for name in ("jottings", "stamps")}
    lists["aside"] = _united(content.get("aside"), asides([held], Said(raw, _stay(content)), is_choice=True))
    return {
        **content,
        "seen": seen,
        **times_beside(content, [held]),
        **{name: entries for name, entries in lists.items() if entries},
    }


def times_beside(content: Mapping[str, Any], drafts: Iterable[DeviceDraft]) -> dict[str, Any]:
    """Entry and exit as one of these has noted them, the first that did, where `content` says nothing."""
    noted = [{name: draft.content[name] for name in FIELDS if draft.content.get(name)} for draft in drafts]
    return {name: at for times in reversed(noted) for name, at in times.items() if not content.get(name)}


def asides(overtaken: Iterable[DeviceDraft], new: Said, is_choice: bool) -> list[dict[str, Any]]:
    """What stays laid aside in the draft that takes the place of these; with their own answers, if those give way to
    others and were not changed by hand.
    """
    all_ = list(overtaken)
    own = [laid(one) for one in all_ if is_choice and compare(new, said(one)).lacks_here]
    return _united(*(one.content.get("aside") for one in all_), own)


def laid(draft: DeviceDraft) -> dict[str, Any]:
    """As a phone lays aside what was said once, under an id of its own for every content."""
    said_then = {"device": draft.device, "raw": dict(draft.raw)}
    id = uuid5(BOXES, json.dumps([draft.stamp, said_then], sort_keys=True))
    groups = {name: draft.content.get(name) or {} for name in ("given", "timers")}
    times = {name: draft.content.get(name) for name in FIELDS}
    return {"id": str(id), "at": _iso(draft.stamp), **said_then, **groups, **times}


def _united(*lists: Any) -> list[Any]:
    """The first that holds an entry counts."""
    entries = [entry for found in lists if isinstance(found, list) for entry in found if isinstance(entry, dict)]
    return list({str(entry.get("id")): entry for entry in reversed(entries)}.values())[::-1]


def running(drafts: Iterable[DeviceDraft], raw: Raw) -> frozenset[str]:
    """The questions whose timer a phone has not stopped. A page that goes on from it does not stop it; but what it
    answers otherwise than the phone, or says to count all the same, somebody has said who knows.
    """
    drafts = list(drafts)
    names = (name for draft in _phones(drafts) for name in _timers(draft) - _others(draft, raw, _timers(draft)))
    since = timers(drafts)
    questions = {name.removeprefix("q-") for name in names}
    return frozenset(name for name in questions if since[name] not in raw.get(stop_field(name), ()))


def _others(draft: DeviceDraft, raw: Raw, times: set[str]) -> frozenset[str]:
    """What is answered otherwise; a time is the same however it is written."""
    here, there = (
        {name: [to_clock(text) for text in texts] if name in times else texts for name, texts in found.items()}
        for found in (raw, draft.raw)
    )
    return compare(Said(here), Said(there)).all


def stop_field(question: str) -> str:
    """Where a page says that the time it shows counts: by when the timer was started, as another start is another."""
    return f"stop-{question}"


def timers(drafts: Iterable[DeviceDraft]) -> dict[str, str]:
    """When each timer of a phone was started, by its question."""
    since: dict[str, set[str]] = {}
    for draft in _phones(drafts):
        for name in _timers(draft):
            since.setdefault(name.removeprefix("q-"), set()).add(str(draft.content["timers"][name]))
    return {name: " ".join(sorted(starts)) for name, starts in since.items()}


def _phones(drafts: Iterable[D]) -> list[D]:
    """Those that no other phone has gone on from: a page that did shows neither timers nor what is being written."""
    return heads(draft for draft in drafts if draft.device != SENT and not is_page(draft.device))


def _timers(draft: DeviceDraft) -> set[str]:
    found = draft.content.get("timers")
    return set(found) if isinstance(found, dict) else set()


BOXES = UUID("7b8f6a1e-3c52-4d8e-9a57-2f0c1d6e4b93")
"""What ids of notes are made in that nobody gave one."""


@dataclass(frozen=True)
class Gathered:
    """What the phones hold of a visit that is sent from a page: nothing of it may get lost on the way."""

    jottings: tuple[SealedJotting, ...]
    given: Mapping[str, datetime]


def gather(drafts: Iterable[DeviceDraft], raw: Raw, stamp_text: str) -> Gathered:
    """`drafts`: the newest first. A time goes along with the answer that it was written for; a stamp that nobody has
    sorted becomes a note, as when a phone sends it; so does text that stands in a phone's box for notes.
    """
    drafts = list(drafts)
    notes: dict[UUID, SealedJotting] = {}
    given: dict[str, datetime] = {}
    listed = [entry for draft in drafts for entry in _listed(draft, "jottings")]
    entries = [entry for entry in listed if sealed.jottings_of({"jottings": [entry]})]
    known = sealed.jottings_of({"jottings": entries})
    boxes = [box for phone in _phones(drafts) for box in _unkept_notes(phone, known)]
    stamps = [stamp for draft in drafts for stamp in _unsorted(draft, stamp_text)]
    for note in sealed.jottings_of({"jottings": [*once([*boxes, *entries]), *stamps]}):
        notes.setdefault(note.id, note)
    for draft in drafts:
        others = compare(said(draft), Said(raw)).all
        for question, at in _instants(draft.content.get("given")).items():
            if answer_field(question) not in others and answer_field(question) in raw:
                given.setdefault(question, at)
    ordered = sorted(notes.values(), key=lambda note: note.jotted_at)
    return Gathered(tuple(ordered), given)


def _unkept_notes(draft: DeviceDraft, known: Iterable[SealedJotting]) -> list[dict[str, Any]]:
    """As of the last save of its phone; the same text has the same id, however often it is gathered."""
    at = _iso(draft.stamp)
    return [
        {"id": str(uuid5(BOXES, of := f"{draft.device} {one.section} {one.text}")), "at": at, "of": of, **vars(one)}
        for one in unkept(draft.content, known)
    ]


def _iso(stamp: int) -> str:
    return datetime.fromtimestamp(stamp / 1000, UTC).isoformat(timespec="milliseconds")


def is_told(draft: DeviceDraft, known: Iterable[SealedJotting]) -> bool:
    """Has everything arrived that was noted there, kept or not, and every stamp?"""
    known = list(known)
    if not {str(stamp["id"]) for stamp in _unsorted(draft, "")} <= {str(one.id) for one in known}:
        return False
    told = {(one.section, one.text) for one in known}
    kept, boxes = (
        sealed.jottings_of(
            {"jottings": [note for note in _listed(draft, "jottings") if bool(note.get("of")) is is_box]}
        )
        for is_box in (False, True)
    )
    are_told = all((one.section, one.text) in told for one in kept) and all(is_within(one, known) for one in boxes)
    return are_told and not unkept(draft.content, known)


@dataclass(frozen=True)
class DevicePhoto:
    """A photo whose bytes lie on a device and nowhere else; `is_pocket`: the pocket screen's, not sorted yet."""

    id: UUID
    question: str
    is_pocket: bool
    device: str


def photos_on(drafts: Iterable[DeviceDraft]) -> tuple[DevicePhoto, ...]:
    photos: dict[UUID, DevicePhoto] = {}
    for draft in drafts:
        kept = draft.content.get("pocket")
        pocket = set(map(str, kept)) if isinstance(kept, list) else set()
        for photo in _listed(draft, "photos"):
            id, question = sealed.id_in(photo, "id"), str(photo.get("question") or "")
            if id is not None:
                photos.setdefault(id, DevicePhoto(id, question, not question and str(id) in pocket, draft.device))
    return tuple(photos.values())


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
