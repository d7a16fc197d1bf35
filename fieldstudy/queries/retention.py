"""What has been kept for as long as the settings say. A wave that was never released keeps what its visits are of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, select

from fieldstudy.extensions import db
from fieldstudy.models import (
    Conflict,
    Draft,
    Edition,
    Invitation,
    Jotting,
    JournalLine,
    Medium,
    PendingSignIn,
    Photo,
    Quarantined,
    Session,
    StoreEdition,
    Submission,
    Throttle,
    User,
    Visit,
    Wave,
)
from fieldstudy.models.columns import write_json

EMPTIED: Mapping[str, Any] = {"raw": {}, "photos": []}
"""What is left of a sending: its readers find nothing in it."""

Condition = Callable[[datetime], ColumnElement[bool]]


def _released(visit_id: Any, before: datetime) -> ColumnElement[bool]:
    waves = select(Wave.id).where(Wave.released_at < before)
    found: ColumnElement[bool] = visit_id.in_(select(Visit.id).where(Visit.wave_id.in_(waves)))
    return found


def sessions(at: datetime) -> ColumnElement[bool]:
    return Session.ends_at <= at


def pending_sign_ins(at: datetime) -> ColumnElement[bool]:
    return PendingSignIn.expires_at <= at


def throttles(at: datetime) -> ColumnElement[bool]:
    return Throttle.ends_at <= at


def invitations(before: datetime) -> ColumnElement[bool]:
    return func.coalesce(Invitation.used_at, Invitation.expires_at) < before


def drafts(before: datetime) -> ColumnElement[bool]:
    return Draft.saved_at < before


def quarantined(before: datetime) -> ColumnElement[bool]:
    return Quarantined.resolved_at < before


def photos(before: datetime) -> ColumnElement[bool]:
    return Photo.erased_at.is_(None) & _released(Photo.visit_id, before)


def refused_pictures(before: datetime) -> ColumnElement[bool]:
    """They cannot be opened, and lie as they came."""
    return (Medium.refusal != "") & _released(Medium.visit_id, before)


def jottings(before: datetime) -> ColumnElement[bool]:
    return _released(Jotting.visit_id, before)


def submissions(before: datetime) -> ColumnElement[bool]:
    return has_content(Submission) & _released(Submission.visit_id, before)


def conflicts(before: datetime) -> ColumnElement[bool]:
    return has_content(Conflict) & _released(Conflict.visit_id, before)


def has_content(table: type[Submission | Conflict]) -> ColumnElement[bool]:
    return cast(table.content, Text) != write_json(EMPTIED)


def list_idle_accounts(before: datetime) -> Sequence[User]:
    """Deactivated before then, as the journal says, and not active again since."""
    lines = select(JournalLine.subject_id, func.max(JournalLine.at).label("at")).where(
        JournalLine.verb == "user.deactivated"
    )
    last = lines.group_by(JournalLine.subject_id).subquery()
    is_due = (User.is_active.is_(False), User.erased_at.is_(None), last.c.at < before)
    return db.session.scalars(select(User).join(last, last.c.subject_id == User.id).where(*is_due)).all()


def list_frozen(places: Select[Any]) -> Sequence[StoreEdition]:
    """In every edition; `places` selects waves and stores."""
    wave_id, store_id = places.distinct().subquery().c
    query = select(StoreEdition).join(Edition).join(wave_id.table, store_id == StoreEdition.store_id)
    return db.session.scalars(query.where(Edition.wave_id == wave_id).order_by(StoreEdition.id)).all()


def places_of_photos(photos: Iterable[Photo]) -> Select[Any]:
    visits = {photo.visit_id for photo in photos}
    columns: Any = select(Visit.wave_id, Visit.store_id)
    return columns.where(Visit.id.in_(visits))
