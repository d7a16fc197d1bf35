"""What a phone sends once somebody has sealed it: taken in exactly once, or kept until a person decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from fieldstudy.core import drafts as rules
from fieldstudy.core import lifecycle
from fieldstudy.core import sealed as sealing
from fieldstudy.core.lifecycle import MoveIsNotAllowed
from fieldstudy.core.sealed import Doubt, Malformed, NotJson, OpenDraft, Sealed
from fieldstudy.extensions import db
from fieldstudy.models import ChecklistVersion, Quarantined, Visit
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries import arrivals
from fieldstudy.services import quarantine, unit
from fieldstudy.services.quarantine import QuarantineIsFull
from fieldstudy.services.visits import arriving, drafts, starting
from fieldstudy.services.visits.arriving import Arrival, InDoubt, MediaAreMissing, Overtaken, Parcel

__all__ = ["MediaAreMissing", "NotJson", "OpenDraft", "QuarantineIsFull", "Receipt", "Standing", "back_up", "receive"]

RACES = 3
"""Tries for a sending that met its own twin between looking and writing."""


class Standing(StrEnum):
    RECEIVED = "received"
    UNDER_REVIEW = "under_review"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Receipt:
    """The hash of every byte string that is kept; `is_replay` when it was kept before."""

    visit_id: UUID
    revision: int
    sha256: str
    media: Mapping[str, str]
    received_at: datetime
    standing: Standing
    is_replay: bool = False


def receive(user_id: UUID, visit_id: UUID, body: bytes, sha256: str, sent_at: datetime | None = None) -> Receipt:
    """One sealed visit, whoever it seems to belong to. `sha256` is that of the body and was checked.

    Raises NotJson, MediaAreMissing, QuarantineIsFull; anything else that is wrong with it is kept under review.
    """
    content = sealing.parse(body)
    for race in range(RACES):
        try:
            return _receive(user_id, visit_id, content, body, sha256, sent_at)
        except (IntegrityError, Overtaken):
            if race == RACES - 1:
                raise
            unit.rest()
    raise AssertionError


def _receive(
    user_id: UUID, visit_id: UUID, content: Mapping[str, object], body: bytes, sha256: str, sent_at: datetime | None
) -> Receipt:
    at = now()
    try:
        sealed = _read(content, visit_id, user_id)
        offset = sealing.offset(sealed, sent_at, at)
        parcel = Parcel(user_id, sealing.set_right(sealed, offset), body, sha256, offset, at)
        found = arriving.look(parcel)
    except InDoubt as doubted:
        return _set_apart(doubted, user_id, visit_id, content, body, sha256, at)
    if arriving.is_replay(found, parcel):
        return _receipt(arriving.keep(found, parcel), sealed)
    with unit.work():
        arrival = arriving.keep(found, parcel)
    return _receipt(arrival, sealed)


def _set_apart(
    found: InDoubt,
    user_id: UUID,
    visit_id: UUID,
    content: Mapping[str, object],
    body: bytes,
    sha256: str,
    at: datetime,
) -> Receipt:
    revision = sealing.revision_of(content)
    with unit.work():
        known = quarantine.find(user_id, visit_id, revision, sha256)
        if known is not None:
            return _under_review(known, content, is_replay=True)
        row = Quarantined(
            id=new_id(),
            user_id=user_id,
            client_id=found.client_id,
            visit_id=visit_id,
            revision=revision,
            sha256=sha256,
            body=body,
            reason=str(found.doubt),
            received_at=at,
        )
        return _under_review(quarantine.put(row), content)


def _read(content: Mapping[str, object], visit_id: UUID, user_id: UUID) -> Sealed:
    """What cannot be read may still name the assignment, and so whose reviewers it concerns."""
    try:
        sealed = sealing.read(content)
    except Malformed:
        sealed = None
    if sealed is None or sealed.visit != visit_id:
        named = sealing.id_in(content, "assignment")
        assignment = arrivals.find_assignment(named) if named else None
        raise InDoubt(Doubt.MALFORMED, arriving.client_of(assignment, user_id))
    return sealed


def _receipt(arrival: Arrival, sealed: Sealed) -> Receipt:
    kept = arrival.receipt
    return Receipt(
        kept.visit_id,
        kept.revision,
        kept.sha256,
        {str(photo.id): photo.sha256 for photo in sealed.photos},
        kept.received_at,
        Standing.CONFLICT if arrival.is_conflict else Standing.RECEIVED,
        arrival.is_replay,
    )


def _under_review(row: Quarantined, content: Mapping[str, object], is_replay: bool = False) -> Receipt:
    media = {str(id): sha256 for id, sha256 in sealing.media_of(content).items()}
    return Receipt(row.visit_id, row.revision, row.sha256, media, row.received_at, Standing.UNDER_REVIEW, is_replay)


def back_up(user_id: UUID, visit_id: UUID, draft: OpenDraft, sent_at: datetime | None = None) -> bool:
    """The text of a draft, while there is a connection; begins the visit if need be. False where it cannot be kept."""
    for _ in range(RACES):
        try:
            with unit.work():
                return _back_up(user_id, visit_id, draft, sent_at)
        except IntegrityError:
            continue
    return False


def _back_up(user_id: UUID, visit_id: UUID, draft: OpenDraft, sent_at: datetime | None) -> bool:
    visit = arriving.find_visit(visit_id) or _begin(user_id, visit_id, draft, sent_at)
    if visit is None or visit.fieldworker.user_id != user_id or visit.state not in lifecycle.WITH_FIELDWORKER:
        return False
    if draft.revision not in (0, visit.revision) or not rules.is_a_phone(draft.device, draft.stamp):
        return False
    return drafts.keep(visit, draft.raw, now(), draft.device, draft.stamp or None, draft.content)


def _begin(user_id: UUID, visit_id: UUID, draft: OpenDraft, sent_at: datetime | None) -> Visit | None:
    assignment = arriving.find_assignment(draft.assignment)
    version = db.session.get(ChecklistVersion, draft.version)
    if assignment is None or assignment.fieldworker.user_id != user_id or version is None:
        return None
    if (version.study_id, version.form_id) != (assignment.wave.study_id, assignment.form_id):
        return None
    offset = sent_at - now() if sent_at is not None else None
    started_at = draft.started_at - offset if offset is not None and sealing.is_off(offset) else draft.started_at
    try:
        starting.check_may_start(assignment, started_at)
        return starting.open_visit(assignment, visit_id, version, started_at, user_id)
    except (starting.StaffNoticeIsMissing, starting.CovertIsNotApproved, MoveIsNotAllowed):
        return None
