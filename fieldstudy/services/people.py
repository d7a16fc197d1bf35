"""People: accounts, invitations, passwords, memberships and field codes."""

import secrets
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select

from fieldstudy.core import access
from fieldstudy.extensions import db
from fieldstudy.models import Fieldworker, Invitation, Membership, User
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import journal, sessions, unit

PASSWORD_LEAST = 10
INVITATION_LIFE = timedelta(days=7)

# OWASP's argon2id setting with the least time for its memory (47 MiB, one pass).
_hasher = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)


@lru_cache
def _nobody() -> str:
    """A hash that no password fits, for people who do not exist."""
    return _hasher.hash(secrets.token_hex(16))


class InvitationIsClosed(Exception):
    pass


class PasswordIsWeak(Exception):
    pass


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
            sessions.end_all(user.id)
        if password:
            user.password_hash = _hasher.hash(password)
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
        token = _invite(user)
        journal.write("user.created", user, actor, membership.client_id, role=membership.role)
    return user, token


def invite(user: User, actor: UUID | None) -> str:
    """A fresh link for somebody who lost theirs."""
    with unit.work():
        token = _invite(user)
        journal.write("user.invited", user, actor)
    return token


def _invite(user: User) -> str:
    """Earlier links end with it."""
    token, at = secrets.token_urlsafe(32), now()
    is_open = (Invitation.user_id == user.id) & Invitation.used_at.is_(None)
    for earlier in db.session.scalars(select(Invitation).where(is_open)):
        earlier.used_at = at
    row = Invitation(user_id=user.id, token_sha256=sessions.token_hash(token), expires_at=at + INVITATION_LIFE)
    db.session.add(row)
    return token


def accept_invitation(invitation: Invitation, password: str) -> User:
    """Set the password; the link works once."""
    check_password_strength(password, invitation.user.email)
    with unit.work(invitation):
        if invitation.used_at is not None or now() >= invitation.expires_at:
            raise InvitationIsClosed
        invitation.used_at = now()
        invitation.user.password_hash = _hasher.hash(password)
        sessions.end_all(invitation.user_id)
        journal.write("user.set_password", invitation.user, invitation.user_id)
    return invitation.user


def check_password_strength(password: str, email: str) -> None:
    """Length, and not the address itself; no rules of composition (NIST 800-63B)."""
    if len(password) < PASSWORD_LEAST or len(password) > 256 or password.lower() in (email, email.split("@")[0]):
        raise PasswordIsWeak
    if len(set(password)) < 4:
        raise PasswordIsWeak


def verify(user: User | None, password: str) -> bool:
    """Takes as long for an unknown person as for a known one."""
    known = user.password_hash if user is not None and user.password_hash else _nobody()
    try:
        matches = _hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(matches and user is not None and user.password_hash and user.is_active)


def set_locale(user: User, locale: str) -> None:
    with unit.work(user):
        user.locale = locale
        journal.write("user.chose_language", user, user.id, locale=locale)


def find_or_add_fieldworker(client_id: UUID, user: User) -> Fieldworker:
    """Inside a unit: the code under which a client knows this person."""
    known = db.session.scalar(
        select(Fieldworker).where(Fieldworker.client_id == client_id, Fieldworker.user_id == user.id)
    )
    if known is not None:
        return known
    return _add_fieldworker(client_id, _next_code(client_id), user.id)


def find_or_add_code(client_id: UUID, code: str) -> Fieldworker:
    """Inside a unit: an unknown code becomes a fieldworker who cannot sign in."""
    known = db.session.scalar(select(Fieldworker).where(Fieldworker.client_id == client_id, Fieldworker.code == code))
    return known or _add_fieldworker(client_id, code, None)


def _add_fieldworker(client_id: UUID, code: str, user_id: UUID | None) -> Fieldworker:
    fieldworker = Fieldworker(id=new_id(), client_id=client_id, code=code, user_id=user_id)
    db.session.add(fieldworker)
    db.session.flush()
    return fieldworker


def _next_code(client_id: UUID) -> str:
    codes = set(db.session.scalars(select(Fieldworker.code).where(Fieldworker.client_id == client_id)))
    count = db.session.scalar(select(func.count()).where(Fieldworker.client_id == client_id)) or 0
    number = count + 1
    while f"F{number:02}" in codes:
        number += 1
    return f"F{number:02}"


def _plain(email: str) -> str:
    return email.strip().lower()
