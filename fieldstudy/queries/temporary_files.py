"""What is kept for an hour: the jobs that make it, found by what they are of."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, select

from fieldstudy.extensions import db
from fieldstudy.models import Job, JobState

OPEN = (JobState.WAITING, JobState.RUNNING)


def find_latest(kind: str, client_id: UUID, payload: Mapping[str, str | None]) -> Job | None:
    """Of exactly this, whatever became of it."""
    same: list[ColumnElement[bool]] = [Job.payload[name].as_string() == value for name, value in payload.items()]
    query = select(Job).where(Job.client_id == client_id, Job.kind == kind, *same)
    return db.session.scalar(query.order_by(Job.id.desc()).limit(1).execution_options(populate_existing=True))
