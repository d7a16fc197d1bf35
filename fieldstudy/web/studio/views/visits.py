"""Visits that come from a file: paper forms, and data from an older system. A worker reads it and brings them in."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fieldstudy.exchange import problems
from fieldstudy.exchange import visits as visit_files
from fieldstudy.models import Job, JobState, Wave
from fieldstudy.queries import checklists as checklist_queries
from fieldstudy.queries import jobs as job_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import import_jobs, jobs
from fieldstudy.services.jobs import DIED
from fieldstudy.services.releases import WaveIsReleased
from fieldstudy.web import body_limits, locale, throttles
from fieldstudy.web.studio import uploads
from fieldstudy.web.studio.forms import VisitFileForm
from fieldstudy.web.studio.views.room import blueprint, for_coordinators


@blueprint.get("/waves/<uuid:wave_id>/visits/import")
@for_coordinators(wave=study_queries.find_wave)
def visit_import(wave: Wave) -> ResponseReturnValue:
    job = job_queries.find_import(wave)
    return _ordered(wave) if job is not None and job.state not in jobs.OVER else _page(wave, _form(wave))


@blueprint.post("/waves/<uuid:wave_id>/visits/import")
@for_coordinators(wave=study_queries.find_wave)
@body_limits.takes_files
@throttles.limit(throttles.UPLOADS)
def visit_import_post(wave: Wave) -> ResponseReturnValue:
    form = _form(wave)
    if not form.validate():
        return _page(wave, form), 422
    version = checklist_queries.get_in_force(wave.study, form.form_id.data)
    try:
        import_jobs.order(wave, version, form.file.data.filename, uploads.content(form), current_user.id)
    except WaveIsReleased:
        form.form_errors.append(_released())
    except jobs.AnotherIsOpen:
        form.form_errors.append(_("Another file is being imported into this wave. Send this one when that is done."))
    else:
        return _ordered(wave)
    return _page(wave, form), 422


def _ordered(wave: Wave) -> ResponseReturnValue:
    return redirect(url_for("studio.import_progress", wave_id=wave.id), 303)


def _released() -> str:
    return _("This wave has been released in the meantime: nothing can be added to it.")


@blueprint.get("/waves/<uuid:wave_id>/visits/import/progress")
@for_coordinators(wave=study_queries.find_wave)
def import_progress(wave: Wave) -> ResponseReturnValue:
    job = job_queries.find_import(wave)
    if job is None:
        return redirect(url_for("studio.visit_import", wave_id=wave.id), 303)
    if job.state in jobs.OVER and job.state != JobState.DONE:
        return _refused(wave, job)
    present = job.payload.get("present", 0)
    return render_template(
        "studio/visit_import_progress.html",
        wave=wave,
        job=job,
        is_running=job.state != JobState.DONE,
        why=_why(job) if job.error else "",
        said=_imported(job.total - present, present),
        notes=[locale.current_words().file_problem(note) for note in problems.notes_in(job.payload.get("notes", []))],
    )


def _refused(wave: Wave, job: Job) -> str:
    """What is wrong with the file stands beside the field, where the next one is chosen."""
    form = _form(wave)
    form.form_id.data = form.form_id.data or job.payload.get("form_id")
    refusal = visit_files.refusal_in(job.error)
    if refusal is not None:
        form.refuse(refusal, is_nothing_in=not job.done)
    else:
        form.form_errors.append(_why(job))
    if job.done:
        form.form_errors.append(_kept(job))
    return _page(wave, form)


def _kept(job: Job) -> str:
    words = locale.current_words()
    return ngettext(
        "%(done)s of %(all)s visit is in and stays in: the same file once more goes on from there.",
        "%(done)s of %(all)s visits are in and stay in: the same file once more goes on from there.",
        job.total,
        done=words.integer(job.done),
        all=words.integer(job.total),
    )


def _why(job: Job) -> str:
    if job.state == JobState.CANCELLED:
        return _("The import was interrupted.")
    name = job.error.split(":")[0]
    said = {
        "WaveIsReleased": _released(),
        "FileIsGone": _("The file is not there any more: choose it again."),
        DIED: _("The worker ended in the middle of it, again and again."),
    }
    unknown = _("An error of the program (%(name)s). The command “fieldstudy jobs” says more.", name=name)
    return said.get(name, unknown)


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
