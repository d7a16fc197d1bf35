"""A frozen store, a network or a visit becomes a report, and the report a PDF: one place for pages and for workers."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from fieldstudy import words
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.models import Client, Edition, Store, StoreEdition, Visit, Wave
from fieldstudy.models.columns import now
from fieldstudy.queries import actions as action_queries
from fieldstudy.queries import checklists, networks, releases, reviews, snapshots
from fieldstudy.queries import papers as paper_queries
from fieldstudy.queries.visit_pdfs import Audience
from fieldstudy.reports import actions as action_reports
from fieldstudy.reports import again, pdf
from fieldstudy.reports import network as network_reports
from fieldstudy.reports import store as store_reports
from fieldstudy.reports import visit as visit_reports
from fieldstudy.reports.network import NetworkReport, Source
from fieldstudy.reports.store import StoreReport
from fieldstudy.reports.store.photos import Picture
from fieldstudy.reports.visit import VisitReport
from fieldstudy.services import files, photos, studies, unit, wave_previews
from fieldstudy.services.wave_previews import WavePreview


class NetworkIsGone(LookupError):
    """An edition from before networks were frozen, and no visit counts any more."""


def store_report(frozen: StoreEdition, language: str) -> StoreReport:
    """The one value behind screen and paper; the hash is that of the frozen bytes."""
    report = store_reports.build(
        frozen.shown,
        frozen.checklist,
        words.of(language),
        frozen.edition.number,
        available(frozen),
        action_reports.lines(*action_queries.list_for_report(frozen)),
        frozen.edition.reason,
        frozen.edition.change,
    )
    return replace(report, method=replace(report.method, sha256=frozen.sha256))


def available(frozen: StoreEdition) -> set[str]:
    """The purge may have erased a picture since the release."""
    return _kept_pictures(frozen.shown)


def _kept_pictures(snapshot: StoreSnapshot) -> set[str]:
    return _with_small_copies(snapshot.photo_hashes)


def _with_small_copies(hashes: Iterable[str]) -> set[str]:
    return {one for one in hashes if files.path_of(one, photos.SMALL).exists()}


def draw_store(frozen: StoreEdition, language: str) -> bytes:
    return _draw(store_report(frozen, language), language, frozen.edition.wave.study.client)


def store_preview(wave: Wave, store: Store, language: str) -> StoreReport | None:
    """As the visits stand now; None where none counts. Neither edition nor actions: only a released report has them."""
    unit.read_one_state()
    found = next(iter(snapshots.take(wave, store)), None)
    if found is None:
        return None
    snapshot, said = found.snapshot, words.of(language)
    report = store_reports.build(snapshot, found.checklist, said, None, _kept_pictures(snapshot))
    return replace(report, mark=again.preview(said, now().astimezone(ZoneInfo(snapshot.store.timezone))))


def network_preview(preview: WavePreview, language: str) -> NetworkReport | None:
    """As the visits stood then; None where none counted."""
    if preview.network is None or preview.version_id is None:
        return None
    said = words.of(language)
    checklist = preview.network.facts.checklist(checklists.get_version(preview.version_id).content)
    report = network_reports.build(preview.network, checklist, said, Source(None))
    return replace(report, mark=again.preview(said, preview.local_at))


def draw_preview(wave: Wave, store: Store | None, language: str) -> bytes | None:
    """Of a store, or without one of the network; None where no visit counts."""
    client = wave.study.client
    if store is None:
        network = network_preview(wave_previews.take(wave), language)
        return _draw_network(network, language, client) if network else None
    report = store_preview(wave, store, language)
    return _draw(report, language, client) if report else None


def _draw(report: StoreReport, language: str, client: Client) -> bytes:
    small = _small_copies(report.pictures.shown if report.pictures else ())
    return pdf.render(report, language, small, client.accent, studies.logo_of(client))


def _small_copies(shown: Iterable[Picture]) -> dict[str, bytes]:
    return {one.sha256: files.path_of(one.sha256, photos.SMALL).read_bytes() for one in shown}


def network_report(edition: Edition, language: str) -> NetworkReport:
    found = networks.of_edition(edition)
    if found is None:
        raise NetworkIsGone
    source = Source(edition.number, found.is_frozen, edition.reason, edition.change)
    report = network_reports.build(found.snapshot, found.checklist, words.of(language), source)
    if not found.is_frozen:
        return report
    return replace(report, method=replace(report.method, sha256=networks.frozen_sha256(edition)))


def draw_network(edition: Edition, language: str) -> bytes:
    return _draw_network(network_report(edition, language), language, edition.wave.study.client)


def _draw_network(report: NetworkReport, language: str, client: Client) -> bytes:
    template = network_reports.TEMPLATE
    return pdf.render_template(template, report, language, {}, client.accent, studies.logo_of(client))


def ingredients_of_store(frozen: StoreEdition) -> str:
    """What its paper shows beside the frozen figures; while it is the same, the paper that is kept still holds."""
    lines = action_reports.lines(*action_queries.list_for_report(frozen))
    return _hash([*_look(frozen.edition.wave.study.client), sorted(available(frozen)), lines])


def ingredients_of_network(edition: Edition) -> str:
    return _hash(_look(edition.wave.study.client))


def _look(client: Client) -> list[object]:
    return [client.accent, client.logo_sha256]


def _hash(values: list[object]) -> str:
    return hashlib.sha256(msgspec.json.encode(values)).hexdigest()


def kept(edition: Edition, store_edition_id: UUID | None, language: str, ingredients: str) -> bytes | None:
    """The paper that was drawn in the background, if it shows what it would show now and its file is there."""
    paper = paper_queries.find(edition.id, store_edition_id, language)
    if paper is None or paper.ingredients != ingredients:
        return None
    return files.read_all([paper.sha256]).get(paper.sha256)


def is_kept(edition_id: UUID, store_edition_id: UUID | None, language: str) -> bool:
    """As it would be drawn now, and its file is there."""
    if paper_queries.find(edition_id, store_edition_id, language) is None:
        return False
    edition, ingredients = _source(edition_id, store_edition_id)
    return kept(edition, store_edition_id, language, ingredients) is not None


def _source(edition_id: UUID, store_edition_id: UUID | None) -> tuple[Edition, str]:
    if store_edition_id is None:
        edition = releases.get_edition(edition_id)
        return edition, ingredients_of_network(edition)
    frozen = releases.get_store_edition(store_edition_id)
    return frozen.edition, ingredients_of_store(frozen)


def store_paper(frozen: StoreEdition, language: str) -> bytes | None:
    """The one that is kept, while it shows what it would show now."""
    return kept(frozen.edition, frozen.id, language, ingredients_of_store(frozen))


def network_paper(edition: Edition, language: str) -> bytes | None:
    return kept(edition, None, language, ingredients_of_network(edition))


def drawn(edition_id: UUID, store_edition_id: UUID | None, language: str) -> tuple[Edition, bytes, str]:
    """For workers: the edition, its paper drawn, and what it was made from."""
    if store_edition_id is None:
        edition = releases.get_edition(edition_id)
        return edition, draw_network(edition, language), ingredients_of_network(edition)
    frozen = releases.get_store_edition(store_edition_id)
    ingredients = ingredients_of_store(frozen)
    return frozen.edition, draw_store(frozen, language), ingredients


def visit_report(visit: Visit, language: str, audience: Audience) -> VisitReport:
    """With the photos that the purge has not erased."""
    is_own = audience == Audience.FIELDWORKER
    review = reviews.take(visit) if is_own else reviews.take(visit).for_client
    available = _with_small_copies({photo.sha256 for question in review.questions for photo in question.photos})
    return visit_reports.build(review, words.of(language), available, with_points=not is_own)


def ingredients_of_visit(visit: Visit, report: VisitReport) -> str:
    """All that its PDF shows: one that is kept holds while nothing of it has changed."""
    return _hash([*_look(visit.study.client), report])


def draw_visit(visit: Visit, report: VisitReport, language: str) -> bytes:
    client = visit.study.client
    small, logo = _small_copies(report.pictures), studies.logo_of(client)
    return pdf.render_template(visit_reports.TEMPLATE, report, language, small, client.accent, logo)
