"""Seal and receive one revision of a visit, exactly once."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Select, select

from fieldstudy.core import lifecycle, sealed
from fieldstudy.core.answers import Raw, Reading
from fieldstudy.core.drafts import gather
from fieldstudy.core.lifecycle import Outcome, State
from fieldstudy.core.moments import Stay
from fieldstudy.core.scoring import Score
from fieldstudy.extensions import db
from fieldstudy.models import Conflict, Medium, Photo, Submission, Visit
from fieldstudy.models.columns import JsonText, new_id, now
from fieldstudy.queries.jobs import list_pending_media, list_refused_media
from fieldstudy.queries.visits import list_drafts
from fieldstudy.services import journal, scores, unit
from fieldstudy.services.visits import contents, drafts
from fieldstudy.services.visits.judging import judge
from fieldstudy.services.visits.moving import VisitIsClosed, move


@dataclass(frozen=True)
class Receipt:
    visit_id: UUID
    revision: int
    sha256: str
    received_at: datetime


class Earlier(Protocol):
    """A submission, as a row or as the columns that matter."""

    @property
    def client_id(self) -> UUID: ...
    @property
    def visit_id(self) -> UUID: ...
    @property
    def revision(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def received_at(self) -> datetime: ...


@dataclass(frozen=True)
class Sent:
    """A receipt, or the reading with its problems, or a conflict: another content under the same key (both kept).

    `device`: that holds what a page sent in vain.
    """

    reading: Reading | None = None
    receipt: Receipt | None = None
    is_conflict: bool = False
    is_replay: bool = False
    device: str = ""


@dataclass(frozen=True)
class Envelope:
    """What is kept of one sending beside its answers; the instants are right by our clock.

    `content`: an object, or its JSON as it came.
    """

    content: Mapping[str, Any] | JsonText
    sha256: str
    sealed_at: datetime
    received_at: datetime
    stay: Stay
    outcome: Outcome | None = None
    clock_offset_seconds: int | None = None
    given: Mapping[str, datetime] | None = None


def submit(
    visit: Visit,
    revision: int,
    raw: Raw,
    actor: UUID | None,
    at: datetime | None = None,
    outcome: Outcome | None = None,
    given: Mapping[str, datetime] | None = None,
    leaf: drafts.Leaf | None = None,
    stamp_text: str = "",
) -> Sent:
    """From a page. With problems nothing is received, and what was typed is kept as the draft; with an `outcome` no
    question is asked. `given`: when each question was answered, where the sender knows it. A second visit that arrives
    for one assignment is held. Notes and times that a phone of the same person has backed up go along; `leaf` and
    `stamp_text` as in save_draft and core.drafts.
    """
    at = at or now()
    with unit.work(visit):
        earlier = find_submission(visit.id, revision)
        photos = [*list_pictured(visit), *_list_refused(visit, earlier)]
        content = _content(visit, revision, raw, photos, outcome)
        sha256 = hashlib.sha256(sealed.canonical(content)).hexdigest()
        if earlier is not None:
            return _answer_again(earlier, content, sha256, at)
        if visit.state not in lifecycle.WITH_FIELDWORKER or revision != visit.revision:
            raise VisitIsClosed(visit.state)
        device = drafts.keep_page(visit, raw, at, leaf or drafts.Leaf())
        stay = drafts.stay_on_page(visit, raw, device)
        reading = judge(visit, raw, photos, at, outcome, drafts.running_timers(visit, raw), stay)
        if reading.problems:
            return Sent(reading=reading, device=device)
        score = scores.of(visit, reading.answers, outcome)
        held = gather(list_drafts(visit), raw, stamp_text)
        envelope = Envelope(content, sha256, at, at, stay, outcome, given={**held.given, **(given or {})})
        receipt = receive(visit, reading, score, envelope, actor)
        contents.jot(visit, held.jottings)
        drafts.drop(visit, raw, held.jottings, device)
    return Sent(reading=reading, receipt=receipt)


def find_submission(visit_id: UUID, revision: int) -> Submission | None:
    key = select(Submission).where(Submission.visit_id == visit_id, Submission.revision == revision)
    return db.session.scalar(key)


def list_photos(visit: Visit) -> Sequence[Photo]:
    present = select(Photo).where(Photo.visit_id == visit.id, Photo.removed_at.is_(None))
    return db.session.scalars(present.order_by(Photo.question, Photo.id)).all()


def list_pictured(visit: Visit) -> list[Photo | Medium]:
    """Photos, and those that still wait for their clean copy."""
    return [*list_photos(visit), *list_pending_media(visit)]


def _list_refused(visit: Visit, earlier: Submission | None) -> list[Medium]:
    """Those that turned out to be no photos after they were sent: the same page, sent once more, is still the same."""
    named = sealed.pictures(earlier.content) if earlier is not None else ()
    return [one for one in list_refused_media(visit) if (one.question, one.sha256) in named]


def _content(
    visit: Visit, revision: int, raw: Raw, photos: Iterable[Photo | Medium], outcome: Outcome | None
) -> dict[str, Any]:
    """Empty fields left out, so that a form sent twice is the same whatever the browser adds."""
    content = {
        "visit": str(visit.id),
        "revision": revision,
        "checklist": visit.checklist_version.sha256,
        "raw": {name: list(values) for name, values in sorted(raw.items()) if any(v.strip() for v in values)},
        "photos": sorted([photo.question, _received_sha256(photo)] for photo in photos),
    }
    return content | ({"outcome": str(outcome)} if outcome else {})


def _received_sha256(photo: Photo | Medium) -> str:
    return photo.sha256 if isinstance(photo, Medium) else photo.received_sha256


def _answer_again(earlier: Submission, content: Mapping[str, Any], sha256: str, at: datetime) -> Sent:
    """Same content: the first receipt. Other content: both are kept, and a person chooses."""
    if earlier.sha256 == sha256:
        return Sent(receipt=_receipt(earlier), is_replay=True)
    keep_conflict(earlier, content, sha256, at)
    return Sent(receipt=_receipt(earlier), is_conflict=True)


def keep_conflict(earlier: Earlier, content: Mapping[str, Any], sha256: str, at: datetime) -> Conflict:
    """Inside a unit: the other content, kept once."""
    known = db.session.scalar(
        select(Conflict).where(
            Conflict.visit_id == earlier.visit_id, Conflict.revision == earlier.revision, Conflict.sha256 == sha256
        )
    )
    if known is not None:
        return known
    conflict = Conflict(
        id=new_id(),
        client_id=earlier.client_id,
        visit_id=earlier.visit_id,
        revision=earlier.revision,
        sha256=sha256,
        content=dict(content),
        received_at=at,
    )
    db.session.add(conflict)
    journal.write("visit.conflicted", conflict, None, visit=str(earlier.visit_id), sha256=sha256)
    return conflict


def receive(
    visit: Visit, reading: Reading, score: Score, envelope: Envelope, actor: UUID | None, is_first: bool = False
) -> Receipt:
    """Inside a unit, for a revision that has no submission yet and was judged to be good; a new visit is written here.

    `is_first`: nobody has started a visit of this assignment before.
    """
    is_second = not is_first and _has_arrived_before(visit)
    if visit.state == State.RETURNED:
        move(visit, State.IN_FIELD)
    move(visit, State.SEALED)
    move(visit, State.HELD if is_second else State.RECEIVED)
    visit.state_reason = "second_visit" if is_second else ""
    visit.received_at = envelope.received_at
    visit.ended_at = visit.ended_at or envelope.sealed_at
    visit.entered_at, visit.left_at = envelope.stay.entered_at, envelope.stay.left_at
    visit.outcome = envelope.outcome
    _write(visit)
    scores.write(visit, reading, score, envelope.given or {})
    submission = {
        "client_id": visit.client_id,
        "visit_id": visit.id,
        "revision": visit.revision,
        "sha256": envelope.sha256,
        "content": envelope.content,
        "received_at": envelope.received_at,
        "clock_offset_seconds": envelope.clock_offset_seconds,
    }
    unit.insert(Submission, submission)
    _write_line(visit, envelope, actor)
    return Receipt(visit.id, visit.revision, envelope.sha256, envelope.received_at)


def _write(visit: Visit) -> None:
    if visit in db.session:
        db.session.flush()
    else:
        unit.insert(Visit, {name: value for name, value in vars(visit).items() if not name.startswith("_")})


def _write_line(visit: Visit, envelope: Envelope, actor: UUID | None) -> None:
    details: dict[str, Any] = {
        "revision": visit.revision,
        "sha256": envelope.sha256,
        "state": str(visit.state),
    }
    if envelope.outcome is not None:
        details["outcome"] = str(envelope.outcome)
    journal.write("visit.submitted", visit, actor, **details)


def _has_arrived_before(visit: Visit) -> bool:
    """Is there another visit of this assignment that the server holds already?"""
    if visit.assignment_id is None or visit.revision > 1:
        return False
    return db.session.scalar(_others(visit).limit(1)) is not None


def _others(visit: Visit) -> Select[Any]:
    return select(Visit.id).where(
        Visit.client_id == visit.client_id,
        Visit.assignment_id == visit.assignment_id,
        Visit.id != visit.id,
        Visit.state.in_(lifecycle.ARRIVED),
    )


def _receipt(submission: Earlier) -> Receipt:
    return Receipt(submission.visit_id, submission.revision, submission.sha256, submission.received_at)
