"""What one person may do at a client: given, changed, withdrawn."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fieldstudy.core import access
from fieldstudy.core import invitations as invitation_rules
from fieldstudy.core.access import Role
from fieldstudy.models import Client, Membership, User
from fieldstudy.queries import people as people_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import invitations, mail, roles
from fieldstudy.web import guards, people
from fieldstudy.web.people import Place
from fieldstudy.web.studio.forms import ReachForm, RoleForm
from fieldstudy.web.studio.views.person import for_a_person
from fieldstudy.web.studio.views.room import blueprint, for_whoever_knows_people


@blueprint.get("/clients/<uuid:client_id>/people/<uuid:user_id>/roles/new")
@for_a_person
def role_new(place: Place, user: User) -> ResponseReturnValue:
    client = place.client or abort(404)
    return _new_page(client, user, RoleForm(study_queries.list_stores_for_client(client.id)))


def _new_page(client: Client, user: User, form: RoleForm) -> str:
    is_offered = _is_asked(client, user)
    return render_template("studio/role_new.html", client=client, person=user, form=form, is_offered=is_offered)


def _is_asked(client: Client, user: User) -> bool:
    """Whoever has no role here any more comes back only if they say yes."""
    way = invitation_rules.way(people_queries.account_of(user), client.id, mail.is_possible())
    return way == invitation_rules.Way.OFFERED and not people_queries.has_role_at(client.id, user)


@blueprint.post("/clients/<uuid:client_id>/people/<uuid:user_id>/roles/new")
@for_a_person
def role_new_post(place: Place, user: User) -> ResponseReturnValue:
    client = place.client or abort(404)
    form = RoleForm(study_queries.list_stores_for_client(client.id))
    if not form.validate():
        return _new_page(client, user, form), 422
    role = membership_of(client, form)
    if people_queries.has_role_at(client.id, user):
        people.say(lambda: roles.give(user, role, guards.viewer()), _("The role is given."))
        return _to_person(client.id, user.id)
    told = people.offered(user) if _is_asked(client, user) else _("The role is given.")
    people.say(lambda: invitations.offer(user, role, guards.viewer()), told)
    return redirect(url_for("studio.person_list", client_id=client.id), 303)


def membership_of(client: Client, form: RoleForm) -> access.Membership:
    role = Role(form.role.data)
    if role != Role.MANAGER:
        return access.Membership(role, client.id)
    return access.Membership(role, client.id, *form.reach)


def _to_person(client_id: UUID, user_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("studio.person", client_id=client_id, user_id=user_id), 303)


@blueprint.get("/memberships/<uuid:membership_id>/edit")
@for_whoever_knows_people(membership=people_queries.find_membership)
def role_edit(membership: Membership) -> ResponseReturnValue:
    client = _client_of(membership)
    stores = study_queries.list_stores_for_client(client.id)
    chosen = {"region": membership.region or "", "store": str(membership.store_id or "")}
    return _edit_page(client, membership, ReachForm(stores, membership.region, data=chosen))


def _client_of(membership: Membership) -> Client:
    """A role at every client is none of a client's own."""
    found = people_queries.find_client(guards.viewer(), membership.client_id) if membership.client_id else None
    return found or abort(404)


def _edit_page(client: Client, membership: Membership, form: ReachForm) -> str:
    if membership.role != Role.MANAGER:
        abort(404)
    return render_template("studio/role_edit.html", client=client, person=membership.user, role=membership, form=form)


@blueprint.post("/memberships/<uuid:membership_id>/edit")
@for_whoever_knows_people(membership=people_queries.find_membership)
def role_edit_post(membership: Membership) -> ResponseReturnValue:
    client, user_id = _client_of(membership), membership.user_id
    form = ReachForm(study_queries.list_stores_for_client(client.id), membership.region)
    if not form.validate():
        return _edit_page(client, membership, form), 422
    if membership.role != Role.MANAGER:
        abort(404)
    people.say(lambda: roles.change(membership, *form.reach, guards.viewer()), _("The role is changed."))
    return _to_person(client.id, user_id)


def _for_a_role(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    @for_whoever_knows_people(membership=people_queries.find_membership)
    @wraps(view)
    def owned(membership: Membership) -> ResponseReturnValue:
        return view(Place(_client_of(membership)), membership)

    return owned


people.add_withdrawal(blueprint, _for_a_role)
