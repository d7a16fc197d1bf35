"""Field codes: the pseudonyms under which clients know who works for them. Called inside a unit."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from fieldstudy.extensions import db
from fieldstudy.models import Client, Fieldworker, User
from fieldstudy.models.columns import new_id


def find_or_add(client_id: UUID, user: User) -> Fieldworker:
    """The code under which a client knows this person."""
    is_wanted = Fieldworker.user_id == user.id
    return _find(client_id, is_wanted) or _add_once(client_id, is_wanted, None, user.id)


def find_or_add_code(client_id: UUID, code: str) -> Fieldworker:
    """An unknown code becomes a fieldworker who cannot sign in."""
    is_wanted = Fieldworker.code == code
    return _find(client_id, is_wanted) or _add_once(client_id, is_wanted, code, None)


def _find(client_id: UUID, is_wanted: ColumnElement[bool]) -> Fieldworker | None:
    return db.session.scalar(select(Fieldworker).where(Fieldworker.client_id == client_id, is_wanted))


def _add_once(client_id: UUID, is_wanted: ColumnElement[bool], code: str | None, user_id: UUID | None) -> Fieldworker:
    """One adds at a time, and looks again when it is their turn. Only PostgreSQL has to be asked."""
    db.session.execute(select(Client.id).where(Client.id == client_id).with_for_update(key_share=True))
    return _find(client_id, is_wanted) or _add_fieldworker(client_id, code or _next_code(client_id), user_id)


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
