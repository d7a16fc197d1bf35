"""Servers and workers that die under load, and a disk that is full: what was acknowledged is there, once, and whole.

`make test` kills 50 times on SQLite; `make soak` sets KILLS, and kills on PostgreSQL as well.
"""

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count as numbers
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from fieldstudy.extensions import db
from fieldstudy.models import Job, JobState, Medium, Photo, Submission, Visit
from tests import disk, processes, servers
from tests.journeys.field import Field, field, is_kept_once, waiting_media
from tests.phone import Phone, Reply, Sealed, until

KILLS = int(os.environ.get("KILLS", "50"))
DATABASES = ("sqlite", "postgresql") if "KILLS" in os.environ else ("sqlite",)
SENDERS, PHOTOS, VISITS_FOR_EACH_KILL = 4, 2, 20
PATIENCE_SECONDS = 3.0
BREATH_SECONDS = 0.05
"""Between two visits of one phone: the kills meet work in all its stages, and servers still come up again."""


class Senders:
    """Phones that send one visit after the other until they are told to stop; each finishes what it began."""

    def __init__(self, app: Flask, address: str, somewhere: Field) -> None:
        self.somewhere, self.numbers = somewhere, numbers()
        self.acknowledged: list[Sealed] = []
        self.refused: list[str] = []
        self.is_over = threading.Event()
        phones = [somewhere.phone(app, address, tries=600, seed=seed) for seed in range(SENDERS)]
        self.threads = [threading.Thread(target=self._send, args=(phone,), daemon=True) for phone in phones]

    def _send(self, phone: Phone) -> None:
        while not self.is_over.is_set() and (number := next(self.numbers)) < len(self.somewhere.assignments):
            sealed = self.somewhere.sealed(number, PHOTOS)
            reply = phone.send(sealed)
            if reply.status in (200, 201) and sealed.is_received(reply.receipt):
                self.acknowledged.append(sealed)
            else:
                self.refused.append(f"{reply.status} {reply.body.decode()}")
            self.is_over.wait(BREATH_SECONDS)

    @contextmanager
    def running(self) -> Iterator[None]:
        for thread in self.threads:
            thread.start()
        yield
        self.is_over.set()
        for thread in self.threads:
            thread.join(60)


def test_what_was_acknowledged_survives_fifty_kills(app: Flask) -> None:
    somewhere = field(KILLS * VISITS_FOR_EACH_KILL)
    with processes.server(app) as server, processes.worker(app) as worker:
        senders = Senders(app, server.address, somewhere)
        with senders.running():
            kill_again_and_again(server, worker, senders, random.Random(50))  # noqa: S311
        wait_for_clean_copies()
    assert senders.refused == []
    assert [thread.is_alive() for thread in senders.threads] == [False] * SENDERS
    assert len(senders.acknowledged) > SENDERS
    assert [sealed.visit for sealed in senders.acknowledged if not is_kept_once(sealed)] == []
    assert rows(Visit) == rows(Submission) == len(senders.acknowledged)
    assert rows(Photo) == rows(Medium) == PHOTOS * len(senders.acknowledged)
    assert jobs_by_state() == {JobState.DONE: PHOTOS * len(senders.acknowledged)}
    assert is_sound()


def wait_for_clean_copies() -> None:
    """Hundreds of kills leave a queue of minutes: only one that stands still is at its end."""
    while left := waiting_media():
        until(lambda left=left: waiting_media() < left, 60, "photos cleaned")  # type: ignore[misc]


def kill_again_and_again(
    server: processes.Server, worker: processes.Process, senders: Senders, chance: random.Random
) -> None:
    """Of ten kills eight hit a process that answers, one the whole server, and one the worker with its processes.

    Each waits until a visit has arrived since the one before: a slow machine would otherwise be killed while idle.
    """
    for number in range(KILLS):
        arrived, deadline = len(senders.acknowledged), time.monotonic() + PATIENCE_SECONDS
        while len(senders.acknowledged) == arrived and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 0.2))
        if number % 10 == 5:
            server.end()
            server.start()
            server.wait_until_it_answers()
        elif number % 10 == 9:
            worker.end()
            worker.start()
        else:
            server.kill_one_child(chance)


def rows(model: type[db.Model]) -> int:  # type: ignore[name-defined]
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(model)) or 0


def jobs_by_state() -> dict[JobState, int]:
    counted = db.session.execute(db.select(Job.state, db.func.count()).group_by(Job.state)).all()
    return dict(counted)  # type: ignore[arg-type]


def is_sound() -> bool:
    if db.engine.dialect.name != "sqlite":
        return True
    return db.session.scalar(text("PRAGMA integrity_check")) == "ok"


def test_a_full_disk_is_said_and_keeps_nothing_half(app: Flask) -> None:
    somewhere = field(40)
    queue = [somewhere.sealed(number) for number in range(40)]
    with servers.serve(app) as address:
        phone = somewhere.phone(app, address)
        phone.session()
        phone.tries = 1
        with disk.full():
            refused = [visit for visit in queue if put_once(phone, visit).status == 503]
        assert refused
        assert [rows_of(visit) for visit in refused] == [(0, 0)] * len(refused)
        phone.tries = 60
        assert [phone.send(visit).status for visit in refused] == [201] * len(refused)
    assert [is_kept_once(visit) for visit in queue] == [True] * 40


def put_once(phone: Phone, sealed: Sealed) -> Reply:
    headers = {"Content-Type": "application/json", "Upload-Sha256": sealed.sha256, "X-CSRFToken": phone.token}
    reply = phone.once("PUT", f"/api/v1/visits/{sealed.visit}", sealed.body, headers)
    assert reply is not None
    return reply


def rows_of(sealed: Sealed) -> tuple[int, int]:
    """Submissions and visits; another connection looks."""
    db.session.rollback()
    visit = UUID(sealed.visit)
    found = [db.select(Submission.id).where(Submission.visit_id == visit), db.select(Visit.id).where(Visit.id == visit)]
    submissions, visits = (len(db.session.scalars(query).all()) for query in found)
    return submissions, visits
