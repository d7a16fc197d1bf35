"""What a fieldworker has to do, and the briefing before a visit."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from fieldstudy.core import search
from fieldstudy.core.lifecycle import WITH_FIELDWORKER
from fieldstudy.models import Assignment, ChecklistVersion, Visit
from fieldstudy.models.columns import new_id
from fieldstudy.queries import checklists, pages
from fieldstudy.queries import references as reference_queries
from fieldstudy.queries import visits as visit_queries
from fieldstudy.queries.studies import NotFound
from fieldstudy.services import visits
from fieldstudy.web import guards, locale
from fieldstudy.web.field import tasks, told
from fieldstudy.web.field.forms import SentListForm
from fieldstudy.web.field.views.room import blueprint, for_fieldworkers


@blueprint.get("/")
@for_fieldworkers()
def assignment_list() -> ResponseReturnValue:
    found = tasks.of_all(visit_queries.list_own_assignments(guards.viewer()))
    groups = {name: [task for task in found if task.group == name] for name in tasks.GROUPS}
    groups["sent"].reverse()
    return render_template("field/assignment_list.html", groups=groups, say=told.home())


@blueprint.get("/visits")
@for_fieldworkers()
def visit_list() -> ResponseReturnValue:
    form = SentListForm(formdata=request.args)
    sent = visit_queries.list_own_sent(guards.viewer())
    found = pages.of_lines([line for line in sent if search.matches(form.search.data, line.texts)], form.number)
    return render_template("field/visit_list.html", form=form, found=found, count=_count(found.total or 0))


def _count(number: int) -> str:
    text: str = ngettext("%(count)s visit", "%(count)s visits", number, count=locale.current_words().integer(number))
    return text


@blueprint.get("/assignments/<uuid:assignment_id>")
@for_fieldworkers(assignment=visit_queries.find_own_assignment)
def assignment(assignment: Assignment) -> ResponseReturnValue:
    return _assignment_page(assignment)


def _assignment_page(assignment: Assignment, refusal: str = "") -> str:
    [task] = tasks.of_all([assignment])
    version = _version(assignment, task.visit)
    obstacle = tasks.obstacle(assignment, version)
    return render_template(
        "field/assignment.html",
        task=task,
        asked=tasks.asked(task, version, locale.current()),
        refusal=obstacle or refusal,
        pictures=reference_queries.list_for_wave(assignment.wave),
        may_start=not obstacle,
        visit_id=new_id(),
        say=told.home(),
    )


def _version(assignment: Assignment, visit: Visit | None) -> ChecklistVersion | None:
    """The version of the visit that is under way, else the one in force."""
    try:
        return visit.checklist_version if visit else checklists.get_in_force(assignment.wave.study, assignment.form_id)
    except NotFound:
        return None


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
