"""A person's name and address taken out of what was written, and their notes out of what was frozen."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, select, update

from fieldstudy.core.checklist import Method
from fieldstudy.core.redaction import Identity, in_own_words, in_words_of_others, redact
from fieldstudy.core.snapshots import StoreSnapshot, VisitRecord
from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, Session, StoreEdition, Visit, triggers
from fieldstudy.queries import retention, traces
from fieldstudy.queries.traces import Naming
from fieldstudy.services import papers, unit
from fieldstudy.services.releases import data_sha256

FLASHES = "_flashes"
"""Under which Flask keeps what is said on the next page."""
Meetings = Collection[tuple[Method, datetime]]
"""Visits as a snapshot knows them, which holds no ids."""


@dataclass(frozen=True)
class Redaction:
    """Texts that named the person, by table, and the visits that they belong to."""

    texts: Counter[str]
    visit_ids: set[UUID]


@dataclass(frozen=True)
class Refrozen:
    """Reports that an erasure changed, and the PDFs that went for it."""

    reports: int
    papers: int


def redact_answers(identity: Identity, visits: Sequence[Visit]) -> int:
    """Inside a unit: what the person answered stays, without who they are."""
    pattern = in_own_words(identity)
    changed = 0
    for row in db.session.scalars(select(AnswerRow).where(AnswerRow.visit_id.in_([visit.id for visit in visits]))):
        texts = redact(pattern, row.value), redact(pattern, row.comment)
        if texts != (row.value, row.comment):
            row.value, row.comment = texts
            changed += 1
    db.session.flush()
    return changed


def redact_everywhere(identity: Identity) -> Redaction:
    """Inside a unit: whoever wrote it, and even where nothing may be changed otherwise."""
    pattern, done = in_words_of_others(identity), Redaction(Counter(), set())
    if pattern is None:
        return done
    db.session.flush()
    found = [one for one in traces.list_naming(identity) if redact(pattern, one.texts) != one.texts]
    connection = db.session.info[unit.CONNECTION]
    for table in dict.fromkeys(one.table for one in found):
        with triggers.lifted(connection, table.name):
            for one in (one for one in found if one.table is table):
                _write(one, pattern)
                done.texts[table.name] += 1
    done.visit_ids.update(one.visit_id for one in found if one.visit_id is not None)
    return done


def _write(one: Naming, pattern: re.Pattern[str]) -> None:
    is_row = and_(*(one.table.c[name] == value for name, value in one.key.items()))
    unit.change(update(one.table).where(is_row).values(redact(pattern, one.texts)))


def drop_flashes(identity: Identity) -> int:
    """Inside a unit: what waits to be said to somebody else, such as "The name is now …"."""
    pattern, dropped = in_own_words(identity), 0
    for row in db.session.scalars(select(Session)) if pattern else ():
        waiting = row.data.get(FLASHES, [])
        kept = [one for one in waiting if redact(pattern, one) == list(one)]
        if len(kept) < len(waiting):
            row.data = {**row.data, FLASHES: kept}
            dropped += len(waiting) - len(kept)
    db.session.flush()
    return dropped


def refreeze(identity: Identity, visits: Sequence[Visit], others: Collection[UUID]) -> Refrozen:
    """Inside a unit: frozen reports lose the person's notes, and the name wherever it stands; no figure changes.

    Their hash is another from now on, and their PDFs are drawn anew. `others`: visits whose texts named the person.
    """
    meetings = {(visit.method, visit.started_at) for visit in visits}
    places = traces.places_of([*(visit.id for visit in visits), *others])
    changed = [one for one in retention.list_frozen(places) if _refreeze(one, identity, meetings)]
    db.session.flush()
    return Refrozen(len(changed), papers.draw_anew(changed))


def _refreeze(frozen: StoreEdition, identity: Identity, meetings: Meetings) -> bool:
    before = frozen.snapshot
    own = in_own_words(identity)
    visits = tuple(_without(one, own) if (one.method, one.started_at) in meetings else one for one in before.visits)
    after = _redacted(replace(before, visits=visits), in_words_of_others(identity))
    if after == before:
        return False
    frozen.snapshot, frozen.sha256 = after, data_sha256(after)
    return True


def _without(visit: VisitRecord, pattern: re.Pattern[str] | None) -> VisitRecord:
    answers = tuple(
        replace(one, value=redact(pattern, one.value), comment=redact(pattern, one.comment)) for one in visit.answers
    )
    return replace(visit, jottings=(), answers=answers)


def _redacted(snapshot: StoreSnapshot, pattern: re.Pattern[str] | None) -> StoreSnapshot:
    content: Any = msgspec.json.decode(msgspec.json.encode(snapshot))
    texts = {"visits": content["visits"]}
    if redact(pattern, texts) == texts:
        return snapshot
    return msgspec.convert({**content, **redact(pattern, texts)}, StoreSnapshot, strict=False)
