"""Bodies that nobody sends by mistake: whatever they hold, the door answers that it is the sender's fault."""

import hashlib
import json
import os
import random
import time
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.core.access import Role
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import passwords
from fieldstudy.web import throttles
from tests import factories as make
from tests import honest, phone, processes
from tests.mutations import DEEP, mutated
from tests.web.door import OURS, Scene, scene

DATABASES = ("sqlite", "postgresql")
BODIES, BODIES_SERVED = (int(os.environ.get("BODIES", few)) for few in ("400", "100"))
SEED, SENDERS, SLOWEST_SECONDS = 9, 2, 20
NESTED = b"[" * 15_000
NOT_JSON = [NESTED, b"[" * DEEP + b"]" * DEEP, b"[" * 33 + b"]" * 33, b"", b"{", b"\xff", b'{"a": NaN}', b"9" * 5_000]


def ask(client: FlaskClient, method: str, address: str, body: bytes, kind: str = "application/json") -> TestResponse:
    told = {**OURS, "Upload-Sha256": hashlib.sha256(body).hexdigest()}
    return client.open(f"/api/v1/{address}", method=method, data=body, headers=told, content_type=kind)


@pytest.mark.parametrize("body", NOT_JSON, ids=range(len(NOT_JSON)))
def test_a_stranger_s_body_that_is_no_json_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = ask(client, "POST", "session", body)
    assert (answer.status_code, answer.json) == (400, {"error": "not_json"})


@pytest.mark.parametrize("body", NOT_JSON, ids=range(len(NOT_JSON)))
@pytest.mark.parametrize("door", ["session", "drafts", "visits"])
def test_a_body_that_is_no_json_is_refused_everywhere(sign_in: Any, door: str, body: bytes) -> None:
    client = sign_in(make.user(Role.SHOPPER))
    method, address = ("POST", door) if door == "session" else ("PUT", f"{door}/{new_id()}")
    answer = ask(client, method, address, body)
    assert (answer.status_code, answer.json) == (400, {"error": "not_json"})


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"{}", b'{"email": "\\ud800", "password": "\\u0000"}'])
def test_json_that_names_nobody_signs_nobody_in(client: FlaskClient, body: bytes) -> None:
    assert ask(client, "POST", "session", body).status_code == 401


def test_a_stranger_s_body_is_bounded_before_it_is_read(client: FlaskClient) -> None:
    answer = ask(client, "POST", "session", b'{"email": "' + b"x" * 16 * 1024 + b'"}')
    assert (answer.status_code, answer.json) == (413, {"error": "too_large"})


@pytest.mark.parametrize(("charset", "status"), [("utf-8", 401), ("UTF-8", 401), ("utf-7", 415), ("utf-16", 415)])
def test_json_is_utf_8(client: FlaskClient, charset: str, status: int) -> None:
    kind = f"application/json; charset={charset}"
    assert ask(client, "POST", "session", b"{}", kind).status_code == status


def test_an_origin_that_is_no_address_is_foreign(client: FlaskClient) -> None:
    answer = client.post("/api/v1/session", json={}, headers={"Origin": "http://[x"})
    assert (answer.status_code, answer.json) == (403, {"error": "foreign_page"})


def good_bodies(world: Scene) -> dict[str, dict[str, Any]]:
    started_at = phone.iso(now())
    ids = {"assignment": str(world.assignment.id), "version": str(world.version.id), "started_at": started_at}
    content = {"jottings": [{"text": "x"}], "photos": [{"id": str(new_id()), "question": "window"}]}
    told = {"device": "one", "stamp": 5, "revision": 1, "raw": {"q-greeted": ["yes"]}, "seen": {"two": 3}}
    return {
        "session": {"email": world.person.email, "password": make.PASSWORD, "user": str(world.person.id)},
        "drafts": {**ids, **told, "content": content},
        "visits": json.loads(world.seal(photos=[phone.Snapshot("window", b"bytes")]).body),
        "media": {"bytes": 1},
    }


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what slows a person down who guesses."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr(passwords, "_nobody", lambda: passwords.hashed("nobody"))
    monkeypatch.setattr(throttles, "spend", lambda *shares: None)


@pytest.mark.parametrize("is_signed_in", [False, True], ids=["stranger", "fieldworker"])
def test_no_mutated_body_is_our_fault(client: FlaskClient, sign_in: Any, quick: None, is_signed_in: bool) -> None:
    """At every door, a quarter of them each; more: make fuzz BODIES=5000."""
    world = scene()
    chance = random.Random(SEED)  # noqa: S311 nothing secret
    statuses: Counter[int] = Counter()
    for door, good in good_bodies(world).items():
        for body in mutated(good, BODIES // 8, SEED):
            if is_signed_in:
                sign_in(world.person)
            statuses[send(client, door, body, chance).status_code] += 1
    assert sum(statuses.values()) == BODIES // 8 * 4
    assert {status: count for status, count in statuses.items() if status >= 500} == {}


def send(client: FlaskClient, door: str, body: bytes, chance: random.Random) -> TestResponse:
    method, address, told = asked(door, body, chance)
    return client.open(address, method=method, data=body, headers={**OURS, **told})


def asked(door: str, body: bytes, chance: random.Random) -> tuple[str, str, dict[str, str]]:
    """Method, address and headers."""
    told = {"Upload-Sha256": hashlib.sha256(body).hexdigest(), "Content-Type": "application/json"}
    if door == "session":
        return "POST", "/api/v1/session", told
    if door == "media":
        told |= _piece(body, chance)
    return "PUT", f"/api/v1/{door}/{new_id()}", told


def _piece(body: bytes, chance: random.Random) -> dict[str, str]:
    size = len(body)
    first, last, whole = (chance.choice([0, 1, size - 1, size, -1, 10**12, 10**30]) for _ in range(3))
    extent = chance.choice([f"bytes 0-{size - 1}/{size}", f"bytes {first}-{last}/{whole}", "", "bytes */*", "\xb2"])
    sha256 = chance.choice([hashlib.sha256(body).hexdigest(), "x"])
    return {"Content-Type": "application/octet-stream", "Content-Range": extent, "Upload-Sha256": sha256}


# The server as it runs in life: several people send at the same time, each from a network of their own.


def test_nobody_waits_for_mutated_bodies(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    world, others = scene(), [make.user(Role.SHOPPER) for _ in range(SENDERS)]
    cookies = [phone.cookie_of(app, person) for person in others]
    found: deque[tuple[str, bytes]] = deque()
    for door, good in good_bodies(world).items():
        found.extend((door, body) for body in mutated(good, BODIES_SERVED // 4, SEED))
    random.Random(SEED).shuffle(found)  # noqa: S311 nothing secret
    replies: list[tuple[int, float]] = []
    with (
        processes.server(app, TRUSTED_PROXIES="1") as server,
        honest.beside(server.address, app, world.person, world.assignment, world.version) as waits,
        ThreadPoolExecutor(SENDERS) as pool,
    ):
        list(pool.map(partial(_send_all, server.address, found, replies), range(SENDERS), cookies))
    statuses, slowest = Counter(status for status, _ in replies), max(seconds for _, seconds in replies)
    with capsys.disabled():
        print(f"\n{len(replies)} bodies: {dict(statuses)}, slowest {slowest:.2f} s\n{waits}")
    assert {status: count for status, count in statuses.items() if status >= 500} == {}
    assert (len(replies), slowest < SLOWEST_SECONDS) == (BODIES_SERVED // 4 * 4, True)
    honest.check(waits, is_whole="BODIES" in os.environ)


def _send_all(
    address: str, found: deque[tuple[str, bytes]], replies: list[tuple[int, float]], number: int, cookie: str
) -> None:
    """Every second body as a stranger; one of a network may not ask for a session as often as this."""
    chance = random.Random(number)  # noqa: S311 nothing secret
    person, stranger = phone.Phone(address, cookie, tries=1), phone.Phone(address, tries=1)
    person.session()
    while found:
        door, body = found.pop()
        method, path, told = asked(door, body, chance)
        told["X-Forwarded-For"] = f"10.{number}.{len(found) // 250}.{len(found) % 250}"
        begun = time.monotonic()
        reply = chance.choice([person, stranger]).once(method, path, body, told)
        replies.append((reply.status if reply is not None else 599, time.monotonic() - begun))
