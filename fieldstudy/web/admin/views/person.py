"""One account with all its clients and roles."""

from collections.abc import Callable
from functools import wraps

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fieldstudy.models import Membership, User
from fieldstudy.queries import accounts as account_queries
from fieldstudy.queries import factors as factor_queries
from fieldstudy.queries import people as people_queries
from fieldstudy.services import factors
from fieldstudy.web import guards, people
from fieldstudy.web.admin.views.room import blueprint, for_admins
from fieldstudy.web.people import Details, Place

View = Callable[..., ResponseReturnValue]


def _for_a_person(view: View) -> View:
    @for_admins(user=account_queries.find_account)
    @wraps(view)
    def everywhere(user: User) -> ResponseReturnValue:
        return view(Place(), user)

    return everywhere


def _for_a_role(view: View) -> View:
    @for_admins(membership=people_queries.find_membership)
    @wraps(view)
    def everywhere(membership: Membership) -> ResponseReturnValue:
        return view(Place(), membership)

    return everywhere


def _details(place: Place, user: User) -> Details:
    return Details(
        people_queries.list_roles(user.id),
        clients={line.client.id: line.client for line in account_queries.list_clients()},
        factors=factor_queries.get_factors(user.id),
    )


people.add_pages(blueprint, "/people/<uuid:user_id>", _for_a_person, _details)
people.add_withdrawal(blueprint, _for_a_role)


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
    factors.lift(user, guards.viewer())
    flash(_("Second factors of %(name)s are removed.", name=user.name or user.email))
    return redirect(url_for("admin.person", user_id=user.id), 303)
