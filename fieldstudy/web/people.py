"""Somebody else's account and roles: the pages, and what is said, the same for a client's people and in the
administration. Each of the two says who may enter, and what it shows besides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from fieldstudy.core import invitations as invitation_rules
from fieldstudy.core.access import Role
from fieldstudy.core.people import IsLastAdmin, IsOneself, IsOutOfReach, IsShutByAdmin
from fieldstudy.models import Client, Membership, User
from fieldstudy.models.columns import now
from fieldstudy.queries import accounts as account_queries
from fieldstudy.queries import open_assignments
from fieldstudy.queries import people as people_queries
from fieldstudy.queries import sessions as session_queries
from fieldstudy.queries.factors import Factors
from fieldstudy.services import accounts, mail, roles
from fieldstudy.services.accounts import AccountIsErased
from fieldstudy.services.invitations import AccountIsDeactivated
from fieldstudy.services.roles import AddressIsUnproven, RoleIsGone, RoleIsThere
from fieldstudy.web import guards, security_log

NAME_LIMIT = 300
REFUSALS: dict[type[Exception], object] = {
    IsOneself: lazy_gettext("Nobody can do this to themselves. Ask another coordinator, or an administrator."),
    IsOutOfReach: lazy_gettext(
        "This person works for others too, or has no role now: an administrator can change that."
    ),
    IsShutByAdmin: lazy_gettext(
        "An administrator deactivated this account: only an administrator can activate it again."
    ),
    IsLastAdmin: lazy_gettext(
        "This is the last administrator who can sign in. First make another one, on the command line: "
        "fieldstudy create user."
    ),
    RoleIsThere: lazy_gettext("This person has this role here already."),
    AddressIsUnproven: lazy_gettext(
        "This account belongs to others, and no mail has proved yet whose address it is. Whoever runs this "
        "installation can set up a mail server, or give the role on the command line (fieldstudy create user)."
    ),
    AccountIsDeactivated: lazy_gettext(
        "This account is deactivated, and no e-mail goes there. An administrator can activate it."
    ),
    AccountIsErased: lazy_gettext("The data of this person were erased: the account does not come back."),
    RoleIsGone: lazy_gettext("Somebody else has withdrawn this role meanwhile."),
}


Guard = Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]


@dataclass(frozen=True)
class Place:
    """From where a person is looked at: the people of one client or, without one, everybody who has an account."""

    client: Client | None = None

    def address(self, view: str, user: User) -> str:
        """Views about a person are named alike in both rooms."""
        if self.client is None:
            return url_for(f"admin.{view}", user_id=user.id)
        return url_for(f"studio.{view}", client_id=self.client.id, user_id=user.id)

    def back(self, user: User) -> ResponseReturnValue:
        return redirect(self.address("person", user), 303)


@dataclass(frozen=True)
class Details:
    """What a person's page shows of their roles and account; the two rooms fill it in as far as each may know."""

    roles: Sequence[Membership]
    is_within: bool = True
    """Whoever looks may change the account too."""
    code: str | None = None
    may_get_roles: bool = False
    may_renew: bool = False
    has_mail: bool = False
    clients: Mapping[UUID, Client] = field(default_factory=dict)
    factors: Factors | None = None


class NameForm(FlaskForm):
    name = StringField(
        lazy_gettext("Name"),
        [DataRequired(lazy_gettext("Write the name.")), Length(max=NAME_LIMIT)],
        filters=[lambda text: text.strip() if text else text],
        render_kw={"autocomplete": "off"},
    )


def may_renew(user: User, client: Client) -> bool:
    """A new link: by mail to anybody, else for those whose link may be shown."""
    if mail.is_possible():
        return True
    return invitation_rules.may_see_link(people_queries.account_of(user), client.id, has_mail=False)


def say(act: Callable[[], None], done: str) -> bool:
    """Does it, and says on the next page that it is done, or why it is not."""
    try:
        act()
    except tuple(REFUSALS) as refusal:
        security_log.refused("refused")
        flash(str(REFUSALS[type(refusal)]), "problem")
        return False
    flash(done)
    return True


def offered(user: User) -> str:
    """The list of people shows what waits for an answer."""
    if mail.is_possible():
        return gettext("The role is offered to %(email)s: we are sending an e-mail.", email=user.email)
    return gettext("The role is offered to %(email)s. Tell them to sign in and accept it.", email=user.email)


def add_pages(blueprint: Blueprint, path: str, guard: Guard, details: Callable[[Place, User], Details]) -> None:
    """A person's page and what is done there. The guard finds `place` and `user`; `details`: what the page shows."""

    def page(place: Place, user: User, form: NameForm) -> str:
        told = vars(details(place, user)) | {"stores": account_queries.stores_of(user)}
        is_admin, is_shut_by_admin = guards.viewer().has(Role.ADMIN), account_queries.is_shut_by_admin(user)
        told |= {"may_activate": is_admin or not is_shut_by_admin, "may_shut": is_admin and not is_shut_by_admin}
        devices, is_oneself = session_queries.list_open_sessions(user.id, now()), user.id == guards.viewer().user_id
        return render_template(
            "parts/person.html", place=place, person=user, form=form, devices=devices, is_oneself=is_oneself, **told
        )

    def person(place: Place, user: User) -> ResponseReturnValue:
        return page(place, user, NameForm(obj=user))

    def person_name_post(place: Place, user: User) -> ResponseReturnValue:
        form = NameForm()
        if not form.validate():
            return page(place, user, form), 422
        name = form.name.data
        say(lambda: accounts.rename(user, name, guards.viewer()), gettext("The name is now %(name)s.", name=name))
        return place.back(user)

    blueprint.get(path)(guard(person))
    blueprint.post(f"{path}/name")(guard(person_name_post))
    blueprint.post(f"{path}/sign-out")(guard(person_sign_out))
    blueprint.get(f"{path}/deactivate")(guard(person_deactivate))
    blueprint.post(f"{path}/deactivate")(guard(person_deactivate_post))
    blueprint.post(f"{path}/activate")(guard(person_activate))


def person_sign_out(place: Place, user: User) -> ResponseReturnValue:
    done = gettext("%(name)s is signed out everywhere.", name=user.name or user.email)
    say(lambda: accounts.sign_out(user, guards.viewer()), done)
    return place.back(user)


def person_deactivate(place: Place, user: User) -> ResponseReturnValue:
    if not user.is_active:
        flash(gettext("This account is deactivated already."))
        return place.back(user)
    left = open_assignments.count_for_person(user.id, None)
    return render_template("parts/person_deactivate.html", place=place, person=user, left=left)


def person_deactivate_post(place: Place, user: User) -> ResponseReturnValue:
    name = user.name or user.email
    if user.is_active:
        done = gettext("The account of %(name)s is deactivated.", name=name)
    elif guards.viewer().has(Role.ADMIN):
        done = gettext("Only an administrator can activate the account of %(name)s again.", name=name)
    else:
        done = gettext("This account is deactivated already.")
    say(lambda: accounts.deactivate(user, guards.viewer()), done)
    return place.back(user)


def person_activate(place: Place, user: User) -> ResponseReturnValue:
    done = gettext("The account of %(name)s is active again.", name=user.name or user.email)
    say(lambda: accounts.activate(user, guards.viewer()), done)
    return place.back(user)


def add_withdrawal(blueprint: Blueprint, guard: Guard) -> None:
    """Of a role. The guard finds `place` and `membership`."""
    path = "/memberships/<uuid:membership_id>/withdraw"
    blueprint.get(path)(guard(role_withdraw))
    blueprint.post(path)(guard(role_withdraw_post))


def role_withdraw(place: Place, membership: Membership) -> ResponseReturnValue:
    user, client_id = membership.user, membership.client_id
    rest = [people_queries.value_of(one) for one in people_queries.list_roles(user.id) if one.id != membership.id]
    return render_template(
        "parts/role_withdraw.html",
        place=place,
        person=user,
        role=membership,
        client=people_queries.find_client(guards.viewer(), client_id) if client_id else None,
        stores=account_queries.stores_of(user),
        is_last=not any(place.client is None or one.client_id in (None, place.client.id) for one in rest),
        left=open_assignments.count_for_person(user.id, client_id, rest),
    )


def role_withdraw_post(place: Place, membership: Membership) -> ResponseReturnValue:
    user = membership.user
    done = gettext("The role of %(name)s is withdrawn.", name=user.name or user.email)
    is_done = say(lambda: roles.withdraw(membership, guards.viewer()), done)
    if is_done and place.client is not None and not people_queries.is_known_at(place.client.id, user):
        return redirect(url_for("studio.person_list", client_id=place.client.id), 303)
    return place.back(user)
