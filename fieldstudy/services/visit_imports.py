"""Visits from paper forms and older systems: they arrive judged, and are approved."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

from sqlalchemy import select

from fieldstudy.core.answers import Reading
from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import ChecklistVersion, Store, Visit, Wave
from fieldstudy.models.columns import now
from fieldstudy.services import journal, people, scores, unit


class VisitRow(Protocol):
    """One row of a file, read and judged (exchange.visits)."""

    @property
    def store(self) -> str: ...
    @property
    def fieldworker(self) -> str: ...
    @property
    def method(self) -> Method: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def id(self) -> str: ...
    @property
    def reading(self) -> Reading: ...


def import_visits(
    wave: Wave, version: ChecklistVersion, rows: Iterable[VisitRow], actor: UUID | None = None
) -> tuple[int, int]:
    """All of the file in one transaction; returns how many visits are new and how many were there already.

    A row's identity is its `id`, else its store, fieldworker, start and place among equal ones: the same file imported
    twice adds nothing.
    """
    added = present = 0
    with unit.work(wave):
        stores = {s.code: s for s in db.session.scalars(select(Store).where(Store.client_id == wave.client_id))}
        seen: dict[str, int] = {}
        for row in rows:
            visit_id = _identity(wave, row, seen)
            if db.session.get(Visit, visit_id) is not None:
                present += 1
                continue
            _add(wave, version, row, visit_id, stores[row.store])
            added += 1
        journal.write("visits.imported", wave, actor, added=added, present=present, checklist=version.form_id)
    return added, present


def _identity(wave: Wave, row: VisitRow, seen: dict[str, int]) -> UUID:
    if row.id:
        return uuid5(wave.study_id, f"id:{row.id}")
    key = f"{row.store}|{row.fieldworker}|{row.method}|{row.started_at.isoformat()}"
    seen[key] = seen.get(key, 0) + 1
    return uuid5(wave.id, f"{key}|{seen[key]}")


def _add(wave: Wave, version: ChecklistVersion, row: VisitRow, visit_id: UUID, store: Store) -> None:
    visit = Visit(
        id=visit_id,
        client_id=wave.client_id,
        wave_id=wave.id,
        store=store,
        fieldworker=people.find_or_add_code(wave.client_id, row.fieldworker),
        checklist_version=version,
        method=row.method,
        state=State.APPROVED,
        state_reason="imported",
        started_at=row.started_at,
        ended_at=row.ended_at,
        received_at=now(),
    )
    db.session.add(visit)
    db.session.flush()
    scores.write_answers(visit, row.reading.answers, row.reading.encounters)
    scores.write_score(visit, scores.of(visit, row.reading.answers))
