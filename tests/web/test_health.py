"""What a monitor sees: whether the process answers, and whether all that it needs is there."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade, upgrade

from fieldstudy.app import create_app
from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import User
from fieldstudy.models.columns import now
from fieldstudy.services import health, jobs, unit
from tests import factories as make
from tests.workers import started, until

NAMES = {"database", "schema", "disk", "worker", "queue"}


@pytest.fixture
def data(app: Flask) -> Path:
    """The data folder, with a worker that has just given a sign of life."""
    folder: Path = app.extensions["fieldstudy"].data
    health.beat(folder)
    return folder


def ask(client: FlaskClient) -> tuple[int, set[str]]:
    """The status, and the names of the checks that failed."""
    answer = client.get("/readyz")
    checks: dict[str, Any] = answer.json["checks"]
    assert set(checks) == NAMES
    assert answer.json["status"] == ("ok" if answer.status_code == 200 else "failing")
    return answer.status_code, {name for name, check in checks.items() if check["status"] != "ok"}


def test_all_is_well(data: Path, client: FlaskClient) -> None:
    assert ask(client) == (200, set())
    answer = client.get("/readyz")
    assert (answer.headers["Cache-Control"], "Set-Cookie" in answer.headers) == ("no-store", False)


def test_being_alive_asks_no_database(app: Flask, sign_in: Callable[[User], FlaskClient]) -> None:
    client = sign_in(make.user(Role.ADMIN))
    statements: list[str] = []
    listen = lambda *given: statements.append(given[2])  # noqa: E731 to be taken off again
    sqlalchemy.event.listen(db.engine, "before_cursor_execute", listen)
    answer = client.get("/healthz")
    sqlalchemy.event.remove(db.engine, "before_cursor_execute", listen)
    assert (answer.status_code, answer.json, statements) == (200, {"status": "ok"}, [])


def test_an_old_schema_is_not_ready(data: Path, client: FlaskClient) -> None:
    db.session.remove()
    downgrade(revision="0001")
    # The first version knows no jobs.
    assert ask(client) == (503, {"schema", "queue"})
    upgrade()
    assert ask(client) == (200, set())


def test_without_a_database_it_lives_and_is_not_ready(tmp_path: Path, app: Flask) -> None:
    config = replace(app.extensions["fieldstudy"], data=tmp_path, database_url=f"sqlite:///{tmp_path / 'no' / 'x'}")
    health.beat(tmp_path)
    client = create_app(config, testing=True).test_client()
    assert client.get("/healthz").status_code == 200
    assert ask(client) == (503, {"database", "schema", "queue"})


def test_a_database_that_cannot_be_written_is_not_ready(app: Flask, data: Path, client: FlaskClient) -> None:
    """Somebody else holds what would be written, for longer than any unit of work."""
    with db.engine.connect().execution_options(writes=True) as other:
        other.execute(sqlalchemy.text("UPDATE alembic_version SET version_num = version_num"))
        begun = time.monotonic()
        assert ask(client) == (503, {"database"})
        assert time.monotonic() - begun < 5
    assert ask(client) == (200, set())


def test_a_full_disk_is_not_ready(data: Path, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, answer in ((500 * 2**20, (200, set())), (500 * 2**20 - 1, (503, {"disk"}))):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        assert ask(client) == answer


def test_a_silent_worker_is_not_ready(data: Path, client: FlaskClient) -> None:
    at = time.time() - 40
    os.utime(data / health.HEARTBEAT, (at, at))
    assert ask(client) == (503, {"worker"})
    assert 40 <= client.get("/readyz").json["checks"]["worker"]["seconds"] < 60
    (data / health.HEARTBEAT).unlink()
    assert ask(client) == (503, {"worker"})


def test_a_queue_that_stands_still_is_not_ready(data: Path, client: FlaskClient) -> None:
    with unit.work():
        jobs.add("picture", {}, due_at=now() - timedelta(minutes=59))
    assert ask(client) == (200, set())
    with unit.work():
        jobs.add("picture", {}, due_at=now() - timedelta(minutes=61))
    assert ask(client) == (503, {"queue"})
    assert 3660 <= client.get("/readyz").json["checks"]["queue"]["seconds"] < 3700


def test_the_worker_gives_signs_of_life(app: Flask, data: Path, client: FlaskClient) -> None:
    (data / health.HEARTBEAT).unlink()
    with started(app, ""):
        until(lambda: ask(client) == (200, set()), app)
