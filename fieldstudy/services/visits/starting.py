"""The beginning of a visit."""

from datetime import date, datetime
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from fieldstudy.core import lifecycle, stance
from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, ChecklistVersion, Visit
from fieldstudy.models.columns import now
from fieldstudy.queries import checklists
from fieldstudy.services import journal, unit


class StaffNoticeIsMissing(Exception):
    """Staff have to be told that visits may happen before the first one starts."""


class CovertIsNotApproved(Exception):
    """Covert observation waits for a second person."""


class ChecklistIsMissing(Exception):
    pass


class VisitIsSomebodyElses(Exception):
    """The UUID exists already, for another assignment."""


class Startable(Protocol):
    """An assignment, as a row or as the columns that matter."""

    @property
    def id(self) -> UUID: ...
    @property
    def client_id(self) -> UUID: ...
    @property
    def wave_id(self) -> UUID: ...
    @property
    def store_id(self) -> UUID: ...
    @property
    def fieldworker_id(self) -> UUID: ...
    @property
    def method(self) -> Method: ...
    @property
    def state(self) -> State: ...
    @property
    def gold_role(self) -> str: ...
    @property
    def disclosure(self) -> str: ...
    @property
    def approved_at(self) -> datetime | None: ...
    @property
    def timezone(self) -> str: ...
    @property
    def staff_notice_on(self) -> date | None: ...


def start(assignment: Assignment, visit_id: UUID, actor: UUID | None, at: datetime | None = None) -> Visit:
    """Begin a visit under the UUID that the client minted; the same UUID again is the same visit."""
    at = at or now()
    check_may_start(assignment, at)
    with unit.work(assignment):
        known = db.session.get(Visit, visit_id)
        if known is not None:
            if known.assignment_id != assignment.id:
                raise VisitIsSomebodyElses
            return known
        return open_visit(assignment, visit_id, _version_in_force(assignment), at, actor)


def open_visit(
    assignment: Assignment, visit_id: UUID, version: ChecklistVersion, at: datetime, actor: UUID | None
) -> Visit:
    """Inside a unit that holds the assignment. Whoever starts has accepted."""
    visit = begin(assignment, visit_id, version.id, at)
    if assignment.state == State.OFFERED:
        assignment.state = State.ACCEPTED
    db.session.add(visit)
    db.session.flush()
    journal.write("visit.started", visit, actor, assignment=str(assignment.id))
    return visit


def check_may_start(assignment: Startable, at: datetime) -> None:
    """Raises StaffNoticeIsMissing or CovertIsNotApproved."""
    notice_on = assignment.staff_notice_on
    today = at.astimezone(ZoneInfo(assignment.timezone)).date()
    if notice_on is None or notice_on > today:
        raise StaffNoticeIsMissing
    if stance.needs_approval(assignment.method, assignment.disclosure) and assignment.approved_at is None:
        raise CovertIsNotApproved


def check_move(assignment: Startable) -> None:
    """Raises MoveIsNotAllowed."""
    if assignment.state == State.OFFERED:
        lifecycle.check_move(State.OFFERED, State.ACCEPTED)
        return
    lifecycle.check_move(assignment.state, State.IN_FIELD)


def begin(assignment: Startable, visit_id: UUID, version_id: UUID, at: datetime) -> Visit:
    """The row of the visit, not yet written. Raises MoveIsNotAllowed."""
    check_move(assignment)
    return Visit(
        id=visit_id,
        client_id=assignment.client_id,
        wave_id=assignment.wave_id,
        store_id=assignment.store_id,
        fieldworker_id=assignment.fieldworker_id,
        assignment_id=assignment.id,
        checklist_version_id=version_id,
        method=assignment.method,
        gold_role=assignment.gold_role,
        disclosure=assignment.disclosure,
        state=State.IN_FIELD,
        state_reason="",
        revision=1,
        started_at=at,
    )


def _version_in_force(assignment: Assignment) -> ChecklistVersion:
    version = checklists.find_in_force(assignment.wave.study_id, assignment.form_id)
    if version is None:
        raise ChecklistIsMissing
    return version
