"""Second factors, and sign-ins that wait for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from fieldstudy.core.access import Viewer
from fieldstudy.core.factors import FEW_CODES
from fieldstudy.extensions import db
from fieldstudy.models import Authenticator, Passkey, PendingSignIn, RecoveryCode, User


@dataclass(frozen=True)
class Factors:
    """What somebody can sign in with besides the password."""

    authenticator: Authenticator | None
    passkeys: Sequence[Passkey]
    codes_left: int

    @property
    def is_any(self) -> bool:
        return self.authenticator is not None or bool(self.passkeys)

    @property
    def has_few_codes(self) -> bool:
        return self.is_any and self.codes_left <= FEW_CODES


def has_any() -> ColumnElement[bool]:
    """For a query over users."""
    is_confirmed = (Authenticator.user_id == User.id) & Authenticator.confirmed_at.is_not(None)
    return or_(
        select(Authenticator.id).where(is_confirmed).correlate(User).exists(),
        select(Passkey.id).where(Passkey.user_id == User.id).correlate(User).exists(),
    )


def is_protected(user_id: UUID) -> bool:
    """Whether the password alone does not open the account."""
    return db.session.scalar(select(User.id).where(User.id == user_id, has_any())) is not None


def get_factors(user_id: UUID) -> Factors:
    is_left = (RecoveryCode.user_id == user_id) & RecoveryCode.used_at.is_(None)
    left = db.session.scalar(select(func.count()).select_from(RecoveryCode).where(is_left)) or 0
    own = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
    authenticator = find_authenticator(user_id)
    is_confirmed = authenticator is not None and authenticator.confirmed_at is not None
    return Factors(authenticator if is_confirmed else None, db.session.scalars(own).all(), left)


def find_authenticator(user_id: UUID) -> Authenticator | None:
    """Also one that was not confirmed yet."""
    return db.session.scalar(select(Authenticator).where(Authenticator.user_id == user_id))


def find_own_passkey(viewer: Viewer, passkey_id: UUID) -> Passkey | None:
    return db.session.scalar(select(Passkey).where(Passkey.user_id == viewer.user_id, Passkey.id == passkey_id))


def is_passkey(passkey_id: UUID) -> bool:
    return db.session.scalar(select(Passkey.id).where(Passkey.id == passkey_id)) is not None


def find_pending_sign_in(token_sha256: str, at: datetime, attempts: int) -> PendingSignIn | None:
    """None for one that is too old or was tried `attempts` times."""
    is_open = (PendingSignIn.expires_at > at) & (PendingSignIn.attempts < attempts)
    return db.session.scalar(select(PendingSignIn).where(PendingSignIn.token_sha256 == token_sha256, is_open))
