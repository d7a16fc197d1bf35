"""Visits that come from a file: paper forms, and data from an older system."""

from functools import partial

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fieldstudy.exchange import visits as visit_files
from fieldstudy.exchange.visits import VisitsFile
from fieldstudy.models import ChecklistVersion, Wave
from fieldstudy.queries import checklists as checklist_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import visit_imports
from fieldstudy.services.releases import WaveIsReleased
from fieldstudy.web import locale
from fieldstudy.web.studio import uploads
from fieldstudy.web.studio.forms import VisitFileForm
from fieldstudy.web.studio.views.room import blueprint, for_coordinators


@blueprint.get("/waves/<uuid:wave_id>/visits/import")
@for_coordinators(wave=study_queries.find_wave)
def visit_import(wave: Wave) -> ResponseReturnValue:
    return _page(wave, _form(wave))


@blueprint.post("/waves/<uuid:wave_id>/visits/import")
@for_coordinators(wave=study_queries.find_wave)
def visit_import_post(wave: Wave) -> ResponseReturnValue:
    form = _form(wave)
    found = _read(wave, form)
    if found is None:
        return _page(wave, form), 422
    version, read = found
    try:
        added, present = visit_imports.import_visits(wave, version, read.rows, current_user.id)
    except WaveIsReleased:
        form.form_errors.append(_("This wave has been released in the meantime: nothing can be added to it."))
        return _page(wave, form), 422
    except visit_imports.VisitsDiffer as differ:
        form.refuse(visit_files.refusal(read, differ.mismatches))
        return _page(wave, form), 422
    uploads.tell(_imported(added, present), read.notes)
    return redirect(url_for("studio.wave", wave_id=wave.id), 303)


def _imported(added: int, present: int) -> str:
    words = locale.current_words()
    said = [
        ngettext(
            "%(count)s visit was imported and is approved.",
            "%(count)s visits were imported and are approved.",
            added,
            count=words.integer(added),
        )
    ]
    if present:
        said.append(
            ngettext(
                "%(count)s visit was there already.",
                "%(count)s visits were there already.",
                present,
                count=words.integer(present),
            )
        )
    return " ".join(said)


def _form(wave: Wave) -> VisitFileForm:
    return VisitFileForm(checklist_queries.list_in_force(wave.study))


def _page(wave: Wave, form: VisitFileForm) -> str:
    return render_template("studio/visit_import.html", wave=wave, form=form)


def _read(wave: Wave, form: VisitFileForm) -> tuple[ChecklistVersion, VisitsFile] | None:
    if not form.validate():
        return None
    version = checklist_queries.get_in_force(wave.study, form.form_id.data)
    zones = {store.code: store.timezone for store in study_queries.list_stores_for_client(wave.client_id)}
    days = (wave.starts_on, wave.ends_on)
    read = uploads.read(form, partial(visit_files.read_visits, checklist=version.content, stores=zones, days=days))
    return (version, read) if read is not None else None
