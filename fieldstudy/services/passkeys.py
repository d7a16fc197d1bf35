"""Passkeys: added with a name, used to sign in, removed. Each one stands for both factors."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from fieldstudy.core.factors import Change, Factor, RelyingParty
from fieldstudy.extensions import db
from fieldstudy.models import Passkey, PendingSignIn, User
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import factors, journal, notices, pending_sign_ins, sessions, unit
from fieldstudy.services.sessions import Proof


class PasskeyIsRefused(Exception):
    """Unknown, signed by something else, for another page, or an answer that was used."""


def _messages() -> Any:
    from fieldstudy.services import passkey_messages  # noqa: PLC0415 its library takes 0.35 s to load

    return passkey_messages


def ask_to_create(user: User, party: RelyingParty) -> tuple[str, str]:
    """Options for the browser as JSON, and the challenge that its answer has to hold."""
    asked: tuple[str, str] = _messages().ask_to_create(party, user.id.bytes, user.email, user.name, _ids_of(user.id))
    return asked


def _ids_of(user_id: UUID | None) -> list[str]:
    own = select(Passkey.credential_id).where(Passkey.user_id == user_id)
    return list(db.session.scalars(own)) if user_id else []


def add(user: User, party: RelyingParty, challenge: str, answer: str, name: str, session_id: UUID | None) -> list[str]:
    """Returns the recovery codes where this is the first factor; empty otherwise."""
    messages = _messages()
    try:
        created = messages.read_created(party, challenge, answer)
    except messages.AnswerIsWrong:
        raise PasskeyIsRefused from None
    with unit.work(user):
        sessions.check_open(user.id, session_id)
        if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == created.credential_id)) is not None:
            raise PasskeyIsRefused
        row = {"id": new_id(), "user_id": user.id, "name": name, "created_at": now(), "last_used_at": None}
        row |= {"credential_id": created.credential_id, "public_key": created.public_key}
        unit.insert(Passkey, row | {"sign_count": created.sign_count, "transports": " ".join(created.transports)[:200]})
        codes = factors.first_codes(user.id)
        sessions.end_all(user.id, keep=session_id)
        notices.factors_changed(user, Change.ADDED)
        journal.write("user.added_passkey", user, user.id)
    return codes


def remove(passkey: Passkey, session_id: UUID | None) -> None:
    user, own = passkey.user, Passkey.id == passkey.id
    with unit.work(user):
        sessions.check_open(user.id, session_id)
        if not unit.change(delete(Passkey).where(own)):
            return
        factors.forget_codes_of_none(user.id)
        sessions.end_all(user.id, keep=session_id)
        notices.factors_changed(user, Change.REMOVED)
        journal.write("user.removed_passkey", user, user.id)


def ask_to_sign(party: RelyingParty, pending: PendingSignIn | None, target: str) -> tuple[str, str]:
    """Options for the browser as JSON, and the secret that it keeps. `pending`: a password was right before."""
    user_id = pending.user_id if pending else None
    options, challenge = _messages().ask_to_sign(party, _ids_of(user_id))
    return options, pending_sign_ins.begin(user_id, pending.target if pending else target, challenge)


def sign_in(pending: PendingSignIn, party: RelyingParty, answer: str) -> tuple[User, Proof]:
    """Raises PasskeyIsRefused. An answer counts once."""
    messages, challenge = _messages(), pending.challenge
    with unit.work():
        try:
            row = _find(messages.credential_id_of(answer), pending.user_id)
            if not challenge or not pending_sign_ins.try_once(pending):
                raise PasskeyIsRefused
            count = messages.check_signed(party, challenge, answer, row.public_key, row.sign_count)
        except messages.AnswerIsWrong:
            raise PasskeyIsRefused from None
        unit.change(update(Passkey).where(Passkey.id == row.id).values(sign_count=count, last_used_at=now()))
        pending_sign_ins.end(pending)
        user = row.user
        proof = Proof(user.password_hash, is_alone=False, passkey_id=row.id)
        journal.write("user.gave_second_factor", user, user.id, factor=Factor.PASSKEY)
    return user, proof


def _find(credential_id: str, user_id: UUID | None) -> Passkey:
    """With the person locked, as everywhere, and then read. `user_id`: whose password was given before."""
    is_named = Passkey.credential_id == credential_id
    sessions.hold(db.session.scalar(select(Passkey.user_id).where(is_named)))
    row = db.session.scalar(select(Passkey).where(is_named).execution_options(populate_existing=True))
    if row is None or not row.user.is_active or user_id not in (None, row.user_id):
        raise PasskeyIsRefused
    return row
