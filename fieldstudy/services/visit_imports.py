"""Visits from paper forms and older systems: they arrive judged, and are approved."""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from fieldstudy.core import answers as answering
from fieldstudy.core.answers import Answer, Raw, Reading
from fieldstudy.core.checklist import Checklist, Method, QuestionType
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, ChecklistVersion, Store, Study, Visit, Wave
from fieldstudy.models.columns import now
from fieldstudy.services import fieldworkers, journal, scores, unit
from fieldstudy.services.releases import WaveIsReleased

BATCH = 500
AT_ONCE, HELD_SECONDS = 100, 0.2
"""Others wait for so many rows at most, and on a busy machine for fewer: for those of so many seconds."""
PAUSE_SECONDS = 0.02
"""Between two batches: whoever waits for SQLite is woken then, and needs a moment to be the next."""
FIRST = 1
"""The revision that the file wrote; what a return brings later is not held against the file."""


class VisitRow(Protocol):
    """One row of a file, read and judged (exchange.visits)."""

    @property
    def row(self) -> int: ...
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
    @property
    def raw(self) -> Raw: ...
    @property
    def on(self) -> date: ...
    @property
    def automatic(self) -> Mapping[QuestionType, str]: ...


@dataclass(frozen=True)
class Mismatch:
    """A row whose visit is there already, but not as the row has it.

    `wave` is empty for a visit of the same wave; then `columns` names what differs.
    """

    row: int
    id: str
    wave: str = ""
    columns: tuple[str, ...] = ()


class VisitsDiffer(Exception):
    def __init__(self, mismatches: Sequence[Mismatch]) -> None:
        super().__init__(f"{len(mismatches)} rows differ from visits that are there")
        self.mismatches = tuple(mismatches)


def import_visits(
    wave: Wave,
    version: ChecklistVersion,
    rows: Iterable[VisitRow],
    actor: UUID | None = None,
    say: Callable[[int, int, int], None] = lambda done, total, present: None,
) -> None:
    """All rows are compared before the first is written; then some come in at a time, and others may write between
    them. What is in stays in; begun again, it goes on where it was.

    A row's identity is its `id`, which belongs to one wave of the study, else its store, fieldworker, start and place
    among equal ones: the same file imported twice adds nothing. Raises WaveIsReleased; or VisitsDiffer where a row is
    known with other content: a file changes no visit, and drops none either.

    `say` is told how many of how many are in, and how many of them were there before; what it raises ends the import.
    """
    unit.rest()
    identified = list(_identified(wave, rows))
    known = _find_known([visit_id for visit_id, _ in identified])
    _check(wave, version, identified, known)
    total, present = len(identified), len(known)
    new = [(visit_id, row) for visit_id, row in identified if visit_id not in known]
    say(present, total, present)
    done = _import_batch(wave, version, new[:AT_ONCE], actor)
    while done < len(new):
        say(present + done, total, present)
        time.sleep(PAUSE_SECONDS)
        done += _import_batch(wave, version, new[done : done + AT_ONCE], actor)
    say(total, total, present)


def _import_batch(
    wave: Wave, version: ChecklistVersion, batch: Sequence[tuple[UUID, VisitRow]], actor: UUID | None
) -> int:
    """Says how many of its rows are in."""
    with unit.work(wave):
        if wave.released_at is not None:
            raise WaveIsReleased(f"wave {wave.name!r} is released: nothing can be added to it")
        _hold_ids(wave)
        return _write(wave, version, batch, actor)


def _hold_ids(wave: Wave) -> None:
    """A row's `id` belongs to the study: a file for another wave of it waits. Only PostgreSQL has to be asked."""
    db.session.execute(select(Study.id).where(Study.id == wave.study_id).with_for_update(key_share=True))


def _write(wave: Wave, version: ChecklistVersion, batch: Sequence[tuple[UUID, VisitRow]], actor: UUID | None) -> int:
    """Those that are not there yet: somebody else may have brought some in since all were compared."""
    until = time.monotonic() + HELD_SECONDS
    known = _find_known([visit_id for visit_id, _ in batch])
    _check(wave, version, batch, known)
    stores = _find_stores(wave, {row.store for _, row in batch})
    done = added = 0
    for visit_id, row in batch:
        if visit_id not in known:
            _add(wave, version, row, visit_id, stores[row.store])
            added += 1
        done += 1
        if time.monotonic() > until:
            break
    journal.write("visits.imported", wave, actor, added=added, present=done - added, checklist=version.form_id)
    return done


def _find_stores(wave: Wave, codes: Collection[str]) -> dict[str, Store]:
    query = select(Store).where(Store.client_id == wave.client_id, Store.code.in_(codes))
    return {store.code: store for store in db.session.scalars(query)}


def _identified(wave: Wave, rows: Iterable[VisitRow]) -> Iterator[tuple[UUID, VisitRow]]:
    seen: dict[str, int] = {}
    for row in rows:
        if row.id:
            yield uuid5(wave.study_id, f"id:{row.id}"), row
            continue
        key = f"{row.store}|{row.fieldworker}|{row.method}|{row.started_at.isoformat()}"
        seen[key] = seen.get(key, 0) + 1
        yield uuid5(wave.id, f"{key}|{seen[key]}"), row


def _find_known(ids: Sequence[UUID]) -> dict[UUID, Visit]:
    found: dict[UUID, Visit] = {}
    for start in range(0, len(ids), BATCH):
        query = select(Visit).where(Visit.id.in_(ids[start : start + BATCH]))
        found |= {visit.id: visit for visit in db.session.scalars(query.options(selectinload(Visit.checklist_version)))}
    return found


def _check(
    wave: Wave,
    version: ChecklistVersion,
    identified: Iterable[tuple[UUID, VisitRow]],
    known: Mapping[UUID, Visit],
) -> None:
    mismatches, answers = [], _find_answers(list(known))
    for visit_id, row in identified:
        visit = known.get(visit_id)
        if visit is not None and visit.wave_id != wave.id:
            mismatches.append(Mismatch(row.row, row.id, wave=visit.wave.name))
        elif visit is not None and (columns := tuple(_differences(version, row, visit, answers[visit_id]))):
            mismatches.append(Mismatch(row.row, row.id, columns=columns))
    if mismatches:
        raise VisitsDiffer(mismatches)


def _find_answers(ids: Sequence[UUID]) -> Mapping[UUID, dict[str, Answer]]:
    """What a file once brought, by visit and question: in a few queries, however many rows are known."""
    found: dict[UUID, dict[str, Answer]] = defaultdict(dict)
    for start in range(0, len(ids), BATCH):
        query = select(AnswerRow).where(AnswerRow.visit_id.in_(ids[start : start + BATCH]), AnswerRow.revision == FIRST)
        for row in db.session.scalars(query):
            found[row.visit_id][row.question] = Answer(row.question, row.value, row.is_na, row.comment)
    return found


def _differences(version: ChecklistVersion, row: VisitRow, visit: Visit, was: Mapping[str, Answer]) -> Iterator[str]:
    """The columns in which the row says something else than what the file once brought."""
    if visit.checklist_version.form_id != version.form_id:
        yield "checklist"
    if visit.revision == FIRST:
        yield from (column for column, was in _head(visit).items() if getattr(row, column) != was)
    own = visit.checklist_version.content
    now_given = {answer.question: answer for answer in _reading(version, row, visit).answers}
    asked = [question.name for question in own.questions if question.is_asked]
    yield from (_column(name, was, now_given) for name in asked if was.get(name) != now_given.get(name))
    yield from (answer.question for answer in row.reading.answers if _is_beyond(own, version.content, answer))


def _head(visit: Visit) -> dict[str, object]:
    return {
        "store": visit.store.code,
        "fieldworker": visit.fieldworker.code,
        "method": visit.method,
        "started_at": visit.started_at,
        "ended_at": visit.ended_at,
    }


def _reading(version: ChecklistVersion, row: VisitRow, visit: Visit) -> Reading:
    """By the version that the visit keeps: another may ask other questions of the same row."""
    if visit.checklist_version_id == version.id:
        return row.reading
    return answering.read(visit.checklist_version.content.for_method(row.method), row.raw, row.on, row.automatic)


def _column(name: str, was: Mapping[str, Answer], now_given: Mapping[str, Answer]) -> str:
    """That of the comment where only the comment differs."""
    before, after = (given.get(name, Answer(name)) for given in (was, now_given))
    is_same = (before.value, before.is_na) == (after.value, after.is_na)
    return f"{name}__comment" if is_same else name


def _is_beyond(own: Checklist, asked: Checklist, answer: Answer) -> bool:
    """An answer to a question that the version of the visit does not have."""
    return answer.question not in own.question_by_name and asked.question_by_name[answer.question].is_asked


def _add(wave: Wave, version: ChecklistVersion, row: VisitRow, visit_id: UUID, store: Store) -> None:
    visit = Visit(
        id=visit_id,
        client_id=wave.client_id,
        wave_id=wave.id,
        store=store,
        fieldworker=fieldworkers.find_or_add_code(wave.client_id, row.fieldworker),
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
