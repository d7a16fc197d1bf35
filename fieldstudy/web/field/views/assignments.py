"""What a fieldworker has to do, and the briefing before a visit."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fieldstudy.core import stance
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.lifecycle import WITH_FIELDWORKER, State
from fieldstudy.models import Assignment, ReturnReason, Visit
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries import checklists
from fieldstudy.queries import visits as visit_queries
from fieldstudy.queries.studies import NotFound
from fieldstudy.services import visits
from fieldstudy.web import guards, locale
from fieldstudy.web.field import briefing
from fieldstudy.web.field.views.room import blueprint, for_fieldworkers

GROUPS = ("returned", "open", "today", "coming", "sent")


@dataclass(frozen=True)
class Card:
    """One assignment in the list; `is_over` when its window has passed."""

    assignment: Assignment
    visit: Visit | None
    group: str
    is_over: bool


@blueprint.get("/")
@for_fieldworkers()
def assignment_list() -> ResponseReturnValue:
    cards = [_card(assignment) for assignment in visit_queries.list_own_assignments(guards.viewer())]
    groups = {name: [card for card in cards if card.group == name] for name in GROUPS}
    groups["sent"].reverse()
    return render_template("field/assignment_list.html", groups=groups, reasons=_reasons(groups["returned"]))


def _card(assignment: Assignment) -> Card:
    visit = visit_queries.current_visit(assignment)
    today = _today(assignment)
    return Card(assignment, visit, _group(assignment, visit, today), assignment.window_to < today)


def _group(assignment: Assignment, visit: Visit | None, today: date) -> str:
    if visit is None:
        return "today" if visit_queries.is_due(assignment, today) else "coming"
    return {State.RETURNED: "returned", State.IN_FIELD: "open"}.get(visit.state, "sent")


def _today(assignment: Assignment) -> date:
    return visits.local(now(), assignment.store.timezone).date()


def _reasons(cards: list[Card]) -> dict[UUID, list[ReturnReason]]:
    returned = [card.visit for card in cards if card.visit is not None]
    reasons: dict[UUID, list[ReturnReason]] = {visit.id: [] for visit in returned}
    for reason in visit_queries.list_open_return_reasons(returned):
        reasons[reason.visit_id].append(reason)
    return reasons


@blueprint.get("/assignments/<uuid:assignment_id>")
@for_fieldworkers(assignment=visit_queries.find_own_assignment)
def assignment(assignment: Assignment) -> ResponseReturnValue:
    return _assignment_page(assignment)


def _assignment_page(assignment: Assignment, refusal: str = "") -> str:
    visit = visit_queries.current_visit(assignment)
    checklist = _checklist(assignment, visit)
    today = _today(assignment)
    obstacle = _obstacle(assignment, checklist, today)
    return render_template(
        "field/assignment.html",
        assignment=assignment,
        visit=visit,
        is_open=visit is not None and visit.state in WITH_FIELDWORKER,
        checklist=checklist,
        preparation=briefing.prepare(checklist, locale.current()) if checklist else None,
        refusal=obstacle or refusal,
        may_start=not obstacle,
        window=_window(assignment, today),
        visit_id=new_id(),
    )


def _checklist(assignment: Assignment, visit: Visit | None) -> Checklist | None:
    """The version of the visit that is under way, else the newest."""
    try:
        version = visit.checklist_version if visit else checklists.get_latest(assignment.wave.study, assignment.form_id)
    except NotFound:
        return None
    return version.content.for_method(assignment.method)


def _obstacle(assignment: Assignment, checklist: Checklist | None, today: date) -> str:
    """Why the visit cannot start yet; the service decides again."""
    notice_on = assignment.wave.study.staff_notice_on
    if notice_on is None or notice_on > today:
        return _("The staff have not been told yet that visits may happen. Until then no visit can start.")
    if stance.needs_approval(assignment.method, assignment.disclosure) and assignment.approved_at is None:
        return _("This observation is covert and waits for the approval of a second person.")
    if checklist is None:
        return _("The checklist of this assignment is not published yet.")
    return ""


def _window(assignment: Assignment, today: date) -> str:
    """Advice, never a gate: early, late, or nothing to say."""
    if today < assignment.window_from:
        return "early"
    return "late" if today > assignment.window_to else ""


@blueprint.post("/assignments/<uuid:assignment_id>/start")
@for_fieldworkers(assignment=visit_queries.find_own_assignment)
def start(assignment: Assignment) -> ResponseReturnValue:
    under_way = visit_queries.current_visit(assignment)
    if under_way is not None and under_way.state in WITH_FIELDWORKER:
        return _to_form(under_way)
    try:
        return _to_form(visits.start(assignment, UUID(request.form.get("visit_id", "")), guards.viewer().user_id))
    except (visits.StaffNoticeIsMissing, visits.CovertIsNotApproved, visits.ChecklistIsMissing):
        return _assignment_page(assignment), 422
    except (ValueError, visits.VisitIsSomebodyElses):
        return _assignment_page(assignment, _("The visit could not be started. Please try once more.")), 422


def _to_form(visit: Visit) -> ResponseReturnValue:
    return redirect(url_for("field.visit_form", visit_id=visit.id), 303)
