"""Is a wave still what its figures were computed from? A hash over what they rest on, cheap enough to be asked again
while writers wait.

Of visits it takes those that count or are set aside: one that arrives meanwhile changes no figure. Answers, encounters
and scores belong to a visit and revision; within one they change only with what its submission holds, or where somebody
erases a text.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, func, literal_column, select

from fieldstudy.core import lifecycle
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import (
    AnswerRow,
    Assignment,
    ChecklistVersion,
    Client,
    Jotting,
    Photo,
    Store,
    Study,
    Submission,
    Visit,
    Wave,
)
from fieldstudy.queries import studies

ROWS_AT_ONCE = 1_000
OF_VISIT = (
    "id",
    "state",
    "revision",
    "outcome",
    "method",
    "store_id",
    "fieldworker_id",
    "checklist_version_id",
    "gold_role",
    "disclosure",
    "started_at",
    "ended_at",
    "entered_at",
    "left_at",
)
ASIDE = (State.EXCLUDED, State.VOID, State.HELD)


def of_wave(wave: Wave) -> str:
    digest = hashlib.sha256()
    for query in _queries(wave):
        for rows in db.session.execute(query).partitions(ROWS_AT_ONCE):
            digest.update(repr(list(map(tuple, rows))).encode())
        digest.update(b"|")
    return digest.hexdigest()


def _queries(wave: Wave) -> Iterator[Select[Any]]:
    study, last = wave.study, studies.find_wave_before(wave)
    yield _rows(Client, "name").where(Client.id == study.client_id)
    yield _rows(Study, "name", "slug", "purpose", "jotting_methods").where(Study.id == study.id)
    yield _rows(Wave, "name", "starts_on", "ends_on").where(Wave.study_id == study.id).order_by(Wave.id)
    versions = _rows(ChecklistVersion, "id", "number").where(ChecklistVersion.study_id == study.id)
    yield versions.order_by(ChecklistVersion.id)
    stores = _rows(Store, "id", "code", "name", "city", "region", "address", "timezone")
    yield stores.where(Store.client_id == study.client_id).order_by(Store.id)
    planned = _rows(Assignment, "id", "store_id", "scenario").where(Assignment.wave_id == wave.id)
    yield planned.where(Assignment.state != State.VOID).order_by(Assignment.id)
    for one in (wave, last) if last is not None else (wave,):
        yield _rows(Visit, *OF_VISIT).where(*_of_interest(one)).order_by(Visit.id)
        yield _of(one, _rows(Submission, "visit_id", "revision", "sha256")).order_by(Submission.visit_id, Submission.id)
    written = func.sum(func.length(AnswerRow.value)), func.sum(func.length(AnswerRow.comment))
    yield _of(wave, select(func.count(), *written).select_from(AnswerRow))
    yield _of(wave, _rows(Photo, "id", "question", "sha256", "removed_at")).order_by(Photo.id)
    yield _of(wave, _rows(Jotting, "id", "section", "text", "jotted_at")).order_by(Jotting.id)


def _of(wave: Wave, query: Any) -> Select[Any]:
    """Narrowed to visits of interest."""
    table = query.get_final_froms()[0]
    narrowed: Select[Any] = query.join(Visit, Visit.id == table.c.visit_id).where(*_of_interest(wave))
    return narrowed


def _of_interest(wave: Wave) -> tuple[Any, ...]:
    states = sorted({*lifecycle.COUNTING, *ASIDE})
    return Visit.client_id == wave.client_id, Visit.wave_id == wave.id, Visit.state.in_(states)


def _rows(table: type[Any], *columns: str) -> Select[Any]:
    """As the database writes them: reading them as our values would take most of the time."""
    name = table.__table__.name
    query: Any = select(*(literal_column(f"{name}.{column}") for column in columns))
    found: Select[Any] = query.select_from(table)
    return found
