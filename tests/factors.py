"""Second factors for tests: an app that shows codes, as pyotp computes them for any moment."""

from datetime import datetime
from uuid import UUID

import pyotp

from fieldstudy.core.factors import STEP_SECONDS
from fieldstudy.extensions import db
from fieldstudy.models import Authenticator, User
from fieldstudy.models.columns import now
from fieldstudy.queries import factors as factor_queries
from fieldstudy.services import authenticators, factors


def key_of(user: User) -> str:
    row = factor_queries.find_authenticator(user.id)
    assert row is not None
    key = authenticators.key_of(row)
    db.session.commit()
    return key


def code_of(user: User, at: datetime | None = None) -> str:
    return pyotp.TOTP(key_of(user)).at(at or now())


def protect(user: User, own: UUID | None = None) -> list[str]:
    """With an app, from the session that stays; returns the recovery codes. The code of now is not used up."""
    authenticators.begin(user, own)
    row = factor_queries.find_authenticator(user.id)
    assert row is not None
    codes = factors.confirm_authenticator(user, code_of(user), own)
    forget_last_code(row)
    return codes


def forget_last_code(row: Authenticator) -> None:
    row.last_step -= 10 * STEP_SECONDS
    db.session.commit()
