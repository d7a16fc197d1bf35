"""Clients and their studies."""

from collections.abc import Iterator
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.models import Client, Study
from fieldstudy.queries import checklists as checklist_queries
from fieldstudy.queries import people as people_queries
from fieldstudy.queries import planning
from fieldstudy.queries import sendings as sending_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import studies
from fieldstudy.web import clock, guards
from fieldstudy.web.studio.forms import ClientForm, StudyForm
from fieldstudy.web.studio.views.room import blueprint, for_coordinators, for_whoever_knows_people


@blueprint.get("/")
@for_coordinators()
def study_list() -> ResponseReturnValue:
    viewer = guards.viewer()
    clients = study_queries.list_clients(viewer, Role.COORDINATOR)
    found = study_queries.list_studies_for_clients(clients)
    waves = planning.list_waves_by_study([study.id for study in found])
    return render_template(
        "studio/study_list.html",
        clients=clients,
        studies={client.id: [study for study in found if study.client_id == client.id] for client in clients},
        waves=waves,
        progress=planning.progress_by_wave([wave for of_study in waves.values() for wave in of_study]),
        today=clock.today(),
        quarantined=sending_queries.count_open_quarantined(viewer),
    )


@blueprint.get("/clients/new")
@for_whoever_knows_people()
def client_new() -> ResponseReturnValue:
    return render_template("studio/client_new.html", form=ClientForm())


@blueprint.post("/clients/new")
@for_whoever_knows_people()
def client_new_post() -> ResponseReturnValue:
    form = ClientForm()
    if not form.validate():
        return render_template("studio/client_new.html", form=form), 422
    try:
        client = studies.create_client(form.name.data, current_user.id)
    except studies.NameIsTaken:
        form.name.errors = [_("There is a client with this name already.")]
        return render_template("studio/client_new.html", form=form), 422
    flash(_("The client is created. Now its first study."))
    return redirect(url_for("studio.study_new", client_id=client.id), 303)


@blueprint.get("/clients/<uuid:client_id>/studies/new")
@for_coordinators(client=study_queries.find_client)
def study_new(client: Client) -> ResponseReturnValue:
    return render_template("studio/study_new.html", client=client, form=StudyForm())


@blueprint.post("/clients/<uuid:client_id>/studies/new")
@for_coordinators(client=study_queries.find_client)
def study_new_post(client: Client) -> ResponseReturnValue:
    form = StudyForm()
    study = _create(client, form) if form.validate() else None
    if study is None:
        return render_template("studio/study_new.html", client=client, form=form), 422
    flash(_("The study is created. Below is what it still needs."))
    return redirect(url_for("studio.study", study_id=study.id), 303)


def _create(client: Client, form: StudyForm) -> Study | None:
    """The slug has to be unique in the whole installation, and another client may use the same name."""
    names = {study.name.casefold() for study in study_queries.list_studies_for_clients([client])}
    for slug in _slugs(client.name, form.name.data) if form.name.data.casefold() not in names else ():
        try:
            return studies.create_study(client, slug=slug, actor=current_user.id, **_fields(form))
        except studies.NameIsTaken:
            continue
    form.name.errors = [_("This client has a study with this name already.")]
    return None


def _slugs(client: str, name: str) -> Iterator[str]:
    yield name
    yield f"{client} {name}"
    yield from (f"{number} {client} {name}" for number in range(2, 10))


def _fields(form: StudyForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "purpose": form.purpose.data or "",
        "staff_notice": form.staff_notice.data or "",
        "staff_notice_on": form.staff_notice_on.data,
        "jotting_methods": tuple(form.jotting_methods.data),
    }


@blueprint.get("/studies/<uuid:study_id>")
@for_coordinators(study=study_queries.find_study)
def study(study: Study) -> ResponseReturnValue:
    waves = planning.list_waves_by_study([study.id])[study.id]
    return render_template(
        "studio/study.html",
        study=study,
        waves=waves,
        progress=planning.progress_by_wave(waves),
        stores=study_queries.count_stores_for_client(study.client_id),
        versions=checklist_queries.list_in_force(study),
        fieldworkers=len(people_queries.list_fieldworkers_for_client(study.client_id)),
        today=clock.today(),
    )


@blueprint.get("/studies/<uuid:study_id>/edit")
@for_coordinators(study=study_queries.find_study)
def study_edit(study: Study) -> ResponseReturnValue:
    form = StudyForm(obj=study)
    form.jotting_methods.data = [method for method in Method if study.shares_jottings_of(method)]
    return render_template("studio/study_edit.html", study=study, form=form)


@blueprint.post("/studies/<uuid:study_id>/edit")
@for_coordinators(study=study_queries.find_study)
def study_edit_post(study: Study) -> ResponseReturnValue:
    form = StudyForm()
    if not form.validate():
        return render_template("studio/study_edit.html", study=study, form=form), 422
    studies.change_study(study, current_user.id, **_fields(form))
    flash(_("Saved."))
    return redirect(url_for("studio.study", study_id=study.id), 303)
