"""Files of others: stores, checklists, visits."""

import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import click
from flask import current_app

from fieldstudy.cli.root import FILE, NOTHING, in_app, main, print_notes, print_problems
from fieldstudy.exchange import problems, tables, xlsform
from fieldstudy.exchange import stores as store_files
from fieldstudy.exchange import visits as visit_files
from fieldstudy.models import Job, JobState
from fieldstudy.queries import checklists as checklist_queries
from fieldstudy.queries import jobs as job_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import checklists, import_jobs, jobs, studies, unit

LOOK_SECONDS = 0.5


@main.group("import")
def import_() -> None:
    """Import stores, a checklist or visits; all of a file or nothing."""


@import_.command("stores")
@click.argument("file", type=FILE)
@click.option("--study", required=True)
@in_app
def import_stores(file: Path, study: str) -> None:
    found = study_queries.get_study_by_slug(study)
    with file.open("rb") as stream:
        read = store_files.read_stores(file.name, stream)
    print_notes(read.notes)
    added, changed = studies.import_stores(found, read.rows)
    click.echo(f"stores: {added} new, {changed} changed, {len(read.rows) - added - changed} as they were")


@import_.command("checklist")
@click.argument("file", type=FILE)
@click.option("--study", required=True)
@in_app
def import_checklist(file: Path, study: str) -> None:
    """Imports and publishes; prints what was left out or fell back."""
    found = study_queries.get_study_by_slug(study)
    with file.open("rb") as stream:
        read = xlsform.read_checklist(file.name, stream)
    print_notes(read.notes)
    notes = problems.as_values(read.notes)
    version, publication = checklists.publish(
        found, read.checklist, file.name, file.read_bytes(), read.sha256, notes=notes
    )
    click.echo(
        f"checklist {version.form_id} {PUBLICATION_TEXTS[publication].format(number=version.number)}: "
        f"{len(read.checklist.sections)} sections, {sum(q.is_asked for q in read.checklist.questions)} questions"
    )
    if same := checklist_queries.find_same_label(version):
        click.echo(f"note: the file calls itself {version.content.version!r}, as version {same.number} does")


PUBLICATION_TEXTS = {
    checklists.Publication.NEW: "published version {number}",
    checklists.Publication.AGAIN: "is an older file: version {number} is in force again",
    checklists.Publication.NOTHING: "is the file in force: nothing to publish; it stays version {number}",
}


@import_.command("visits")
@click.argument("file", type=FILE)
@click.option("--study", required=True)
@click.option("--wave", required=True)
@click.option("--checklist", "form_id", default="", help="Its form_id; needed where the study has several.")
@in_app
def import_visits(file: Path, study: str, wave: str, form_id: str) -> None:
    """For paper forms and data from an older system; imported visits are approved.

    Some come in at a time, and phones send between them. What is in stays in: begun again, it goes on from there.
    """
    found = study_queries.get_study_by_slug(study)
    round_ = study_queries.get_wave_by_name(found, wave)
    version = checklist_queries.get_in_force(found, form_id)
    with file.open("rb") as stream:
        content = stream.read(tables.BYTES_LIMIT + 1)
    try:
        ordered = import_jobs.order(round_, version, file.name, content, None)
    except jobs.AnotherIsOpen:
        raise click.ClickException(f"another file is being imported into wave {wave!r}: it has to end first") from None
    _say_end(_carry_out(ordered.id))


def _carry_out(job_id: UUID) -> Job:
    """Here, unless a worker takes it first; one with an error is tried again by workers, and not waited for."""
    progress = _Progress()
    try:
        while (job := job_queries.get_job(job_id)).state not in jobs.OVER and not job.waits_after_error:
            unit.rest()
            if not current_app.extensions["workshop"].carry_out(job_id, progress.say):
                progress.say(job.done, job.total)
                time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        job = _cancel(job_id)
    return job


def _cancel(job_id: UUID) -> Job:
    with suppress(jobs.JobIsOver):
        jobs.cancel(job_queries.get_job(job_id), None)
    return job_queries.get_job(job_id)


class _Progress:
    """Lines that somebody reads who waits: each once, and none where all is told at the end."""

    def __init__(self) -> None:
        self._said: int | None = None

    def say(self, done: int, total: int) -> None:
        if done not in (0, total, self._said):
            text = "are there already" if self._said is None else "are in"
            click.echo(f"visits: {done} of {total} {text}")
        self._said = done


def _say_end(job: Job) -> None:
    if job.state == JobState.DONE:
        print_notes(problems.notes_in(job.payload["notes"]))
        present = job.payload["present"]
        click.echo(f"visits: {job.total - present} imported and approved, {present} were there already")
        return
    kept = f"{job.done} of {job.total} visits are in and stay in: the same command goes on from there."
    rest = kept if job.done else NOTHING
    if refusal := visit_files.refusal_in(job.error):
        print_problems(refusal, rest)
        raise SystemExit(1)
    raise click.ClickException(f"{'interrupted' if job.is_cancelled else job.error}. {rest}")
