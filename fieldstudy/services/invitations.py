"""Links that let somebody set a password: made, used once, closed."""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from fieldstudy.extensions import db
from fieldstudy.models import Invitation, User
from fieldstudy.models.columns import now
from fieldstudy.services import journal, passwords, sessions, unit

LIFE = timedelta(days=7)


class InvitationIsClosed(Exception):
    pass


def invite(user: User, actor: UUID | None) -> str:
    """A fresh link for somebody who lost theirs."""
    with unit.work():
        token = open_for(user)
        journal.write("user.invited", user, actor)
    return token


def open_for(user: User) -> str:
    """Inside a unit. Earlier links end with it."""
    token, at = secrets.token_urlsafe(32), now()
    is_open = (Invitation.user_id == user.id) & Invitation.used_at.is_(None)
    for earlier in db.session.scalars(select(Invitation).where(is_open)):
        earlier.used_at = at
    row = Invitation(user_id=user.id, token_sha256=sessions.token_hash(token), expires_at=at + LIFE)
    db.session.add(row)
    return token


def accept(invitation: Invitation, password: str) -> User:
    """Set the password; the link works once."""
    passwords.check_strength(password, *passwords.context_of(invitation.user))
    with unit.work(invitation):
        if invitation.used_at is not None or now() >= invitation.expires_at:
            raise InvitationIsClosed
        invitation.used_at = now()
        invitation.user.password_hash = passwords.hashed(password)
        sessions.end_all(invitation.user_id)
        journal.write("user.set_password", invitation.user, invitation.user_id)
    return invitation.user
