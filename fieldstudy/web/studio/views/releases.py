"""Releasing a wave: first what will be frozen, then the act; and a later edition, with what it would change."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.core.lifecycle import State
from fieldstudy.models import Edition, Wave
from fieldstudy.queries import hints, jobs, planning
from fieldstudy.queries import releases as release_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.queries.assignments import Wanted, WaveAssignments
from fieldstudy.reports import again
from fieldstudy.services import releases
from fieldstudy.services.releases import DoesNotAddUp
from fieldstudy.web import hints as hint_words
from fieldstudy.web import locale
from fieldstudy.web.studio import faults
from fieldstudy.web.studio.forms import EditionForm
from fieldstudy.web.studio.views.room import blueprint, for_coordinators


@blueprint.get("/waves/<uuid:wave_id>/release")
@for_coordinators(wave=study_queries.find_wave)
def release(wave: Wave) -> ResponseReturnValue:
    return _page(wave)


def _page(wave: Wave, wrong: DoesNotAddUp | None = None) -> str:
    words = locale.current_words()
    return render_template(
        "studio/release.html",
        wave=wave,
        preview=planning.preview_release(wave),
        all_stores=study_queries.count_stores_for_client(wave.client_id),
        hinted=[(one, [hint_words.say(words, hint) for hint in one.hints]) for one in hints.list_unquestioned(wave)],
        outside=WaveAssignments(wave).count(Wanted(state=State.APPROVED, is_outside=True)),
        waiting_photos=jobs.count_pending_media_for_wave(wave),
        faults=faults.worded(wrong.faults, words) if wrong else [],
    )


@blueprint.post("/waves/<uuid:wave_id>/release")
@for_coordinators(wave=study_queries.find_wave)
def release_post(wave: Wave) -> ResponseReturnValue:
    try:
        edition = releases.release(wave, current_user.id)
    except DoesNotAddUp as wrong:
        return _page(wave, wrong), 422
    except releases.NothingToRelease:
        flash(_("There is nothing to release yet: no visit of this wave is approved."), "problem")
        return redirect(url_for("studio.release", wave_id=wave.id), 303)
    except releases.PhotosAreWaiting:
        return redirect(url_for("studio.release", wave_id=wave.id), 303)
    except releases.WaveIsReleased:
        flash(_("This wave has been released already."), "problem")
        return redirect(url_for("studio.wave", wave_id=wave.id), 303)
    return _released(edition)


def _released(edition: Edition) -> ResponseReturnValue:
    flash(_("Released: edition %(number)s. Managers see it from now on.", number=edition.number))
    return redirect(url_for("studio.paper_list", wave_id=edition.wave_id), 303)


@blueprint.get("/waves/<uuid:wave_id>/release-again")
@for_coordinators(wave=study_queries.find_wave)
def release_again(wave: Wave) -> ResponseReturnValue:
    return _page_again(wave, EditionForm())


def _page_again(wave: Wave, form: EditionForm, wrong: DoesNotAddUp | None = None) -> ResponseReturnValue:
    latest = release_queries.find_newest_edition(wave)
    if latest is None:
        return redirect(url_for("studio.release", wave_id=wave.id), 303)
    words = locale.current_words()
    return render_template(
        "studio/release_again.html",
        wave=wave,
        edition=latest,
        change=releases.preview_change(wave, latest),
        form=form,
        waiting_photos=jobs.count_pending_media_for_wave(wave),
        faults=faults.worded(wrong.faults, words) if wrong else [],
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
        edition = releases.release_again(wave, form.reason.data, current_user.id)
    except DoesNotAddUp as wrong:
        return _refused(wave, form, wrong)
    except releases.NothingChanged:
        form.reason.errors = [_("Nothing changed against the newest edition: there is nothing to release.")]
    except releases.NothingToRelease:
        form.reason.errors = [_("No visit of this wave counts any more: an edition cannot be empty.")]
    except (releases.PhotosAreWaiting, releases.WaveIsNotReleased):
        return redirect(url_for("studio.release_again", wave_id=wave.id), 303)
    else:
        return _released(edition)
    return _refused(wave, form)


def _refused(wave: Wave, form: EditionForm, wrong: DoesNotAddUp | None = None) -> ResponseReturnValue:
    page = _page_again(wave, form, wrong)
    return (page, 422) if isinstance(page, str) else page
