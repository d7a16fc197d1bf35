"""Checklists of a study: import, versions, preview."""

from io import BytesIO

from flask import flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fieldstudy.core import internal
from fieldstudy.core.checklist import AUTOMATIC, Text
from fieldstudy.exchange import problems, xlsform
from fieldstudy.exchange.problems import FileIsRefused, FileNote
from fieldstudy.models import ChecklistVersion, Study
from fieldstudy.queries import checklists as checklist_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import checklists
from fieldstudy.services.checklists import Publication
from fieldstudy.web import body_limits, locale, throttles
from fieldstudy.web.studio import uploads, wording
from fieldstudy.web.studio.conditions import ConditionTeller
from fieldstudy.web.studio.forms import FileForm
from fieldstudy.web.studio.views.room import blueprint, for_coordinators

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/studies/<uuid:study_id>/checklists")
@for_coordinators(study=study_queries.find_study)
def checklist_list(study: Study) -> ResponseReturnValue:
    return _list_page(study, FileForm())


@blueprint.post("/studies/<uuid:study_id>/checklists")
@for_coordinators(study=study_queries.find_study)
@body_limits.takes_files
def checklist_import(study: Study) -> ResponseReturnValue:
    form = FileForm()
    read = uploads.read(form, xlsform.read_checklist)
    if read is None:
        return _list_page(study, form), 422
    upload = form.file.data
    upload.stream.seek(0)
    name, source = upload.filename[-300:], uploads.content(form)
    version, publication = checklists.publish(
        study, read.checklist, name, source, read.sha256, current_user.id, problems.as_values(read.notes)
    )
    flash(f"{_told(publication, version.number)} {_size(version)}")
    same = checklist_queries.find_same_label(version) if publication == Publication.NEW else None
    if same is not None:
        flash(_same_label(version, same))
    page = "studio.checklist_notes" if read.notes and publication == Publication.NEW else "studio.checklist"
    return redirect(url_for(page, version_id=version.id), 303)


def _told(publication: Publication, number: int) -> str:
    if publication == Publication.NEW:
        return _("Published as version %(number)s. From now on visits start with it.", number=number)
    if publication == Publication.AGAIN:
        return _("Version %(number)s is in force again. From now on visits start with it.", number=number)
    return _("This very file is version %(number)s already, and it is in force; nothing was published.", number=number)


def _size(version: ChecklistVersion) -> str:
    """What came over, so that a missing sheet or group is noticed at once."""
    content = version.content
    asked = [question for question in content.questions if question.is_asked]
    return ", ".join(
        [
            ngettext("%(num)s touchpoint", "%(num)s touchpoints", len(content.sections)),
            ngettext("%(num)s question", "%(num)s questions", len(asked)),
            ngettext("%(num)s of them internal", "%(num)s of them internal", sum(map(internal.is_internal, asked))),
        ]
    )


def _same_label(version: ChecklistVersion, other: ChecklistVersion) -> str:
    return _(
        "This file calls itself “%(label)s”, as the file of version %(other)s does. Reports tell the two apart by "
        "their numbers, %(number)s and %(other)s.",
        label=version.content.version,
        other=other.number,
        number=version.number,
    )


@blueprint.post("/checklists/<uuid:version_id>/in-force")
@for_coordinators(version=checklist_queries.find_version)
def checklist_in_force(version: ChecklistVersion) -> ResponseReturnValue:
    flash(_told(checklists.put_in_force(version, current_user.id), version.number))
    return redirect(url_for("studio.checklist_list", study_id=version.study_id), 303)


def _list_page(study: Study, form: FileForm) -> str:
    versions = checklist_queries.list_versions_for_study(study)
    in_force = {version.id for version in checklist_queries.list_in_force(study)}
    return render_template("studio/checklist_list.html", study=study, versions=versions, in_force=in_force, form=form)


@blueprint.get("/checklists/<uuid:version_id>")
@for_coordinators(version=checklist_queries.find_version)
def checklist(version: ChecklistVersion) -> ResponseReturnValue:
    return render_template(
        "studio/checklist.html",
        version=version,
        checklist=version.content,
        say=lambda text: _say(version, text),
        wording=wording,
        in_force=checklist_queries.get_in_force(version.study, version.form_id),
        automatic=AUTOMATIC,
        internal=internal.names(version.content),
        condition=ConditionTeller(version.content, locale.current_words(), lambda text: _say(version, text)),
    )


def _say(version: ChecklistVersion, text: Text) -> str:
    return text.say(locale.current(), version.content.default_language)


@blueprint.get("/checklists/<uuid:version_id>/notes")
@for_coordinators(version=checklist_queries.find_version)
def checklist_notes(version: ChecklistVersion) -> ResponseReturnValue:
    """What the import left out or filled in."""
    return render_template("studio/checklist_notes.html", version=version, notes=_notes(version))


def _notes(version: ChecklistVersion) -> tuple[FileNote, ...] | None:
    """Where they were not kept yet, they are found again in the file as it came; None if it cannot be read now."""
    if version.notes is not None:
        return problems.notes_in(version.notes)
    try:
        return xlsform.read_checklist(version.source_name, version.source).notes
    except FileIsRefused:
        return None


@blueprint.get("/checklists/<uuid:version_id>/file")
@for_coordinators(version=checklist_queries.find_version)
@throttles.limit(throttles.EXPORTS)
def checklist_file(version: ChecklistVersion) -> ResponseReturnValue:
    """The original, to the byte."""
    name = version.source_name if version.source_name.lower().endswith(".xlsx") else f"{version.form_id}.xlsx"
    return send_file(BytesIO(version.source), mimetype=XLSX, as_attachment=True, download_name=name)
