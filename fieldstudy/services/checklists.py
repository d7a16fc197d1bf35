"""Publishing checklists."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fieldstudy.core.checklist import Checklist
from fieldstudy.extensions import db
from fieldstudy.models import ChecklistVersion, Study
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries.checklists import get_in_force
from fieldstudy.services import journal, unit


class Publication(StrEnum):
    """What publishing a file did; `again`: an older version is in force once more."""

    NEW = "new"
    AGAIN = "again"
    NOTHING = "nothing"


def publish(
    study: Study,
    checklist: Checklist,
    source_name: str,
    source: bytes,
    sha256: str,
    actor: UUID | None = None,
    notes: Sequence[Any] | None = None,
) -> tuple[ChecklistVersion, Publication]:
    """The frozen version of this file, in force from now on; the same file twice is the same version."""
    with unit.work(study):
        of_form = _list_of_form(study, checklist.form_id)
        known = next((version for version in of_form if version.sha256 == sha256), None)
        if known is not None:
            return known, _put_in_force(study, known, of_form, actor)
        version = ChecklistVersion(
            id=new_id(),
            client_id=study.client_id,
            study_id=study.id,
            form_id=checklist.form_id,
            number=max((version.number for version in of_form), default=0) + 1,
            title=checklist.title.say("it", "en") or checklist.form_id,
            sha256=sha256,
            content=checklist,
            source_name=source_name,
            source=source,
            notes=notes,
            published_at=_moment_after(of_form),
        )
        db.session.add(version)
        journal.write("checklist.published", version, actor, form_id=version.form_id, number=version.number)
    return version, Publication.NEW


def put_in_force(version: ChecklistVersion, actor: UUID | None = None) -> Publication:
    """Visits start with this version again, whatever was published after it; those under way keep theirs."""
    study = version.study
    with unit.work(study):
        return _put_in_force(study, version, _list_of_form(study, version.form_id), actor)


def _list_of_form(study: Study, form_id: str) -> Sequence[ChecklistVersion]:
    query = select(ChecklistVersion).where(ChecklistVersion.study_id == study.id, ChecklistVersion.form_id == form_id)
    return db.session.scalars(query).all()


def _put_in_force(
    study: Study, version: ChecklistVersion, of_form: Sequence[ChecklistVersion], actor: UUID | None
) -> Publication:
    before = get_in_force(study, version.form_id)
    if before.id == version.id:
        return Publication.NOTHING
    version.published_at = _moment_after(of_form)
    form_id, number = version.form_id, version.number
    journal.write("checklist.published_again", version, actor, form_id=form_id, number=number, before=before.number)
    return Publication.AGAIN


def _moment_after(versions: Sequence[ChecklistVersion]) -> datetime:
    """Now, and after every other one: which version is in force must not hang on a clock that was set back."""
    latest = max((version.published_at for version in versions), default=None)
    return now() if latest is None else max(now(), latest + timedelta(microseconds=1))
