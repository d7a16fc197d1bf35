"""The figures of a wave as its visits stand, computed by a worker: the page to wait on, and the button for new ones."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.models import Wave
from fieldstudy.queries import previews as preview_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import wave_previews
from fieldstudy.web import papers, throttles
from fieldstudy.web.studio.views.room import blueprint, for_coordinators

PAGES = {"network": "studio.preview_network", "edition": "studio.release_again"}
"""Those that show them."""


def waiting(wave: Wave, page: str) -> ResponseReturnValue:
    """It reads itself again, and turns into the page that was asked for."""
    job = preview_queries.find_wave_preview(wave) or abort(404)
    has_failed = wave_previews.has_failed(job)
    title = _("A new edition of %(wave)s", wave=wave.name) if page == "edition" else _("Network report")
    answer = render_template(
        "studio/wave_preview_waiting.html",
        wave=wave,
        job=job,
        title=title,
        page=page,
        is_running=not has_failed,
        why=papers.say_error(job.error) if has_failed or job.waits_after_error else "",
    )
    return answer, 202


@blueprint.post("/waves/<uuid:wave_id>/preview/figures")
@for_coordinators(wave=study_queries.find_wave)
@throttles.limit(throttles.PAPERS)
def preview_figures_post(wave: Wave) -> ResponseReturnValue:
    wave_previews.order(wave, current_user.id)
    page = request.form.get("page", "")
    return redirect(url_for(PAGES.get(page, PAGES["network"]), wave_id=wave.id), 303)
