"""What a fieldworker's phone takes along, in as many queries however much it is."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from fieldstudy.core.access import Viewer
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, ChecklistVersion, Draft, Jotting, Photo, Visit, Wave
from fieldstudy.queries import checklists, reach


def find_own_version(viewer: Viewer, version_id: UUID) -> ChecklistVersion | None:
    """A version of a study in which the viewer has an assignment, or that a visit of theirs was begun on."""
    assigned = (
        select(Wave.study_id)
        .join(Assignment, Assignment.wave_id == Wave.id)
        .where(reach.own_assignment(viewer), Assignment.state != State.VOID)
    )
    begun = select(Visit.checklist_version_id).where(reach.own_visit(viewer))
    is_own = or_(ChecklistVersion.study_id.in_(assigned), ChecklistVersion.id.in_(begun))
    return db.session.scalar(select(ChecklistVersion).where(ChecklistVersion.id == version_id, is_own))


def list_versions(assignments: Iterable[Assignment], visits: Iterable[Visit]) -> Sequence[ChecklistVersion]:
    """The version in force of every form of these assignments' studies, and those that the visits were begun on."""
    studies = {assignment.wave.study_id for assignment in assignments}
    in_force = and_(ChecklistVersion.study_id.in_(studies), checklists.is_in_force())
    begun = ChecklistVersion.id.in_({visit.checklist_version_id for visit in visits})
    return db.session.scalars(select(ChecklistVersion).where(or_(in_force, begun))).all()


def list_drafts(visits: Sequence[Visit]) -> Sequence[Draft]:
    return _of(visits, select(Draft).order_by(Draft.saved_at.desc(), Draft.device), Draft.visit_id)


def list_photos(visits: Sequence[Visit]) -> Sequence[Photo]:
    query = (
        select(Photo).where(Photo.removed_at.is_(None), Photo.erased_at.is_(None)).order_by(Photo.taken_at, Photo.id)
    )
    return _of(visits, query, Photo.visit_id)


def list_jottings(visits: Sequence[Visit]) -> Sequence[Jotting]:
    return _of(visits, select(Jotting).order_by(Jotting.jotted_at, Jotting.id), Jotting.visit_id)


def _of(visits: Sequence[Visit], query: Select[Any], column: Any) -> Sequence[Any]:
    if not visits:
        return ()
    return db.session.scalars(query.where(column.in_([visit.id for visit in visits]))).all()
