"""Visits that are worth a second look: one of them, or those of a wave that count and that nobody questioned."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from fieldstudy.core import hints, lifecycle, ordering
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.hints import Hint, HintKind, VisitFacts
from fieldstudy.core.moments import Stay
from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, ChecklistVersion, Fieldworker, Photo, ScoreRow, Store, Visit, Wave


@dataclass(frozen=True)
class HintedVisit:
    visit_id: UUID
    store: str
    code: str
    fieldworker: str
    hints: tuple[Hint, ...]


def of_visit(visit: Visit) -> tuple[Hint, ...]:
    found = _hinted(Visit.id == visit.id)
    return found[0].hints if found else ()


def list_unquestioned(wave: Wave) -> list[HintedVisit]:
    """Visits that count and were never sent back, by store; only those with a hint. That a day is outside the wave
    is none here: a file can hold a thousand of the same, and they have a list of their own.
    """
    found = _hinted(
        Visit.client_id == wave.client_id,
        Visit.wave_id == wave.id,
        Visit.state.in_(sorted(lifecycle.COUNTING)),
        Visit.revision == 1,
    )
    told = [(one, tuple(hint for hint in one.hints if hint.kind != HintKind.OUTSIDE_WAVE)) for one in found]
    return [replace(one, hints=kept) for one, kept in told if kept]


def _hinted(*conditions: ColumnElement[bool]) -> list[HintedVisit]:
    top, flat = _count_top_answers(*conditions), _count_one_colour_photos(*conditions)
    query = (
        select(
            Visit.id,
            Visit.started_at,
            Visit.ended_at,
            Visit.entered_at,
            Visit.left_at,
            Visit.outcome,
            Visit.assignment_id,
            Store.name,
            Store.code,
            Store.timezone,
            Fieldworker.code.label("fieldworker"),
            Wave.starts_on,
            Wave.ends_on,
        )
        .select_from(Visit)
        .join(Wave, Wave.id == Visit.wave_id)
        .join(Store, Store.id == Visit.store_id)
        .join(Fieldworker, Fieldworker.id == Visit.fieldworker_id)
        .where(*conditions)
        .order_by(Visit.started_at, Visit.id)
    )
    found = [
        HintedVisit(row.id, row.name, row.code, row.fieldworker, hints.hints(_facts(row, top, flat)))
        for row in ordering.by_code(db.session.execute(query), lambda row: row.code)
    ]
    return [one for one in found if one.hints]


def _facts(row: Any, top: Counter[UUID], flat: Counter[UUID]) -> VisitFacts:
    zone = ZoneInfo(row.timezone)
    return VisitFacts(
        started_at=row.started_at.astimezone(zone),
        ended_at=row.ended_at.astimezone(zone) if row.ended_at else None,
        stay=Stay(row.entered_at, row.left_at).duration,
        is_from_file=row.assignment_id is None,
        is_closed=row.outcome is not None,
        scored_answers=top[row.id],
        has_all_points=row.id in top,
        one_colour_photos=flat[row.id],
        wave=(row.starts_on, row.ends_on),
    )


def _count_one_colour_photos(*conditions: ColumnElement[bool]) -> Counter[UUID]:
    query = (
        select(Photo.visit_id)
        .join(Visit, Visit.id == Photo.visit_id)
        .where(*conditions, Photo.is_one_colour, Photo.removed_at.is_(None))
    )
    return Counter(db.session.scalars(query))


def _count_top_answers(*conditions: ColumnElement[bool]) -> Counter[UUID]:
    """How many scored questions were answered, of visits that have all their points."""
    query = (
        select(Visit.id, Visit.checklist_version_id, AnswerRow.question)
        .join(ScoreRow, ScoreRow.visit_id == Visit.id)
        .join(AnswerRow, (AnswerRow.visit_id == Visit.id) & (AnswerRow.revision == ScoreRow.revision))
        .where(*conditions, ScoreRow.earned == ScoreRow.possible, ScoreRow.possible > 0, AnswerRow.is_na.is_(False))
    )
    rows = db.session.execute(query).all()
    ids = {row.checklist_version_id for row in rows}
    versions = db.session.scalars(select(ChecklistVersion).where(ChecklistVersion.id.in_(ids))) if ids else ()
    scored = {version.id: _scored(version.content) for version in versions}
    return Counter(row.id for row in rows if row.question in scored[row.checklist_version_id])


def _scored(checklist: Checklist) -> set[str]:
    return {question.name for section in checklist.sections for question in section.questions if question.is_scored}
