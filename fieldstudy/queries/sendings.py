"""What phones sent: the inbox, and what could not be taken in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from fieldstudy.core import sealed
from fieldstudy.core.access import FIELDWORKERS, Role, Viewer
from fieldstudy.core.sealed import NotJson
from fieldstudy.extensions import db
from fieldstudy.models import (
    Assignment,
    ChecklistVersion,
    Conflict,
    Fieldworker,
    Medium,
    Membership,
    Quarantined,
    Submission,
    User,
    Visit,
)
from fieldstudy.queries import pages, reach

_READERS = Role.REVIEWER, Role.COORDINATOR


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


def list_quarantined(viewer: Viewer, is_open: bool, total: int, page: int) -> Pagination:
    """What waits for a person, the longest waiting first; or what waits no more, the newest first."""
    order = Quarantined.received_at if is_open else Quarantined.received_at.desc()
    query = _with_sender().where(_reachable(viewer), _is_open() if is_open else ~_is_open())
    found = pages.of_rows(query.order_by(order, Quarantined.id), total, page)
    found.items = _lines(found.items)
    return found


def read_quarantined(row: Quarantined) -> QuarantineLine:
    """With the checklist version that explains its answers."""
    line = _lines(db.session.execute(_with_sender().where(Quarantined.id == row.id)))[0]
    version_id = sealed.id_in(line.content, "version")
    version = db.session.get(ChecklistVersion, version_id) if version_id else None
    is_readable = version is not None and row.client_id in (None, version.client_id)
    return replace(line, version=version if is_readable else None)


def _with_sender() -> Select[Any]:
    is_code = (Fieldworker.client_id == Quarantined.client_id) & (Fieldworker.user_id == Quarantined.user_id)
    columns: Any = select(Quarantined, User, Fieldworker.code)
    return columns.join(User, User.id == Quarantined.user_id).outerjoin(Fieldworker, is_code)


def _lines(rows: Iterable[Any]) -> list[QuarantineLine]:
    lines = [QuarantineLine(row, sender, code, _content(row.body)) for row, sender, code in rows]
    named = {line.row.id: sealed.id_in(line.content, "assignment") for line in lines}
    found = db.session.scalars(select(Assignment).where(Assignment.id.in_([id for id in named.values() if id])))
    assignments = {assignment.id: assignment for assignment in found}
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
    return _count(_reachable(viewer), _is_open())


def count_all_open_quarantined() -> int:
    """Of every client and of none, for whoever watches over the installation."""
    return _count(_is_open())


def count_inbox_bytes() -> int:
    """Of the photos that lie in the inbox as they came."""
    return int(db.session.scalar(select(func.sum(Medium.size_bytes)).where(Medium.erased_at.is_(None))) or 0)


def count_decided_quarantined(viewer: Viewer) -> int:
    return _count(_reachable(viewer), ~_is_open())


def count_unassigned(viewer: Viewer) -> int:
    """What waits, came from fieldworkers of the viewer's clients, and names none of them: an administrator sees it."""
    if viewer.has(Role.ADMIN):
        return 0
    works = Membership.client_id.is_(None) | reach.of_clients(viewer, Membership.client_id, *_READERS)
    senders = select(Membership.user_id).where(Membership.role.in_(sorted(FIELDWORKERS)), works)
    return _count(Quarantined.client_id.is_(None), Quarantined.user_id.in_(senders), _is_open())


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Quarantined).where(*conditions)) or 0


def _is_open() -> ColumnElement[bool]:
    """Nobody decided, and it was not sent once more and received meanwhile."""
    same = select(Submission.id).where(
        Submission.visit_id == Quarantined.visit_id,
        Submission.revision == Quarantined.revision,
        Submission.sha256 == Quarantined.sha256,
    )
    return and_(Quarantined.resolved_at.is_(None), ~same.exists())


def _reachable(viewer: Viewer) -> ColumnElement[bool]:
    """Reviewers and coordinators see what came for their clients; an administrator only what came for none: they look
    after people and the installation, not after what visits say.
    """
    mine = reach.of_clients(viewer, Quarantined.client_id, *_READERS)
    nobodys = Quarantined.client_id.is_(None) if viewer.has(Role.ADMIN) else false()
    return or_(nobodys, and_(Quarantined.client_id.is_not(None), mine))


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
