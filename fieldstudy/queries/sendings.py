"""What phones sent: the inbox, and what could not be taken in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from fieldstudy.core import sealed
from fieldstudy.core.access import Role, Viewer
from fieldstudy.core.sealed import NotJson
from fieldstudy.extensions import db
from fieldstudy.models import (
    Assignment,
    ChecklistVersion,
    Conflict,
    Fieldworker,
    Medium,
    Quarantined,
    Submission,
    User,
    Visit,
)
from fieldstudy.queries import reach

QUARANTINE_LIMIT = 100


@dataclass(frozen=True)
class QuarantineLine:
    """`code` is the sender's at the client, where both are known; `assignment` and `version` as far as the content
    names ones of this client.
    """

    row: Quarantined
    sender: User
    code: str | None
    content: Mapping[str, Any]
    assignment: Assignment | None = None
    version: ChecklistVersion | None = None


def find_quarantined(viewer: Viewer, quarantined_id: UUID) -> Quarantined | None:
    return db.session.scalar(select(Quarantined).where(Quarantined.id == quarantined_id, _reachable(viewer)))


def list_open_quarantined(viewer: Viewer) -> list[QuarantineLine]:
    """The longest waiting first, at most QUARANTINE_LIMIT."""
    query = _with_sender().where(_reachable(viewer), *_is_open())
    return _lines(query.order_by(Quarantined.received_at, Quarantined.id).limit(QUARANTINE_LIMIT))


def read_quarantined(row: Quarantined) -> QuarantineLine:
    """With the checklist version that explains its answers."""
    line = _lines(_with_sender().where(Quarantined.id == row.id))[0]
    version_id = sealed.id_in(line.content, "version")
    version = db.session.get(ChecklistVersion, version_id) if version_id else None
    is_readable = version is not None and row.client_id in (None, version.client_id)
    return replace(line, version=version if is_readable else None)


def _with_sender() -> Select[Any]:
    is_code = (Fieldworker.client_id == Quarantined.client_id) & (Fieldworker.user_id == Quarantined.user_id)
    columns: Any = select(Quarantined, User, Fieldworker.code)
    return columns.join(User, User.id == Quarantined.user_id).outerjoin(Fieldworker, is_code)


def _lines(query: Select[Any]) -> list[QuarantineLine]:
    lines = [QuarantineLine(row, sender, code, _content(row.body)) for row, sender, code in db.session.execute(query)]
    named = {line.row.id: sealed.id_in(line.content, "assignment") for line in lines}
    rows = db.session.scalars(select(Assignment).where(Assignment.id.in_([id for id in named.values() if id])))
    assignments = {assignment.id: assignment for assignment in rows}
    return [replace(line, assignment=_of_client(assignments, named[line.row.id], line.row)) for line in lines]


def _of_client(assignments: Mapping[UUID, Assignment], id: UUID | None, row: Quarantined) -> Assignment | None:
    found = assignments.get(id) if id is not None else None
    return found if found is not None and row.client_id in (None, found.client_id) else None


def _content(body: bytes) -> Mapping[str, Any]:
    try:
        return sealed.parse(body)
    except NotJson:
        return {}


def count_open_quarantined(viewer: Viewer) -> int:
    query = select(func.count()).where(_reachable(viewer), *_is_open())
    return db.session.scalar(query) or 0


def _is_open() -> tuple[ColumnElement[bool], ...]:
    """Nobody decided, and it was not sent once more and received meanwhile."""
    same = select(Submission.id).where(
        Submission.visit_id == Quarantined.visit_id,
        Submission.revision == Quarantined.revision,
        Submission.sha256 == Quarantined.sha256,
    )
    return Quarantined.resolved_at.is_(None), ~same.exists()


def _reachable(viewer: Viewer) -> ColumnElement[bool]:
    """Reviewers and coordinators see what came for their clients, an administrator also what came for none."""
    mine = reach.of_clients(viewer, Quarantined.client_id, Role.REVIEWER, Role.COORDINATOR)
    everything = true() if viewer.has(Role.ADMIN) else false()
    return or_(everything, and_(Quarantined.client_id.is_not(None), mine))


def list_conflicted(viewer: Viewer, limit: int = 200) -> Sequence[Visit]:
    """Visits of which two versions wait for a person's choice, the longest waiting first."""
    is_open = select(Conflict.id).where(Conflict.visit_id == Visit.id, Conflict.resolved_at.is_(None)).exists()
    query = select(Visit).where(is_open, reach.of_clients(viewer, Visit.client_id, Role.REVIEWER))
    return db.session.scalars(query.order_by(Visit.received_at, Visit.id).limit(limit)).all()


def list_idle_media(before: datetime) -> list[Medium]:
    """Photos in the inbox since before then, which nothing that was sent names."""
    query = select(Medium).where(Medium.visit_id.is_(None), Medium.erased_at.is_(None), Medium.received_at < before)
    idle = db.session.scalars(query.order_by(Medium.user_id, Medium.id)).all()
    named = _named({medium.user_id for medium in idle})
    return [medium for medium in idle if medium.id not in named[medium.user_id]]


def _named(user_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """By person: the photos that a visit in quarantine, or the other version of a visit, still needs."""
    named: dict[UUID, set[UUID]] = defaultdict(set)
    for user_id in user_ids:
        kept = select(Quarantined.body).where(Quarantined.user_id == user_id, Quarantined.resolved_at.is_(None))
        for body in db.session.scalars(kept):
            named[user_id] |= sealed.media_of(_content(body)).keys()
        others = (
            select(Conflict.content)
            .join(Visit, Visit.id == Conflict.visit_id)
            .join(Fieldworker, Fieldworker.id == Visit.fieldworker_id)
            .where(Fieldworker.user_id == user_id)
        )
        for content in db.session.scalars(others):
            named[user_id] |= sealed.media_of(content).keys()
    return named
