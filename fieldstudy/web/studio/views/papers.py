"""The reports of a released wave while they are drawn: how far, what failed and why, and all of them as one file."""

from collections.abc import Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fieldstudy.models import Edition, JobState, Wave
from fieldstudy.queries import papers as paper_queries
from fieldstudy.queries import releases
from fieldstudy.queries import studies as study_queries
from fieldstudy.queries.papers import Failure, Progress
from fieldstudy.services import mail, papers
from fieldstudy.web import guards, locale
from fieldstudy.web import papers as paper_answers
from fieldstudy.web.papers import PaperForm
from fieldstudy.web.studio.views.room import blueprint, for_coordinators


@blueprint.get("/waves/<uuid:wave_id>/papers")
@for_coordinators(wave=study_queries.find_wave)
def paper_list(wave: Wave) -> ResponseReturnValue:
    editions = releases.list_editions(wave)
    edition = editions[0] if editions else None
    progress = paper_queries.progress(edition) if edition else None
    return render_template(
        "studio/paper_list.html",
        wave=wave,
        edition=edition,
        progress=progress,
        kept=[(one, _kept(one, progress if one is edition else None)) for one in editions],
        sends_mail=mail.is_possible(),
        reason_of=_reason,
    )


def _kept(edition: Edition, progress: Progress | None) -> Mapping[str, int]:
    """How many papers are there, by language."""
    return progress.kept if progress else paper_queries.count_kept(edition)


def _reason(failure: Failure) -> str:
    """The error of the last attempt in words."""
    if failure.state == JobState.CANCELLED:
        return _("Cancelled before it was drawn.")
    return paper_answers.say_error(failure.error)


@blueprint.post("/waves/<uuid:wave_id>/papers/again")
@for_coordinators(wave=study_queries.find_wave)
def papers_again(wave: Wave) -> ResponseReturnValue:
    count = papers.draw_again(_newest(wave), current_user.id)
    flash(ngettext("%(num)s report is looked through.", "%(num)s reports are looked through.", count))
    return redirect(url_for("studio.paper_list", wave_id=wave.id), 303)


@blueprint.post("/waves/<uuid:wave_id>/papers/cancel")
@for_coordinators(wave=study_queries.find_wave)
def cancel_papers(wave: Wave) -> ResponseReturnValue:
    count = papers.cancel(_newest(wave), current_user.id)
    flash(ngettext("%(num)s report cancelled.", "%(num)s reports cancelled.", count))
    return redirect(url_for("studio.paper_list", wave_id=wave.id), 303)


@blueprint.post("/waves/<uuid:wave_id>/papers/retry")
@for_coordinators(wave=study_queries.find_wave)
def retry_papers(wave: Wave) -> ResponseReturnValue:
    count = papers.retry(_newest(wave), current_user.id)
    flash(ngettext("%(num)s begins anew.", "%(num)s begin anew.", count))
    return redirect(url_for("studio.paper_list", wave_id=wave.id), 303)


def _newest(wave: Wave) -> Edition:
    edition = releases.find_newest_edition(wave)
    if edition is None:
        abort(404)
    return edition


@blueprint.get("/editions/<uuid:edition_id>/papers.zip")
@for_coordinators(edition=releases.find_planned_edition)
def paper_bundle(edition: Edition) -> ResponseReturnValue:
    language = PaperForm(request.args).language(locale.current())
    kept = paper_queries.list_for_coordinator(guards.viewer(), edition, language)
    return paper_answers.send_bundle(edition, kept, language)
