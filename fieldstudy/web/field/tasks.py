"""Assignments as a fieldworker meets them: where each stands, what is asked, and what is in the way."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from fieldstudy.core import stance
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.lifecycle import WITH_FIELDWORKER, State
from fieldstudy.models import Assignment, ChecklistVersion, ReturnReason, Visit
from fieldstudy.models.columns import now
from fieldstudy.queries import visits as visit_queries
from fieldstudy.services import visits
from fieldstudy.web.field import briefing, drawn
from fieldstudy.web.field.briefing import Preparation
from fieldstudy.web.field.drawn import DrawnSection

GROUPS = ("returned", "open", "today", "coming", "sent")


@dataclass(frozen=True)
class Task:
    """One assignment; `window` is early, late, or nothing to say: advice, never a gate. `obstacle` is one.

    `is_double`: sent in two versions, and nobody has chosen yet.
    """

    assignment: Assignment
    visit: Visit | None
    group: str
    window: str
    reasons: tuple[ReturnReason, ...] = ()
    obstacle: str = ""
    is_double: bool = False

    @property
    def is_open(self) -> bool:
        return self.visit is not None and self.visit.state in WITH_FIELDWORKER


def of(
    assignment: Assignment,
    reasons: Mapping[UUID, Sequence[ReturnReason]] | None = None,
    double: Collection[UUID] = (),
) -> Task:
    visit = visit_queries.current_visit(assignment)
    today = today_at(assignment)
    told = tuple((reasons or {}).get(visit.id, ())) if visit else ()
    obstacle = "" if visit else _forbidden(assignment)
    is_double = visit is not None and visit.id in double
    group, window = _group(assignment, visit, today), _window(assignment, today)
    return Task(assignment, visit, group, window, told, obstacle, is_double)


def of_all(assignments: Sequence[Assignment]) -> list[Task]:
    """In three queries however many: those that came back carry their reasons, those that were sent their versions."""
    current = [visit_queries.current_visit(assignment) for assignment in assignments]
    returned = [visit for visit in current if visit is not None and visit.state == State.RETURNED]
    reasons: dict[UUID, list[ReturnReason]] = {visit.id: [] for visit in returned}
    for reason in visit_queries.list_open_return_reasons(returned):
        reasons[reason.visit_id].append(reason)
    sent = [visit for visit in current if visit is not None and visit.state not in WITH_FIELDWORKER]
    double = visit_queries.list_double(sent)
    return [of(assignment, reasons, double) for assignment in assignments]


def _group(assignment: Assignment, visit: Visit | None, today: date) -> str:
    if visit is None:
        return "today" if visit_queries.is_due(assignment, today) else "coming"
    return {State.RETURNED: "returned", State.IN_FIELD: "open"}.get(visit.state, "sent")


def _window(assignment: Assignment, today: date) -> str:
    if today < assignment.window_from:
        return "early"
    return "late" if today > assignment.window_to else ""


def today_at(assignment: Assignment) -> date:
    return visits.local(now(), assignment.store.timezone).date()


def obstacle(assignment: Assignment, version: ChecklistVersion | None) -> str:
    """Why the visit cannot start yet; the service decides again."""
    return _forbidden(assignment) or (
        _("The checklist of this assignment is not published yet.") if not version else ""
    )


def _forbidden(assignment: Assignment) -> str:
    """Why nobody may start it yet, whatever there is to fill."""
    notice_on = assignment.wave.study.staff_notice_on
    if notice_on is None or notice_on > today_at(assignment):
        return _("The staff have not been told yet that visits may happen. Until then no visit can start.")
    if stance.needs_approval(assignment.method, assignment.disclosure) and assignment.approved_at is None:
        return _("This observation is covert and waits for the approval of a second person.")
    return ""


@dataclass(frozen=True)
class Asked:
    """The checklist of a task: what it asks to get ready for, and its questions to read beforehand."""

    checklist: Checklist
    preparation: Preparation
    sections: tuple[DrawnSection, ...]


def asked(task: Task, version: ChecklistVersion | None, language: str) -> Asked | None:
    if version is None:
        return None
    checklist = version.content.for_method(task.assignment.method)
    return Asked(checklist, briefing.prepare(checklist, language), drawn.draw(checklist, language))
