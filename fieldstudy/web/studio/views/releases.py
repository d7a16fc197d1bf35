"""Releasing a wave: first what will be frozen, then the act."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.models import Wave
from fieldstudy.queries import jobs, planning
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import releases
from fieldstudy.web.studio.views.room import blueprint, for_coordinators


@blueprint.get("/waves/<uuid:wave_id>/release")
@for_coordinators(wave=study_queries.find_wave)
def release(wave: Wave) -> ResponseReturnValue:
    return render_template(
        "studio/release.html",
        wave=wave,
        preview=planning.preview_release(wave),
        waiting_photos=jobs.count_pending_media_for_wave(wave),
    )


@blueprint.post("/waves/<uuid:wave_id>/release")
@for_coordinators(wave=study_queries.find_wave)
def release_post(wave: Wave) -> ResponseReturnValue:
    try:
        edition = releases.release(wave, current_user.id)
    except releases.NothingToRelease:
        flash(_("There is nothing to release yet: no visit of this wave is approved."), "problem")
        return redirect(url_for("studio.release", wave_id=wave.id), 303)
    except releases.PhotosAreWaiting:
        return redirect(url_for("studio.release", wave_id=wave.id), 303)
    except releases.WaveIsReleased:
        flash(_("This wave has been released already."), "problem")
    else:
        flash(_("Released: edition %(number)s. Managers see it from now on.", number=edition.number))
    return redirect(url_for("studio.wave", wave_id=wave.id), 303)
