"""The worker as it runs in life: processes of its own, both queues, both databases, and SIGKILL."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from fieldstudy.extensions import db
from fieldstudy.jobs import Workshop
from fieldstudy.models import Job, JobState, Photo
from tests import factories as make
from tests import servers
from tests.inbox import large_picture, send
from tests.workers import started, until


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    with servers.redis_url() as url:
        yield url


@pytest.fixture(params=["file", "redis"])
def queue(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    """REDIS_URL of a worker, or nothing; the application calls on the same queue."""
    url = request.getfixturevalue("redis") if request.param == "redis" else ""
    config, wake = app.extensions["fieldstudy"], app.extensions["wake"]
    app.extensions["fieldstudy"] = replace(config, redis_url=url)
    app.extensions["wake"] = Workshop(app).wake
    yield url
    app.extensions["fieldstudy"], app.extensions["wake"] = config, wake


def job_is(state: JobState) -> bool:
    db.session.rollback()
    return db.session.scalar(db.select(Job.state).order_by(Job.id.desc()).limit(1)) == state


def count_photos() -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(Photo)) or 0


def test_a_worker_does_what_a_page_left(app: Flask, queue: str) -> None:
    with started(app, queue):
        send(make.received(), make.picture_bytes())
        until(lambda: job_is(JobState.DONE), app)
    assert count_photos() == 1


def test_a_job_for_which_nobody_called_is_found(app: Flask, queue: str) -> None:
    """Huey's queue forgets a task when it hands it out: the row must not depend on it."""
    app.extensions["wake"] = lambda: None
    send(make.received(), make.picture_bytes())
    with started(app, queue):
        until(lambda: job_is(JobState.DONE), app)


def test_what_a_killed_worker_had_in_hand_is_done_by_another(app: Flask) -> None:
    with started(app) as worker:
        send(make.received(), large_picture())
        until(lambda: job_is(JobState.RUNNING), app)
        os.killpg(worker.pid, signal.SIGKILL)
    assert (job_is(JobState.RUNNING), count_photos()) == (True, 0)
    with started(app):
        until(lambda: job_is(JobState.DONE), app)
    assert (count_photos(), db.session.scalar(db.select(Job.attempts > 1))) == (1, True)
