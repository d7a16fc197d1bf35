"""What cannot be done: said in words, kept, and begun anew when somebody says so."""

from dataclasses import replace

import pytest
from click.testing import CliRunner
from flask import Flask

from fieldstudy.cli import main
from fieldstudy.extensions import db
from fieldstudy.jobs import Workshop
from fieldstudy.models import Job, JobState
from fieldstudy.models.columns import now
from fieldstudy.services import jobs, unit

DATABASES = ("sqlite",)


@pytest.fixture
def given_up(app: Flask) -> Job:
    """A job of a kind that nobody knows, after its five attempts."""
    with unit.work():
        job = jobs.add("unheard_of", {})
    for _ in range(jobs.ATTEMPTS):
        with unit.work(job):
            job.due_at = now()
        app.extensions["workshop"].work()
    return job


def said(app: Flask, *words: str) -> str:
    result = CliRunner().invoke(main, ["jobs", *words], obj=lambda: app)
    assert result.exit_code == 0, result.output
    return result.output


def test_given_up_jobs_are_listed_with_their_error(app: Flask, given_up: Job) -> None:
    listed = said(app)
    assert (str(given_up.id) in listed, "KeyError: 'unheard_of'" in listed) == (True, True)


def test_retried_jobs_wait_again(app: Flask, given_up: Job) -> None:
    said(app, "--retry")
    assert (said(app), db.session.scalar(db.select(Job.state))) == ("", JobState.WAITING)


def test_a_queue_that_is_away_stops_nobody(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, redis_url="unix:///nowhere/at/all")
    away = Workshop(app)
    app.extensions["fieldstudy"] = config
    away.wake()
    assert "workers cannot be woken, but look by themselves" in caplog.text
