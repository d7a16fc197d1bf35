"""Published checklist versions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from fieldstudy.core.access import Role, Viewer
from fieldstudy.extensions import db
from fieldstudy.models import ChecklistVersion, Study
from fieldstudy.queries import reach
from fieldstudy.queries.studies import NotFound


def find_version(viewer: Viewer, version_id: UUID) -> ChecklistVersion | None:
    query = select(ChecklistVersion).where(
        ChecklistVersion.id == version_id, reach.of_clients(viewer, ChecklistVersion.client_id, Role.COORDINATOR)
    )
    return db.session.scalar(query)


def list_versions_for_study(study: Study) -> Sequence[ChecklistVersion]:
    """The newest first within each form."""
    query = (
        select(ChecklistVersion)
        .where(ChecklistVersion.study_id == study.id)
        .order_by(ChecklistVersion.form_id, ChecklistVersion.number.desc())
    )
    return db.session.scalars(query).all()


def list_latest_for_study(study: Study) -> list[ChecklistVersion]:
    latest: dict[str, ChecklistVersion] = {}
    for version in list_versions_for_study(study):
        latest.setdefault(version.form_id, version)
    return list(latest.values())


def get_latest(study: Study, form_id: str = "") -> ChecklistVersion:
    """The newest version of this form, or of the study's only form."""
    found = [version for version in list_latest_for_study(study) if form_id in ("", version.form_id)]
    if len(found) != 1:
        names = ", ".join(version.form_id for version in found) or "none"
        raise NotFound("checklist", form_id or f"(choose one of: {names})")
    return found[0]
