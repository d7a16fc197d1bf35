"""Assignments and visits, as each audience may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from fieldstudy.core import lifecycle
from fieldstudy.core.access import VISIT_READERS, Role, Viewer
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import (
    AnswerRow,
    Assignment,
    ChecklistVersion,
    Conflict,
    Draft,
    Jotting,
    Photo,
    ReturnReason,
    ScoreRow,
    SectionScoreRow,
    Submission,
    Visit,
    Wave,
)
from fieldstudy.queries import reach


def list_own_assignments(viewer: Viewer) -> Sequence[Assignment]:
    """A fieldworker's assignments that are still alive, with their visits, the nearest window first."""
    query = (
        select(Assignment)
        .where(reach.own_assignment(viewer), Assignment.state != State.VOID)
        .options(selectinload(Assignment.visits))
        .order_by(Assignment.window_from, Assignment.id)
    )
    return db.session.scalars(query).all()


@dataclass(frozen=True)
class SentLine:
    """`title`: of the checklist."""

    visit: Visit
    title: str
    is_double: bool

    @property
    def texts(self) -> tuple[str, ...]:
        """What it can be found by."""
        return self.visit.store.name, self.visit.store.code, self.visit.store.city, self.title


def list_own_sent(viewer: Viewer) -> list[SentLine]:
    """All that a fieldworker has sent and that has not come back, the newest first."""
    query = (
        select(Visit, ChecklistVersion.title, _undecided().exists())
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .where(reach.own_visit(viewer), Visit.state.in_(lifecycle.ARRIVED - lifecycle.WITH_FIELDWORKER))
        .options(joinedload(Visit.store))
        .order_by(Visit.started_at.desc(), Visit.id)
    )
    return [SentLine(*row) for row in db.session.execute(query)]


def _undecided() -> Select[Any]:
    """Another version of the visit's revision, as long as somebody may choose between the two."""
    return select(Conflict.id).where(
        Conflict.client_id == Visit.client_id,
        Conflict.visit_id == Visit.id,
        Conflict.revision == Visit.revision,
        Conflict.resolved_at.is_(None),
        Visit.state.in_(lifecycle.OPEN_TO_CHOICE),
    )


def list_double(visits: Sequence[Visit]) -> set[UUID]:
    """Those of these visits that have arrived in two versions, where nobody has chosen yet."""
    if not visits:
        return set()
    query = select(Visit.id).where(Visit.id.in_([visit.id for visit in visits]), _undecided().exists())
    return set(db.session.scalars(query))


def find_own_assignment(viewer: Viewer, assignment_id: UUID) -> Assignment | None:
    query = select(Assignment).where(
        Assignment.id == assignment_id, Assignment.state != State.VOID, reach.own_assignment(viewer)
    )
    return db.session.scalar(query)


def find_own_visit(viewer: Viewer, visit_id: UUID) -> Visit | None:
    query = select(Visit).where(Visit.id == visit_id, reach.own_visit(viewer))
    return db.session.scalar(query.options(joinedload(Visit.checklist_version), joinedload(Visit.assignment)))


def find_assignment(viewer: Viewer, assignment_id: UUID) -> Assignment | None:
    """For whoever plans and approves: coordinators and reviewers of the client."""
    query = select(Assignment).where(
        Assignment.id == assignment_id,
        reach.of_clients(viewer, Assignment.client_id, Role.COORDINATOR, Role.REVIEWER),
    )
    return db.session.scalar(query)


def list_covert_to_approve(viewer: Viewer) -> Sequence[Assignment]:
    """Covert observations that wait for a second person."""
    query = (
        select(Assignment)
        .where(
            reach.of_clients(viewer, Assignment.client_id, Role.COORDINATOR, Role.REVIEWER),
            Assignment.disclosure == "covert",
            Assignment.method != "mystery_shopping",
            Assignment.approved_at.is_(None),
            Assignment.state.in_([State.PLANNED, State.OFFERED, State.ACCEPTED]),
        )
        .order_by(Assignment.window_from)
    )
    return db.session.scalars(query).all()


def count_states_for_wave(wave: Wave) -> dict[State, int]:
    query = (
        select(Visit.state, func.count())
        .where(Visit.client_id == wave.client_id, Visit.wave_id == wave.id)
        .group_by(Visit.state)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_visits_for_wave(wave: Wave) -> Sequence[Visit]:
    query = select(Visit).where(Visit.client_id == wave.client_id, Visit.wave_id == wave.id)
    return db.session.scalars(query.order_by(Visit.started_at, Visit.id)).all()


def list_drafts(visit: Visit) -> Sequence[Draft]:
    """Those of all devices, the newest first."""
    query = select(Draft).where(Draft.visit_id == visit.id)
    return db.session.scalars(query.order_by(Draft.saved_at.desc(), Draft.device)).all()


def find_submission(visit: Visit) -> Submission | None:
    """The newest revision that was received."""
    query = select(Submission).where(Submission.visit_id == visit.id).order_by(Submission.revision.desc()).limit(1)
    return db.session.scalar(query)


def list_submissions(visit: Visit) -> Sequence[Submission]:
    return db.session.scalars(
        select(Submission).where(Submission.visit_id == visit.id).order_by(Submission.revision)
    ).all()


def list_conflicts(visit: Visit) -> Sequence[Conflict]:
    return db.session.scalars(select(Conflict).where(Conflict.visit_id == visit.id)).all()


def list_answers(visit: Visit, revision: int) -> Sequence[AnswerRow]:
    return db.session.scalars(
        select(AnswerRow).where(AnswerRow.visit_id == visit.id, AnswerRow.revision == revision)
    ).all()


def list_photos(visit: Visit) -> Sequence[Photo]:
    """Those too of which nothing but the row is left."""
    query = select(Photo).where(Photo.visit_id == visit.id, Photo.removed_at.is_(None))
    return db.session.scalars(query.order_by(Photo.taken_at, Photo.id)).all()


def list_jottings(visit: Visit) -> Sequence[Jotting]:
    query = select(Jotting).where(Jotting.client_id == visit.client_id, Jotting.visit_id == visit.id)
    return db.session.scalars(query.order_by(Jotting.jotted_at, Jotting.id)).all()


def list_return_reasons(visit: Visit) -> Sequence[ReturnReason]:
    """The reasons of every return; those of the visit's own revision are the ones to answer now."""
    query = select(ReturnReason).where(ReturnReason.client_id == visit.client_id, ReturnReason.visit_id == visit.id)
    return db.session.scalars(query.order_by(ReturnReason.revision, ReturnReason.id)).all()


def list_open_return_reasons(visits: Sequence[Visit]) -> Sequence[ReturnReason]:
    """Of these visits, the reasons that are to be answered now."""
    if not visits:
        return ()
    query = (
        select(ReturnReason)
        .join(Visit, (Visit.id == ReturnReason.visit_id) & (Visit.revision == ReturnReason.revision))
        .where(Visit.id.in_([visit.id for visit in visits]))
        .order_by(ReturnReason.id)
    )
    return db.session.scalars(query).all()


def find_score(visit: Visit) -> ScoreRow | None:
    return db.session.get(ScoreRow, visit.id)


def list_section_scores(visit: Visit) -> Sequence[SectionScoreRow]:
    return db.session.scalars(select(SectionScoreRow).where(SectionScoreRow.visit_id == visit.id)).all()


def find_own_photo(viewer: Viewer, photo_id: UUID) -> Photo | None:
    query = select(Photo).join(Visit, Visit.id == Photo.visit_id)
    is_there = (Photo.removed_at.is_(None), Photo.erased_at.is_(None))
    return db.session.scalar(query.where(Photo.id == photo_id, *is_there, reach.own_visit(viewer)))


def find_photo_for_review(viewer: Viewer, photo_id: UUID) -> Photo | None:
    """Of a visit that has arrived: until then its photos are the fieldworker's own."""
    query = (
        select(Photo)
        .join(Visit, Visit.id == Photo.visit_id)
        .where(
            Photo.id == photo_id,
            Photo.removed_at.is_(None),
            Photo.erased_at.is_(None),
            Visit.received_at.is_not(None),
            reach.of_clients(viewer, Photo.client_id, *VISIT_READERS),
        )
    )
    return db.session.scalar(query)


def is_due(assignment: Assignment, today: date) -> bool:
    return assignment.window_from <= today


def current_visit(assignment: Assignment) -> Visit | None:
    """The visit that a fieldworker goes on with, else the last one that came of the assignment."""
    return current_of(assignment.visits)


def current_of(visits: Sequence[Any]) -> Any:
    """As `current_visit`, of visits of one assignment in the order in which they began."""
    alive = [visit for visit in visits if visit.state != State.VOID]
    open_ones = [visit for visit in alive if visit.state in lifecycle.WITH_FIELDWORKER]
    return next(iter(open_ones), alive[-1] if alive else None)
