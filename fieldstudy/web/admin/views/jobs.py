"""Work that the workers do: what waits, what runs, and what was given up."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fieldstudy.models import Job
from fieldstudy.queries import jobs as job_queries
from fieldstudy.services import jobs
from fieldstudy.web.admin.list_forms import KINDS, STATES, JobListForm
from fieldstudy.web.admin.views.room import blueprint, for_admins


@blueprint.get("/jobs")
@for_admins()
def job_list() -> ResponseReturnValue:
    form = JobListForm(formdata=request.args)
    return render_template(
        "admin/job_list.html",
        form=form,
        found=job_queries.list_jobs(form.wanted, form.number),
        counts=job_queries.count_by_state(),
        kinds=KINDS,
        states=STATES,
    )


@blueprint.post("/jobs/<uuid:job_id>/retry")
@for_admins(job=job_queries.find_job)
def job_retry(job: Job) -> ResponseReturnValue:
    try:
        jobs.retry(job, current_user.id)
        flash(_("It is tried again."))
    except jobs.JobIsNotOver:
        flash(_("It is not given up: it waits, runs or is done."), "problem")
    except jobs.AnotherIsOpen:
        flash(_("Another file is coming into the same wave: try this one again when that is done."), "problem")
    return redirect(url_for("admin.job_list"), 303)


@blueprint.post("/jobs/retry")
@for_admins()
def job_retry_all() -> ResponseReturnValue:
    count = jobs.retry_failed(current_user.id)
    flash(ngettext("%(num)s job is tried again.", "%(num)s jobs are tried again.", count))
    return redirect(url_for("admin.job_list"), 303)
