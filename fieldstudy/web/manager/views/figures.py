"""One figure of one store, opened down to the visits under it. Every figure has an address of its own."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from fieldstudy.models import StoreEdition
from fieldstudy.queries import releases
from fieldstudy.reports import again
from fieldstudy.web import locale
from fieldstudy.web.manager import opened_store, tables
from fieldstudy.web.manager.forms import DownloadForm
from fieldstudy.web.manager.opened_store import OpenedFigure
from fieldstudy.web.manager.views.room import blueprint, for_readers


@blueprint.get("/stores/<uuid:store_edition_id>/figures")
@for_readers(store_edition=releases.find_store_edition)
def score(store_edition: StoreEdition) -> ResponseReturnValue:
    """The store's score."""
    return _page(store_edition, opened_store.of_score(store_edition, locale.current_words()))


@blueprint.get("/stores/<uuid:store_edition_id>/figures/<section>")
@for_readers(store_edition=releases.find_store_edition)
def figure(store_edition: StoreEdition, section: str) -> ResponseReturnValue:
    """The store's score at one touchpoint."""
    found = opened_store.of_section(store_edition, section, locale.current_words())
    if found is None:
        abort(404)
    return _page(store_edition, found)


def _page(store_edition: StoreEdition, found: OpenedFigure) -> ResponseReturnValue:
    about = f"{store_edition.store.name} {found.title}"
    return tables.asked(found.tables, about, DownloadForm(request.args)) or render_template(
        "manager/figure.html",
        edition=store_edition,
        found=found,
        frozen=again.frozen(locale.current_words(), store_edition.edition.number),
        addresses=tables.addresses,
    )
