"""Field codes: the pseudonyms under which clients know who works for them. Called inside a unit."""

from uuid import UUID

from sqlalchemy import func, select

from fieldstudy.extensions import db
from fieldstudy.models import Fieldworker, User
from fieldstudy.models.columns import new_id


def find_or_add(client_id: UUID, user: User) -> Fieldworker:
    """The code under which a client knows this person."""
    known = db.session.scalar(
        select(Fieldworker).where(Fieldworker.client_id == client_id, Fieldworker.user_id == user.id)
    )
    if known is not None:
        return known
    return _add_fieldworker(client_id, _next_code(client_id), user.id)


def find_or_add_code(client_id: UUID, code: str) -> Fieldworker:
    """An unknown code becomes a fieldworker who cannot sign in."""
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
