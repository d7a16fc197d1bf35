"""Scores are stored with the visit, in the transaction of whoever writes its answers (never on their own)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete

from fieldstudy.core import scoring
from fieldstudy.core.answers import Answer, Encounter, Reading
from fieldstudy.core.checklist import Checklist, Method
from fieldstudy.core.lifecycle import Outcome
from fieldstudy.core.scoring import Score
from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, EncounterRow, ScoreRow, SectionScoreRow, Visit
from fieldstudy.services import unit

CLOSED = Score(Decimal(0), Decimal(0), None, None, (), ())
"""Of a visit that found the store closed: nothing was possible, so there is no score."""


def write(visit: Visit, reading: Reading, score: Score, given: Mapping[str, datetime]) -> None:
    """Answers and score of the current revision; `given` says when each question was answered."""
    write_answers(visit, reading.answers, reading.encounters, given)
    write_score(visit, score)


def rewrite(visit: Visit, reading: Reading, score: Score, given: Mapping[str, datetime]) -> None:
    """In place of the answers that the current revision has."""
    for table in (AnswerRow, EncounterRow):
        of_revision = delete(table).where(table.visit_id == visit.id, table.revision == visit.revision)
        db.session.execute(of_revision, execution_options={"synchronize_session": False})
    _clear(visit.id)
    write(visit, reading, score, given)


def write_answers(
    visit: Visit,
    answers: Sequence[Answer],
    encounters: Sequence[Encounter],
    given: Mapping[str, datetime] | None = None,
) -> None:
    """Answers of the current revision, in one statement each: three times the rate of adding objects."""
    key = {"visit_id": visit.id, "revision": visit.revision, "client_id": visit.client_id}
    times = given or {}
    unit.insert(AnswerRow, *({**key, **vars(answer), "given_at": times.get(answer.question)} for answer in answers))
    unit.insert(EncounterRow, *({**key, **vars(encounter)} for encounter in encounters))


def write_score(visit: Visit, score: Score) -> None:
    """Replaces the score of an earlier revision."""
    if visit.revision > 1:
        _clear(visit.id)
    key = {"visit_id": visit.id, "client_id": visit.client_id}
    row = {
        **key,
        "checklist_version_id": visit.checklist_version_id,
        "revision": visit.revision,
        "earned": score.earned,
        "possible": score.possible,
        "raw": score.raw,
        "final": score.final,
        "fired": score.fired,
    }
    unit.insert(ScoreRow, row)
    unit.insert(SectionScoreRow, *({**key, **vars(section)} for section in score.sections))


def of(visit: Visit, answers: Sequence[Answer], outcome: Outcome | None = None) -> Score:
    """By the checklist version that the visit keeps."""
    checklist, timezone = visit.checklist_version.content, visit.store.timezone
    return compute(checklist, visit.method, timezone, visit.started_at, answers, outcome)


def compute(
    checklist: Checklist,
    method: Method,
    timezone: str,
    started_at: datetime,
    answers: Sequence[Answer],
    outcome: Outcome | None,
) -> Score:
    if outcome == Outcome.STORE_CLOSED:
        return CLOSED
    return scoring.score(checklist, method, answers, started_at.astimezone(ZoneInfo(timezone)).date())


def _clear(visit_id: UUID) -> None:
    for table in (ScoreRow, SectionScoreRow):
        db.session.execute(
            delete(table).where(table.visit_id == visit_id), execution_options={"synchronize_session": False}
        )
