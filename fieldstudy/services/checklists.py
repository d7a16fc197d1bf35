"""Publishing checklists."""

from uuid import UUID

from sqlalchemy import func, select

from fieldstudy.core.checklist import Checklist
from fieldstudy.extensions import db
from fieldstudy.models import ChecklistVersion, Study
from fieldstudy.models.columns import new_id
from fieldstudy.services import journal, unit


def publish(
    study: Study, checklist: Checklist, source_name: str, source: bytes, sha256: str, actor: UUID | None = None
) -> tuple[ChecklistVersion, bool]:
    """The frozen version for this file, and whether it is new; the same file twice is the same version."""
    with unit.work(study):
        same_form = select(ChecklistVersion).where(
            ChecklistVersion.study_id == study.id, ChecklistVersion.form_id == checklist.form_id
        )
        known = db.session.scalar(same_form.where(ChecklistVersion.sha256 == sha256))
        if known is not None:
            return known, False
        latest = db.session.scalar(select(func.max(same_form.subquery().c.number))) or 0
        version = ChecklistVersion(
            id=new_id(),
            client_id=study.client_id,
            study_id=study.id,
            form_id=checklist.form_id,
            number=latest + 1,
            title=checklist.title.say("it", "en") or checklist.form_id,
            sha256=sha256,
            content=checklist,
            source_name=source_name,
            source=source,
        )
        db.session.add(version)
        journal.write("checklist.published", version, actor, form_id=version.form_id, number=version.number)
    return version, True
