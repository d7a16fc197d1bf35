"""The editions of a released wave: why there is a later one, what it changed, and every one to read."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fieldstudy.core import access
from fieldstudy.models import Edition, Wave
from fieldstudy.queries import papers as paper_queries
from fieldstudy.queries import releases
from fieldstudy.reports import again
from fieldstudy.web import guards, locale, papers
from fieldstudy.web.manager import editions
from fieldstudy.web.manager.views.room import blueprint, for_readers
from fieldstudy.web.papers import PaperForm


@blueprint.get("/waves/<uuid:wave_id>/editions")
@for_readers(wave=releases.find_released_wave)
def edition_list(wave: Wave) -> ResponseReturnValue:
    viewer, words = guards.viewer(), locale.current_words()
    found = releases.list_editions(wave)
    stores = {edition.id: releases.list_stores_of(viewer, edition) for edition in found}
    within = {frozen.store.code for listed in stores.values() for frozen in listed}
    return render_template(
        "manager/edition_list.html",
        wave=wave,
        editions=found,
        stores=stores,
        changes={edition.id: editions.within(edition, within) for edition in found},
        tells_why=lambda edition: editions.tells_why(edition, within),
        sees_all=access.sees_all_stores(viewer, wave.client_id),
        printed=lambda score: again.printed(words, score),
        said=lambda change: words.listing(again.visits(words, change)),
    )


@blueprint.get("/editions/<uuid:edition_id>/papers.zip")
@for_readers(edition=releases.find_edition)
def paper_bundle(edition: Edition) -> ResponseReturnValue:
    language = PaperForm(request.args).language(locale.current())
    return papers.send_bundle(edition, paper_queries.list_for_manager(guards.viewer(), edition, language), language)
