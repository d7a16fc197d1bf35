"""Thin rows of the visits that count; what they mean is core.figures' business."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from fieldstudy.core import figures, lifecycle
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.figures import Tally, VisitSums, WaveFigures
from fieldstudy.core.scoring import SectionScore
from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, ChecklistVersion, ScoreRow, SectionScoreRow, Store, Visit, Wave


def list_visit_sums(wave: Wave, form_id: str) -> list[VisitSums]:
    sections: dict[UUID, list[SectionScore]] = {}
    for row in db.session.execute(
        select(
            SectionScoreRow.visit_id,
            SectionScoreRow.section,
            SectionScoreRow.earned,
            SectionScoreRow.possible,
            SectionScoreRow.weight,
            SectionScoreRow.na_count,
            SectionScoreRow.is_zeroed,
        )
        .join(Visit, Visit.id == SectionScoreRow.visit_id)
        .where(*counting(wave))
    ):
        sections.setdefault(row.visit_id, []).append(SectionScore(*row[1:]))
    query = (
        select(Visit.id, Store.code, Visit.method, ScoreRow.final)
        .join(Store, Store.id == Visit.store_id)
        .join(ScoreRow, ScoreRow.visit_id == Visit.id)
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .where(*counting(wave), ChecklistVersion.form_id == form_id)
        .order_by(Store.code, Visit.started_at, Visit.id)
    )
    return [
        VisitSums(visit_id, code, method, final, tuple(sections.get(visit_id, ())))
        for visit_id, code, method, final in db.session.execute(query)
    ]


def list_tallies(wave: Wave, checklist: Checklist) -> list[Tally]:
    """Yes and no of each question and store, counted by the database, over the headline methods."""
    query = (
        select(Store.code, AnswerRow.question, AnswerRow.value, func.count())
        .join(Visit, Visit.id == AnswerRow.visit_id)
        .join(Store, Store.id == Visit.store_id)
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .where(
            *counting(wave),
            ChecklistVersion.form_id == checklist.form_id,
            AnswerRow.revision == Visit.revision,
            Visit.method.in_(checklist.settings.headline_methods),
            AnswerRow.value.in_(("yes", "no")),
        )
        .group_by(Store.code, AnswerRow.question, AnswerRow.value)
    )
    return _tallies(db.session.execute(query))


def _tallies(rows: Iterable[Any]) -> list[Tally]:
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for code, question, value, count in rows:
        counts.setdefault((code, question), {})[value] = count
    return [
        Tally(code, question, found.get("yes", 0), found.get("no", 0)) for (code, question), found in counts.items()
    ]


def counting(wave: Wave) -> tuple[ColumnElement[bool], ...]:
    """A visit that found the store closed was made well, but it asked nothing: it is in no base and no mean."""
    return (
        Visit.client_id == wave.client_id,
        Visit.wave_id == wave.id,
        Visit.state.in_(sorted(lifecycle.COUNTING)),
        Visit.outcome.is_(None),
    )


def find_checklist(wave: Wave) -> ChecklistVersion | None:
    """The version that speaks for the wave: the newest of the form that most of its visits used."""
    query = (
        select(ChecklistVersion.form_id, func.count())
        .join(Visit, Visit.checklist_version_id == ChecklistVersion.id)
        .where(*counting(wave))
        .group_by(ChecklistVersion.form_id)
        .order_by(func.count().desc(), ChecklistVersion.form_id)
        .limit(1)
    )
    found = db.session.execute(query).first()
    if found is None:
        return None
    versions = (
        select(ChecklistVersion)
        .join(Visit, Visit.checklist_version_id == ChecklistVersion.id)
        .where(*counting(wave), ChecklistVersion.form_id == found[0])
        .order_by(ChecklistVersion.number.desc())
        .limit(1)
    )
    return db.session.scalar(versions)


def wave_figures(wave: Wave, checklist: Checklist) -> tuple[WaveFigures, Sequence[VisitSums]]:
    sums = list_visit_sums(wave, checklist.form_id)
    return figures.wave_figures(checklist, sums, list_tallies(wave, checklist)), sums
