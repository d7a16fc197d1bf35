"""The worker. Huey runs its processes and wakes them; what is to be done, and what is done, the rows of jobs say."""

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import OperationalError

from fieldstudy.config import Config
from fieldstudy.extensions import db
from fieldstudy.jobs.kinds import KINDS
from fieldstudy.services import health, import_jobs, jobs, temporary_files
from fieldstudy.services.jobs import Lease

if TYPE_CHECKING:
    from fieldstudy.jobs.queue import Queue

log = logging.getLogger("fieldstudy.jobs")


def install(app: Flask) -> None:
    workshop = Workshop(app)
    app.extensions["workshop"] = workshop
    app.extensions["wake"] = workshop.wake


class Workshop:
    """What one application knows of its workers: how to wake them, and how to be one."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._config: Config = app.extensions["fieldstudy"]

    @cached_property
    def _queue(self) -> "Queue":
        from fieldstudy.jobs import queue  # noqa: PLC0415 Huey loads the clients of Redis and PostgreSQL: 0.1 s

        return queue.Queue(self._config, self._work)

    def wake(self) -> None:
        """Never fails: the job's row is committed already, and workers look by themselves as well."""
        try:
            self._queue.call()
        except Exception as error:
            log.warning("workers cannot be woken, but look by themselves: %s", error)

    def work(self) -> bool:
        """Do the one job that is due the longest; False when there is none."""
        with self._app.app_context(), _interrupt(signal.SIG_BLOCK):
            lease = jobs.take(self._config.lease_seconds)
            if lease is not None:
                _do(lease)
        return lease is not None

    def carry_out(self, job_id: UUID, tell: Callable[[int, int], None]) -> bool:
        """Do this job, for somebody who waits for it; False while nobody needs to, or somebody else does."""
        with self._app.app_context(), _interrupt(signal.SIG_BLOCK):
            lease = jobs.take_one(job_id, self._config.lease_seconds)
            if lease is not None:
                _do(replace(lease, tell=tell))
        return lease is not None

    def _work(self) -> None:
        # One job for each call, so that a worker that is told to end has one job to finish at most.
        try:
            if self.work():
                self.wake()
        except OperationalError as error:
            log.warning("the database answers: %s", str(error.orig).splitlines()[0])

    def run(self, processes: int, leader: int = 0) -> None:
        """Be the worker, until a signal comes or until the process `leader` is gone."""
        self._queue.run(processes, leader, self._sweep)

    def _sweep(self) -> None:
        try:
            health.beat(self._config.data)
            temporary_files.sweep(self._config.data)
            import_jobs.sweep(self._config.data)
        except OSError as error:
            log.warning("the worker cannot say that it is alive: %s", error)
        self.wake()


def _do(lease: Lease) -> None:
    try:
        _try(lease)
    except jobs.LeaseIsLost:
        log.warning("job %s (%s) is in other hands: its lease ran out", lease.job_id, lease.kind)


def _try(lease: Lease) -> None:
    try:
        with _interrupt(signal.SIG_UNBLOCK):
            KINDS[lease.kind](lease)
    except jobs.LeaseIsLost:
        raise
    except jobs.JobIsCancelled:
        jobs.stop(lease)
    except jobs.JobIsRefused as refused:
        db.session.rollback()
        jobs.refuse(lease, str(refused))
    except Exception as error:
        log.exception("job %s (%s) failed at attempt %s", lease.job_id, lease.kind, lease.attempt)
        db.session.rollback()
        jobs.fail(lease, f"{type(error).__name__}: {error}")
    except BaseException:
        db.session.rollback()
        jobs.give_back(lease)
        raise
    else:
        jobs.finish(lease)


@contextmanager
def _interrupt(how: int) -> Iterator[None]:
    """Ctrl-C waits while a job changes hands: between taking it and doing it nobody would give it back."""
    before = signal.pthread_sigmask(how, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
