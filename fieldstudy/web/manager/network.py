"""The report of the whole network, for managers who see every store. Screen and PDF draw the same values."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldstudy import words as languages
from fieldstudy.core.access import Role
from fieldstudy.extensions import limiter
from fieldstudy.models import Wave
from fieldstudy.queries import networks
from fieldstudy.reports import network as network_reports
from fieldstudy.reports import pdf
from fieldstudy.reports.network import NetworkReport, Source
from fieldstudy.services import studies
from fieldstudy.web import guards, locale, papers
from fieldstudy.web.manager.views.room import blueprint
from fieldstudy.web.papers import PaperForm


@blueprint.get("/waves/<uuid:wave_id>/network")
@guards.allow(Role.MANAGER, wave=networks.find_wave)
def network(wave: Wave) -> ResponseReturnValue:
    client = wave.study.client
    return render_template(
        "manager/network.html",
        wave=wave,
        report=_build(wave, locale.current()),
        logo_src=url_for("manager.logo", client_id=client.id) if client.logo_sha256 else "",
    )


def _build(wave: Wave, language: str) -> NetworkReport:
    found = networks.find_network(wave)
    if found is None:
        abort(404)
    source = Source(found.edition, found.is_frozen)
    return network_reports.build(found.snapshot, found.checklist, languages.of(language), source)


@blueprint.get("/waves/<uuid:wave_id>/network.pdf")
@guards.allow(Role.MANAGER, wave=networks.find_wave)
@limiter.limit(papers.SHARE, key_func=papers.reader)
def network_pdf(wave: Wave) -> ResponseReturnValue:
    language = PaperForm(request.args).language(locale.current())
    report, client = _build(wave, language), wave.study.client
    template = network_reports.TEMPLATE

    def draw() -> bytes:
        return pdf.render_template(template, report, language, {}, client.accent, studies.logo_of(client))

    return papers.send(draw, f"{report.client} {report.study} {wave.name}", url_for("manager.network", wave_id=wave.id))
