"""One store's report. Screen and PDF are built from the same frozen snapshot."""

from collections.abc import Sequence
from dataclasses import replace

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldstudy.models import StoreEdition
from fieldstudy.queries import actions as action_queries
from fieldstudy.queries import papers as paper_queries
from fieldstudy.queries import releases
from fieldstudy.reports import papers as paper_reports
from fieldstudy.reports.store import actions as action_part
from fieldstudy.reports.store import photos as report_photos
from fieldstudy.reports.store.photos import NumberedPhoto
from fieldstudy.reports.voice import Voice
from fieldstudy.services import papers as orders
from fieldstudy.services import photos
from fieldstudy.web import clock, guards, locale, papers, pictures
from fieldstudy.web.manager import lines, opened, opened_store, plans, tables
from fieldstudy.web.manager.views.room import blueprint, for_readers
from fieldstudy.web.papers import PaperForm


@blueprint.get("/stores/<uuid:store_edition_id>")
@for_readers(store_edition=releases.find_store_edition)
def store(store_edition: StoreEdition) -> ResponseReturnValue:
    viewer = guards.viewer()
    others = releases.list_editions_of_other_waves(viewer, store_edition)
    planned, _before = action_queries.list_for_report(store_edition)
    shown = releases.list_store_editions(viewer, store_edition.edition.wave)
    voice = Voice(store_edition.checklist, locale.current_words())
    report = paper_reports.store_report(store_edition, locale.current())
    return render_template(
        "manager/store.html",
        edition=store_edition,
        report=replace(report, actions=action_part.as_of(report.actions, voice.words, clock.today())),
        section_of=voice.checklist.section_of,
        history=lines.history([*others, store_edition]),
        is_only=len(shown) == 1,
        newest=next((one for one in shown if _replaces(one, store_edition)), None),
        said=lambda figure: opened.said(locale.current_words(), figure),
        ways=opened_store.all_of(store_edition, locale.current_words()),
        actions=plans.table(voice, planned, clock.today()),
        addresses=tables.addresses,
        more_photos=_more_photos(store_edition),
        photo_src=lambda sha256: url_for("manager.photo", store_edition_id=store_edition.id, sha256=sha256),
        logo_src=_logo_address(store_edition),
    )


def _more_photos(store_edition: StoreEdition) -> Sequence[NumberedPhoto]:
    numbered = report_photos.number(store_edition.shown, paper_reports.available(store_edition))
    return numbered[report_photos.MOST :]


def _replaces(one: StoreEdition, other: StoreEdition) -> bool:
    return one.store_id == other.store_id and one.edition.number > other.edition.number


def _logo_address(store_edition: StoreEdition) -> str:
    client = store_edition.edition.wave.study.client
    return url_for("manager.logo", client_id=client.id) if client.logo_sha256 else ""


@blueprint.get("/stores/<uuid:store_edition_id>/report.pdf")
@for_readers(store_edition=releases.find_store_edition)
def store_pdf(store_edition: StoreEdition) -> ResponseReturnValue:
    language = PaperForm(request.args).language(locale.current())
    facts, wave = store_edition.snapshot.facts, store_edition.edition.wave
    back = url_for("manager.store", store_edition_id=store_edition.id)
    title = f"{facts.client} {store_edition.snapshot.store.name} {wave.name} {store_edition.edition.number} {language}"
    return papers.send_ordered(
        paper_reports.store_paper(store_edition, language),
        paper_queries.find_latest_job(store_edition.edition, store_edition.id),
        lambda: orders.order_report(store_edition.edition, store_edition.id, language),
        title,
        back,
    )


@blueprint.get("/stores/<uuid:store_edition_id>/photos/<sha256>")
@for_readers(store_edition=releases.find_store_edition)
def photo(store_edition: StoreEdition, sha256: str) -> ResponseReturnValue:
    """Only a picture of this very report: a hash says nothing about whose picture it is."""
    if sha256 not in store_edition.shown.photo_hashes:
        abort(404)
    return pictures.send(sha256, photos.SMALL)
