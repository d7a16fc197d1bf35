"""Releasing a wave: first what will be frozen, then the order; and a later edition, with what it would change."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.models import Edition, Wave
from fieldstudy.queries import hints, jobs, planning, shortfall
from fieldstudy.queries import releases as release_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.reports import again
from fieldstudy.services import release_jobs, releases, wave_previews
from fieldstudy.services.jobs import OVER
from fieldstudy.services.wave_previews import WavePreview
from fieldstudy.web import hints as hint_words
from fieldstudy.web import locale
from fieldstudy.web.studio.forms import EditionForm
from fieldstudy.web.studio.views.release_jobs import importing
from fieldstudy.web.studio.views.room import blueprint, for_coordinators
from fieldstudy.web.studio.views.wave_previews import waiting


@blueprint.get("/waves/<uuid:wave_id>/release")
@for_coordinators(wave=study_queries.find_wave)
def release(wave: Wave) -> ResponseReturnValue:
    return _ordered(wave) if _is_open(wave) else _page(wave)


def _page(wave: Wave) -> str:
    words = locale.current_words()
    return render_template(
        "studio/release.html",
        wave=wave,
        preview=planning.preview_release(wave),
        shortfall=shortfall.of_wave(wave),
        all_stores=study_queries.count_stores_for_client(wave.client_id),
        hinted=[(one, [hint_words.say(words, hint) for hint in one.hints]) for one in hints.list_unquestioned(wave)],
        waiting_photos=jobs.count_pending_media_for_wave(wave),
    )


@blueprint.post("/waves/<uuid:wave_id>/release")
@for_coordinators(wave=study_queries.find_wave)
def release_post(wave: Wave) -> ResponseReturnValue:
    try:
        release_jobs.order(wave, current_user.id)
    except releases.NothingToRelease:
        flash(_("There is nothing to release yet: no visit of this wave is approved."), "problem")
        return redirect(url_for("studio.release", wave_id=wave.id), 303)
    except releases.PhotosAreWaiting:
        return redirect(url_for("studio.release", wave_id=wave.id), 303)
    except releases.ImportIsOpen:
        flash(importing(), "problem")
        return redirect(url_for("studio.release", wave_id=wave.id), 303)
    except releases.WaveIsReleased:
        flash(_("This wave has been released already."), "problem")
        return redirect(url_for("studio.wave", wave_id=wave.id), 303)
    return _ordered(wave)


def _ordered(wave: Wave) -> ResponseReturnValue:
    return redirect(url_for("studio.release_progress", wave_id=wave.id), 303)


def _is_open(wave: Wave) -> bool:
    """Somebody has ordered it, and it is not over."""
    job = jobs.find_release(wave)
    return job is not None and job.state not in OVER


@blueprint.get("/waves/<uuid:wave_id>/release-again")
@for_coordinators(wave=study_queries.find_wave)
def release_again(wave: Wave) -> ResponseReturnValue:
    if _is_open(wave):
        return _ordered(wave)
    latest = release_queries.find_newest_edition(wave)
    if latest is None:
        return redirect(url_for("studio.release", wave_id=wave.id), 303)
    preview = wave_previews.read_or_order(wave, current_user.id)
    return waiting(wave, "edition") if preview is None else _page_again(wave, latest, preview, EditionForm())


def _page_again(wave: Wave, latest: Edition, preview: WavePreview | None, form: EditionForm) -> str:
    words = locale.current_words()
    return render_template(
        "studio/release_again.html",
        wave=wave,
        edition=latest,
        preview=preview,
        is_current=preview is not None and wave_previews.holds(preview, wave),
        form=form,
        waiting_photos=jobs.count_pending_media_for_wave(wave),
        printed=lambda score: again.printed(words, score),
        said=lambda store: words.listing(again.visits(words, store)),
    )


@blueprint.post("/waves/<uuid:wave_id>/release-again")
@for_coordinators(wave=study_queries.find_wave)
def release_again_post(wave: Wave) -> ResponseReturnValue:
    form = EditionForm()
    if not form.validate():
        return _refused(wave, form)
    try:
        release_jobs.order(wave, current_user.id, form.reason.data)
    except releases.NothingToRelease:
        form.reason.errors = [_("No visit of this wave counts any more: an edition cannot be empty.")]
        return _refused(wave, form)
    except releases.ImportIsOpen:
        form.reason.errors = [importing()]
        return _refused(wave, form)
    except (releases.PhotosAreWaiting, releases.WaveIsNotReleased):
        return _refused(wave, form)
    return _ordered(wave)


def _refused(wave: Wave, form: EditionForm) -> ResponseReturnValue:
    """With what was written, also where no figures are kept any more."""
    latest = release_queries.find_newest_edition(wave)
    if latest is None:
        return redirect(url_for("studio.release", wave_id=wave.id), 303)
    return _page_again(wave, latest, wave_previews.read(wave), form), 422
