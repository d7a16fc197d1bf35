"""Scores are stored with the visit, in the transaction of whoever writes its answers (never on their own)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Table, delete

from fieldstudy.core import scoring
from fieldstudy.core.answers import Answer, Encounter, Reading
from fieldstudy.core.lifecycle import Outcome
from fieldstudy.core.scoring import Score
from fieldstudy.extensions import Model, db
from fieldstudy.models import AnswerRow, EncounterRow, ScoreRow, SectionScoreRow, Visit

CLOSED = Score(Decimal(0), Decimal(0), None, None, (), ())
"""Of a visit that found the store closed: nothing was possible, so there is no score."""


def write(visit: Visit, reading: Reading, given: Mapping[str, datetime]) -> None:
    """Answers and score of the current revision; `given` says when each question was answered."""
    write_answers(visit, reading.answers, reading.encounters, given)
    write_score(visit, reading.answers)


def rewrite(visit: Visit, reading: Reading, given: Mapping[str, datetime]) -> None:
    """In place of the answers that the current revision has."""
    for table in (AnswerRow, EncounterRow):
        of_revision = delete(table).where(table.visit_id == visit.id, table.revision == visit.revision)
        db.session.execute(of_revision, execution_options={"synchronize_session": False})
    _clear(visit.id)
    write(visit, reading, given)


def write_answers(
    visit: Visit,
    answers: Sequence[Answer],
    encounters: Sequence[Encounter],
    given: Mapping[str, datetime] | None = None,
) -> None:
    """Answers of the current revision, in one statement each: three times the rate of adding objects."""
    key = {"visit_id": visit.id, "revision": visit.revision, "client_id": visit.client_id}
    times = given or {}
    _insert(AnswerRow, [{**key, **_columns(answer), "given_at": times.get(answer.question)} for answer in answers])
    _insert(EncounterRow, [{**key, **_columns(encounter)} for encounter in encounters])


def write_score(visit: Visit, answers: Sequence[Answer]) -> None:
    """Replaces the score of an earlier revision."""
    version = visit.checklist_version
    score = CLOSED if visit.outcome == Outcome.STORE_CLOSED else _score(visit, answers)
    if visit.revision > 1:
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


def _score(visit: Visit, answers: Sequence[Answer]) -> Score:
    on = visit.started_at.astimezone(ZoneInfo(visit.store.timezone)).date()
    return scoring.score(visit.checklist_version.content, visit.method, answers, on)


def _clear(visit_id: UUID) -> None:
    for table in (ScoreRow, SectionScoreRow):
        db.session.execute(
            delete(table).where(table.visit_id == visit_id), execution_options={"synchronize_session": False}
        )


def _columns(value: Any) -> dict[str, Any]:
    return dict(value.__dict__)


def _insert(table: type[Model], rows: list[dict[str, Any]]) -> None:
    """Past the session, which has to have written the visit: it would only slow this down."""
    if rows:
        db.session.connection().execute(cast(Table, table.__table__).insert(), rows)
