"""Sessions that are still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select

from fieldstudy.core import access
from fieldstudy.core.access import Viewer
from fieldstudy.core.sessions import Ending
from fieldstudy.extensions import db
from fieldstudy.models import Membership, Session, User
from fieldstudy.models.sessions import ENDING
from fieldstudy.queries import factors
from fieldstudy.queries.people import Person


@dataclass(frozen=True)
class OpenSession:
    """What every request of somebody who is signed in has to know, from one query."""

    id: UUID
    person: Person
    created_at: datetime
    last_seen_at: datetime
    data: dict[str, Any]
    factor_asked_at: datetime | None = None
    has_factor: bool = False


_OPEN = (
    select(
        Session.id,
        Session.created_at,
        Session.last_seen_at,
        Session.data,
        User.id.label("user_id"),
        User.email,
        User.name,
        User.locale,
        User.factor_asked_at,
        factors.has_any().label("has_factor"),
        Membership.role,
        Membership.client_id,
        Membership.region,
        Membership.store_id,
    )
    .join(User, User.id == Session.user_id)
    .outerjoin(Membership, Membership.user_id == User.id)
    .where(Session.token_sha256 == bindparam("token_sha256"), Session.ends_at > bindparam("at"), User.is_active)
)
"""Built once, because building it takes ten times as long as running it, and every request asks."""


def find_open_session(token_sha256: str, at: datetime) -> OpenSession | None:
    """None for a session that ended, and for somebody whose account was closed."""
    rows = db.session.connection().execute(_OPEN, {"token_sha256": token_sha256, "at": at}).all()
    if not rows:
        return None
    first = rows[0]
    memberships = tuple(access.Membership(*row[10:]) for row in rows if row.role is not None)
    person = Person(first.user_id, first.email, first.name, first.locale, memberships)
    times = (first.created_at, first.last_seen_at)
    return OpenSession(first.id, person, *times, first.data, first.factor_asked_at, bool(first.has_factor))


def find_ending(token_sha256: str, at: datetime) -> Ending | None:
    """Why the session of this browser is over; None for one that goes on, or that nobody remembers."""
    ended = select(Session.data).where(Session.token_sha256 == token_sha256, Session.ends_at <= at)
    data = db.session.scalar(ended)
    return Ending(data.get(ENDING, Ending.TIME)) if data is not None else None


def list_open_sessions(user_id: UUID, at: datetime) -> Sequence[Session]:
    """The one used last comes first."""
    query = select(Session).where(Session.user_id == user_id, Session.ends_at > at)
    return db.session.scalars(query.order_by(Session.last_seen_at.desc(), Session.id)).all()


def count_open_sessions(at: datetime) -> int:
    return db.session.scalar(select(func.count()).select_from(Session).where(Session.ends_at > at)) or 0


def find_own_session(viewer: Viewer, session_id: UUID) -> Session | None:
    return db.session.scalar(select(Session).where(Session.user_id == viewer.user_id, Session.id == session_id))
