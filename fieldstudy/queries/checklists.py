"""Published checklist versions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from fieldstudy.core.access import Role, Viewer
from fieldstudy.extensions import db
from fieldstudy.models import ChecklistVersion, Study
from fieldstudy.queries import reach
from fieldstudy.queries.studies import NotFound


class ChecklistIsAmbiguous(LookupError):
    """A study with several checklists, of which none was named."""

    def __init__(self, form_ids: Sequence[str]) -> None:
        super().__init__(f"the study has {len(form_ids)} checklists, choose one: {', '.join(form_ids)}")


def is_in_force() -> ColumnElement[bool]:
    """Of the versions of a form, the one that was published last: that is not always the highest number."""
    other = aliased(ChecklistVersion)
    is_later = or_(
        other.published_at > ChecklistVersion.published_at,
        and_(other.published_at == ChecklistVersion.published_at, other.number > ChecklistVersion.number),
    )
    is_of_form = and_(other.study_id == ChecklistVersion.study_id, other.form_id == ChecklistVersion.form_id)
    return ~exists().where(is_of_form, is_later)


def by_publication(version: ChecklistVersion) -> tuple[datetime, int]:
    """The order in which the last one is in force."""
    return version.published_at, version.number


def find_version(viewer: Viewer, version_id: UUID) -> ChecklistVersion | None:
    query = select(ChecklistVersion).where(
        ChecklistVersion.id == version_id, reach.of_clients(viewer, ChecklistVersion.client_id, Role.COORDINATOR)
    )
    return db.session.scalar(query)


def get_version(version_id: UUID) -> ChecklistVersion:
    """For workers, which have no reach. Raises NoResultFound."""
    return db.session.scalars(select(ChecklistVersion).where(ChecklistVersion.id == version_id)).one()


def list_versions_for_study(study: Study) -> Sequence[ChecklistVersion]:
    """The highest number first within each form."""
    query = (
        select(ChecklistVersion)
        .where(ChecklistVersion.study_id == study.id)
        .order_by(ChecklistVersion.form_id, ChecklistVersion.number.desc())
    )
    return db.session.scalars(query).all()


def list_in_force(study: Study) -> Sequence[ChecklistVersion]:
    """One version of every form: that with which visits start and files are read."""
    query = select(ChecklistVersion).where(ChecklistVersion.study_id == study.id, is_in_force())
    return db.session.scalars(query.order_by(ChecklistVersion.form_id)).all()


def find_in_force(study_id: UUID, form_id: str) -> ChecklistVersion | None:
    query = select(ChecklistVersion).where(
        ChecklistVersion.study_id == study_id, ChecklistVersion.form_id == form_id, is_in_force()
    )
    return db.session.scalar(query)


def get_in_force(study: Study, form_id: str = "") -> ChecklistVersion:
    """The version in force of this form, or of the study's only form."""
    found = [version for version in list_in_force(study) if form_id in ("", version.form_id)]
    if len(found) > 1:
        raise ChecklistIsAmbiguous([version.form_id for version in found])
    if not found:
        raise NotFound("checklist", form_id)
    return found[0]


def find_same_label(version: ChecklistVersion) -> ChecklistVersion | None:
    """The newest other version of the form whose file says the same in its own `version` cell."""
    label = version.content.version
    others = (one for one in list_versions_for_study(version.study) if one.form_id == version.form_id)
    return next((one for one in others if label and one.id != version.id and one.content.version == label), None)
