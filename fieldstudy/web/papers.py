"""A PDF as an answer: the download, the page that waits for it, and what to say where none can be made."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField

from fieldstudy.config import LOCALES
from fieldstudy.exchange import bundles
from fieldstudy.models import Edition, Job, Visit
from fieldstudy.models.columns import now
from fieldstudy.queries import visit_pdfs as visit_pdf_queries
from fieldstudy.queries.papers import Kept
from fieldstudy.queries.temporary_files import OPEN
from fieldstudy.queries.visit_pdfs import Audience
from fieldstudy.reports import papers as paper_reports
from fieldstudy.reports import pdf
from fieldstudy.services import files, studies, temporary_files, visit_pdfs
from fieldstudy.services.jobs import DIED
from fieldstudy.web import guards, throttles

PAUSE = timedelta(minutes=1)
"""After a paper failed: somebody who reads why and asks again wants it tried once more."""
FILE_ERRORS = {"OSError", "FileNotFoundError", "PermissionError", "IsADirectoryError", "NotADirectoryError"}


class PaperForm(FlaskForm):
    """The language of the PDF; the reader's own unless another is asked for."""

    class Meta:
        csrf = False

    locale = SelectField(choices=LOCALES)

    def language(self, own: str) -> str:
        return str(self.locale.data) if self.validate() else own


def send(data: bytes, title: str) -> ResponseReturnValue:
    headers = {"Content-Disposition": f'attachment; filename="{studies.slugify(title)}.pdf"'}
    return Response(data, mimetype="application/pdf", headers=headers)


def send_ordered(
    paper: bytes | None, job: Job | None, order: Callable[[], object], title: str, back: str
) -> ResponseReturnValue:
    """The paper that is kept. Nothing is drawn here: who asks for one that is not there has it ordered, and waits on a
    page that turns into the file. One that failed a moment ago says why; later it is tried once more.

    What is limited is what costs: an order, and not a look whether it is there.
    """
    if paper is not None:
        return send(paper, title)
    if job is not None and job.error and not _may_be_tried(job):
        return _failed(job, back)
    if job is None or job.state not in OPEN:
        throttles.spend((throttles.PAPERS, throttles.reader()))
    order()
    return waiting(back)


def _may_be_tried(job: Job) -> bool:
    return job.finished_at is not None and now() - job.finished_at > PAUSE


def _failed(job: Job, back: str) -> ResponseReturnValue:
    name, _sep, hint = job.error.partition(": ")
    page = render_template(
        "parts/pdf_unavailable.html",
        why=say_error(job.error),
        missing=hint if name == pdf.PdfIsUnavailable.__name__ else "",
        back=back,
        is_tried_again=job.waits_after_error,
    )
    return page, 503


def waiting(back: str) -> ResponseReturnValue:
    return render_template("parts/paper_waiting.html", back=back), 202


def say_error(error: str) -> str:
    """What a worker's error means for whoever waits for the paper."""
    said = {
        "PdfIsUnavailable": _("The machine of the worker lacks Pango, the library that sets the pages."),
        "AssetIsForeign": _("The report refers to something outside itself; nothing was fetched and nothing drawn."),
        "ReportIsTooLong": _("It is too long for paper."),
        "PictureIsBroken": _("A photo of this report cannot be read: its file is damaged."),
        "MemoryError": _("The machine had too little memory."),
        DIED: _("The worker ended in the middle of it, again and again."),
    }
    name = error.split(":")[0]
    if name in FILE_ERRORS:
        return _("A file of this report cannot be read or written. Is the disk full? Is the data folder the worker's?")
    unknown = _("An error of the program (%(name)s). The command “fieldstudy jobs” says more.", name=name)
    return said.get(name, unknown)


def send_visit(visit: Visit, language: str, back: str, audience: Audience) -> ResponseReturnValue:
    """As the visit stands now; the page on the screen is built from the same report."""
    report = paper_reports.visit_report(visit, language, audience)
    wanted = visit_pdf_queries.payload(visit, audience, language, paper_reports.ingredients_of_visit(visit, report))
    job = visit_pdf_queries.find_job(visit, wanted)
    return send_ordered(
        temporary_files.read(job.id) if job is not None else None,
        job,
        lambda: visit_pdfs.order(visit, wanted, guards.viewer().user_id),
        report.title,
        back,
    )


def send_bundle(edition: Edition, kept: Sequence[Kept], language: str) -> ResponseReturnValue:
    """The papers that are kept, as one ZIP; sent while it is written."""
    wave = edition.wave
    title = studies.slugify(f"{wave.study.client.name} {wave.name} {edition.number} {language}")
    named = [(f"{title}/{_name(one)}.pdf", files.path_of(one.sha256)) for one in kept]
    headers = {"Content-Disposition": f'attachment; filename="{title}.zip"'}
    return Response(bundles.stream(named), mimetype="application/zip", headers=headers)


def _name(kept: Kept) -> str:
    """The code first: two stores may have one name."""
    return studies.slugify(f"{kept.code} {kept.name}") if kept.code else _("network report").replace(" ", "-")
