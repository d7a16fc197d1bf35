"""A sealed visit of a phone becomes a received one, or a doubt: nothing is decided twice, the page's rules hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from fieldstudy.core import lifecycle
from fieldstudy.core.access import FIELDWORKERS
from fieldstudy.core.answers import Problem, Reading
from fieldstudy.core.lifecycle import MoveIsNotAllowed, State
from fieldstudy.core.sealed import Doubt, Sealed
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, ChecklistVersion, Conflict, Medium, Membership, Submission, Visit
from fieldstudy.services.visits import contents, drafts, receiving, starting
from fieldstudy.services.visits.judging import Pictured, judge_form
from fieldstudy.services.visits.receiving import Envelope


class InDoubt(Exception):
    """It cannot be taken in; `client_id` where it is known whose visit this would be."""

    def __init__(self, doubt: Doubt, client_id: UUID | None = None, problems: Sequence[Problem] = ()) -> None:
        super().__init__(doubt)
        self.doubt = doubt
        self.client_id = client_id
        self.problems = tuple(problems)


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
    sha256: str
    offset: timedelta | None
    at: datetime


@dataclass(frozen=True)
class Arrival:
    """The row that the receipt speaks of, and whether it was here before."""

    row: Submission | Conflict
    is_replay: bool = False


@dataclass(frozen=True)
class Plan:
    """What was found to be good; `visit` is None where it still has to begin."""

    assignment: Assignment | None
    visit: Visit | None
    version: ChecklistVersion
    media: Sequence[Medium]
    reading: Reading


def accept(parcel: Parcel) -> Arrival:
    """Inside a unit. Raises InDoubt or MediaAreMissing before anything is written."""
    media = _find_media(parcel)
    assignment, visit = find_assignment(parcel.sealed.assignment), find_visit(parcel.sealed.visit)
    earlier = _find_earlier(visit, parcel)
    if earlier is not None:
        return _answer_again(earlier, parcel)
    return _keep(_plan(assignment, visit, media, parcel), parcel)


def check(parcel: Parcel) -> None:
    """As `accept`, without writing anything."""
    media = _find_media(parcel)
    assignment, visit = find_assignment(parcel.sealed.assignment), find_visit(parcel.sealed.visit)
    if _find_earlier(visit, parcel) is None:
        _plan(assignment, visit, media, parcel)


def _find_media(parcel: Parcel) -> list[Medium]:
    """The photos that the visit names, all of them whole."""
    wanted = {photo.id: photo.sha256 for photo in parcel.sealed.photos}
    if not wanted:
        return []
    query = select(Medium).where(Medium.user_id == parcel.user_id, Medium.id.in_(wanted))
    found = {medium.id: medium for medium in db.session.scalars(query)}
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


def _find_earlier(visit: Visit | None, parcel: Parcel) -> Submission | None:
    """What came under the same key, from the same person."""
    if visit is None or visit.fieldworker.user_id != parcel.user_id:
        return None
    return receiving.find_submission(visit.id, parcel.sealed.revision)


def _answer_again(earlier: Submission, parcel: Parcel) -> Arrival:
    if earlier.sha256 == parcel.sha256:
        return Arrival(earlier, is_replay=True)
    return Arrival(receiving.keep_conflict(earlier, parcel.sealed.content, parcel.sha256, parcel.at))


def _plan(assignment: Assignment | None, visit: Visit | None, media: Sequence[Medium], parcel: Parcel) -> Plan:
    if visit is None:
        checked = _check_assignment(assignment, parcel)
        version = _check_start(checked, parcel)
        _check_photos(media, parcel, checked.client_id)
        reading = _judge(version, checked, parcel.sealed.started_at, (), parcel)
        return Plan(checked, None, version, media, reading)
    _check_open(assignment, visit, parcel)
    _check_photos(media, parcel, visit.client_id)
    kept = contents.list_kept(visit, parcel.sealed)
    reading = _judge(visit.checklist_version, visit, visit.started_at, kept, parcel)
    return Plan(assignment, visit, visit.checklist_version, media, reading)


def _check_assignment(assignment: Assignment | None, parcel: Parcel) -> Assignment:
    if assignment is None:
        raise InDoubt(Doubt.UNKNOWN_ASSIGNMENT)
    if assignment.fieldworker.user_id != parcel.user_id:
        raise InDoubt(Doubt.FOREIGN_ASSIGNMENT, _client_of(assignment, parcel))
    if assignment.state == State.VOID:
        raise InDoubt(Doubt.WITHDRAWN_ASSIGNMENT, assignment.client_id)
    return assignment


def _client_of(assignment: Assignment | None, parcel: Parcel) -> UUID | None:
    """Whose reviewers may look at it: only those of a client for whom the sender works."""
    if assignment is None:
        return None
    works = select(Membership.id).where(
        Membership.user_id == parcel.user_id,
        Membership.role.in_(sorted(FIELDWORKERS)),
        or_(Membership.client_id == assignment.client_id, Membership.client_id.is_(None)),
    )
    return assignment.client_id if db.session.scalar(works.limit(1)) is not None else None


def _check_start(assignment: Assignment, parcel: Parcel) -> ChecklistVersion:
    """As a start on a page is checked, on the day when the visit began; a version is good for ever."""
    sealed = parcel.sealed
    if sealed.revision != 1:
        raise InDoubt(Doubt.OTHER_REVISION, assignment.client_id)
    try:
        starting.check_may_start(assignment, sealed.started_at)
        starting.check_move(assignment)
    except (starting.StaffNoticeIsMissing, starting.CovertIsNotApproved, MoveIsNotAllowed):
        raise InDoubt(Doubt.MAY_NOT_START, assignment.client_id) from None
    version = db.session.get(ChecklistVersion, sealed.version)
    form = (assignment.wave.study_id, assignment.form_id, str(assignment.method))
    if version is None or (version.study_id, version.form_id, sealed.method) != form:
        raise InDoubt(Doubt.UNKNOWN_VERSION, assignment.client_id)
    return version


def _check_open(assignment: Assignment | None, visit: Visit, parcel: Parcel) -> None:
    sealed = parcel.sealed
    if visit.fieldworker.user_id != parcel.user_id:
        raise InDoubt(Doubt.FOREIGN_VISIT, _client_of(assignment, parcel))
    if visit.state not in lifecycle.WITH_FIELDWORKER:
        raise InDoubt(Doubt.CLOSED, visit.client_id)
    if sealed.revision != visit.revision:
        raise InDoubt(Doubt.OTHER_REVISION, visit.client_id)
    if (sealed.version, sealed.method) != (visit.checklist_version_id, str(visit.method)):
        raise InDoubt(Doubt.UNKNOWN_VERSION, visit.client_id)


def _check_photos(media: Sequence[Medium], parcel: Parcel, client_id: UUID) -> None:
    if any(medium.visit_id not in (None, parcel.sealed.visit) for medium in media):
        raise InDoubt(Doubt.FOREIGN_PHOTO, client_id)


def _judge(
    version: ChecklistVersion, of: Assignment | Visit, started_at: datetime, kept: Sequence[Pictured], parcel: Parcel
) -> Reading:
    sealed = parcel.sealed
    checklist = version.content.for_method(of.method)
    reading = judge_form(
        checklist,
        of.store.timezone,
        started_at,
        sealed.raw,
        [*kept, *sealed.photos],
        sealed.sealed_at,
        sealed.outcome,
    )
    if reading.problems:
        raise InDoubt(Doubt.HAS_PROBLEMS, of.client_id, reading.problems)
    return reading


def _keep(plan: Plan, parcel: Parcel) -> Arrival:
    sealed, offset = parcel.sealed, parcel.offset
    is_first = plan.assignment is not None and plan.assignment.state == State.OFFERED
    visit = plan.visit or _begin(plan, sealed)
    envelope = Envelope(
        content=sealed.content,
        sha256=parcel.sha256,
        sealed_at=sealed.sealed_at,
        received_at=parcel.at,
        outcome=sealed.outcome,
        left_at=sealed.left_at,
        clock_offset_seconds=None if offset is None else round(offset.total_seconds()),
        given=sealed.given,
    )
    submission = receiving.receive(visit, plan.reading, envelope, parcel.user_id, is_first)
    if plan.visit is not None:
        drafts.drop(visit)
    contents.keep(visit, sealed, plan.media)
    return Arrival(submission)


def _begin(plan: Plan, sealed: Sealed) -> Visit:
    assert plan.assignment is not None  # noqa: S101 a visit that has to begin was planned from its assignment
    return starting.begin(plan.assignment, sealed.visit, plan.version, sealed.started_at)
