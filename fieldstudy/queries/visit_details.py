"""What a snapshot tells of single visits: their rows as values of core, each table read once for many visits."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Select, select

from fieldstudy.core.answers import Answer, Encounter
from fieldstudy.core.scoring import SectionScore
from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, EncounterRow, Jotting, Photo, ScoreRow, SectionScoreRow, Visit

R = TypeVar("R")


class Pool:
    """One object for values that are written alike: of 300,000 answers of a large wave most say the same."""

    def __init__(self) -> None:
        self._known: dict[tuple[type, bytes], Any] = {}

    def share(self, values: Iterable[R]) -> tuple[R, ...]:
        """Not by equality: 1 and 1.0 are equal, and would be frozen as other bytes than they were read as."""
        return tuple(self._known.setdefault((type(one), msgspec.json.encode(one)), one) for one in values)


class Details:
    """Answers, encounters, jottings, photos and scores of many visits, each read once."""

    def __init__(self, visits: Sequence[Visit], pool: Pool) -> None:
        self.pool = pool
        self._ids = [visit.id for visit in visits]
        self.answers = self._by_visit(AnswerRow, lambda row: row, _of_revision(AnswerRow))
        self.encounters = self._by_visit(EncounterRow, _encounter, _of_revision(EncounterRow))
        self.jottings = self._by_visit(Jotting, lambda row: row, lambda query: query.order_by(Jotting.jotted_at))
        self.photos = self._by_visit(Photo, lambda row: row, _present)
        self.sections = self._by_visit(SectionScoreRow, _section, lambda query: query)
        self.scores = self._by_visit(ScoreRow, lambda row: row, lambda query: query)

    def _by_visit(
        self, table: Any, read: Callable[[Any], R], narrow: Callable[[Select[Any]], Select[Any]]
    ) -> dict[UUID, list[R]]:
        """Rows and not objects of a session, which take most of the time."""
        found: dict[UUID, list[R]] = defaultdict(list)
        columns = [column for column in table.__table__.columns if column.name != "client_id"]
        for batch in batches(self._ids):
            for row in db.session.execute(narrow(select(*columns).where(table.visit_id.in_(batch)))):
                found[row.visit_id].append(read(row))
        return found


def batches(ids: Sequence[UUID], size: int = 500) -> Iterable[Sequence[UUID]]:
    """SQLite takes a bounded number of parameters in one statement."""
    return (ids[i : i + size] for i in range(0, len(ids), size))


def _of_revision(table: Any) -> Callable[[Select[Any]], Select[Any]]:
    return lambda query: query.join(Visit, Visit.id == table.visit_id).where(table.revision == Visit.revision)


def _present(query: Select[Any]) -> Select[Any]:
    return query.where(Photo.removed_at.is_(None)).order_by(Photo.taken_at, Photo.id)


def answer(row: AnswerRow) -> Answer:
    return Answer(row.question, row.value, row.is_na, row.comment)


def _encounter(row: EncounterRow) -> Encounter:
    return Encounter(row.section, row.feeling, row.arousal, row.met_at, row.crowding)


def _section(row: SectionScoreRow) -> SectionScore:
    return SectionScore(row.section, row.earned, row.possible, row.weight, row.na_count, row.is_zeroed)
