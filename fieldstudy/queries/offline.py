"""What a fieldworker's phone takes along, in as many queries however much it is."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from fieldstudy.core.access import Viewer
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, ChecklistVersion, Draft, Jotting, Photo, Visit, Wave
from fieldstudy.queries import reach


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
    """The newest version of every form of these assignments' studies, and those that the visits were begun on."""
    studies = {assignment.wave.study_id for assignment in assignments}
    newest = (
        select(ChecklistVersion.study_id, ChecklistVersion.form_id, func.max(ChecklistVersion.number).label("number"))
        .where(ChecklistVersion.study_id.in_(studies))
        .group_by(ChecklistVersion.study_id, ChecklistVersion.form_id)
        .subquery()
    )
    is_newest = (
        select(newest.c.number)
        .where(
            newest.c.study_id == ChecklistVersion.study_id,
            newest.c.form_id == ChecklistVersion.form_id,
            newest.c.number == ChecklistVersion.number,
        )
        .exists()
    )
    begun = ChecklistVersion.id.in_({visit.checklist_version_id for visit in visits})
    return db.session.scalars(select(ChecklistVersion).where(or_(is_newest, begun))).all()


def list_drafts(visits: Sequence[Visit]) -> Sequence[Draft]:
    return _of(visits, select(Draft), Draft.visit_id)


def list_photos(visits: Sequence[Visit]) -> Sequence[Photo]:
    query = select(Photo).where(Photo.removed_at.is_(None)).order_by(Photo.taken_at, Photo.id)
    return _of(visits, query, Photo.visit_id)


def list_jottings(visits: Sequence[Visit]) -> Sequence[Jotting]:
    return _of(visits, select(Jotting).order_by(Jotting.jotted_at, Jotting.id), Jotting.visit_id)


def _of(visits: Sequence[Visit], query: Select[Any], column: Any) -> Sequence[Any]:
    if not visits:
        return ()
    return db.session.scalars(query.where(column.in_([visit.id for visit in visits]))).all()
