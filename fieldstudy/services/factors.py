"""Second factors of a person: the first one brings recovery codes, the last one takes them along.

Each change ends the other sessions: whoever was in with what counted before has to come in with what counts now.
"""

from uuid import UUID

from sqlalchemy import delete, select

from fieldstudy.core import recovery_codes as recovery_code_rules
from fieldstudy.core.access import Viewer
from fieldstudy.core.factors import Change, Factor
from fieldstudy.core.sessions import Ending
from fieldstudy.extensions import db
from fieldstudy.models import Authenticator, Passkey, PendingSignIn, RecoveryCode, User
from fieldstudy.services import (
    accounts,
    authenticators,
    journal,
    notices,
    pending_sign_ins,
    recovery_codes,
    sessions,
    unit,
)


def confirm_authenticator(user: User, code: str, session_id: UUID | None) -> list[str]:
    """Returns the recovery codes where these are the first; empty otherwise."""
    with unit.work(user):
        sessions.check_open(user.id, session_id)
        authenticators.confirm(user, code)
        codes = first_codes(user.id)
        sessions.end_all(user.id, keep=session_id)
        notices.factors_changed(user, Change.ADDED)
        journal.write("user.added_authenticator", user, user.id)
    return codes


def first_codes(user_id: UUID) -> list[str]:
    """Inside a unit."""
    has_codes = select(RecoveryCode.id).where(RecoveryCode.user_id == user_id).limit(1)
    return [] if db.session.scalar(has_codes) else recovery_codes.make(user_id)


def remove_authenticator(user: User, session_id: UUID | None) -> None:
    with unit.work(user):
        sessions.check_open(user.id, session_id)
        if authenticators.remove(user):
            forget_codes_of_none(user.id)
            sessions.end_all(user.id, keep=session_id)
            notices.factors_changed(user, Change.REMOVED)
            journal.write("user.removed_authenticator", user, user.id)


def forget_codes_of_none(user_id: UUID) -> None:
    """Inside a unit: without a factor there is nothing that a code could stand in for."""
    if not has_any(user_id):
        recovery_codes.remove(user_id)


def has_any(user_id: UUID) -> bool:
    is_confirmed = (Authenticator.user_id == user_id) & Authenticator.confirmed_at.is_not(None)
    queries = (select(Authenticator.id).where(is_confirmed), select(Passkey.id).where(Passkey.user_id == user_id))
    return any(db.session.scalar(query.limit(1)) is not None for query in queries)


def answer(pending: PendingSignIn, user: User, text: str) -> Factor | None:
    """What was typed at the second step; None where it fits nothing. A sign-in that was answered is over."""
    with unit.work(user):
        if not pending_sign_ins.try_once(pending):
            return None
        factor = _used(user, text)
        if factor is not None:
            pending_sign_ins.end(pending)
            journal.write("user.gave_second_factor", user, user.id, factor=factor)
    return factor


def _used(user: User, text: str) -> Factor | None:
    kind = kind_of(text)
    is_right = authenticators.use(user, text) if kind == Factor.AUTHENTICATOR else recovery_codes.use(user.id, text)
    return kind if is_right else None


def kind_of(text: str) -> Factor:
    """By how it is written, so that each is counted as what it is looked at as."""
    return Factor.RECOVERY_CODE if recovery_code_rules.read(text) else Factor.AUTHENTICATOR


def lift(user: User, viewer: Viewer | None) -> None:
    """For somebody who lost them all: the password alone opens the account again, and every session ends.

    By an administrator or, without a viewer, on the command line.
    """
    with accounts.change(viewer, user) if viewer else unit.work(user):
        forget_all(user.id)
        sessions.end_all(user.id, Ending.SIGNED_OUT)
        notices.factors_changed(user, Change.LIFTED)
        journal.write("user.lost_second_factors", user, viewer.user_id if viewer else None)


def forget_all(user_id: UUID) -> None:
    """Inside a unit."""
    for table in (Authenticator, Passkey, RecoveryCode, PendingSignIn):
        unit.change(delete(table).where(table.user_id == user_id))
