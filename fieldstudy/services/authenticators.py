"""Authenticator apps: set up, confirmed by a code, asked at sign-in, removed."""

import hmac
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import delete, select

from fieldstudy.core import factors as rules
from fieldstudy.extensions import db
from fieldstudy.models import Authenticator, User
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import ciphers, journal, sessions, unit

ISSUER = "Fieldstudy"


class CodeIsWrong(Exception):
    pass


class AuthenticatorIsThere(Exception):
    """One that counts already has to be removed first; or none was begun."""


def begin(user: User, session_id: UUID | None) -> None:
    """A new key, which counts once a code was made with it; one that was never confirmed is replaced."""
    with unit.work(user):
        sessions.check_open(user.id, session_id)
        if _find(user) is not None:
            raise AuthenticatorIsThere
        unit.change(delete(Authenticator).where(Authenticator.user_id == user.id))
        key = ciphers.encrypt(pyotp.random_base32())
        db.session.add(Authenticator(id=new_id(), user_id=user.id, key_encrypted=key, created_at=now()))
        journal.write("user.began_authenticator", user, user.id)


def key_of(row: Authenticator) -> str:
    """Empty where SECRET_KEY was changed without its fallback: then a recovery code is the way in."""
    return ciphers.decrypt(row.key_encrypted) or ""


def address_of(row: Authenticator) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(key_of(row)).provisioning_uri(name=row.user.email, issuer_name=ISSUER)


def confirm(user: User, code: str) -> None:
    """Inside a unit that has locked the person: of the key that was begun last."""
    begun = (Authenticator.user_id == user.id) & Authenticator.confirmed_at.is_(None)
    row = db.session.scalar(select(Authenticator).where(begun).execution_options(populate_existing=True))
    if row is None:
        raise AuthenticatorIsThere
    if not fits(row, code, now()):
        raise CodeIsWrong
    row.confirmed_at = now()


def use(user: User, code: str) -> bool:
    """Inside a unit that has locked the person: of two who send one code at once the second one is late."""
    row = _find(user)
    return row is not None and fits(row, code, now())


def fits(row: Authenticator, code: str, at: datetime) -> bool:
    """A code works once, and none that is older than it."""
    key = key_of(row)
    plain = "".join(character for character in code if character in "0123456789")
    for step in rules.steps_that_count(at, row.last_step) if key else ():
        if hmac.compare_digest(pyotp.TOTP(key).generate_otp(step), plain):
            row.last_step = step
            row.key_encrypted = ciphers.encrypt(key)
            return True
    return False


def remove(user: User) -> int:
    """Inside a unit."""
    return unit.change(delete(Authenticator).where(Authenticator.user_id == user.id))


def _find(user: User) -> Authenticator | None:
    is_own = (Authenticator.user_id == user.id) & Authenticator.confirmed_at.is_not(None)
    return db.session.scalar(select(Authenticator).where(is_own).execution_options(populate_existing=True))
