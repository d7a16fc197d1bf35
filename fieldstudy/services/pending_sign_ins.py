"""Halfway through signing in: five minutes, five attempts, one browser."""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, update

from fieldstudy.models import PendingSignIn
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import sessions, unit
from fieldstudy.services.sessions import Proof

LIFE = timedelta(minutes=5)
ATTEMPTS = 5
TOKEN_BYTES = 16


def begin(user_id: UUID | None, target: str = "", challenge: str = "", proof: Proof | None = None) -> str:
    """Returns the secret that the browser keeps, or raises AccountHasChanged.

    No line in the journal: nobody is in yet.
    """
    token, at = secrets.token_urlsafe(TOKEN_BYTES), now()
    with unit.work():
        if user_id is not None and proof is not None:
            sessions.account_of(user_id, proof)
        unit.sweep(PendingSignIn, PendingSignIn.expires_at <= at)
        row = {"id": new_id(), "user_id": user_id, "token_sha256": sessions.token_hash(token), "attempts": 0}
        unit.insert(PendingSignIn, row | {"target": target, "challenge": challenge, "expires_at": at + LIFE})
    return token


def try_once(pending: PendingSignIn) -> bool:
    """Inside a unit. False where it is over: answered meanwhile, too old or tried too often."""
    is_open = (PendingSignIn.expires_at > now()) & (PendingSignIn.attempts < ATTEMPTS)
    counted = update(PendingSignIn).where(PendingSignIn.id == pending.id, is_open)
    return unit.change(counted.values(attempts=PendingSignIn.attempts + 1)) == 1


def end(pending: PendingSignIn) -> None:
    """Inside a unit."""
    unit.change(delete(PendingSignIn).where(PendingSignIn.id == pending.id))
