"""People: accounts and their roles."""

from uuid import UUID

from sqlalchemy import select, update

from fieldstudy.core import access
from fieldstudy.core.sessions import Ending
from fieldstudy.extensions import db
from fieldstudy.models import Invitation, Membership, User
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import invitations, journal, passwords, sessions, unit


def create_user(
    email: str,
    membership: access.Membership,
    actor: UUID | None = None,
    name: str = "",
    locale: str = "",
    password: str = "",
) -> tuple[User, str]:
    """A new person, or one more role for a known one; returns the token of a link that sets the password."""
    access.check_membership(membership)
    with unit.work():
        user = db.session.scalar(select(User).where(User.email == _plain(email)))
        if user is None:
            user = User(id=new_id(), email=_plain(email), name=name or _plain(email).split("@")[0], locale=locale)
            db.session.add(user)
        else:
            sessions.end_all(user.id, Ending.ROLES_CHANGED)
        if password:
            user.password_hash = passwords.hashed(password)
        db.session.add(
            Membership(
                user=user,
                role=membership.role,
                client_id=membership.client_id,
                region=membership.region,
                store_id=membership.store_id,
            )
        )
        db.session.flush()
        token = invitations.open_for(user)
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


def change_password(user: User, former: str, password: str) -> None:
    """Every session ends, and every link that could set another password; whoever did it signs in anew."""
    if not passwords.verify(user, former):
        raise PasswordIsWrong
    passwords.check_strength(password, *passwords.context_of(user))
    with unit.work(user):
        user.password_hash = passwords.hashed(password)
        is_open = (Invitation.user_id == user.id) & Invitation.used_at.is_(None)
        unit.change(update(Invitation).where(is_open).values(used_at=now()))
        sessions.end_all(user.id)
        journal.write("user.changed_password", user, user.id)


def _plain(email: str) -> str:
    return email.strip().lower()
