"""One person as a client knows them: name, account, and what they may do there."""

from functools import partial

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fieldstudy.core import people as rules
from fieldstudy.models import Client, User
from fieldstudy.models.columns import now
from fieldstudy.queries import open_assignments
from fieldstudy.queries import people as people_queries
from fieldstudy.queries import sessions as session_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import accounts, mail
from fieldstudy.web import guards
from fieldstudy.web import people as said
from fieldstudy.web.people import NameForm, may_renew
from fieldstudy.web.studio.views.room import blueprint, for_whoever_knows_people

for_a_person = partial(for_whoever_knows_people, client=people_queries.find_client, user=people_queries.find_person)


@blueprint.get("/clients/<uuid:client_id>/people/<uuid:user_id>")
@for_a_person()
def person(client: Client, user: User) -> ResponseReturnValue:
    return _page(client, user, NameForm(obj=user))


def _page(client: Client, user: User, form: NameForm) -> str:
    check_known(client, user)
    viewer = guards.viewer()
    roles = people_queries.list_roles(user.id)
    is_within = rules.may_change_account(viewer, map(people_queries.value_of, roles))
    return render_template(
        "studio/person.html",
        client=client,
        person=user,
        code=people_queries.find_code(client.id, user.id),
        form=form,
        roles=[one for one in roles if one.client_id in (None, client.id)],
        stores={store.id: store for store in study_queries.list_stores_for_client(client.id)},
        is_within=is_within,
        is_oneself=user.id == viewer.user_id,
        may_get_roles=people_queries.works_for(client.id, user),
        may_renew=user.is_active and may_renew(user, client),
        has_mail=mail.is_possible(),
        devices=len(session_queries.list_open_sessions(user.id, now())) if is_within else 0,
    )


def check_known(client: Client, user: User) -> None:
    """Each of the two may be reached, and have nothing to do with the other."""
    if not people_queries.is_known_at(client.id, user):
        abort(404)


@blueprint.post("/clients/<uuid:client_id>/people/<uuid:user_id>/name")
@for_a_person()
def person_name_post(client: Client, user: User) -> ResponseReturnValue:
    check_known(client, user)
    form = NameForm()
    if not form.validate():
        return _page(client, user, form), 422
    name = form.name.data
    said.say(lambda: accounts.rename(user, name, guards.viewer()), said.renamed(name))
    return _back(client, user)


def _back(client: Client, user: User) -> ResponseReturnValue:
    return redirect(url_for("studio.person", client_id=client.id, user_id=user.id), 303)


@blueprint.post("/clients/<uuid:client_id>/people/<uuid:user_id>/sign-out")
@for_a_person()
def person_sign_out(client: Client, user: User) -> ResponseReturnValue:
    check_known(client, user)
    said.say(lambda: accounts.sign_out(user, guards.viewer()), said.signed_out(user))
    return _back(client, user)


@blueprint.get("/clients/<uuid:client_id>/people/<uuid:user_id>/deactivate")
@for_a_person()
def person_deactivate(client: Client, user: User) -> ResponseReturnValue:
    check_known(client, user)
    if not user.is_active:
        flash(_("This account is deactivated already."))
        return _back(client, user)
    left = open_assignments.count_for_person(user.id, None)
    return render_template("studio/person_deactivate.html", client=client, person=user, left=left)


@blueprint.post("/clients/<uuid:client_id>/people/<uuid:user_id>/deactivate")
@for_a_person()
def person_deactivate_post(client: Client, user: User) -> ResponseReturnValue:
    check_known(client, user)
    said.say(lambda: accounts.deactivate(user, guards.viewer()), said.deactivated(user))
    return _back(client, user)


@blueprint.post("/clients/<uuid:client_id>/people/<uuid:user_id>/activate")
@for_a_person()
def person_activate(client: Client, user: User) -> ResponseReturnValue:
    check_known(client, user)
    said.say(lambda: accounts.activate(user, guards.viewer()), said.activated(user))
    return _back(client, user)
