"""The life of a visit: start, draft, submit, review. The allowed moves are core.lifecycle's."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from fieldstudy.core import answers as answering
from fieldstudy.core import lifecycle, stance
from fieldstudy.core.answers import Raw, Reading
from fieldstudy.core.checklist import QuestionType
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import (
    AnswerRow,
    Assignment,
    ChecklistVersion,
    Conflict,
    Draft,
    EncounterRow,
    Photo,
    ReturnReason,
    Submission,
    Visit,
)
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import journal, scores, unit


class VisitIsClosed(Exception):
    def __init__(self, state: State) -> None:
        super().__init__(f"the visit is {state}")
        self.state = state


class StaffNoticeIsMissing(Exception):
    """Staff have to be told that visits may happen before the first one starts."""


class CovertIsNotApproved(Exception):
    """Covert observation waits for a second person."""


class ChecklistIsMissing(Exception):
    pass


class ReasonIsMissing(Exception):
    pass


class VisitIsSomebodyElses(Exception):
    """The UUID exists already, for another assignment."""


@dataclass(frozen=True)
class Receipt:
    visit_id: UUID
    revision: int
    sha256: str
    received_at: datetime


@dataclass(frozen=True)
class Outcome:
    """A receipt, or the reading with its problems, or a conflict: another content under the same key (both kept)."""

    reading: Reading | None = None
    receipt: Receipt | None = None
    is_conflict: bool = False
    is_replay: bool = False


def start(assignment: Assignment, visit_id: UUID, actor: UUID | None, at: datetime | None = None) -> Visit:
    """Begin a visit under the UUID that the client minted; the same UUID again is the same visit."""
    at = at or now()
    _check_may_start(assignment, at)
    with unit.work(assignment):
        known = db.session.get(Visit, visit_id)
        if known is not None:
            if known.assignment_id != assignment.id:
                raise VisitIsSomebodyElses
            return known
        if assignment.state == State.OFFERED:
            lifecycle.check_move(State.OFFERED, State.ACCEPTED)
            assignment.state = State.ACCEPTED
        lifecycle.check_move(assignment.state, State.IN_FIELD)
        visit = Visit(
            id=visit_id,
            client_id=assignment.client_id,
            wave_id=assignment.wave_id,
            store_id=assignment.store_id,
            fieldworker_id=assignment.fieldworker_id,
            assignment_id=assignment.id,
            checklist_version_id=_latest_version(assignment).id,
            method=assignment.method,
            gold_role=assignment.gold_role,
            disclosure=assignment.disclosure,
            state=State.IN_FIELD,
            started_at=at,
        )
        db.session.add(visit)
        db.session.flush()
        journal.write("visit.started", visit, actor, assignment=str(assignment.id))
    return visit


def _check_may_start(assignment: Assignment, at: datetime) -> None:
    notice_on = assignment.wave.study.staff_notice_on
    today = at.astimezone(ZoneInfo(assignment.store.timezone)).date()
    if notice_on is None or notice_on > today:
        raise StaffNoticeIsMissing
    if stance.needs_approval(assignment.method, assignment.disclosure) and assignment.approved_at is None:
        raise CovertIsNotApproved


def _latest_version(assignment: Assignment) -> ChecklistVersion:
    version = db.session.scalar(
        select(ChecklistVersion)
        .where(ChecklistVersion.study_id == assignment.wave.study_id, ChecklistVersion.form_id == assignment.form_id)
        .order_by(ChecklistVersion.number.desc())
        .limit(1)
    )
    if version is None:
        raise ChecklistIsMissing
    return version


def save_draft(visit: Visit, raw: Raw, at: datetime | None = None) -> datetime:
    """Keep what was typed, as it was typed. Never judged, never a conflict: the last word wins."""
    at = at or now()
    with unit.work(visit):
        if visit.state not in lifecycle.WITH_FIELDWORKER:
            raise VisitIsClosed(visit.state)
        _keep_draft(visit, raw, at)
    return at


def _keep_draft(visit: Visit, raw: Raw, at: datetime) -> None:
    draft = db.session.get(Draft, visit.id)
    if draft is None:
        draft = Draft(visit_id=visit.id, client_id=visit.client_id)
        db.session.add(draft)
    draft.raw, draft.saved_at = {name: list(values) for name, values in raw.items()}, at


def submit(visit: Visit, revision: int, raw: Raw, actor: UUID | None, at: datetime | None = None) -> Outcome:
    """Seal and receive one revision, exactly once; its key is (visit UUID, revision).

    With problems nothing is received, and what was typed is kept as the draft. A second visit that arrives for one
    assignment is held.
    """
    at = at or now()
    with unit.work(visit):
        photos = _photos(visit)
        content = _content(visit, revision, raw, photos)
        sha256 = _sha256(content)
        earlier = db.session.scalar(
            select(Submission).where(Submission.visit_id == visit.id, Submission.revision == revision)
        )
        if earlier is not None:
            return _answer_again(earlier, sha256, content, at)
        if visit.state not in lifecycle.WITH_FIELDWORKER or revision != visit.revision:
            raise VisitIsClosed(visit.state)
        reading = judge(visit, raw, photos, at)
        if reading.problems:
            _keep_draft(visit, raw, at)
            return Outcome(reading=reading)
        submission = _receive(visit, reading, content, sha256, at)
        journal.write("visit.submitted", visit, actor, revision=revision, sha256=sha256, state=visit.state)
    return Outcome(reading=reading, receipt=_receipt(submission))


def judge(visit: Visit, raw: Raw, photos: Sequence[Photo], at: datetime) -> Reading:
    """The one judgement of a visit's form, for draft and submission alike."""
    zone = ZoneInfo(visit.store.timezone)
    automatic = {
        QuestionType.START: visit.started_at.astimezone(zone).isoformat(timespec="seconds"),
        QuestionType.END: at.astimezone(zone).isoformat(timespec="seconds"),
    }
    counts: dict[str, int] = {}
    for photo in photos:
        counts[photo.question] = counts.get(photo.question, 0) + 1
    checklist = visit.checklist_version.content.for_method(visit.method)
    return answering.read(checklist, raw, visit.started_at.astimezone(zone).date(), automatic, counts)


def _photos(visit: Visit) -> Sequence[Photo]:
    present = select(Photo).where(Photo.visit_id == visit.id, Photo.removed_at.is_(None))
    return db.session.scalars(present.order_by(Photo.question, Photo.id)).all()


def _content(visit: Visit, revision: int, raw: Raw, photos: Iterable[Photo]) -> dict[str, Any]:
    """Canonical: empty fields left out, so that a form sent twice is the same whatever the browser adds."""
    return {
        "visit": str(visit.id),
        "revision": revision,
        "checklist": visit.checklist_version.sha256,
        "raw": {name: list(values) for name, values in sorted(raw.items()) if any(v.strip() for v in values)},
        "photos": sorted([photo.question, photo.received_sha256] for photo in photos),
    }


def _sha256(content: Mapping[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _answer_again(earlier: Submission, sha256: str, content: dict[str, Any], at: datetime) -> Outcome:
    """Same content: the first receipt. Other content: both are kept, and a person chooses."""
    if earlier.sha256 == sha256:
        return Outcome(receipt=_receipt(earlier), is_replay=True)
    same = select(Conflict).where(
        Conflict.visit_id == earlier.visit_id, Conflict.revision == earlier.revision, Conflict.sha256 == sha256
    )
    if db.session.scalar(same) is None:
        conflict = Conflict(
            id=new_id(),
            client_id=earlier.client_id,
            visit_id=earlier.visit_id,
            revision=earlier.revision,
            sha256=sha256,
            content=content,
            received_at=at,
        )
        db.session.add(conflict)
        journal.write("visit.conflicted", conflict, None, visit=str(earlier.visit_id), sha256=sha256)
    return Outcome(receipt=_receipt(earlier), is_conflict=True)


def _receive(visit: Visit, reading: Reading, content: dict[str, Any], sha256: str, at: datetime) -> Submission:
    submission = Submission(
        id=new_id(),
        client_id=visit.client_id,
        visit_id=visit.id,
        revision=visit.revision,
        sha256=sha256,
        content=content,
        received_at=at,
    )
    db.session.add(submission)
    if visit.state == State.RETURNED:
        _move(visit, State.IN_FIELD)
    _move(visit, State.SEALED)
    _move(visit, State.HELD if _has_arrived_before(visit) else State.RECEIVED)
    visit.state_reason = "second_visit" if visit.state == State.HELD else ""
    visit.received_at = at
    visit.ended_at = visit.ended_at or at
    scores.write_answers(visit, reading.answers, reading.encounters)
    scores.write_score(visit, reading.answers)
    draft = db.session.get(Draft, visit.id)
    if draft is not None:
        db.session.delete(draft)
    return submission


def _has_arrived_before(visit: Visit) -> bool:
    """Is there another visit of this assignment that the server holds already?"""
    if visit.assignment_id is None or visit.revision > 1:
        return False
    others = select(Visit.id).where(
        Visit.client_id == visit.client_id,
        Visit.assignment_id == visit.assignment_id,
        Visit.id != visit.id,
        Visit.state.in_(lifecycle.ARRIVED),
    )
    return db.session.scalar(others.limit(1)) is not None


def _receipt(submission: Submission) -> Receipt:
    return Receipt(submission.visit_id, submission.revision, submission.sha256, submission.received_at)


def _move(visit: Visit, state: State) -> None:
    lifecycle.check_move(visit.state, state)
    visit.state = state


def take(visit: Visit, actor: UUID) -> None:
    """A reviewer opens a received visit, or once more one that was approved or excluded.

    A returned one has no answers in its new revision yet: it comes back by being sent.
    """
    with unit.work(visit):
        if visit.state == State.RETURNED:
            raise lifecycle.MoveIsNotAllowed(visit.state, State.IN_REVIEW)
        _move(visit, State.IN_REVIEW)
        journal.write("visit.in_review", visit, actor)


def approve(visit: Visit, actor: UUID | None) -> None:
    with unit.work(visit):
        _into_review(visit)
        _move(visit, State.APPROVED)
        visit.state_reason = ""
        journal.write("visit.approved", visit, actor, revision=visit.revision)


def _into_review(visit: Visit) -> None:
    if visit.state in (State.RECEIVED, State.EXCLUDED):
        _move(visit, State.IN_REVIEW)


def send_back(visit: Visit, reasons: Mapping[str, str], actor: UUID | None) -> None:
    """Return with a reason per question (the empty name: the visit as a whole); opens revision n + 1."""
    written = {question: text.strip() for question, text in reasons.items() if text.strip()}
    if not written:
        raise ReasonIsMissing
    with unit.work(visit):
        _into_review(visit)
        _move(visit, State.RETURNED)
        _keep_draft(visit, _sent(visit), now())
        visit.revision += 1
        for question, text in written.items():
            db.session.add(
                ReturnReason(
                    client_id=visit.client_id,
                    visit_id=visit.id,
                    revision=visit.revision,
                    question=question,
                    text=text,
                )
            )
        journal.write("visit.returned", visit, actor, revision=visit.revision, questions=sorted(written))


def _sent(visit: Visit) -> Raw:
    """The raw text of the revision that was received, so that the fieldworker finds it as it was sent."""
    submission = db.session.scalar(
        select(Submission).where(Submission.visit_id == visit.id, Submission.revision == visit.revision)
    )
    if submission is not None:
        raw: Raw = submission.content["raw"]
        return raw
    key = {"visit_id": visit.id, "revision": visit.revision}
    answers = [as_answer(row) for row in db.session.scalars(select(AnswerRow).filter_by(**key))]
    encounters = [as_encounter(row) for row in db.session.scalars(select(EncounterRow).filter_by(**key))]
    return answering.to_raw(answers, encounters, visit.checklist_version.content)


def as_answer(row: AnswerRow) -> answering.Answer:
    return answering.Answer(row.question, row.value, row.is_na, row.comment)


def as_encounter(row: EncounterRow) -> answering.Encounter:
    return answering.Encounter(row.section, row.feeling, row.arousal, row.met_at, row.crowding)


def set_aside(visit: Visit, state: State, reason: str, actor: UUID | None) -> None:
    """Hold, exclude or void, with a reason; or (to received) take a held visit up again."""
    if state in lifecycle.NEEDS_REASON and not reason.strip():
        raise ReasonIsMissing
    with unit.work(visit):
        _move(visit, state)
        visit.state_reason = reason.strip()
        journal.write(f"visit.{state}", visit, actor, reason=reason.strip())


def window_is_open(assignment: Assignment, today: date) -> bool:
    return assignment.window_from <= today <= assignment.window_to


def local(at: datetime, timezone: str) -> datetime:
    """An instant in the store's own time."""
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(ZoneInfo(timezone))
