"""What decides whether a visit that a phone sent can be taken in: thin rows, read at every sending.

The statements are built once, because building one takes ten times as long as running it.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Row, bindparam, select

from fieldstudy.extensions import db
from fieldstudy.models import Assignment, ChecklistVersion, Fieldworker, Medium, Store, Study, Submission, Visit, Wave

_ASSIGNMENT = (
    select(
        Assignment.id,
        Assignment.client_id,
        Assignment.wave_id,
        Assignment.store_id,
        Assignment.fieldworker_id,
        Assignment.form_id,
        Assignment.method,
        Assignment.state,
        Assignment.gold_role,
        Assignment.disclosure,
        Assignment.approved_at,
        Fieldworker.user_id,
        Store.timezone,
        Study.id.label("study_id"),
        Study.staff_notice_on,
    )
    .join(Fieldworker, Fieldworker.id == Assignment.fieldworker_id)
    .join(Store, Store.id == Assignment.store_id)
    .join(Wave, Wave.id == Assignment.wave_id)
    .join(Study, Study.id == Wave.study_id)
    .where(Assignment.id == bindparam("id"))
)
_VISIT = (
    select(
        Visit.id,
        Visit.client_id,
        Visit.state,
        Visit.revision,
        Visit.method,
        Visit.checklist_version_id,
        Visit.started_at,
        Fieldworker.user_id,
        Store.timezone,
    )
    .join(Fieldworker, Fieldworker.id == Visit.fieldworker_id)
    .join(Store, Store.id == Visit.store_id)
    .where(Visit.id == bindparam("id"))
)
_SUBMISSION = select(
    Submission.client_id, Submission.visit_id, Submission.revision, Submission.sha256, Submission.received_at
).where(Submission.visit_id == bindparam("visit_id"), Submission.revision == bindparam("revision"))
_MEDIA = select(Medium.user_id, Medium.id, Medium.sha256, Medium.size_bytes, Medium.visit_id).where(
    Medium.user_id == bindparam("user_id"), Medium.id.in_(bindparam("ids", expanding=True))
)
_VERSION = select(
    ChecklistVersion.id, ChecklistVersion.study_id, ChecklistVersion.form_id, ChecklistVersion.content
).where(ChecklistVersion.id == bindparam("id"))


def find_assignment(assignment_id: UUID) -> Row[Any] | None:
    """With its fieldworker's user, its store's timezone and what its study told the staff."""
    return _find(_ASSIGNMENT, id=assignment_id)


def find_visit(visit_id: UUID) -> Row[Any] | None:
    return _find(_VISIT, id=visit_id)


def find_submission(visit_id: UUID, revision: int) -> Row[Any] | None:
    return _find(_SUBMISSION, visit_id=visit_id, revision=revision)


def list_media(user_id: UUID, ids: Collection[UUID]) -> Sequence[Any]:
    """Those that are here whole."""
    return db.session.connection().execute(_MEDIA, {"user_id": user_id, "ids": list(ids)}).all()


def find_version(version_id: UUID) -> Row[Any] | None:
    try:
        return get_version(version_id)
    except LookupError:
        return None


@lru_cache(maxsize=32)
def get_version(version_id: UUID) -> Row[Any]:
    """Kept in memory: a published version never changes. Raises LookupError, so that nothing missing is kept."""
    found = _find(_VERSION, id=version_id)
    if found is None:
        raise LookupError
    return found


def _find(statement: Executable, **values: Any) -> Row[Any] | None:
    return db.session.connection().execute(statement, values).one_or_none()
