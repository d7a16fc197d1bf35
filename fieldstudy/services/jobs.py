"""Work that is done later: a row in the transaction of whoever wants it, a lease for whoever does it.

The row is the truth. A worker may die at any moment: its lease runs out, and somebody takes the job up again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import Select, or_, select, update

from fieldstudy.extensions import db
from fieldstudy.models import Job, JobState
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries import jobs as job_queries
from fieldstudy.queries.invitations import LETTER, NOTICE, RESET_LETTER
from fieldstudy.queries.jobs import RELEASE, VISIT_IMPORT
from fieldstudy.queries.previews import PREVIEW, WAVE_PREVIEW
from fieldstudy.queries.visit_pdfs import VISIT_PDF
from fieldstudy.services import journal, unit

ATTEMPTS = 5
"""How often a job may end in an error before it is given up."""
PICTURE = "picture"
URGENT = (PICTURE, LETTER, RESET_LETTER, NOTICE)
"""Taken before all else: a reviewer waits for the photos of a visit, somebody for a link, and nobody for the PDFs of an
edition."""
WAITED_FOR = (RELEASE, VISIT_IMPORT, WAVE_PREVIEW, PREVIEW, VISIT_PDF)
"""Taken next: somebody looks at a page and waits."""
TAKINGS = 20
"""How often it may be taken at all; more than ATTEMPTS, because a worker that dies is seldom the job's fault."""
FIRST_DELAY, GROWTH = timedelta(seconds=5), 6
LONGEST_DELAY = FIRST_DELAY * GROWTH ** (ATTEMPTS - 2)
DIED = "the worker ended in the middle of it, again and again"
RETRIED = frozenset({JobState.FAILED, JobState.REFUSED, JobState.CANCELLED})
OVER = frozenset({JobState.DONE, JobState.FAILED, JobState.REFUSED, JobState.CANCELLED})


class JobIsCancelled(Exception):
    """Somebody cancelled it: whoever works on it stops here."""


class LeaseIsLost(Exception):
    """The lease ran out, and the job is in other hands or done."""


class JobIsRefused(Exception):
    """Another try would end the same way: its text is the error that is kept."""


class JobIsOver(Exception):
    def __init__(self, state: JobState) -> None:
        super().__init__(f"the job is {state}")
        self.state = state


class AnotherIsOpen(Exception):
    """One file with visits at a time for each wave: rows of two may be the same visits."""


class JobIsNotOver(Exception):
    pass


@dataclass(frozen=True)
class Lease:
    """A job in the hands of one worker, for so many seconds at a time.

    `tell` hears how far it is as well, once that is written: of somebody who works on it and waits for it.
    """

    job_id: UUID
    kind: str
    payload: Mapping[str, Any]
    attempt: int
    seconds: float
    tell: Callable[[int, int], None] = lambda done, total: None


def add(
    kind: str, payload: Mapping[str, Any], client_id: UUID | None = None, total: int = 0, due_at: datetime | None = None
) -> Job:
    """For other services, inside their unit of work; once that is committed, the workers are woken."""
    at = now()
    job = Job(
        id=new_id(),
        client_id=client_id,
        kind=kind,
        payload=dict(payload),
        total=total,
        due_at=due_at or at,
        created_at=at,
    )
    db.session.add(job)
    unit.wake_workers_afterwards()
    return job


def add_all(kind: str, payloads: Iterable[Mapping[str, Any]], client_id: UUID | None, total: int = 0) -> None:
    """As `add`, many at once."""
    at = now()
    job = {"client_id": client_id, "kind": kind, "total": total, "due_at": at, "created_at": at}
    unit.insert(Job, *({**job, "payload": payload} for payload in payloads))
    unit.wake_workers_afterwards()


def take(seconds: float) -> Lease | None:
    """The job whose lease ran out first, else a picture, else what somebody waits for, else the one that is due the
    longest; one worker gets it.
    """
    at = now()
    # Looking takes no write lock: idle workers stand in nobody's way.
    queries = _due(at, timedelta(seconds=seconds))
    if all(db.session.scalar(query.with_only_columns(Job.id).limit(1)) is None for query in queries):
        return None
    with unit.work():
        while (job := _next(queries)) is not None:
            if job.is_cancelled:
                _end(job, JobState.CANCELLED)
            elif job.attempts >= TAKINGS:
                _end(job, JobState.FAILED)
                job.error = job.error or DIED
            else:
                return _lease(job, seconds)
    return None


def take_one(job_id: UUID, seconds: float) -> Lease | None:
    """This job; None where it is over, not due, or in the hands of a worker that may be alive."""
    with unit.work(job := db.session.get_one(Job, job_id)):
        is_free = job.due_at <= now() if job.lease_until is None else job.lease_until < now()
        return _lease(job, seconds) if job.state not in OVER and is_free else None


def _due(at: datetime, lease: timedelta) -> tuple[Select[Any], ...]:
    """Several queries, so that each walks the index in its order.

    The last two are for times that a clock gave that was ahead and has been set right: nothing that is new waits, and
    nothing waits for longer than the longest delay that there is.
    """
    waiting = select(Job).where(Job.state == JobState.WAITING, Job.due_at > at).order_by(Job.due_at, Job.id)
    running = select(Job).where(Job.state == JobState.RUNNING).order_by(Job.lease_until)
    due = select(Job).where(Job.state == JobState.WAITING, Job.due_at <= at).order_by(Job.due_at, Job.id)
    return (
        running.where(Job.lease_until < at),
        due.where(Job.kind.in_(URGENT)),
        due.where(Job.kind.in_(WAITED_FOR)),
        due,
        waiting.where(or_(Job.due_at == Job.created_at, Job.due_at > at + LONGEST_DELAY)),
        running.where(Job.lease_until > at + lease + LONGEST_DELAY),
    )


def _next(queries: Iterable[Select[Any]]) -> Job | None:
    for query in queries:
        # Only PostgreSQL locks rows; in SQLite a unit of work has the whole database to itself.
        locked = query.limit(1).with_for_update(skip_locked=True).execution_options(populate_existing=True)
        job: Job | None = db.session.scalar(locked)
        if job is not None:
            return job
    return None


def _lease(job: Job, seconds: float) -> Lease:
    job.state = JobState.RUNNING
    job.attempts += 1
    job.lease_until = _from_now(seconds)
    return Lease(job.id, job.kind, job.payload, job.attempts, seconds)


def _end(job: Job, state: JobState) -> None:
    job.state, job.lease_until, job.finished_at = state, None, now()


def _from_now(seconds: float) -> datetime:
    return now() + timedelta(seconds=seconds)


def progress(lease: Lease, done: int, total: int) -> None:
    """How far it is; renews the lease as well. Raises LeaseIsLost or JobIsCancelled."""
    _go_on(lease, done=done, total=total)
    lease.tell(done, total)


def progress_beside(lease: Lease, done: int, total: int, **told: Any) -> None:
    """As `progress`, in a session of its own: for work that goes on reading one state of the database. What is `told`
    stands in the job's payload.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context():
        _go_on(lease, done=done, total=total, **({"payload": {**lease.payload, **told}} if told else {}))
    lease.tell(done, total)


def _go_on(lease: Lease, **values: Any) -> None:
    with unit.work():
        is_cancelled = _change(lease, lease_until=_from_now(lease.seconds), **values)
    if is_cancelled:
        raise JobIsCancelled


def finish(lease: Lease) -> None:
    with unit.work():
        _change(lease, state=JobState.DONE, lease_until=None, finished_at=now(), error="")


def stop(lease: Lease) -> None:
    """Once the work was left because it is cancelled."""
    with unit.work():
        _change(lease, state=JobState.CANCELLED, lease_until=None, finished_at=now())


def give_back(lease: Lease) -> None:
    """The worker has to end before the job does: nothing was tried, anybody may take it at once."""
    with unit.work():
        _change(lease, state=JobState.WAITING, lease_until=None, attempts=lease.attempt - 1)
        unit.wake_workers_afterwards()


def fail(lease: Lease, error: str) -> None:
    """Again after 5 s, 30 s, 3 min and 18 min; the fifth error is the last. The error is kept either way."""
    with unit.work():
        if lease.attempt >= ATTEMPTS:
            _change(lease, state=JobState.FAILED, lease_until=None, finished_at=now(), error=error)
        else:
            due_at = now() + FIRST_DELAY * GROWTH ** (lease.attempt - 1)
            _change(lease, state=JobState.WAITING, lease_until=None, due_at=due_at, error=error)


def refuse(lease: Lease, error: str) -> None:
    """Another try would meet the same."""
    with unit.work():
        _change(lease, state=JobState.REFUSED, lease_until=None, finished_at=now(), error=error)


def _change(lease: Lease, **values: Any) -> bool:
    """Only while the lease is ours; says whether somebody cancelled the job."""
    ours = (Job.id == lease.job_id, Job.state == JobState.RUNNING, Job.attempts == lease.attempt)
    changed = update(Job).where(*ours).values(**values).returning(Job.is_cancelled)
    is_cancelled = db.session.scalar(changed, execution_options={"synchronize_session": False})
    if is_cancelled is None:
        raise LeaseIsLost
    return is_cancelled


def cancel(job: Job, actor: UUID | None) -> None:
    """A waiting job ends here; one that runs ends when it next says how far it is."""
    with unit.work(job):
        if job.state in OVER:
            raise JobIsOver(job.state)
        job.is_cancelled = True
        if job.state == JobState.WAITING:
            _end(job, JobState.CANCELLED)
        journal.write("job.cancelled", job, actor, kind=job.kind)


def retry_failed(actor: UUID | None) -> int:
    """All that were given up; says how many. Those that somebody else tries again meanwhile are theirs."""
    return sum(_is_retried(job, actor) for job in job_queries.list_failed_jobs())


def _is_retried(job: Job, actor: UUID | None) -> bool:
    try:
        retry(job, actor)
    except (JobIsNotOver, AnotherIsOpen):
        return False
    return True


def _is_another_open(job: Job) -> bool:
    of_wave = (one for one in job_queries.list_open_imports() if one.payload["wave"] == job.payload["wave"])
    return any(one.id != job.id for one in of_wave)


def retry(job: Job, actor: UUID | None) -> None:
    """A job that failed or was cancelled begins anew, with all its attempts; so does one that waits after an error.

    Raises JobIsNotOver, AnotherIsOpen.
    """
    with unit.work(job):
        if job.state not in RETRIED and not job.waits_after_error:
            raise JobIsNotOver
        if job.kind == VISIT_IMPORT and _is_another_open(job):
            raise AnotherIsOpen
        job.state, job.due_at, job.finished_at = JobState.WAITING, now(), None
        job.attempts, job.done, job.is_cancelled = 0, 0, False
        journal.write("job.retried", job, actor, kind=job.kind, error=job.error)
        job.error = ""
        unit.wake_workers_afterwards()
