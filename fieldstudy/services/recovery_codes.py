"""Recovery codes: a set of ten, each of which stands in for the second factor once."""

import secrets
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import delete, select, update

from fieldstudy.core import recovery_codes as rules
from fieldstudy.core.factors import Change
from fieldstudy.extensions import db
from fieldstudy.models import RecoveryCode, User
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries import factors as factor_queries
from fieldstudy.services import journal, notices, sessions, unit

SALT_BYTES = 16


def replace(user: User, session_id: UUID | None) -> list[str]:
    """A new set, which is shown once; the former one ends, and the other sessions, which it may have opened. None for
    somebody who has no factor any more that they could stand in for.
    """
    with unit.work(user):
        sessions.check_open(user.id, session_id)
        if not factor_queries.is_protected(user.id):
            return []
        codes = make(user.id)
        sessions.end_all(user.id, keep=session_id)
        notices.factors_changed(user, Change.NEW_CODES)
        journal.write("user.made_recovery_codes", user, user.id)
    return codes


def make(user_id: UUID) -> list[str]:
    """Inside a unit."""
    remove(user_id)
    salt, at = secrets.token_bytes(SALT_BYTES), now()
    codes = ["".join(secrets.choice(rules.ALPHABET) for _ in range(rules.LENGTH)) for _ in range(rules.NUMBER)]
    row = {"user_id": user_id, "salt": salt.hex(), "created_at": at, "used_at": None}
    unit.insert(RecoveryCode, *(row | {"id": new_id(), "code_hash": _hash(code, salt)} for code in codes))
    return [rules.written(code) for code in codes]


def remove(user_id: UUID) -> None:
    """Inside a unit."""
    unit.change(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def use(user_id: UUID, text: str) -> bool:
    """Inside a unit. Says whether it was one of those that are left."""
    code, is_left = rules.read(text), (RecoveryCode.user_id == user_id) & RecoveryCode.used_at.is_(None)
    salt = db.session.scalar(select(RecoveryCode.salt).where(is_left).limit(1))
    if not code or salt is None:
        return False
    fits = RecoveryCode.code_hash == _hash(code, bytes.fromhex(salt))
    return unit.change(update(RecoveryCode).where(is_left, fits).values(used_at=now())) == 1


def _hash(code: str, salt: bytes) -> str:
    """As OWASP wants passwords kept: 80 bits are fewer than ASVS lets pass with a fast hash."""
    raw = hash_secret_raw(code.encode(), salt, time_cost=1, memory_cost=47104, parallelism=1, hash_len=32, type=Type.ID)
    return raw.hex()
