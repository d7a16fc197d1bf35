"""Changing somebody else's account or roles: what is the same in every room that does it."""

from collections.abc import Callable

from flask import flash
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from fieldstudy.core import invitations as invitation_rules
from fieldstudy.core.people import IsLastAdmin, IsOneself, IsOutOfReach
from fieldstudy.models import Client, User
from fieldstudy.queries import people as people_queries
from fieldstudy.services import mail
from fieldstudy.services.accounts import AccountIsErased
from fieldstudy.services.roles import AddressIsUnproven, RoleIsGone, RoleIsThere
from fieldstudy.web import security_log

NAME_LIMIT = 300
REFUSALS: dict[type[Exception], object] = {
    IsOneself: lazy_gettext("Nobody can do this to themselves. Ask another coordinator, or an administrator."),
    IsOutOfReach: lazy_gettext("This person works for others too: an administrator can change that."),
    IsLastAdmin: lazy_gettext(
        "This is the last administrator who can sign in. First make another one, on the command line: "
        "fieldstudy create user."
    ),
    RoleIsThere: lazy_gettext("This person has this role here already."),
    AddressIsUnproven: lazy_gettext(
        "This account belongs to others, and no mail has proved yet whose address it is. Whoever runs this "
        "installation can set up a mail server, or give the role on the command line (fieldstudy create user)."
    ),
    AccountIsErased: lazy_gettext("The data of this person were erased: the account does not come back."),
    RoleIsGone: lazy_gettext("Somebody else has withdrawn this role meanwhile."),
}


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


def withdrawn(user: User) -> str:
    return gettext("The role of %(name)s is withdrawn.", name=user.name or user.email)


def deactivated(user: User) -> str:
    return gettext("The account of %(name)s is deactivated.", name=user.name or user.email)


def activated(user: User) -> str:
    return gettext("The account of %(name)s is active again.", name=user.name or user.email)


def signed_out(user: User) -> str:
    return gettext("%(name)s is signed out everywhere.", name=user.name or user.email)


def renamed(name: str) -> str:
    return gettext("The name is now %(name)s.", name=name)


def offered(user: User) -> str:
    """The list of people shows what waits for an answer."""
    if mail.is_possible():
        return gettext("The role is offered to %(email)s: we are sending an e-mail.", email=user.email)
    return gettext("The role is offered to %(email)s. Tell them to sign in and accept it.", email=user.email)
