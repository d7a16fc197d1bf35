"""Visits that were sent and could not be taken in: who, when, why, what they say, and what can be done."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fieldstudy.core.access import Role
from fieldstudy.models import Quarantined
from fieldstudy.queries import sendings as sending_queries
from fieldstudy.services import quarantine
from fieldstudy.services.quarantine import Obstacle
from fieldstudy.web import guards, locale
from fieldstudy.web.desk import doubts
from fieldstudy.web.desk.forms import DECIDED, OPEN, QuarantineForm, ReasonForm
from fieldstudy.web.desk.room import blueprint

for_deciders = (Role.REVIEWER, Role.COORDINATOR, Role.ADMIN)


@blueprint.get("/under-review")
@guards.allow(*for_deciders)
def quarantine_list() -> ResponseReturnValue:
    viewer = guards.viewer()
    form = QuarantineForm(formdata=request.args)
    counts = {
        OPEN: sending_queries.count_open_quarantined(viewer),
        DECIDED: sending_queries.count_decided_quarantined(viewer),
    }
    pile = form.state.data
    return render_template(
        "desk/quarantine_list.html",
        form=form,
        counts=counts,
        found=sending_queries.list_quarantined(viewer, pile == OPEN, counts[pile], form.number),
        unassigned=sending_queries.count_unassigned(viewer),
        why=doubts.WHY,
        decision=doubts.decision,
        who=doubts.who,
    )


@blueprint.get("/under-review/<uuid:quarantined_id>")
@guards.allow(*for_deciders, quarantined=sending_queries.find_quarantined)
def quarantined(quarantined: Quarantined) -> ResponseReturnValue:
    return _page(quarantined)


def _page(row: Quarantined, form: ReasonForm | None = None, obstacle: Obstacle | None = None) -> str:
    line = sending_queries.read_quarantined(row)
    is_open = row.resolved_at is None
    obstacle = obstacle or (quarantine.look(row) if is_open else None)
    told = doubts.DoubtfulVisit(locale.current_words(), line)
    return render_template(
        "desk/quarantined.html",
        line=line,
        row=row,
        told=told,
        obstacle=obstacle,
        form=form or ReasonForm(),
        decision=doubts.decision,
    )


@blueprint.post("/under-review/<uuid:quarantined_id>/take-in")
@guards.allow(*for_deciders, quarantined=sending_queries.find_quarantined)
def take_in(quarantined: Quarantined) -> ResponseReturnValue:
    try:
        obstacle = quarantine.take_in(quarantined, guards.viewer().user_id)
    except quarantine.AlreadyResolved:
        return _already(quarantined, ReasonForm())
    if obstacle is not None:
        return _page(quarantined, obstacle=obstacle), 409
    flash(_("The visit is recorded and waiting for review."))
    if guards.viewer().has(Role.REVIEWER):
        return redirect(url_for("desk.visit", visit_id=quarantined.visit_id), 303)
    return redirect(url_for("desk.quarantine_list"), 303)


@blueprint.post("/under-review/<uuid:quarantined_id>/set-aside")
@guards.allow(*for_deciders, quarantined=sending_queries.find_quarantined)
def set_quarantined_aside(quarantined: Quarantined) -> ResponseReturnValue:
    form = ReasonForm()
    if quarantined.resolved_at is not None:
        return _already(quarantined, form)
    if not form.validate():
        return _page(quarantined, form), 422
    try:
        quarantine.set_aside(quarantined, form.reason.data, guards.viewer().user_id)
    except quarantine.AlreadyResolved:
        return _already(quarantined, form)
    flash(_("Set aside. It is kept, and nobody is asked about it any more."))
    return redirect(url_for("desk.quarantine_list"), 303)


def _already(row: Quarantined, form: ReasonForm) -> ResponseReturnValue:
    """What was decided, and what was written for it in vain."""
    flash(_("Somebody has decided about it already."), "problem")
    return _page(row, form), 409
