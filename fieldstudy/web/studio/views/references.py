"""Reference pictures of a wave, which go to the phones with the briefing."""

from typing import cast

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.exchange import pictures as decoder
from fieldstudy.exchange.pictures import PictureIsRefused
from fieldstudy.models import Reference, Wave
from fieldstudy.queries import references as reference_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import references
from fieldstudy.services.photos import SMALL
from fieldstudy.web import body_limits, pictures, throttles
from fieldstudy.web.studio.forms import ReferenceForm
from fieldstudy.web.studio.views.room import blueprint, for_coordinators


@blueprint.get("/waves/<uuid:wave_id>/pictures")
@for_coordinators(wave=study_queries.find_wave)
def reference_list(wave: Wave) -> ResponseReturnValue:
    return _page(wave, ReferenceForm())


def _page(wave: Wave, form: ReferenceForm) -> str:
    kept = reference_queries.list_for_wave(wave)
    return render_template("studio/reference_list.html", wave=wave, form=form, references=kept)


@blueprint.post("/waves/<uuid:wave_id>/pictures")
@for_coordinators(wave=study_queries.find_wave)
@body_limits.takes_files
@throttles.limit(throttles.UPLOADS)
def reference_post(wave: Wave) -> ResponseReturnValue:
    form = ReferenceForm()
    if not form.validate() or not _add(wave, form):
        return _page(wave, form), 422
    flash(_("The picture goes to the phones with the briefing."))
    return redirect(url_for("studio.reference_list", wave_id=wave.id), 303)


def _add(wave: Wave, form: ReferenceForm) -> bool:
    try:
        references.add(wave, decoder.clean(form.file.data.stream), form.caption.data, current_user.id)
        return True
    except PictureIsRefused as refused:
        form.file.errors = [pictures.say(refused.key, cast(str, form.file.data.filename))]
    except references.TooManyReferences:
        form.file.errors = [_("This wave has %(count)s pictures; remove one first.", count=references.PER_WAVE)]
    return False


@blueprint.post("/pictures/<uuid:reference_id>/remove")
@for_coordinators(reference=reference_queries.find_reference)
def reference_remove(reference: Reference) -> ResponseReturnValue:
    references.remove(reference, current_user.id)
    return redirect(url_for("studio.reference_list", wave_id=reference.wave_id), 303)


@blueprint.get("/pictures/<uuid:reference_id>")
@for_coordinators(reference=reference_queries.find_reference)
def reference(reference: Reference) -> ResponseReturnValue:
    return pictures.send(reference.sha256, SMALL)
