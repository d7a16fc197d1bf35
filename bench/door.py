"""The door for phones under load: visits of 40 questions, without and with a photo, at 1, 8 and 32 phones."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from types import SimpleNamespace

from flask import Flask
from sqlalchemy import select

from bench import load, world
from bench.load import Letter, Load, Server
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Store
from fieldstudy.models.columns import now
from fieldstudy.services import assignments, studies
from fieldstudy.services.assignments import Task
from tests import factories as make
from tests import phone, processes
from tests.phone import Phone, Snapshot

CLIENTS = (1, 8, 32)
COUNTS = {1: 200, 8: 800, 32: 800}
"""Visits for each server at so many clients; a quarter of them with a photo."""
PHOTO_BYTES = 300_000
QUESTION = "q0_2"
GOAL, RATE_GOAL = ">= 0.57", ">= 0.57, 300/s"


@dataclass(frozen=True)
class Memory:
    """Resident megabytes of all processes of our server, before and after a load."""

    name: str
    before_mb: float
    after_mb: float


def measure(app: Flask) -> tuple[list[Load], list[Memory]]:
    desk = PostOffice(app)
    loads, memories = [], []
    with _servers(app) as (ours, floor):
        desk.sign_in(ours.address)
        load.send(ours, desk.letters(40, False), 8)
        for has_photo in (False, True):
            before = ours.rss_mb()
            loads += [_compare(ours, floor, desk, clients, has_photo) for clients in CLIENTS]
            memories.append(Memory("with a photo" if has_photo else "without a photo", before, ours.rss_mb()))
    return loads, memories


def _compare(ours: Server, floor: Server, desk: "PostOffice", clients: int, has_photo: bool) -> Load:
    name = "visit and a photo of 300 KB" if has_photo else "visit of 40 questions"
    goal = "" if has_photo else RATE_GOAL if clients > 1 else GOAL
    count = COUNTS[clients] // (4 if has_photo else 1)
    return load.compare(name, goal, clients, ours, floor, lambda n: desk.letters(n, has_photo), count)


@contextmanager
def _servers(app: Flask) -> Iterator[tuple[Server, Server]]:
    with tempfile.TemporaryDirectory(prefix="fieldstudy-floor-") as folder:
        bare = {**processes.environment(app), "FLOOR_DATA": folder}
        with (
            load.gunicorn("wsgi:app", processes.environment(app)) as ours,
            load.gunicorn("bench.load_floor:from_environment()", bare) as floor,
        ):
            yield ours, floor


class PostOffice:
    """Makes letters: sealed visits of different shoppers and stores, with the headers that a phone sends."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        study = make.study()
        self.version = make.version(study, world.checklist())
        self.people = [make.user(Role.SHOPPER, study.client) for _ in range(max(CLIENTS))]
        self.waiting = cycle(self._assignments(study, -(-self._needed() // len(self.people))))
        self.headers: dict[object, dict[str, str]] = {}
        self.raws = [world.raw(seed) for seed in range(20)]

    def _needed(self) -> int:
        return 100 + 2 * sum(COUNTS.values())

    def _assignments(self, study: object, stores: int) -> list[tuple[object, Assignment]]:
        """Of every person in turn, so that neighbours in the queue are of different people."""
        wave = make.wave(study, starts_on=now().date() - timedelta(days=1))  # type: ignore[arg-type]
        places = _stores(study, stores)
        task = Task(Method.MYSTERY_SHOPPING, "shop", wave.starts_on, wave.ends_on)
        made, _ = assignments.assign(wave, self.people, places, task)
        by_place = sorted(made, key=lambda row: str(row.store_id))
        return [(row.fieldworker.user_id, row) for row in by_place]

    def sign_in(self, address: str) -> None:
        for person in self.people:
            phone_ = Phone(address, phone.cookie_of(self.app, person))
            token = phone_.session()["token"]
            cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in phone_.cookies.items())
            self.headers[person.id] = {"Cookie": cookies, "X-CSRFToken": token, "Sec-Fetch-Site": "same-origin"}

    def letters(self, count: int, has_photo: bool) -> list[Letter]:
        return [
            self._letter(person, assignment, number, has_photo)
            for number, (person, assignment) in enumerate(islice(self.waiting, count))
        ]

    def _letter(self, person: object, assignment: Assignment, number: int, has_photo: bool) -> Letter:
        # What the bytes are does not matter here: nobody opens the picture at the door.
        photos = [Snapshot(QUESTION, secrets.token_bytes(PHOTO_BYTES))] if has_photo else []
        raw = self.raws[number % len(self.raws)]
        sealed = phone.seal(assignment.id, self.version.id, raw, photos)
        typed = {**self.headers[person], "Content-Type": "application/json", "Sent-At": phone.iso(now())}
        sent = {**typed, "Upload-Sha256": sealed.sha256}
        visit = load.request("PUT", f"/api/v1/visits/{sealed.visit}", sealed.body, sent)
        pieces = [piece for photo in photos for piece in self._pieces(person, photo)]
        return Letter((*pieces, visit))

    def _pieces(self, person: object, photo: Snapshot) -> Iterator[bytes]:
        for start in range(0, len(photo.content), phone.PIECE_BYTES):
            piece = photo.content[start : start + phone.PIECE_BYTES]
            place = f"bytes {start}-{start + len(piece) - 1}/{len(photo.content)}"
            described = {"Content-Range": place, "Upload-Sha256": photo.sha256}
            typed = {**self.headers[person], "Content-Type": "application/octet-stream", **described}
            yield load.request("PUT", f"/api/v1/media/{photo.id}", piece, typed)


def _stores(study: object, count: int) -> list[Store]:
    place = {"city": "Verona", "region": "Veneto", "address": "", "latitude": None, "longitude": None}
    rows = [{"code": f"L{n}", "name": f"Store {n}", "timezone": "Europe/Rome", **place} for n in range(count)]
    studies.import_stores(study, [SimpleNamespace(**row) for row in rows])  # type: ignore[arg-type]
    of_study = select(Store).where(Store.client_id == study.client_id)  # type: ignore[attr-defined]
    return list(db.session.scalars(of_study.order_by(Store.code)))


def table(loads: list[Load], memories: list[Memory]) -> str:
    lines = [load.table(loads)]
    lines += [f"{m.name}: resident memory {m.before_mb:.0f} MB before, {m.after_mb:.0f} MB after" for m in memories]
    lines += [f"first error, {one.name}: {one.ours.first_error}" for one in loads if one.ours.errors]
    return "\n".join(lines)
