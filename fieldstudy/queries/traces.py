"""Where somebody is spoken of: rows that are theirs, visits of their codes, and texts that name them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, ColumnElement, Select, String, Table, Text, cast, func, or_, select

from fieldstudy.core.lifecycle import State
from fieldstudy.core.redaction import Identity, searches
from fieldstudy.extensions import Model, db
from fieldstudy.models import (
    Assignment,
    Client,
    Draft,
    Fieldworker,
    Invitation,
    Job,
    JobState,
    Jotting,
    JournalLine,
    Medium,
    Photo,
    Submission,
    User,
    Visit,
)
from fieldstudy.queries import retention

OWNER = "user_id"
"""Whose row it is: it goes with the person. Other columns that name somebody say who did something, by an id."""
UNREAD = frozenset({"users", "checklist_versions", "sessions"})
"""Tables whose texts are emptied by themselves, or are nobody's."""
SHORTEST = 300
"""Shorter columns hold codes and words of closed lists."""
OPEN = (State.OFFERED, State.ACCEPTED, State.IN_FIELD)


def find_fieldworker(client: Client, code: str) -> Fieldworker | None:
    return db.session.scalar(select(Fieldworker).where(Fieldworker.client_id == client.id, Fieldworker.code == code))


def list_codes(user_id: UUID) -> Sequence[Fieldworker]:
    return db.session.scalars(select(Fieldworker).where(Fieldworker.user_id == user_id).order_by(Fieldworker.id)).all()


def owned() -> Iterator[tuple[Table, Column[Any]]]:
    """Tables whose rows are somebody's, children before their parents."""
    for table in reversed(Model.metadata.sorted_tables):
        if OWNER in table.c and table.c[OWNER].references(User.__table__.c.id):
            yield table, table.c[OWNER]


def list_visits(fieldworker_ids: Sequence[UUID]) -> Sequence[Visit]:
    query = select(Visit).where(Visit.fieldworker_id.in_(fieldworker_ids)).order_by(Visit.id)
    return db.session.scalars(query).all()


def count_open_assignments(fieldworker_ids: Sequence[UUID]) -> int:
    """Of which nothing has arrived."""
    arrived = select(Visit.id).where(Visit.assignment_id == Assignment.id, Visit.received_at.is_not(None))
    is_open = (Assignment.fieldworker_id.in_(fieldworker_ids), Assignment.state.in_(OPEN), ~arrived.exists())
    return db.session.scalar(select(func.count()).select_from(Assignment).where(*is_open)) or 0


def count_lines(user_id: UUID) -> int:
    return db.session.scalar(select(func.count()).select_from(JournalLine).where(JournalLine.actor_id == user_id)) or 0


def count_waiting_photos(user_id: UUID) -> int:
    """Of visits that were sent, whose clean copy a worker is about to make."""
    waiting = select(Medium.id).where(
        Medium.user_id == user_id, Medium.visit_id.is_not(None), Medium.photo_id.is_(None), Medium.refusal == ""
    )
    ids = [str(id_) for id_ in db.session.scalars(waiting)]
    is_open = (Job.kind == "picture", Job.state.in_((JobState.WAITING, JobState.RUNNING)))
    named: Any = Job.payload["medium"].as_string()
    return db.session.scalar(select(func.count()).select_from(Job).where(*is_open, named.in_(ids))) or 0


def list_photos(visits: Iterable[Visit], is_all: bool) -> Sequence[Photo]:
    """`is_all`: otherwise those alone that belong to nothing that was ever sent."""
    query = select(Photo).where(Photo.visit_id.in_([visit.id for visit in visits]), Photo.erased_at.is_(None))
    if not is_all:
        query = query.where(Photo.visit_id.not_in(select(Submission.visit_id)))
    return db.session.scalars(query.order_by(Photo.id)).all()


def places_of(visit_ids: Iterable[UUID]) -> Select[Any]:
    """Their waves and stores."""
    columns: Any = select(Visit.wave_id, Visit.store_id)
    return columns.where(Visit.id.in_(set(visit_ids)))


def list_jobs(user_id: UUID, email: str) -> Sequence[Job]:
    """Letters to the person, and photos of theirs. What they ordered is not theirs alone: its job stays."""
    invitations = select(Invitation.id).where(Invitation.user_id == user_id)
    ids = [str(id_) for id_ in db.session.scalars(invitations)]
    of_user, of_invitation = (Job.payload[key].as_string() for key in ("user", "invitation"))
    conditions: list[ColumnElement[bool]] = [of_user == str(user_id), of_invitation.in_(ids)]
    if email:
        conditions.append(cast(Job.payload, Text).contains(email, autoescape=True))
    return db.session.scalars(select(Job).where(or_(*conditions))).all()


@dataclass(frozen=True)
class Naming:
    """A row with texts that may name the person; `texts` by column, `visit_id` where it belongs to a visit."""

    table: Table
    key: Mapping[str, Any]
    texts: Mapping[str, Any]
    visit_id: UUID | None


def list_naming(identity: Identity) -> Iterator[Naming]:
    for table in Model.metadata.sorted_tables:
        columns = [column for column in table.c if _is_text(column)] if table.name not in UNREAD else []
        conditions = [cast(column, Text).ilike(one) for column in columns for one in searches(identity)]
        if conditions:
            yield from _naming(table, columns, or_(*conditions))


def _naming(table: Table, columns: Sequence[Column[Any]], condition: ColumnElement[bool]) -> Iterator[Naming]:
    keys = list(table.primary_key)
    visit = [table.c.visit_id] if "visit_id" in table.c else []
    for row in db.session.execute(select(*{*keys, *columns, *visit}).where(condition)).mappings().all():
        key, texts = ({column.name: row[column] for column in some} for some in (keys, columns))
        yield Naming(table, key, texts, row[visit[0]] if visit else None)


def _is_text(column: Column[Any]) -> bool:
    if isinstance(column.type, JSON | Text):
        return True
    return isinstance(column.type, String) and (column.type.length or SHORTEST) >= SHORTEST


@dataclass(frozen=True)
class Codes:
    """A fieldworker's code at a client, as an erasure leaves it."""

    client: str
    code: str
    visits: int


def list_kept_codes(fieldworkers: Sequence[Fieldworker]) -> list[Codes]:
    counts = select(Visit.fieldworker_id, func.count()).where(
        Visit.fieldworker_id.in_([one.id for one in fieldworkers])
    )
    by_id = {row[0]: row[1] for row in db.session.execute(counts.group_by(Visit.fieldworker_id))}
    names = {client.id: client.name for client in db.session.scalars(select(Client))}
    return [Codes(names[one.client_id], one.code, by_id.get(one.id, 0)) for one in fieldworkers]


def has_writings(code: Fieldworker) -> bool:
    visits = select(Visit.id).where(Visit.fieldworker_id == code.id)
    found = (
        select(Jotting.id).where(Jotting.visit_id.in_(visits)),
        select(Draft.visit_id).where(Draft.visit_id.in_(visits)),
        select(Submission.id).where(Submission.visit_id.in_(visits), retention.has_content(Submission)),
    )
    return any(db.session.scalar(query.limit(1)) is not None for query in found)
