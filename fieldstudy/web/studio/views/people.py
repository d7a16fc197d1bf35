"""The people of a client: who they are there, and the links that let them in."""

from uuid import UUID

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.config import Config
from fieldstudy.core import access, ordering, search
from fieldstudy.core import people as rules
from fieldstudy.core.access import Role, Viewer
from fieldstudy.models import Client, Membership, Store, User
from fieldstudy.queries import pages
from fieldstudy.queries import people as people_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.queries.people import PersonLine, Standing
from fieldstudy.services import invitations, people
from fieldstudy.web import guards
from fieldstudy.web.studio.forms import PersonForm
from fieldstudy.web.studio.list_forms import NO_ACCOUNT, PersonListForm
from fieldstudy.web.studio.views.room import blueprint, for_whoever_knows_people


@blueprint.get("/clients/<uuid:client_id>/people")
@for_whoever_knows_people(client=people_queries.find_client)
def person_list(client: Client) -> ResponseReturnValue:
    viewer = guards.viewer()
    form = PersonListForm(formdata=request.args)
    fitting = [one for one in people_queries.list_people_for_client(client.id) if _is_asked_for(one, form)]
    return render_template(
        "studio/person_list.html",
        client=client,
        form=form,
        found=pages.of_lines(sorted(fitting, key=_place), form.number),
        stores={store.id: store for store in study_queries.list_stores_for_client(client.id)},
        may_link=lambda user: may_give_link(viewer, user),
    )


def _is_asked_for(person: PersonLine, form: PersonListForm) -> bool:
    roles = [one.role.value for one in person.memberships] if person.user else [NO_ACCOUNT]
    if person.standing != (form.account.data or Standing.ACTIVE):
        return False
    return form.role.data in ("", *roles) and search.matches(form.search.data, person.texts)


def _place(person: PersonLine) -> tuple[object, str]:
    return ordering.natural_key(person.name), person.user.email if person.user else ""


def may_give_link(viewer: Viewer, user: User) -> bool:
    """A link sets the password, so it is only for those whose every role lies within the viewer's own reach."""
    return rules.may_change_account(viewer, map(people_queries.value_of, user.memberships))


@blueprint.get("/clients/<uuid:client_id>/people/new")
@for_whoever_knows_people(client=people_queries.find_client)
def person_new(client: Client) -> ResponseReturnValue:
    return _form_page(client, PersonForm(_stores(client)))


@blueprint.post("/clients/<uuid:client_id>/people/new")
@for_whoever_knows_people(client=people_queries.find_client)
def person_new_post(client: Client) -> ResponseReturnValue:
    form = PersonForm(_stores(client))
    if not form.validate():
        return _form_page(client, form), 422
    membership = _membership(client, form)
    known = people_queries.find_user_by_email(form.email.data)
    if known and membership in [_value(one) for one in known.memberships]:
        form.email.errors = [_("This person has this role here already.")]
        return _form_page(client, form), 422
    may_link = known is None or may_give_link(guards.viewer(), known)
    user, token = people.create_user(form.email.data, membership, current_user.id, form.name.data or "")
    return _link_page(user, token if may_link else "", client), 201


def _form_page(client: Client, form: PersonForm) -> str:
    return render_template("studio/person_new.html", client=client, form=form)


def _stores(client: Client) -> list[Store]:
    return list(study_queries.list_stores_for_client(client.id))


def _membership(client: Client, form: PersonForm) -> access.Membership:
    role = Role(form.role.data)
    if role != Role.MANAGER:
        return access.Membership(role, client.id)
    store_id = UUID(form.store.data) if form.store.data else None
    return access.Membership(role, client.id, form.region.data or None, store_id)


def _value(membership: Membership) -> access.Membership:
    return access.Membership(membership.role, membership.client_id, membership.region, membership.store_id)


@blueprint.post("/memberships/<uuid:membership_id>/link")
@for_whoever_knows_people(membership=people_queries.find_membership)
def person_link(membership: Membership) -> ResponseReturnValue:
    may_link = may_give_link(guards.viewer(), membership.user)
    token = invitations.invite(membership.user, current_user.id) if may_link else ""
    client = people_queries.find_client(guards.viewer(), membership.client_id) if membership.client_id else None
    return _link_page(membership.user, token, client)


def _link_page(user: User, token: str, client: Client | None) -> str:
    """Drawn in answer to the POST: the token is known only now, and must not travel in an address or a cookie."""
    config: Config = current_app.extensions["fieldstudy"]
    link = config.link(url_for("account.invitation", token=token)) if token else ""
    return render_template("studio/person_link.html", user=user, link=link, client=client)
