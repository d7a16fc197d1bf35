"""One store's report. Screen and PDF are built from the same frozen snapshot."""

from collections.abc import Iterable

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_login import current_user

from fieldstudy import words as languages
from fieldstudy.extensions import limiter
from fieldstudy.models import StoreEdition
from fieldstudy.models.columns import now
from fieldstudy.queries import actions as action_queries
from fieldstudy.queries import releases
from fieldstudy.reports import actions as action_reports
from fieldstudy.reports import pdf
from fieldstudy.reports import store as store_reports
from fieldstudy.reports.store import StoreReport
from fieldstudy.reports.store import photos as report_photos
from fieldstudy.reports.voice import Voice
from fieldstudy.services import files, photos, studies
from fieldstudy.web import guards, locale, pictures
from fieldstudy.web.manager import lines, opened, opened_store, plans, tables
from fieldstudy.web.manager.forms import PaperForm
from fieldstudy.web.manager.views.room import blueprint, for_managers


@blueprint.get("/stores/<uuid:store_edition_id>")
@for_managers(store_edition=releases.find_store_edition)
def store(store_edition: StoreEdition) -> ResponseReturnValue:
    viewer = guards.viewer()
    earlier = releases.list_earlier_editions(viewer, store_edition)
    planned, _before = action_queries.list_for_report(store_edition)
    voice = Voice(store_edition.checklist_version.content, locale.current_words())
    return render_template(
        "manager/store.html",
        edition=store_edition,
        report=_build(store_edition, locale.current()),
        history=lines.history([*earlier, store_edition]),
        is_only=len(releases.list_store_editions(viewer, store_edition.edition.wave)) == 1,
        said=lambda figure: opened.said(locale.current_words(), figure),
        ways=opened_store.all_of(store_edition, locale.current_words()),
        actions=plans.table(voice, planned, now().date()),
        addresses=tables.addresses,
        more_photos=report_photos.number(store_edition.snapshot, _available(store_edition))[report_photos.MOST :],
        photo_src=lambda sha256: url_for("manager.photo", store_edition_id=store_edition.id, sha256=sha256),
        logo_src=_logo_address(store_edition),
    )


def _logo_address(store_edition: StoreEdition) -> str:
    client = store_edition.edition.wave.study.client
    return url_for("manager.logo", client_id=client.id) if client.logo_sha256 else ""


def _build(store_edition: StoreEdition, language: str) -> StoreReport:
    """The one value behind screen and paper."""
    return store_reports.build(
        store_edition.snapshot,
        store_edition.checklist_version.content,
        languages.of(language),
        store_edition.edition.number,
        _available(store_edition),
        action_reports.lines(*action_queries.list_for_report(store_edition)),
    )


def _available(store_edition: StoreEdition) -> set[str]:
    """The purge may have erased a picture since the release."""
    return {sha256 for sha256 in _photos(store_edition) if files.path_of(sha256, photos.SMALL).exists()}


def _photos(store_edition: StoreEdition) -> set[str]:
    return {photo.sha256 for visit in store_edition.snapshot.visits for photo in visit.photos}


def _reader() -> str:
    """Drawing a PDF takes a second of a core: each reader has a share of their own."""
    return str(current_user.get_id() or get_remote_address())


@blueprint.get("/stores/<uuid:store_edition_id>/report.pdf")
@for_managers(store_edition=releases.find_store_edition)
@limiter.limit("20 per minute", key_func=_reader)
def store_pdf(store_edition: StoreEdition) -> ResponseReturnValue:
    language = PaperForm(request.args).language(locale.current())
    report = _build(store_edition, language)
    client = store_edition.edition.wave.study.client
    try:
        data = pdf.render(report, language, _small_copies(report), client.accent, studies.logo_of(client))
    except pdf.PdfIsUnavailable as missing:
        return render_template("manager/pdf_unavailable.html", edition=store_edition, missing=missing), 503
    name = studies.slugify(f"{report.client} {report.store} {store_edition.edition.wave.name}")
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(data, mimetype="application/pdf", headers=headers)


def _small_copies(report: StoreReport) -> dict[str, bytes]:
    shown: Iterable[str] = (picture.sha256 for picture in report.pictures.shown) if report.pictures else ()
    return {sha256: files.path_of(sha256, photos.SMALL).read_bytes() for sha256 in shown}


@blueprint.get("/stores/<uuid:store_edition_id>/photos/<sha256>")
@for_managers(store_edition=releases.find_store_edition)
def photo(store_edition: StoreEdition, sha256: str) -> ResponseReturnValue:
    """Only a picture of this very report: a hash says nothing about whose picture it is."""
    if sha256 not in _photos(store_edition):
        abort(404)
    return pictures.send(sha256, photos.SMALL)
