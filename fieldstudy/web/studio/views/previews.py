"""The reports of a wave before their release, as managers would read them; for coordinators alone, and never kept."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.core import search
from fieldstudy.models import Job, Store, Wave
from fieldstudy.queries import pages
from fieldstudy.queries import previews as preview_queries
from fieldstudy.queries import releases as release_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.queries.temporary_files import OPEN
from fieldstudy.reports import papers as paper_reports
from fieldstudy.services import previews, temporary_files, wave_previews
from fieldstudy.web import guards, locale, papers, throttles
from fieldstudy.web.papers import PaperForm
from fieldstudy.web.studio.list_forms import StoreListForm
from fieldstudy.web.studio.views.room import blueprint, for_coordinators
from fieldstudy.web.studio.views.wave_previews import waiting


@blueprint.get("/waves/<uuid:wave_id>/preview")
@for_coordinators(wave=study_queries.find_wave)
def preview(wave: Wave) -> ResponseReturnValue:
    form = StoreListForm(formdata=request.args)
    lines = preview_queries.list_stores(wave)
    found = [line for line in lines if search.matches(form.search.data, line.texts)]
    return render_template(
        "studio/preview.html", wave=wave, form=form, has_stores=bool(lines), found=pages.of_lines(found, form.number)
    )


@blueprint.get("/waves/<uuid:wave_id>/preview/network")
@for_coordinators(wave=study_queries.find_wave)
def preview_network(wave: Wave) -> ResponseReturnValue:
    if not release_queries.has_counting_visits(wave):
        return _nothing_counts(wave)
    preview = wave_previews.read_or_order(wave, current_user.id)
    if preview is None:
        return waiting(wave, "network")
    report = paper_reports.network_preview(preview, locale.current())
    if report is None:
        wave_previews.order(wave, current_user.id)
        return waiting(wave, "network")
    return render_template(
        "studio/preview_network.html",
        wave=wave,
        report=report,
        logo_src=_logo(wave),
        is_current=wave_previews.holds(preview, wave),
    )


@blueprint.get("/waves/<uuid:wave_id>/preview/stores/<uuid:store_id>")
@for_coordinators(wave=study_queries.find_wave, store=preview_queries.find_store)
@throttles.limit(throttles.PAPERS)
def preview_store(wave: Wave, store: Store) -> ResponseReturnValue:
    _check_client(wave, store)
    report = paper_reports.store_preview(wave, store, locale.current())
    if report is None:
        return _nothing_counts(wave)
    photo_ids = preview_queries.list_photo_ids(wave, store)
    return render_template(
        "studio/preview_store.html",
        wave=wave,
        store=store,
        report=report,
        photo_src=lambda sha256: url_for("desk.small_photo", photo_id=photo_ids[sha256]),
        logo_src=_logo(wave),
    )


def _check_client(wave: Wave, store: Store) -> None:
    """A coordinator of two clients reaches both."""
    if store.client_id != wave.client_id:
        abort(404)


def _nothing_counts(wave: Wave) -> ResponseReturnValue:
    flash(_("No visit counts here yet: there is nothing to preview."), "problem")
    return redirect(url_for("studio.preview", wave_id=wave.id), 303)


def _logo(wave: Wave) -> str:
    client = wave.study.client
    return url_for("manager.logo", client_id=client.id) if client.logo_sha256 else ""


@blueprint.post("/waves/<uuid:wave_id>/preview/network")
@for_coordinators(wave=study_queries.find_wave)
@throttles.limit(throttles.PAPERS)
def preview_network_post(wave: Wave) -> ResponseReturnValue:
    return _order(wave, None)


@blueprint.post("/waves/<uuid:wave_id>/preview/stores/<uuid:store_id>")
@for_coordinators(wave=study_queries.find_wave, store=preview_queries.find_store)
@throttles.limit(throttles.PAPERS)
def preview_store_post(wave: Wave, store: Store) -> ResponseReturnValue:
    _check_client(wave, store)
    return _order(wave, store)


def _order(wave: Wave, store: Store | None) -> ResponseReturnValue:
    language = PaperForm(request.form).language(locale.current())
    job = previews.order(wave, store, language, guards.viewer().user_id)
    return redirect(url_for("studio.preview_pdf", preview_id=job.id), 303)


@blueprint.get("/previews/<uuid:preview_id>/report.pdf")
@for_coordinators(preview=preview_queries.find_preview)
def preview_pdf(preview: Job) -> ResponseReturnValue:
    """Drawn by a worker; its reader waits on a page, which turns into the file."""
    back = _page_of(preview)
    data = temporary_files.read(preview.id)
    if data is not None:
        return papers.send(data, _title(preview))
    if preview.state in OPEN and not preview.waits_after_error:
        return papers.waiting(back)
    if preview.error:
        flash(papers.say_error(preview.error), "problem")
    else:
        flash(_("This preview is not kept any more: have it drawn again, as the visits stand now."), "problem")
    return redirect(back, 303)


def _page_of(preview: Job) -> str:
    wave_id, store_id = UUID(preview.payload["wave"]), preview.payload["store"]
    if store_id is None:
        return url_for("studio.preview_network", wave_id=wave_id)
    return url_for("studio.preview_store", wave_id=wave_id, store_id=UUID(store_id))


def _title(preview: Job) -> str:
    wave, store = preview_queries.get_subject(preview)
    of = store.name if store else _("network report")
    return " ".join((_("preview"), wave.study.client.name, of, wave.name, preview.payload["language"]))
