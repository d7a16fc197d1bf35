"""Jottings of a visit: written once, with their time, tied to a touchpoint or free."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from fieldstudy.core.lifecycle import WITH_FIELDWORKER
from fieldstudy.models import Visit
from fieldstudy.models.columns import now
from fieldstudy.queries import visits as visit_queries
from fieldstudy.services import fieldnotes
from fieldstudy.services.fieldnotes import JottingIsEmpty
from fieldstudy.services.visits import VisitIsClosed
from fieldstudy.web import guards, locale
from fieldstudy.web.field import elsewhere, forms, late, leaves
from fieldstudy.web.field.forms import JottingForm
from fieldstudy.web.field.views.room import blueprint, for_fieldworkers


@blueprint.get("/visits/<uuid:visit_id>/jottings")
@for_fieldworkers(visit=visit_queries.find_own_visit)
def jotting_list(visit: Visit) -> ResponseReturnValue:
    return _page(visit, _form(visit, request.args))


def _form(visit: Visit, formdata: MultiDict[str, str]) -> JottingForm:
    return JottingForm(forms.of_visit(visit, locale.current()).sections, formdata)


def _page(visit: Visit, form: JottingForm) -> str:
    jottings = elsewhere.of(visit, leaves.own()).notes(visit_queries.list_jottings(visit))
    return render_template(
        "field/jotting_list.html",
        visit=visit,
        form=form,
        jottings=jottings,
        is_open=visit.state in WITH_FIELDWORKER,
        client_reads=visit.study.shares_jottings_of(visit.method),
    )


@blueprint.post("/visits/<uuid:visit_id>/jottings")
@for_fieldworkers(visit=visit_queries.find_own_visit)
def jotting_post(visit: Visit) -> ResponseReturnValue:
    form = _form(visit, request.form)
    if not form.validate():
        abort(400)
    section = form.section.data or ""
    try:
        fieldnotes.jot(visit, section, form.text.data or "", now(), guards.viewer().user_id)
    except JottingIsEmpty:
        form.text.errors = [_("Write something first.")]
        return _page(visit, form), 422
    except VisitIsClosed:
        return late.page(visit, [late.note(dict(form.section.choices)[section], form.text.data or "")])
    if "inline" in request.form:
        return _of_section(visit, section)
    return redirect(url_for("field.jotting_list", visit_id=visit.id, section=section or None), 303)


def _of_section(visit: Visit, section: str) -> str:
    """For the page's own script: the jottings of one touchpoint."""
    jottings = [jotting for jotting in visit_queries.list_jottings(visit) if jotting.section == section]
    return render_template("field/jottings.html", jottings=jottings, visit=visit)
