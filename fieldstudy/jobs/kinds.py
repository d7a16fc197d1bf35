"""What each kind of job does: at most one reader with one service. Begun again, it ends in the same state."""

import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import current_app

from fieldstudy.config import Config
from fieldstudy.exchange import pictures, problems
from fieldstudy.exchange import visits as visit_files
from fieldstudy.exchange.problems import FileIsRefused
from fieldstudy.exchange.visits import VisitsFile
from fieldstudy.jobs import account_letters
from fieldstudy.models import ChecklistVersion, Medium, Wave
from fieldstudy.queries import checklists as checklist_queries
from fieldstudy.queries import invitations as invitation_queries
from fieldstudy.queries import jobs as job_queries
from fieldstudy.queries import papers as paper_queries
from fieldstudy.queries import previews as preview_queries
from fieldstudy.queries import releases as release_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.queries import visit_pdfs as visit_pdf_queries
from fieldstudy.queries.visit_pdfs import Audience
from fieldstudy.reports import letters
from fieldstudy.reports import papers as paper_reports
from fieldstudy.services import (
    import_jobs,
    jobs,
    mail,
    media,
    papers,
    photos,
    release_jobs,
    temporary_files,
    unit,
    visit_imports,
    wave_previews,
)
from fieldstudy.services.jobs import Lease
from fieldstudy.services.releases import WaveIsReleased

PACE_SECONDS = 1


def clean_picture(lease: Lease) -> None:
    """From the inbox to a photo of its visit; a picture that is refused stays in the inbox with its reason."""
    medium = job_queries.get_medium(UUID(lease.payload["user"]), UUID(lease.payload["medium"]))
    if medium.photo_id is None and not medium.refusal:
        _take_in(medium)
    if medium.photo_id is not None and medium.erased_at is None:
        photos.erase_received(medium)


def _take_in(medium: Medium) -> None:
    try:
        with media.path_of(medium.user_id, medium.id).open("rb") as stream:
            picture = pictures.clean(stream)
    except pictures.PictureIsRefused as refused:
        if refused.key == "busy":
            raise
        photos.refuse(medium, refused.key)
        return
    # Somebody may have chosen the other version of its visit: then it belongs to none, and waits in the inbox.
    with suppress(photos.MediumIsUnclaimed):
        photos.take_in(medium, picture)


def draw_papers(lease: Lease) -> None:
    """One report in each of its languages; begun again, only what is not kept yet or would look different is drawn."""
    payload = lease.payload
    edition_id = UUID(payload["edition"])
    store_edition_id = UUID(payload["store_edition"]) if payload["store_edition"] else None
    languages = payload["languages"]
    for number, language in enumerate(languages):
        jobs.progress(lease, number, len(languages))
        if not paper_reports.is_kept(edition_id, store_edition_id, language):
            edition, data, ingredients = paper_reports.drawn(edition_id, store_edition_id, language)
            papers.keep(edition, store_edition_id, language, data, ingredients)
    jobs.progress(lease, len(languages), len(languages))


def draw_preview(lease: Lease) -> None:
    """Nothing is kept where no visit counts any more."""
    with temporary_files.place(lease.job_id) as keep:
        wave, store = preview_queries.get_subject(job_queries.get_job(lease.job_id))
        data = paper_reports.draw_preview(wave, store, lease.payload["language"])
        if data is not None:
            keep(data)
    jobs.progress(lease, 1, 1)


def draw_visit(lease: Lease) -> None:
    """Only what was ordered is kept: a visit that has changed since shows another report, which has to be ordered."""
    language, audience = lease.payload["language"], Audience(lease.payload["audience"])
    with temporary_files.place(lease.job_id) as keep:
        unit.read_one_state()
        visit = visit_pdf_queries.get_visit(UUID(lease.payload["visit"]))
        report = paper_reports.visit_report(visit, language, audience)
        if paper_reports.ingredients_of_visit(visit, report) == lease.payload["ingredients"]:
            keep(paper_reports.draw_visit(visit, report, language))
    jobs.progress(lease, 1, 1)


def preview_wave(lease: Lease) -> None:
    wave = study_queries.get_wave(UUID(lease.payload["wave"]))
    wave_previews.keep(wave, wave_previews.compute(wave, _Pace(lease).say))


class LetterIsUncertain(Exception):
    """A worker ended while it sent: nobody knows whether the letter left, and no manager gets one twice."""

    def __init__(self) -> None:
        super().__init__("it is not known whether the e-mail left; a retry sends it again")


def tell_manager(lease: Lease) -> None:
    """`done` of the job says that the letter was about to leave: only a sure refusal takes that back."""
    edition_id, user_id = UUID(lease.payload["edition"]), UUID(lease.payload["user"])
    if job_queries.get_job(lease.job_id).done:
        raise LetterIsUncertain
    config: Config = current_app.extensions["fieldstudy"]
    edition, user = release_queries.get_edition(edition_id), paper_queries.get_user(user_id)
    if user not in paper_queries.list_readers(edition):  # deactivated, or without the role, since the job was made
        return
    letter = letters.papers_ready(edition, user, mail.sender(), config.link(f"/manager/waves/{edition.wave_id}"))
    jobs.progress(lease, 1, 1)
    try:
        mail.send(letter, user.email, f"{edition_id}.{user_id}")
    except mail.MailIsRefused:
        jobs.progress(lease, 0, 1)
        raise


def release_wave(lease: Lease) -> None:
    """Says how many stores are computed, once a second, and how often it had to begin with them."""
    wave = study_queries.get_wave(UUID(lease.payload["wave"]))
    pace = _Pace(lease)
    release_jobs.carry_out(wave, lease.payload, pace.say)


def import_visits(lease: Lease) -> None:
    """What is wrong with the file ends the job at once. Begun again, it finds the visits that are in."""
    payload = lease.payload
    if "notes" in payload:  # all was in and told, and then the worker ended
        import_jobs.drop(payload)
        return
    wave, version = (
        study_queries.get_wave(UUID(payload["wave"])),
        checklist_queries.get_version(UUID(payload["version"])),
    )
    try:
        read = _read_visits(wave, version, payload)
        actor = UUID(payload["actor"]) if payload["actor"] else None
        count = _Count(lease)
        visit_imports.import_visits(wave, version, read.rows, actor, count.say)
    except visit_imports.VisitsDiffer as differ:
        import_jobs.drop(payload)
        raise jobs.JobIsRefused(visit_files.as_error(visit_files.refusal(read, differ.mismatches))) from differ
    except FileIsRefused as refusal:
        if any(problem.key == "reader_busy" for problem in refusal.problems):
            raise
        import_jobs.drop(payload)
        raise jobs.JobIsRefused(visit_files.as_error(refusal)) from refusal
    except (WaveIsReleased, import_jobs.FileIsGone) as refusal:
        import_jobs.drop(payload)
        raise jobs.JobIsRefused(type(refusal).__name__) from refusal
    count.tell(len(read.rows), problems.as_values(read.notes))
    import_jobs.drop(payload)


class _Count:
    """Of the visits that were there before: those that this job brought in, before its worker ended, are not."""

    def __init__(self, lease: Lease) -> None:
        self._lease, self._present = lease, lease.payload.get("present")

    def say(self, done: int, total: int, known: int) -> None:
        if self._present is None:
            self._present = known
        jobs.progress_beside(self._lease, done, total, present=self._present)

    def tell(self, total: int, notes: list[Any]) -> None:
        jobs.progress_beside(self._lease, total, total, present=self._present or 0, notes=notes)


def _read_visits(wave: Wave, version: ChecklistVersion, payload: Mapping[str, Any]) -> VisitsFile:
    zones = {store.code: store.timezone for store in study_queries.list_stores_for_client(wave.client_id)}
    content = import_jobs.read(payload)
    return visit_files.read_visits(payload["name"], content, version.content, zones, (wave.starts_on, wave.ends_on))


class _Pace:
    """Each time that a job says how far it is costs a write: between two of them it works for a second."""

    def __init__(self, lease: Lease) -> None:
        self._lease, self._rounds, self._said_at = lease, 0, -math.inf

    def say(self, done: int, total: int) -> None:
        is_first = done == 0
        self._rounds += is_first
        if is_first or done == total or time.monotonic() - self._said_at > PACE_SECONDS:
            jobs.progress_beside(self._lease, done, total, rounds=self._rounds)
            self._said_at = time.monotonic()


KINDS: Mapping[str, Callable[[Lease], None]] = {
    jobs.PICTURE: clean_picture,
    job_queries.RELEASE: release_wave,
    job_queries.VISIT_IMPORT: import_visits,
    preview_queries.WAVE_PREVIEW: preview_wave,
    paper_queries.PAPERS: draw_papers,
    preview_queries.PREVIEW: draw_preview,
    visit_pdf_queries.VISIT_PDF: draw_visit,
    paper_queries.TELL: tell_manager,
    invitation_queries.LETTER: account_letters.send_invitation,
    invitation_queries.RESET_LETTER: account_letters.send_reset,
    invitation_queries.NOTICE: account_letters.send_notice,
}
