"""One visit as a reviewer reads it, with all that lies behind its answers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from fieldstudy.core import answers as answering
from fieldstudy.core import internal, moments, scoring, sealed
from fieldstudy.core.access import VISIT_READERS, Role, Viewer
from fieldstudy.core.answers import Answer, Encounter
from fieldstudy.core.checklist import Question, Section
from fieldstudy.core.lifecycle import State
from fieldstudy.core.moments import Moment
from fieldstudy.core.scoring import QuestionScore, SectionScore
from fieldstudy.core.sealed import CLOCK_WORTH_TELLING
from fieldstudy.extensions import db
from fieldstudy.models import (
    AnswerRow,
    Conflict,
    EncounterRow,
    Jotting,
    JournalLine,
    Photo,
    ReturnReason,
    ScoreRow,
    SectionScoreRow,
    Submission,
    User,
    Visit,
)
from fieldstudy.queries import reach, visits

T = TypeVar("T")
History = Mapping[str, Mapping[int, T]]
"""What each question or section was given in each revision."""


@dataclass(frozen=True)
class QuestionReview:
    """`earlier` holds the answers of revisions that the next one changed, by number."""

    question: Question
    answer: Answer
    score: QuestionScore | None
    is_relevant: bool
    earlier: tuple[tuple[int, Answer], ...]
    photos: tuple[Photo, ...]
    reasons: tuple[ReturnReason, ...]
    moment: Moment

    @property
    def lacks_photo(self) -> bool:
        asks = self.question.asks_photo and self.is_relevant and not self.answer.is_na
        return asks and not self.photos

    @property
    def is_below_possible(self) -> bool:
        return self.score is not None and self.score.earned < self.score.possible


@dataclass(frozen=True)
class SectionReview:
    section: Section
    score: SectionScore | None
    encounter: Encounter
    earlier: tuple[tuple[int, Encounter], ...]
    questions: tuple[QuestionReview, ...]
    jottings: tuple[Jotting, ...]

    @property
    def is_internal(self) -> bool:
        return all(map(internal.is_internal, self.section.questions))

    @property
    def for_client(self) -> "SectionReview":
        return replace(self, questions=tuple(one for one in self.questions if not internal.is_internal(one.question)))


@dataclass(frozen=True)
class Difference:
    """One field of the form that came twice and not alike."""

    field: str
    first: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True)
class ConflictReview:
    conflict: Conflict
    differences: tuple[Difference, ...]
    has_other_photos: bool
    is_other_closed: bool
    """The version that came later says that the store was closed, or the first one does."""


@dataclass(frozen=True)
class Review:
    """`revision` is the one whose answers are shown: of a returned visit, the one before its own."""

    visit: Visit
    revision: int
    score: ScoreRow | None
    sections: tuple[SectionReview, ...]
    free_jottings: tuple[Jotting, ...]
    free_photos: tuple[Photo, ...]
    reasons: tuple[ReturnReason, ...]
    submissions: tuple[Submission, ...]
    conflicts: tuple[ConflictReview, ...]
    journal: tuple[tuple[JournalLine, User | None], ...]
    hidden_questions: int = 0
    hidden_jottings: int = 0
    """How much of it was left out for the client."""

    @property
    def for_client(self) -> "Review":
        """For a paper that may be handed to the client: without internal questions, and with the notes it may read."""
        visit = self.visit
        sections = tuple(one.for_client for one in self.sections if not one.is_internal)
        shown = replace(self, sections=sections)
        if not visit.study.shares_jottings_of(visit.method):
            sections = tuple(replace(one, jottings=()) for one in sections)
            shown = replace(self, sections=sections, free_jottings=())
        return replace(
            shown,
            hidden_questions=len(self.questions) - len(shown.questions),
            hidden_jottings=len(self.jottings) - len(shown.jottings),
        )

    @property
    def jottings(self) -> tuple[Jotting, ...]:
        return (*(one for section in self.sections for one in section.jottings), *self.free_jottings)

    @property
    def clock_offset(self) -> timedelta | None:
        """How far the phone's clock was ahead when it sent this revision, where that is worth telling."""
        seconds = next((s.clock_offset_seconds for s in self.submissions if s.revision == self.revision), None)
        offset = timedelta(seconds=seconds or 0)
        return offset if abs(offset) > CLOCK_WORTH_TELLING else None

    @property
    def questions(self) -> list[QuestionReview]:
        return [question for section in self.sections for question in section.questions]


def find_visit(viewer: Viewer, visit_id: UUID) -> Visit | None:
    """A visit that has arrived, for the reviewers of its client and nobody else: they decide about it."""
    return _find_visit(visit_id, reach.of_clients(viewer, Visit.client_id, Role.REVIEWER))


def find_readable_visit(viewer: Viewer, visit_id: UUID) -> Visit | None:
    """A visit that has arrived, for whoever may read it without deciding."""
    return _find_visit(visit_id, reach.of_clients(viewer, Visit.client_id, *VISIT_READERS))


def _find_visit(visit_id: UUID, reachable: ColumnElement[bool]) -> Visit | None:
    query = select(Visit).where(Visit.id == visit_id, Visit.received_at.is_not(None), reachable)
    return db.session.scalar(query.options(joinedload(Visit.checklist_version), joinedload(Visit.assignment)))


def find_conflict(viewer: Viewer, conflict_id: UUID) -> Conflict | None:
    reachable = reach.of_clients(viewer, Conflict.client_id, Role.REVIEWER)
    return db.session.scalar(select(Conflict).where(Conflict.id == conflict_id, reachable))


def get_visit_of(conflict: Conflict) -> Visit:
    return db.session.scalars(select(Visit).where(Visit.id == conflict.visit_id)).one()


def find_next(viewer: Viewer, visit: Visit) -> Visit | None:
    """The visit that has waited longest, apart from this one."""
    query = (
        select(Visit)
        .where(reach.of_clients(viewer, Visit.client_id, Role.REVIEWER), Visit.state == State.RECEIVED)
        .where(Visit.received_at.is_not(None), Visit.id != visit.id)
        .order_by(Visit.received_at, Visit.id)
        .limit(1)
    )
    return db.session.scalar(query)


def take(visit: Visit) -> Review:
    rows = _Rows(visit)
    sections = () if visit.outcome else tuple(_section(rows, section) for section in rows.checklist.sections)
    shown = {section.section.name for section in sections}
    asked = {question.question.name for section in sections for question in section.questions}
    submissions = tuple(visits.list_submissions(visit))
    return Review(
        visit=visit,
        revision=rows.revision,
        score=rows.score,
        sections=sections,
        free_jottings=tuple(j for name, found in rows.jottings.items() if name not in shown for j in found),
        free_photos=tuple(p for name, found in rows.photos.items() if name not in asked for p in found),
        reasons=tuple(r for name, found in rows.reasons.items() if name not in asked for r in found),
        submissions=submissions,
        conflicts=tuple(_conflict(conflict, submissions) for conflict in visits.list_conflicts(visit)),
        journal=_journal(visit),
    )


class _Rows:
    """What belongs to one visit, each table read once, and what follows from the answers."""

    def __init__(self, visit: Visit) -> None:
        self.checklist = visit.checklist_version.content.for_method(visit.method)
        self.score = visits.find_score(visit)
        self.revision = self.score.revision if self.score is not None else visit.revision
        self.answers = _by_revision(visit, AnswerRow, lambda row: (row.question, _answer(row)))
        self.stay = visit.stay
        self.given_at = _given(visit, self.revision)
        self.encounters = _by_revision(visit, EncounterRow, lambda row: (row.section, _encounter(row)))
        self.photos = _grouped(visits.list_photos(visit), lambda photo: photo.question)
        self.jottings = _grouped(visits.list_jottings(visit), lambda jotting: jotting.section)
        self.reasons = _grouped(visits.list_return_reasons(visit), lambda reason: reason.question)
        self.section_scores = {row.section: _section_score(row) for row in visits.list_section_scores(visit)}
        given = {name: found[self.revision] for name, found in self.answers.items() if self.revision in found}
        on = visit.started_at.astimezone(ZoneInfo(visit.store.timezone)).date()
        self.relevant = answering.relevant_names(self.checklist, given, on)
        # Points of single questions are not stored; they follow from the answers and the visit's own version.
        scored = scoring.score(visit.checklist_version.content, visit.method, tuple(given.values()), on)
        self.question_scores = {score.question: score for score in scored.questions}


def _by_revision(visit: Visit, table: Any, read: Callable[[Any], tuple[str, T]]) -> History[T]:
    history: dict[str, dict[int, T]] = defaultdict(dict)
    for row in db.session.scalars(select(table).where(table.visit_id == visit.id)):
        name, value = read(row)
        history[name][row.revision] = value
    return history


def _given(visit: Visit, revision: int) -> dict[str, datetime | None]:
    query = select(AnswerRow.question, AnswerRow.given_at).where(
        AnswerRow.visit_id == visit.id, AnswerRow.revision == revision
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _grouped(rows: Iterable[T], name: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = defaultdict(list)
    for row in rows:
        found[name(row)].append(row)
    return found


def _answer(row: AnswerRow) -> Answer:
    return Answer(row.question, row.value, row.is_na, row.comment)


def _encounter(row: EncounterRow) -> Encounter:
    return Encounter(row.section, row.feeling, row.arousal, row.met_at, row.crowding)


def _section_score(row: SectionScoreRow) -> SectionScore:
    return SectionScore(row.section, row.earned, row.possible, row.weight, row.na_count, row.is_zeroed)


def _section(rows: _Rows, section: Section) -> SectionReview:
    blank = Encounter(section.name)
    return SectionReview(
        section,
        rows.section_scores.get(section.name),
        rows.encounters.get(section.name, {}).get(rows.revision, blank),
        _changed(rows.encounters, section.name, rows.revision, blank),
        tuple(_question(rows, question) for question in section.questions if question.is_asked),
        tuple(rows.jottings.get(section.name, ())),
    )


def _question(rows: _Rows, question: Question) -> QuestionReview:
    blank = Answer(question.name)
    return QuestionReview(
        question,
        rows.answers.get(question.name, {}).get(rows.revision, blank),
        rows.question_scores.get(question.name),
        question.name in rows.relevant,
        _changed(rows.answers, question.name, rows.revision, blank),
        tuple(rows.photos.get(question.name, ())),
        tuple(rows.reasons.get(question.name, ())),
        moments.when(rows.given_at.get(question.name), rows.stay),
    )


def _changed(history: History[T], name: str, revision: int, blank: T) -> tuple[tuple[int, T], ...]:
    """Values that the next revision changed, the oldest first."""
    found = history.get(name, {})
    values = [(number, found.get(number, blank)) for number in range(1, revision + 1)]
    return tuple(before for before, after in pairwise(values) if before[1] != after[1])


def _conflict(conflict: Conflict, submissions: Sequence[Submission]) -> ConflictReview:
    content = next(s.content for s in submissions if s.revision == conflict.revision)
    first, other = content["raw"], conflict.content["raw"]
    fields = [*first, *(name for name in other if name not in first)]
    return ConflictReview(
        conflict,
        tuple(
            Difference(name, tuple(first.get(name, ())), tuple(other.get(name, ())))
            for name in fields
            if first.get(name) != other.get(name)
        ),
        sealed.pictures(content) != sealed.pictures(conflict.content),
        sealed.outcome_of(content) != sealed.outcome_of(conflict.content),
    )


def _journal(visit: Visit) -> tuple[tuple[JournalLine, User | None], ...]:
    query = (
        select(JournalLine, User)
        .outerjoin(User, User.id == JournalLine.actor_id)
        .where(JournalLine.client_id == visit.client_id, JournalLine.subject_id == visit.id)
        .order_by(JournalLine.at, JournalLine.id)
    )
    return tuple((line, user) for line, user in db.session.execute(query))
