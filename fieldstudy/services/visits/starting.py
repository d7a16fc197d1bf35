"""The beginning of a visit."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from fieldstudy.core import lifecycle, stance
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, ChecklistVersion, Visit
from fieldstudy.models.columns import now
from fieldstudy.services import journal, unit


class StaffNoticeIsMissing(Exception):
    """Staff have to be told that visits may happen before the first one starts."""


class CovertIsNotApproved(Exception):
    """Covert observation waits for a second person."""


class ChecklistIsMissing(Exception):
    pass


class VisitIsSomebodyElses(Exception):
    """The UUID exists already, for another assignment."""


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
        visit = begin(assignment, visit_id, _latest_version(assignment), at)
        db.session.flush()
        journal.write("visit.started", visit, actor, assignment=str(assignment.id))
    return visit


def check_may_start(assignment: Assignment, at: datetime) -> None:
    """Raises StaffNoticeIsMissing or CovertIsNotApproved."""
    notice_on = assignment.wave.study.staff_notice_on
    today = at.astimezone(ZoneInfo(assignment.store.timezone)).date()
    if notice_on is None or notice_on > today:
        raise StaffNoticeIsMissing
    if stance.needs_approval(assignment.method, assignment.disclosure) and assignment.approved_at is None:
        raise CovertIsNotApproved


def check_move(assignment: Assignment) -> None:
    """Raises MoveIsNotAllowed."""
    if assignment.state == State.OFFERED:
        lifecycle.check_move(State.OFFERED, State.ACCEPTED)
        return
    lifecycle.check_move(assignment.state, State.IN_FIELD)


def begin(assignment: Assignment, visit_id: UUID, version: ChecklistVersion, at: datetime) -> Visit:
    """Inside a unit that holds the assignment: the row of the visit, not yet written. Whoever starts has accepted."""
    check_move(assignment)
    if assignment.state == State.OFFERED:
        assignment.state = State.ACCEPTED
    visit = Visit(
        id=visit_id,
        client_id=assignment.client_id,
        wave_id=assignment.wave_id,
        store_id=assignment.store_id,
        fieldworker_id=assignment.fieldworker_id,
        assignment_id=assignment.id,
        checklist_version_id=version.id,
        method=assignment.method,
        gold_role=assignment.gold_role,
        disclosure=assignment.disclosure,
        state=State.IN_FIELD,
        state_reason="",
        revision=1,
        started_at=at,
    )
    db.session.add(visit)
    return visit


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
