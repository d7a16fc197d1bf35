"""One account with all its clients and roles."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fieldstudy.models import Membership, User
from fieldstudy.models.columns import now
from fieldstudy.queries import accounts as account_queries
from fieldstudy.queries import factors as factor_queries
from fieldstudy.queries import open_assignments
from fieldstudy.queries import people as people_queries
from fieldstudy.queries import sessions as session_queries
from fieldstudy.services import accounts, factors, roles
from fieldstudy.web import guards
from fieldstudy.web import people as said
from fieldstudy.web.admin.views.room import blueprint, for_admins
from fieldstudy.web.people import NameForm


@blueprint.get("/people/<uuid:user_id>")
@for_admins(user=account_queries.find_account)
def person(user: User) -> ResponseReturnValue:
    return _page(user, NameForm(obj=user))


def _page(user: User, form: NameForm) -> str:
    return render_template(
        "admin/person.html",
        person=user,
        form=form,
        roles=people_queries.list_roles(user.id),
        clients={line.client.id: line.client for line in account_queries.list_clients()},
        stores=account_queries.stores_of(user),
        devices=session_queries.list_open_sessions(user.id, now()),
        factors=factor_queries.get_factors(user.id),
        is_oneself=user.id == guards.viewer().user_id,
    )


@blueprint.post("/people/<uuid:user_id>/name")
@for_admins(user=account_queries.find_account)
def person_name_post(user: User) -> ResponseReturnValue:
    form = NameForm()
    if not form.validate():
        return _page(user, form), 422
    name = form.name.data
    said.say(lambda: accounts.rename(user, name, guards.viewer()), said.renamed(name))
    return _back(user)


def _back(user: User) -> ResponseReturnValue:
    return redirect(url_for("admin.person", user_id=user.id), 303)


@blueprint.post("/people/<uuid:user_id>/sign-out")
@for_admins(user=account_queries.find_account)
def person_sign_out(user: User) -> ResponseReturnValue:
    said.say(lambda: accounts.sign_out(user, guards.viewer()), said.signed_out(user))
    return _back(user)


@blueprint.get("/people/<uuid:user_id>/deactivate")
@for_admins(user=account_queries.find_account)
def person_deactivate(user: User) -> ResponseReturnValue:
    if not user.is_active:
        flash(_("This account is deactivated already."))
        return _back(user)
    left = open_assignments.count_for_person(user.id, None)
    return render_template("admin/person_deactivate.html", person=user, left=left)


@blueprint.post("/people/<uuid:user_id>/deactivate")
@for_admins(user=account_queries.find_account)
def person_deactivate_post(user: User) -> ResponseReturnValue:
    said.say(lambda: accounts.deactivate(user, guards.viewer()), said.deactivated(user))
    return _back(user)


@blueprint.post("/people/<uuid:user_id>/activate")
@for_admins(user=account_queries.find_account)
def person_activate(user: User) -> ResponseReturnValue:
    said.say(lambda: accounts.activate(user, guards.viewer()), said.activated(user))
    return _back(user)


@blueprint.get("/people/<uuid:user_id>/factors")
@for_admins(user=account_queries.find_account)
def person_factors(user: User) -> ResponseReturnValue:
    return render_template("admin/person_factors.html", person=user)


@blueprint.post("/people/<uuid:user_id>/factors")
@for_admins(user=account_queries.find_account)
def person_factors_post(user: User) -> ResponseReturnValue:
    """For somebody who lost phone, keys and codes. One's own are removed on the account page, which asks for one."""
    if user.id == guards.viewer().user_id:
        abort(404)
    factors.lift(user, guards.viewer().user_id)
    flash(_("Second factors of %(name)s are removed.", name=user.name or user.email))
    return _back(user)


@blueprint.get("/memberships/<uuid:membership_id>/withdraw")
@for_admins(membership=people_queries.find_membership)
def role_withdraw(membership: Membership) -> ResponseReturnValue:
    rest = [one for one in people_queries.list_roles(membership.user_id) if one.id != membership.id]
    values = [people_queries.value_of(one) for one in rest]
    return render_template(
        "admin/role_withdraw.html",
        person=membership.user,
        role=membership,
        client=people_queries.find_client(guards.viewer(), membership.client_id) if membership.client_id else None,
        stores=account_queries.stores_of(membership.user),
        is_last=not rest,
        left=open_assignments.count_for_person(membership.user_id, membership.client_id, values),
    )


@blueprint.post("/memberships/<uuid:membership_id>/withdraw")
@for_admins(membership=people_queries.find_membership)
def role_withdraw_post(membership: Membership) -> ResponseReturnValue:
    user = membership.user
    said.say(lambda: roles.withdraw(membership, guards.viewer()), said.withdrawn(user))
    return _back(user)
