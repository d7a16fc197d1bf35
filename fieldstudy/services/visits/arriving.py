"""A sealed visit of a phone becomes a received one, or a doubt: nothing is decided twice, the page's rules hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Table, bindparam, or_, select, update

from fieldstudy.core import lifecycle
from fieldstudy.core import sealed as sealing
from fieldstudy.core.access import FIELDWORKERS
from fieldstudy.core.answers import Problem, Reading, na_first
from fieldstudy.core.lifecycle import MoveIsNotAllowed, State
from fieldstudy.core.scoring import Score
from fieldstudy.core.sealed import Doubt, Sealed
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Membership, Visit
from fieldstudy.models.columns import JsonText
from fieldstudy.queries import arrivals
from fieldstudy.services import scores, unit
from fieldstudy.services.visits import contents, drafts, receiving, starting
from fieldstudy.services.visits.judging import Pictured, judge_form, stay_problems
from fieldstudy.services.visits.receiving import Envelope, Receipt


class InDoubt(Exception):
    """It cannot be taken in; `client_id` where it is known whose visit this would be."""

    def __init__(self, doubt: Doubt, client_id: UUID | None = None, problems: Sequence[Problem] = ()) -> None:
        super().__init__(doubt)
        self.doubt = doubt
        self.client_id = client_id
        self.problems = tuple(problems)


class Overtaken(Exception):
    """Between looking and writing somebody else was quicker: what was found holds no longer."""


class MediaAreMissing(Exception):
    """Photos that the visit names and that have not arrived, or not with that content."""

    def __init__(self, ids: Sequence[UUID]) -> None:
        super().__init__(f"{len(ids)} photos are missing")
        self.ids = tuple(ids)


@dataclass(frozen=True)
class Parcel:
    """One sending: whose, what, and when by our clock; `offset` is how far ahead the phone's clock was."""

    user_id: UUID
    sealed: Sealed
    body: bytes
    sha256: str
    offset: timedelta | None
    at: datetime


@dataclass(frozen=True)
class Arrival:
    """What the receipt says, and whether it was here before."""

    receipt: Receipt
    is_conflict: bool = False
    is_replay: bool = False


@dataclass(frozen=True)
class Plan:
    """What was found to be good; `visit` is None where it still has to begin."""

    assignment: Row[Any] | None
    visit: Row[Any] | None
    version_id: UUID
    media: Sequence[Row[Any]]
    reading: Reading
    score: Score


@dataclass(frozen=True)
class Again:
    """Something came under the same key before, from the same person."""

    earlier: Row[Any]


def accept(parcel: Parcel) -> Arrival:
    """Inside a unit. Raises InDoubt or MediaAreMissing before anything is written."""
    return keep(look(parcel), parcel)


def look(parcel: Parcel) -> Plan | Again:
    """All that can be decided without holding up other writers. Raises InDoubt or MediaAreMissing."""
    media = _find_media(parcel)
    visit = arrivals.find_visit(parcel.sealed.visit)
    assignment = arrivals.find_assignment(parcel.sealed.assignment)
    earlier = _find_earlier(visit, parcel)
    if earlier is not None:
        return Again(earlier)
    return _plan(assignment, visit, media, parcel)


def keep(found: Plan | Again, parcel: Parcel) -> Arrival:
    """Inside a unit. Raises Overtaken."""
    return _answer_again(found, parcel) if isinstance(found, Again) else _keep(found, parcel)


def is_replay(found: Plan | Again, parcel: Parcel) -> bool:
    """Then nothing has to be written."""
    return isinstance(found, Again) and found.earlier.sha256 == parcel.sha256


def _find_media(parcel: Parcel) -> Sequence[Row[Any]]:
    """The photos that the visit names, all of them whole."""
    wanted = {photo.id: photo.sha256 for photo in parcel.sealed.photos}
    if not wanted:
        return ()
    found = {medium.id: medium for medium in arrivals.list_media(parcel.user_id, wanted)}
    missing = [id for id, sha256 in wanted.items() if id not in found or found[id].sha256 != sha256]
    if missing:
        raise MediaAreMissing(missing)
    return list(found.values())


def find_assignment(assignment_id: UUID) -> Assignment | None:
    """Locked: sendings of one assignment go one after the other, also where no visit exists to be locked."""
    query = select(Assignment).where(Assignment.id == assignment_id).with_for_update(of=Assignment)
    return db.session.scalar(query.execution_options(populate_existing=True))


def find_visit(visit_id: UUID) -> Visit | None:
    query = select(Visit).where(Visit.id == visit_id).with_for_update(of=Visit)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _find_earlier(visit: Row[Any] | None, parcel: Parcel) -> Row[Any] | None:
    """What came under the same key, from the same person."""
    if visit is None or visit.user_id != parcel.user_id:
        return None
    return arrivals.find_submission(visit.id, parcel.sealed.revision)


def _answer_again(again: Again, parcel: Parcel) -> Arrival:
    earlier = again.earlier
    if is_replay(again, parcel):
        receipt = Receipt(earlier.visit_id, earlier.revision, earlier.sha256, earlier.received_at)
        return Arrival(receipt, is_replay=True)
    conflict = receiving.keep_conflict(earlier, parcel.sealed.content, parcel.sha256, parcel.at)
    receipt = Receipt(conflict.visit_id, conflict.revision, conflict.sha256, conflict.received_at)
    # One that a person has decided is as good as received: both versions are kept for ever.
    return Arrival(receipt, is_conflict=conflict.resolved_at is None)


def _plan(assignment: Row[Any] | None, visit: Row[Any] | None, media: Sequence[Row[Any]], parcel: Parcel) -> Plan:
    if visit is None:
        checked = _check_assignment(assignment, parcel)
        version = _check_start(checked, parcel)
        _check_photos(media, parcel, checked.client_id)
        return Plan(checked, None, version.id, media, *_judge(version, checked, parcel.sealed.started_at, (), parcel))
    _check_open(assignment, visit, parcel)
    _check_photos(media, parcel, visit.client_id)
    kept = contents.list_kept(visit.id, parcel.sealed)
    version = arrivals.get_version(visit.checklist_version_id)
    return Plan(assignment, visit, version.id, media, *_judge(version, visit, visit.started_at, kept, parcel))


def _check_assignment(assignment: Row[Any] | None, parcel: Parcel) -> Row[Any]:
    if assignment is None:
        raise InDoubt(Doubt.UNKNOWN_ASSIGNMENT)
    if assignment.user_id != parcel.user_id:
        raise InDoubt(Doubt.FOREIGN_ASSIGNMENT, client_of(assignment, parcel.user_id))
    if assignment.state == State.VOID:
        raise InDoubt(Doubt.WITHDRAWN_ASSIGNMENT, assignment.client_id)
    return assignment


def client_of(assignment: Row[Any] | None, user_id: UUID) -> UUID | None:
    """Whose reviewers may look at it: only those of a client for whom the sender works."""
    if assignment is None:
        return None
    works = select(Membership.id).where(
        Membership.user_id == user_id,
        Membership.role.in_(sorted(FIELDWORKERS)),
        or_(Membership.client_id == assignment.client_id, Membership.client_id.is_(None)),
    )
    return assignment.client_id if db.session.scalar(works.limit(1)) is not None else None


def _check_start(assignment: Row[Any], parcel: Parcel) -> Row[Any]:
    """As a start on a page is checked, on the day when the visit began; a version is good for ever."""
    sealed = parcel.sealed
    if sealed.revision != 1:
        raise InDoubt(Doubt.OTHER_REVISION, assignment.client_id)
    try:
        starting.check_may_start(assignment, sealed.started_at)
        starting.check_move(assignment)
    except (starting.StaffNoticeIsMissing, starting.CovertIsNotApproved, MoveIsNotAllowed):
        raise InDoubt(Doubt.MAY_NOT_START, assignment.client_id) from None
    version = arrivals.find_version(sealed.version)
    form = (assignment.study_id, assignment.form_id, str(assignment.method))
    if version is None or (version.study_id, version.form_id, sealed.method) != form:
        raise InDoubt(Doubt.UNKNOWN_VERSION, assignment.client_id)
    return version


def _check_open(assignment: Row[Any] | None, visit: Row[Any], parcel: Parcel) -> None:
    sealed = parcel.sealed
    if visit.user_id != parcel.user_id:
        raise InDoubt(Doubt.FOREIGN_VISIT, client_of(assignment, parcel.user_id))
    if visit.state not in lifecycle.WITH_FIELDWORKER:
        raise InDoubt(Doubt.CLOSED, visit.client_id)
    if sealed.revision != visit.revision:
        raise InDoubt(Doubt.OTHER_REVISION, visit.client_id)
    if (sealed.version, sealed.method) != (visit.checklist_version_id, str(visit.method)):
        raise InDoubt(Doubt.UNKNOWN_VERSION, visit.client_id)


def _check_photos(media: Sequence[Row[Any]], parcel: Parcel, client_id: UUID) -> None:
    if any(medium.visit_id not in (None, parcel.sealed.visit) for medium in media):
        raise InDoubt(Doubt.FOREIGN_PHOTO, client_id)


def _judge(
    version: Row[Any], of: Row[Any], started_at: datetime, kept: Sequence[Pictured], parcel: Parcel
) -> tuple[Reading, Score]:
    """`of`: the visit, or the assignment of which it would be one."""
    sealed, checklist = parcel.sealed, version.content
    asked = checklist.for_method(of.method)
    reading = judge_form(
        asked,
        of.timezone,
        started_at,
        na_first(asked, sealed.raw),
        [*kept, *sealed.photos],
        sealed.sealed_at,
        sealed.outcome,
    )
    problems = (*reading.problems, *stay_problems(sealed.stay, sealed.outcome))
    if problems:
        raise InDoubt(Doubt.HAS_PROBLEMS, of.client_id, problems)
    return reading, scores.compute(checklist, of.method, of.timezone, started_at, reading.answers, sealed.outcome)


def _keep(plan: Plan, parcel: Parcel) -> Arrival:
    sealed, offset = parcel.sealed, parcel.offset
    visit = _begin(plan, sealed) if plan.visit is None else _hold(plan.visit)
    envelope = Envelope(
        content=JsonText(parcel.body),
        sha256=parcel.sha256,
        sealed_at=sealed.sealed_at,
        received_at=parcel.at,
        outcome=sealed.outcome,
        stay=sealing.stay_after(sealed, visit.stay),
        clock_offset_seconds=None if offset is None else round(offset.total_seconds()),
        given=sealed.given,
    )
    is_first = plan.assignment is not None and plan.assignment.state == State.OFFERED
    receipt = receiving.receive(visit, plan.reading, plan.score, envelope, parcel.user_id, is_first)
    if plan.visit is not None:
        drafts.drop(visit, sealed.raw, sealed.jottings, sealed.device)
    contents.keep(visit, sealed, plan.media)
    return Arrival(receipt)


def _begin(plan: Plan, sealed: Sealed) -> Visit:
    """Whoever starts has accepted."""
    assert plan.assignment is not None  # noqa: S101 a visit that has to begin was planned from its assignment
    seen = {"seen_id": plan.assignment.id, "seen_state": plan.assignment.state, "state": State.ACCEPTED}
    if not unit.change(_TAKE_UP, seen):
        raise Overtaken
    return starting.begin(plan.assignment, sealed.visit, plan.version_id, sealed.started_at)


_SEEN = Assignment.id == bindparam("seen_id"), Assignment.state == bindparam("seen_state")
_TAKE_UP = update(cast(Table, Assignment.__table__)).where(*_SEEN)
"""Holds the assignment as well: sendings of one go one after the other, also where no visit exists to be held."""


def _hold(seen: Row[Any]) -> Visit:
    visit = find_visit(seen.id)
    if visit is None or (visit.state, visit.revision) != (seen.state, seen.revision):
        raise Overtaken
    return visit
