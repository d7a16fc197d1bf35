"""Scores are stored with the visit, in the transaction of whoever writes its answers (never on their own)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert

from fieldstudy.core import scoring
from fieldstudy.core.answers import Answer, Encounter
from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, EncounterRow, ScoreRow, SectionScoreRow, Visit


def write_answers(visit: Visit, answers: Sequence[Answer], encounters: Sequence[Encounter]) -> None:
    """Answers of the current revision, in one statement each: three times the rate of adding objects."""
    key = {"visit_id": visit.id, "revision": visit.revision, "client_id": visit.client_id}
    _insert(AnswerRow, [{**key, **_columns(answer)} for answer in answers])
    _insert(EncounterRow, [{**key, **_columns(encounter)} for encounter in encounters])


def write_score(visit: Visit, answers: Sequence[Answer]) -> None:
    """Replaces the score of an earlier revision."""
    on = visit.started_at.astimezone(ZoneInfo(visit.store.timezone)).date()
    version = visit.checklist_version
    score = scoring.score(version.content, visit.method, answers, on)
    _clear(visit.id)
    key = {"visit_id": visit.id, "client_id": visit.client_id}
    row = {
        **key,
        "checklist_version_id": version.id,
        "revision": visit.revision,
        "earned": score.earned,
        "possible": score.possible,
        "raw": score.raw,
        "final": score.final,
        "fired": score.fired,
    }
    _insert(ScoreRow, [row])
    _insert(SectionScoreRow, [{**key, **_columns(section)} for section in score.sections])


def _clear(visit_id: UUID) -> None:
    for table in (ScoreRow, SectionScoreRow):
        db.session.execute(
            delete(table).where(table.visit_id == visit_id), execution_options={"synchronize_session": False}
        )


def _columns(value: Any) -> dict[str, Any]:
    return dict(value.__dict__)


def _insert(table: type, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(table), rows)
