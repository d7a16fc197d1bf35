"""Bodies that nobody sends by mistake: whatever they hold, the door answers that it is the sender's fault."""

import hashlib
import json
import os
import random
from collections import Counter
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.core.access import Role
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import passwords
from fieldstudy.web import throttles
from tests import factories as make
from tests import phone
from tests.mutations import DEEP, mutated
from tests.web.door import OURS, Scene, scene

DATABASES = ("sqlite", "postgresql")
BODIES = int(os.environ.get("BODIES", "400"))
SEED = 9
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
    if door == "session":
        return ask(client, "POST", "session", body)
    if door != "media":
        return ask(client, "PUT", f"{door}/{new_id()}", body)
    size = len(body)
    first, last, whole = (chance.choice([0, 1, size - 1, size, -1, 10**12, 10**30]) for _ in range(3))
    extent = chance.choice([f"bytes 0-{size - 1}/{size}", f"bytes {first}-{last}/{whole}", "", "bytes */*", "\xb2"])
    told = {**OURS, "Content-Range": extent, "Upload-Sha256": chance.choice([hashlib.sha256(body).hexdigest(), "x"])}
    address = f"/api/v1/media/{new_id()}"
    return client.put(address, data=body, headers=told, content_type="application/octet-stream")
