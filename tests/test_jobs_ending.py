"""How a worker ends: by signals, with whoever it belongs to, and never leaving processes behind."""

import os
import signal
import subprocess

import pytest
from flask import Flask

from fieldstudy.extensions import db
from fieldstudy.jobs.kinds import KINDS
from fieldstudy.models import Job, JobState
from fieldstudy.services import jobs
from tests import factories as make
from tests.inbox import large_picture, send
from tests.workers import processes, started, until

DATABASES = ("sqlite",)


def job_is(state: JobState) -> bool:
    db.session.rollback()
    return db.session.scalar(db.select(Job.state)) == state


def test_told_to_end_it_finishes_the_job_in_hand(app: Flask) -> None:
    with started(app) as worker:
        send(make.received(), large_picture())
        until(lambda: job_is(JobState.RUNNING), app)
        worker.send_signal(signal.SIGTERM)
        worker.wait(30)
    assert (worker.returncode, job_is(JobState.DONE), processes(worker.pid)) == (0, True, [])


def test_interrupted_it_gives_the_job_back(app: Flask) -> None:
    with started(app) as worker:
        send(make.received(), large_picture())
        until(lambda: job_is(JobState.RUNNING), app)
        os.killpg(worker.pid, signal.SIGINT)
        worker.wait(30)
    assert (worker.returncode, job_is(JobState.WAITING), processes(worker.pid)) == (0, True, [])


def interrupt(*_given: object) -> None:
    signal.raise_signal(signal.SIGINT)


def test_interrupted_between_taking_a_job_and_doing_it_it_gives_it_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(make.received(), make.picture_bytes())
    take = jobs.take
    monkeypatch.setattr(jobs, "take", lambda seconds: (take(seconds), interrupt())[0])
    with pytest.raises(KeyboardInterrupt):
        app.extensions["workshop"].work()
    assert job_is(JobState.WAITING)


def test_interrupted_again_while_it_gives_a_job_back_it_still_does(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    send(make.received(), make.picture_bytes())
    give_back = jobs.give_back
    monkeypatch.setattr(jobs, "give_back", lambda lease: (interrupt(), give_back(lease)))
    monkeypatch.setitem(KINDS, "picture", interrupt)
    with pytest.raises(KeyboardInterrupt):
        app.extensions["workshop"].work()
    assert job_is(JobState.WAITING)


def test_its_processes_do_not_outlive_it(app: Flask) -> None:
    with started(app) as worker:
        until(lambda: len(processes(worker.pid)) == 4, app)
        worker.kill()
        until(lambda: not processes(worker.pid), app)


def test_it_ends_with_its_leader(app: Flask) -> None:
    leader = subprocess.Popen(["sleep", "60"])
    with started(app, "", "--leader", str(leader.pid)) as worker:
        until(lambda: len(processes(worker.pid)) == 4, app)
        leader.kill()
        leader.wait()
        until(lambda: not processes(worker.pid), app)
    assert worker.returncode == 0


def test_a_process_that_dies_is_replaced(app: Flask) -> None:
    with started(app) as worker:
        until(lambda: len(processes(worker.pid)) == 4, app)
        before = set(processes(worker.pid))
        for child in before - {worker.pid}:
            os.kill(child, signal.SIGKILL)
        until(lambda: len(set(processes(worker.pid)) - before) == 3, app)
        send(make.received(), make.picture_bytes())
        until(lambda: job_is(JobState.DONE), app)
