"""Waves: making one, and how one stands."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.core import search
from fieldstudy.models import Study, Wave
from fieldstudy.queries import pages, planning, releases
from fieldstudy.queries import papers as paper_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.queries import visits as visit_queries
from fieldstudy.queries.planning import StoreProgress
from fieldstudy.services import studies
from fieldstudy.web import clock, guards
from fieldstudy.web.studio.forms import WaveForm
from fieldstudy.web.studio.list_forms import Lack, StoreProgressForm
from fieldstudy.web.studio.views.room import blueprint, for_coordinators


@blueprint.get("/studies/<uuid:study_id>/waves/new")
@for_coordinators(study=study_queries.find_study)
def wave_new(study: Study) -> ResponseReturnValue:
    return render_template("studio/wave_new.html", study=study, form=WaveForm())


@blueprint.post("/studies/<uuid:study_id>/waves/new")
@for_coordinators(study=study_queries.find_study)
def wave_new_post(study: Study) -> ResponseReturnValue:
    form = WaveForm()
    wave = _create(study, form) if form.validate() else None
    if wave is None:
        return render_template("studio/wave_new.html", study=study, form=form), 422
    flash(_("The wave is created."))
    return redirect(url_for("studio.wave", wave_id=wave.id), 303)


def _create(study: Study, form: WaveForm) -> Wave | None:
    starts_on: date = form.starts_on.data
    try:
        return studies.create_wave(study, form.name.data, starts_on, form.ends_on.data, current_user.id)
    except studies.NameIsTaken:
        form.name.errors = [_("This study has a wave with this name already.")]
    except studies.DatesAreReversed:
        form.ends_on.errors = [_("The last day lies before the first.")]
    return None


@blueprint.get("/waves/<uuid:wave_id>")
@for_coordinators(wave=study_queries.find_wave)
def wave(wave: Wave) -> ResponseReturnValue:
    viewer = guards.viewer()
    edition = releases.find_newest_edition(wave)
    form = StoreProgressForm(formdata=request.args)
    stores = planning.list_store_progress(wave)
    return render_template(
        "studio/wave.html",
        wave=wave,
        progress=planning.progress_by_wave([wave])[wave.id],
        form=form,
        has_stores=form.is_narrowed or any(line.planned for line in stores),
        stores=pages.of_lines([line for line in stores if _is_asked_for(line, form)], form.number),
        covert=[one for one in visit_queries.list_covert_to_approve(viewer) if one.wave_id == wave.id],
        edition=edition,
        papers=paper_queries.progress(edition) if edition else None,
        pending=releases.count_pending(edition) if edition else None,
        is_readable=releases.find_released_wave(viewer, wave.id) is not None,
        today=clock.today(),
    )


def _is_asked_for(line: StoreProgress, form: StoreProgressForm) -> bool:
    lacks = {
        "": True,
        Lack.ASSIGNMENT: not line.planned,
        Lack.ARRIVAL: not line.present,
        Lack.APPROVAL: line.approved < line.planned,
        Lack.FIGURES: not line.in_figures,
    }
    texts = (line.store.code, line.store.name, line.store.city, line.store.region)
    return lacks[form.lacking.data] and search.matches(form.search.data, texts)
