"""A release that was ordered: how far it is, what came of it, and why nothing did."""

from contextlib import suppress
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.models import Job, JobState, Wave
from fieldstudy.queries import jobs as job_queries
from fieldstudy.queries import releases as release_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import jobs, release_jobs
from fieldstudy.services.jobs import DIED
from fieldstudy.web import locale
from fieldstudy.web.studio import faults
from fieldstudy.web.studio.views.room import blueprint, for_coordinators


@blueprint.get("/waves/<uuid:wave_id>/release/progress")
@for_coordinators(wave=study_queries.find_wave)
def release_progress(wave: Wave) -> ResponseReturnValue:
    job = job_queries.find_release(wave)
    if job is None:
        return redirect(url_for("studio.release", wave_id=wave.id), 303)
    is_done = job.state == JobState.DONE
    return render_template(
        "studio/release_progress.html",
        wave=wave,
        job=job,
        is_again=job.payload["reason"] is not None,
        is_running=job.state not in jobs.OVER,
        rounds=job.payload.get("rounds", 1),
        edition=release_queries.find_edition_by_id(UUID(job.payload["edition"])) if is_done else None,
        why=_why(job),
        faults=faults.worded(release_jobs.faults_in(job.error), locale.current_words()),
    )


def importing() -> str:
    return _("A file with visits is being imported into this wave. It can be released once they are all in.")


def _why(job: Job) -> str:
    """It was not released, or has to be tried again."""
    if job.state == JobState.CANCELLED:
        return _("The release was cancelled. Nothing was frozen.")
    name = job.error.split(":")[0]
    said = {
        "NothingToRelease": _("No visit of this wave counts any more: an edition cannot be empty."),
        "NothingChanged": _("Nothing changed against the newest edition: there is nothing to release."),
        "WaveIsReleased": _("This wave has been released already."),
        "PhotosAreWaiting": _("Photos of these visits are still being prepared. Try again in a minute."),
        "ImportIsOpen": importing(),
        "WaveKeepsChanging": _(
            "Each time that the figures were computed, somebody had approved or changed a visit meanwhile. "
            "Try again when the desk pauses."
        ),
        "DoesNotAddUp": _("Its numbers do not add up, so nothing was frozen."),
        DIED: _("The worker ended in the middle of it, again and again."),
        "": "",
    }
    unknown = _("An error of the program (%(name)s). The command “fieldstudy jobs” says more.", name=name)
    return said.get(name, unknown)


@blueprint.post("/waves/<uuid:wave_id>/release/cancel")
@for_coordinators(wave=study_queries.find_wave)
def release_cancel(wave: Wave) -> ResponseReturnValue:
    with suppress(jobs.JobIsOver):
        jobs.cancel(_job(wave), current_user.id)
    return redirect(url_for("studio.release_progress", wave_id=wave.id), 303)


@blueprint.post("/waves/<uuid:wave_id>/release/retry")
@for_coordinators(wave=study_queries.find_wave)
def release_retry(wave: Wave) -> ResponseReturnValue:
    with suppress(jobs.JobIsNotOver):
        jobs.retry(_job(wave), current_user.id)
    return redirect(url_for("studio.release_progress", wave_id=wave.id), 303)


def _job(wave: Wave) -> Job:
    return job_queries.find_release(wave) or abort(404)
