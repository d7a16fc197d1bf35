"""Signing in and out: a session is a row, and whoever has no open one is nobody."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Update, delete, select, update

from fieldstudy.core.sessions import Ending, SessionLimits
from fieldstudy.extensions import db
from fieldstudy.models import PendingSignIn, Session, User
from fieldstudy.models.columns import new_id, now
from fieldstudy.models.sessions import ENDING
from fieldstudy.queries import factors as factor_queries
from fieldstudy.services import journal, unit

TOKEN_BYTES = 16
KEPT_AFTER_END = timedelta(days=7)
"""So long a browser that comes back hears why its session is over."""
UNKNOWN = UUID(int=0)


class AccountHasChanged(Exception):
    """What was proved at the door holds no more: another password, a second factor, a deactivation, a session's end."""


@dataclass(frozen=True)
class Device:
    """Families only, such as "Firefox" and "Android": enough to recognise one's own phone."""

    browser: str = ""
    system: str = ""


@dataclass(frozen=True)
class Proof:
    """What somebody showed at the door: the hash that their password fitted, and whether nothing more was asked for; or
    the passkey, and the hash that stood then.
    """

    password_hash: str
    is_alone: bool = True
    passkey_id: UUID | None = None
    session_id: UUID | None = None
    """Of a session that is exchanged for the new one, and open still."""


def account_of(user_id: UUID, proof: Proof | None) -> User:
    """Inside a unit, whose transaction keeps the account as it is. Raises AccountHasChanged.

    A password is compared outside of it, which takes long: meanwhile it may have been changed, and all sessions ended.
    """
    locked = select(User).where(User.id == user_id).with_for_update(of=User, key_share=True)
    account = db.session.scalars(locked.execution_options(populate_existing=True)).one()
    is_other = proof is not None and account.password_hash != proof.password_hash
    if not account.is_active or is_other:
        raise AccountHasChanged
    if proof is not None and proof.is_alone and factor_queries.is_protected(user_id):
        raise AccountHasChanged
    if proof is not None and proof.passkey_id is not None and not factor_queries.is_passkey(proof.passkey_id):
        raise AccountHasChanged
    check_open(user_id, proof.session_id if proof else None)
    return account


def sign_in(
    user: User,
    device: Device,
    limits: SessionLimits,
    *,
    proof: Proof | None = None,
    former: str = "",
    is_asked_for_factor: bool = False,
) -> str:
    """Returns the new token, or raises AccountHasChanged. `former`: the token that this browser had; its session ends.

    `is_asked_for_factor`: the time to set up a second factor begins with the first sign-in.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    at, user_id = now(), user.id
    with unit.work():
        account = account_of(user_id, proof)
        unit.sweep(Session, Session.ends_at <= at - KEPT_AFTER_END)
        unit.change(delete(Session).where(Session.token_sha256 == token_hash(former)))
        row = {"id": new_id(), "user_id": user_id, "token_sha256": token_hash(token), "data": {}}
        row |= {"created_at": at, "last_seen_at": at, "ends_at": limits.ends_at(at, at)}
        unit.insert(Session, row | {"browser": device.browser[:60], "system": device.system[:60]})
        if is_asked_for_factor:
            first = update(User).where(User.id == user_id, User.factor_asked_at.is_(None))
            unit.change(first.values(factor_asked_at=at))
        journal.write("user.signed_in", account, user_id)
    return token


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def sign_out(session_id: UUID, user_id: UUID) -> None:
    """Of this person, here or on another device."""
    with unit.work():
        hold(user_id)
        unit.change(delete(Session).where(Session.id == session_id, Session.user_id == user_id))
        journal.write("user.signed_out", User, user_id)


def sign_out_everywhere(user_id: UUID) -> None:
    with unit.work():
        hold(user_id)
        end_all(user_id)
        journal.write("user.signed_out_everywhere", User, user_id)


def hold(user_id: UUID | None) -> None:
    """Inside a unit. The person is locked before anything that is theirs, or two could wait for each other."""
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))


def end_all(user_id: UUID, ending: Ending = Ending.SIGNED_OUT, keep: UUID | None = None) -> None:
    """Inside a unit: whoever was signed in has to do so again, with what counts from now on. One session may stay.

    Whoever is halfway in begins again as well.
    """
    at = now()
    unit.change(delete(PendingSignIn).where(PendingSignIn.user_id == user_id))
    is_open = (Session.user_id == user_id) & (Session.ends_at > at) & (Session.id != (keep or UNKNOWN))
    unit.change(update(Session).where(is_open).values(ends_at=at, data={ENDING: ending}))


def check_open(user_id: UUID, session_id: UUID | None) -> None:
    """Inside a unit that holds the person: whoever asks is signed in still, and stays so until its end.

    None where nobody is signed in, as on the command line. Raises AccountHasChanged.
    """
    is_own = (Session.id == session_id) & (Session.user_id == user_id) & (Session.ends_at > now())
    if session_id is not None and db.session.scalar(select(Session.id).where(is_own).with_for_update()) is None:
        raise AccountHasChanged


def touch(session_id: UUID, at: datetime, ends_at: datetime) -> None:
    """No line in the journal: nobody did anything. A session that ended meanwhile stays so."""
    with unit.work():
        unit.change(_open(session_id).values(last_seen_at=at, ends_at=ends_at))


def keep(session_id: UUID, data: dict[str, Any]) -> None:
    """What Flask keeps between two requests; no line in the journal."""
    with unit.work():
        unit.change(_open(session_id).values(data=data))


def _open(session_id: UUID) -> Update:
    return update(Session).where(Session.id == session_id, Session.ends_at > now())
