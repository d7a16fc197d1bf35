"""People: accounts and their roles."""

from uuid import UUID

from fieldstudy.core import access
from fieldstudy.core.invitations import Kind
from fieldstudy.extensions import db
from fieldstudy.models import User
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import accounts, factors, invitations, journal, notices, passwords, sessions, unit


def create_user(
    email: str,
    membership: access.Membership,
    actor: UUID | None = None,
    name: str = "",
    locale: str = "",
    password: str = "",
) -> tuple[User, str]:
    """The word of whoever runs the installation: the address counts as proven, and the role is given at once.

    Returns the token of a link that sets the password, empty for somebody who has one. What was set before the address
    was proven may be anybody's, and opens nothing any more.
    """
    access.check_membership(membership)
    with unit.work():
        user = invitations.find(email)
        if user is None:
            user = User(id=new_id(), email=_plain(email), name=name or _plain(email).split("@")[0], locale=locale)
            db.session.add(user)
        elif user.proved_at is None:
            user.password_hash = ""
            factors.forget_all(user.id)
        user.proved_at = user.proved_at or now()
        if password:
            user.password_hash = passwords.hashed(password)
            accounts.close_invitations(user.id)
        db.session.flush()
        invitations.give(user, membership, actor)
        token = "" if user.password_hash else invitations.open_shown(user, Kind.PASSWORD, actor, is_proof=True)
        journal.write("user.created", user, actor, membership.client_id, role=membership.role)
    return user, token


def set_locale(user: User, locale: str) -> None:
    with unit.work(user):
        user.locale = locale
        journal.write("user.chose_language", user, user.id, locale=locale)


def change_profile(user: User, name: str, locale: str) -> None:
    with unit.work(user):
        user.name, user.locale = name, locale
        journal.write("user.changed_profile", user, user.id)


class PasswordIsWrong(Exception):
    pass


def change_password(user: User, former: str, password: str, session_id: UUID | None) -> str:
    """Every other session ends, and every link that could set another password. Returns the new hash: whoever did it
    exchanges this session for a new one, as long as nobody ends it before (`sessions.sign_in`).
    """
    proved = passwords.proved(user, former)
    if not proved or not user.is_active:
        raise PasswordIsWrong
    passwords.check_strength(password, *passwords.context_of(user))
    hashed = passwords.hashed(password)
    with unit.work(user):
        sessions.check_open(user.id, session_id)
        if user.password_hash != proved:
            raise PasswordIsWrong
        user.password_hash = hashed
        accounts.close_invitations(user.id)
        sessions.end_all(user.id, keep=session_id)
        notices.password_changed(user)
        journal.write("user.changed_password", user, user.id)
    return hashed


def _plain(email: str) -> str:
    return email.strip().lower()
