"""A PDF as an answer: the download, each reader's share of a core, and what to say where none can be made."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField

from fieldstudy import words
from fieldstudy.config import LOCALES
from fieldstudy.exchange import bundles
from fieldstudy.models import Edition, Job, Visit
from fieldstudy.models.columns import now
from fieldstudy.queries import reviews
from fieldstudy.queries.papers import Kept
from fieldstudy.reports import pdf
from fieldstudy.reports import visit as visit_reports
from fieldstudy.reports.visit import VisitReport
from fieldstudy.services import files, photos, studies
from fieldstudy.services.jobs import DIED

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


def send(draw: Callable[[], bytes], title: str, back: str) -> ResponseReturnValue:
    """Drawn now; `back` is the address of the same report on the screen."""
    try:
        data = draw()
    except pdf.ReportIsTooLong:
        return _unavailable(_("On paper it would be too long: nobody could lay it out, or read it."), back)
    except pdf.PictureIsBroken:
        return _unavailable(_("One of its photos is damaged, so that it cannot be put on paper."), back)
    except pdf.PdfIsUnavailable as missing:
        lacking = _("To put it on paper, this machine lacks one thing; whoever looks after it can install it:")
        return _unavailable(lacking, back, str(missing))
    headers = {"Content-Disposition": f'attachment; filename="{studies.slugify(title)}.pdf"'}
    return Response(data, mimetype="application/pdf", headers=headers)


def send_ordered(
    paper: bytes | None, job: Job | None, order: Callable[[], None], title: str, back: str
) -> ResponseReturnValue:
    """The paper that is kept. Nothing is drawn here: who asks for one that is not there has it ordered, and waits on a
    page that turns into the file. One that failed a moment ago says why; later it is tried once more.
    """
    if paper is not None:
        return send(lambda: paper, title, back)
    if job is not None and job.error and not _may_be_tried(job):
        return _failed(job.error, back)
    order()
    return waiting(back)


def _may_be_tried(job: Job) -> bool:
    return job.finished_at is not None and now() - job.finished_at > PAUSE


def _failed(error: str, back: str) -> ResponseReturnValue:
    name, _sep, missing = error.partition(": ")
    return _unavailable(say_error(error), back, missing if name == pdf.PdfIsUnavailable.__name__ else "")


def waiting(back: str) -> ResponseReturnValue:
    return render_template("parts/paper_waiting.html", back=back), 202


def _unavailable(why: str, back: str, missing: str = "") -> ResponseReturnValue:
    return render_template("parts/pdf_unavailable.html", why=why, missing=missing, back=back), 503


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


def visit_report(visit: Visit, language: str, *, is_own: bool) -> VisitReport:
    """With the photos that the purge has not erased.

    Whoever made the visit reads all that they sent, and no points; the desk's paper may be handed to the client.
    """
    review = reviews.take(visit) if is_own else reviews.take(visit).for_client
    wanted = {photo.sha256 for question in review.questions for photo in question.photos}
    available = {sha256 for sha256 in wanted if files.path_of(sha256, photos.SMALL).exists()}
    return visit_reports.build(review, words.of(language), available, with_points=not is_own)


def send_visit(visit: Visit, language: str, back: str, *, is_own: bool) -> ResponseReturnValue:
    report = visit_report(visit, language, is_own=is_own)

    def draw() -> bytes:
        shown = {picture.sha256 for picture in report.pictures}
        small = {sha256: files.path_of(sha256, photos.SMALL).read_bytes() for sha256 in shown}
        client = visit.wave.study.client
        logo = studies.logo_of(client)
        return pdf.render_template(visit_reports.TEMPLATE, report, language, small, client.accent, logo)

    return send(draw, report.title, back)


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
