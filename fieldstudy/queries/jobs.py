"""What is still to be done: jobs, and photos that wait for their clean copy."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, func, select

from fieldstudy.core import lifecycle
from fieldstudy.core.access import Role, Viewer
from fieldstudy.extensions import db
from fieldstudy.models import Client, Job, JobState, Medium, Visit, Wave
from fieldstudy.queries import pages

RELEASE, VISIT_IMPORT = "release", "visit_import"
PENDING = (Medium.photo_id.is_(None), Medium.refusal == "")


def count_open_jobs() -> int:
    open_ = (JobState.WAITING, JobState.RUNNING)
    return db.session.scalar(select(func.count()).select_from(Job).where(Job.state.in_(open_))) or 0


def count_by_state() -> dict[JobState, int]:
    """Those that are over well, or were given up by a person, are history and no figure."""
    states = (JobState.WAITING, JobState.RUNNING, JobState.FAILED)
    counted = select(Job.state, func.count()).where(Job.state.in_(states)).group_by(Job.state)
    found = dict.fromkeys(states, 0)
    for state, count in db.session.execute(counted):
        found[state] = count
    return found


def list_jobs(states: Sequence[JobState], page: int) -> Pagination:
    """Rows of a job and the name of its client, the newest first."""
    is_wanted = Job.state.in_(states)
    total = db.session.scalar(select(func.count()).select_from(Job).where(is_wanted)) or 0
    query = select(Job, Client.name).outerjoin(Client, Client.id == Job.client_id).where(is_wanted)
    return pages.of_rows(query.order_by(Job.created_at.desc(), Job.id), total, page)


def find_job(viewer: Viewer, job_id: UUID) -> Job | None:
    return db.session.get(Job, job_id) if viewer.has(Role.ADMIN) else None


def find_oldest_due_at(at: datetime) -> datetime | None:
    """Since when the job waits that waits the longest, of those that could be taken."""
    waiting = select(Job.due_at).where(Job.state == JobState.WAITING, Job.due_at <= at)
    return db.session.scalar(waiting.order_by(Job.due_at).limit(1))


def get_job(job_id: UUID) -> Job:
    """Read anew; raises NoResultFound."""
    query = select(Job).where(Job.id == job_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def find_release(wave: Wave) -> Job | None:
    """The latest that was ordered, whatever became of it."""
    return _find_latest(wave, RELEASE)


def find_import(wave: Wave) -> Job | None:
    """The file with visits that is coming in, also where it was tried again after a later one; else the latest that
    was sent, whatever became of it.
    """
    of_wave = (job for job in list_open_imports() if job.payload["wave"] == str(wave.id))
    return next(of_wave, None) or _find_latest(wave, VISIT_IMPORT)


def has_open_import(wave: Wave) -> bool:
    job = find_import(wave)
    return job is not None and job.state in (JobState.WAITING, JobState.RUNNING)


def list_open_imports() -> Sequence[Job]:
    """Of all waves, read anew."""
    is_open = Job.state.in_([JobState.WAITING, JobState.RUNNING])
    query = select(Job).where(Job.kind == VISIT_IMPORT, is_open)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _find_latest(wave: Wave, kind: str) -> Job | None:
    of_wave: ColumnElement[bool] = Job.payload["wave"].as_string() == str(wave.id)
    query = select(Job).where(Job.client_id == wave.client_id, Job.kind == kind, of_wave)
    return db.session.scalar(query.order_by(Job.id.desc()).limit(1).execution_options(populate_existing=True))


def list_failed_jobs() -> Sequence[Job]:
    """Those that were given up, the newest first."""
    return db.session.scalars(select(Job).where(Job.state == JobState.FAILED).order_by(Job.finished_at.desc())).all()


def get_medium(user_id: UUID, medium_id: UUID) -> Medium:
    """Read anew; raises NoResultFound."""
    query = select(Medium).where(Medium.user_id == user_id, Medium.id == medium_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def list_pending_media(visit: Visit) -> Sequence[Medium]:
    """Photos of a visit that arrived and have neither a clean copy nor a refusal yet, in the order they were taken."""
    query = select(Medium).where(Medium.visit_id == visit.id, *PENDING)
    return db.session.scalars(query.order_by(Medium.taken_at, Medium.id)).all()


def list_refused_media(visit: Visit) -> Sequence[Medium]:
    """Photos of a visit that cannot be kept; `refusal` says why."""
    query = select(Medium).where(Medium.visit_id == visit.id, Medium.refusal != "")
    return db.session.scalars(query.order_by(Medium.taken_at, Medium.id)).all()


def count_pending_media_for_wave(wave: Wave) -> int:
    """Of the visits that count."""
    query = (
        select(func.count())
        .select_from(Medium)
        .join(Visit, Visit.id == Medium.visit_id)
        .where(
            *PENDING,
            Visit.client_id == wave.client_id,
            Visit.wave_id == wave.id,
            Visit.state.in_(sorted(lifecycle.COUNTING)),
        )
    )
    return db.session.scalar(query) or 0
