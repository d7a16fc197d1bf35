"""The report of the whole network, for readers who see every store. Screen and PDF draw the same values."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fieldstudy.models import Edition, Wave
from fieldstudy.queries import networks, releases
from fieldstudy.queries import papers as paper_queries
from fieldstudy.reports import papers as paper_reports
from fieldstudy.reports.network import NetworkReport
from fieldstudy.services import papers as orders
from fieldstudy.web import locale, papers
from fieldstudy.web.manager.views.room import blueprint, for_readers
from fieldstudy.web.papers import PaperForm


@blueprint.get("/waves/<uuid:wave_id>/network")
@for_readers(wave=networks.find_wave)
def network(wave: Wave) -> ResponseReturnValue:
    client = wave.study.client
    return render_template(
        "manager/network.html",
        wave=wave,
        report=_build(_newest(wave)),
        logo_src=url_for("manager.logo", client_id=client.id) if client.logo_sha256 else "",
    )


def _build(edition: Edition) -> NetworkReport:
    try:
        return paper_reports.network_report(edition, locale.current())
    except paper_reports.NetworkIsGone:
        abort(404)


def _newest(wave: Wave) -> Edition:
    edition = releases.find_newest_edition(wave)
    if edition is None:
        abort(404)
    return edition


@blueprint.get("/waves/<uuid:wave_id>/network.pdf")
@for_readers(wave=networks.find_wave)
def network_pdf(wave: Wave) -> ResponseReturnValue:
    return _send(_newest(wave))


@blueprint.get("/editions/<uuid:edition_id>/network.pdf")
@for_readers(edition=releases.find_whole_edition)
def edition_network_pdf(edition: Edition) -> ResponseReturnValue:
    """Of this edition, also when there is a later one."""
    return _send(edition)


def _send(edition: Edition) -> ResponseReturnValue:
    wave, language = edition.wave, PaperForm(request.args).language(locale.current())
    title = " ".join((wave.study.client.name, _("network report"), wave.name, str(edition.number), language))
    back = url_for("manager.network", wave_id=wave.id)
    job = paper_queries.find_latest_job(edition, None)
    if job is not None and job.error.startswith(paper_reports.NetworkIsGone.__name__):
        abort(404)
    return papers.send_ordered(
        paper_reports.network_paper(edition, language),
        job,
        lambda: orders.order_report(edition, None, language),
        title,
        back,
    )
