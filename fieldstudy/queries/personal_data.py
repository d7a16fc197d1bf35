"""All that the installation holds about one person, as JSON holds it: for that person."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Table, select

from fieldstudy.extensions import Model, db
from fieldstudy.models import (
    AnswerRow,
    Assignment,
    Conflict,
    Draft,
    EncounterRow,
    Jotting,
    JournalLine,
    Medium,
    Photo,
    Quarantined,
    ReturnReason,
    Submission,
    User,
    Visit,
)
from fieldstudy.queries import stored_files, traces

FORMAT = 1
SECRET = re.compile(r"password|secret|token|hash|sha256|key|salt|challenge|credential|target")
"""Columns that open doors, or only serve to check something."""
OF_VISIT = (AnswerRow, EncounterRow, Jotting, Photo, ReturnReason, Draft, Submission, Conflict)
"""Tables whose rows a visit's fieldworker wrote, or was sent; no points, and no judgement of the desk's."""
Rows = Mapping[type[Model], Mapping[UUID, list[Any]]]
OTHERS = frozenset({"created_by", "approved_by", "inviter_id"})
HIDDEN = frozenset({"client_id", "visit_id", "user_id", "state_reason", "data"}) | OTHERS


@dataclass(frozen=True)
class Picture:
    """`name` in the person's file, `path` below the data folder."""

    name: str
    path: str
    size_bytes: int


@dataclass(frozen=True)
class PersonalData:
    content: Mapping[str, Any]
    pictures: Sequence[Picture]


def gather(user: User) -> PersonalData:
    codes = traces.list_codes(user.id)
    visits = traces.list_visits([code.id for code in codes])
    rows: Rows = {table: _by_visit(table, visits) for table in OF_VISIT}
    content = {
        "format": FORMAT,
        "account": _shown(user),
        "codes": [{"client": one.client, "code": one.code} for one in traces.list_kept_codes(codes)],
        "assignments": [_assignment(one) for one in _assignments([code.id for code in codes])],
        "visits": [_visit(visit, rows) for visit in visits],
        "under_review": [_under_review(one) for one in _of(Quarantined, user)],
        "inbox": [{**_shown(one), "file": _inbox_name(one)} for one in _of(Medium, user)],
        **{table.name: _rows(table, user) for table in _others()},
        "done": [_line(line) for line in _lines(user)],
    }
    photos = [photo for found in rows[Photo].values() for photo in found]
    return PersonalData(content, [*_kept(photos), *_received(_of(Medium, user))])


def _others() -> Iterable[Table]:
    """Sessions, roles, invitations, factors, and what comes after them: every table with a `user_id`."""
    told = {"fieldworkers", "quarantined", "media"}
    return [table for table, _ in traces.owned() if table.name not in told]


def _rows(table: Table, user: User) -> list[dict[str, Any]]:
    found = db.session.execute(select(table).where(table.c[traces.OWNER] == user.id)).mappings()
    return [{name: plain(value) for name, value in row.items() if _is_told(name)} for row in found]


def _of(table: type[Medium | Quarantined], user: User) -> Sequence[Any]:
    return db.session.scalars(select(table).where(table.user_id == user.id).order_by(table.received_at)).all()


def _by_visit(table: type[Model], visits: Sequence[Visit]) -> Mapping[UUID, list[Any]]:
    column: Any = table.__table__.c.visit_id
    found: dict[UUID, list[Any]] = {visit.id: [] for visit in visits}
    for row in db.session.scalars(select(table).where(column.in_(list(found))).order_by(*table.__table__.primary_key)):
        found[row.visit_id].append(row)  # type: ignore[attr-defined]
    return found


def _visit(visit: Visit, rows: Rows) -> dict[str, Any]:
    names = {"client": visit.study.client.name, "study": visit.study.name, "wave": visit.wave.name}
    told = {table.__tablename__: [_told(row, visit) for row in rows[table][visit.id]] for table in OF_VISIT}
    return {**_shown(visit), **names, "store": f"{visit.store.code} {visit.store.name}", **told}


def _told(row: Any, visit: Visit) -> dict[str, Any]:
    if isinstance(row, Photo):
        return {**_shown(row), "file": _photo_name(row)}
    asked = visit.checklist_version.content.question_by_name.get(row.question) if isinstance(row, AnswerRow) else None
    return {**_shown(row), "asked": asked.label.by_language} if asked else _shown(row)


def _assignments(code_ids: Sequence[UUID]) -> Sequence[Assignment]:
    query = select(Assignment).where(Assignment.fieldworker_id.in_(code_ids)).order_by(Assignment.id)
    return db.session.scalars(query).all()


def _assignment(row: Assignment) -> dict[str, Any]:
    return {**_shown(row), "wave": row.wave.name, "store": f"{row.store.code} {row.store.name}"}


def _under_review(row: Quarantined) -> dict[str, Any]:
    return {**_shown(row), "body": row.body.decode("utf-8", "replace")}


def _lines(user: User) -> Sequence[JournalLine]:
    query = select(JournalLine).where(JournalLine.actor_id == user.id).order_by(JournalLine.at, JournalLine.id)
    return db.session.scalars(query).all()


def _line(line: JournalLine) -> dict[str, Any]:
    """Whom somebody of an office dealt with is that person's, and stays out."""
    is_about_another = line.subject == User.__tablename__ and line.subject_id != line.actor_id
    subject_id = None if is_about_another else plain(line.subject_id)
    return {"at": plain(line.at), "verb": line.verb, "subject": line.subject, "subject_id": subject_id}


def _shown(row: Model) -> dict[str, Any]:
    names = [column.name for column in row.__table__.c]
    return {name: plain(getattr(row, name)) for name in names if _is_told(name) and name != "body"}


def _is_told(name: str) -> bool:
    return name not in HIDDEN and not SECRET.search(name)


def plain(value: Any) -> Any:
    """As JSON says it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return None
    return msgspec.to_builtins(value, enc_hook=str)


def _photo_name(photo: Photo) -> str | None:
    return None if photo.erased_at else f"photos/{photo.visit_id}/{photo.id}.jpg"


def _inbox_name(medium: Medium) -> str | None:
    return None if medium.photo_id or medium.erased_at else f"inbox/{medium.id}"


def _kept(photos: Iterable[Photo]) -> list[Picture]:
    there = ((photo, _photo_name(photo)) for photo in photos)
    return [Picture(name, stored_files.stored_name(one.sha256), one.size_bytes) for one, name in there if name]


def _received(media: Iterable[Medium]) -> list[Picture]:
    there = ((medium, _inbox_name(medium)) for medium in media)
    return [Picture(name, stored_files.inbox_name(one.user_id, one.id), one.size_bytes) for one, name in there if name]


def within(pictures: Sequence[Picture], limit_bytes: int) -> list[Picture]:
    """As many, in their order, as have room."""
    taken, total = [], 0
    for picture in pictures:
        if total + picture.size_bytes > limit_bytes:
            break
        taken.append(picture)
        total += picture.size_bytes
    return taken
