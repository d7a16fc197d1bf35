"""What a person sends comes slowly; meanwhile they are erased, or shut out: nothing of it is kept."""

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Conflict, Draft, Medium, Quarantined, Submission, User
from fieldstudy.models.columns import new_id
from fieldstudy.services import erasure, media, sessions, unit
from tests import factories as make
from tests.web.door import OURS, scene

DATABASES = ("sqlite", "postgresql")
CANARY = b"Zaffiro Canarino"


class SlowBody(io.RawIOBase):
    """Something happens before its last byte is read."""

    def __init__(self, content: bytes, act: Callable[[], None]) -> None:
        self.content, self.place, self.acts = content, 0, [act]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        last = len(self.content) - 1
        while self.place >= last and self.acts:
            self.acts.pop()()
        end = last if self.place < last else len(self.content)
        piece = self.content[self.place : min(end, self.place + len(buffer))]
        buffer[: len(piece)] = piece
        self.place += len(piece)
        return len(piece)


def erasing(app: Flask, user: User) -> Callable[[], None]:
    user_id = user.id

    def erase() -> None:
        with app.app_context():
            erasure.erase_person(db.session.get_one(User, user_id))

    return erase


def send(client: FlaskClient, method: str, path: str, body: SlowBody, **options: Any) -> int:
    environ = {"wsgi.input": body, "CONTENT_LENGTH": str(len(body.content))}
    answer = client.open(path, method=method, environ_overrides=environ, **options)
    db.session.rollback()
    return answer.status_code


def count(*tables: type) -> int:
    db.session.rollback()
    return sum(db.session.scalar(db.select(db.func.count()).select_from(table)) or 0 for table in tables)


@pytest.mark.parametrize("path", ["visits", "drafts"])
def test_a_visit_that_was_on_its_way_is_not_kept(app: Flask, sign_in: Any, path: str) -> None:
    world = scene()
    client, visit = sign_in(world.person), new_id()
    content = b'{"visit": "%s", "note": "%s"}' % (str(visit).encode(), CANARY)
    headers = {**OURS, "Upload-Sha256": hashlib.sha256(content).hexdigest()}
    body = SlowBody(content, erasing(app, world.person))
    status = send(client, "PUT", f"/api/v1/{path}/{visit}", body, headers=headers, content_type="application/json")
    assert (status, count(Quarantined, Draft, Submission, Conflict)) == (401, 0)


def test_a_photo_that_was_on_its_way_is_not_kept(app: Flask, sign_in: Any) -> None:
    world = scene()
    client, medium, content = sign_in(world.person), new_id(), make.picture_bytes()
    folder = app.extensions["fieldstudy"].data / "inbox" / str(world.person.id)
    size, half = len(content), len(content) // 2

    def piece(start: int, end: int, body: SlowBody) -> int:
        told = {
            "Content-Range": f"bytes {start}-{end - 1}/{size}",
            "Upload-Sha256": hashlib.sha256(content).hexdigest(),
        }
        kind = "application/octet-stream"
        return send(client, "PUT", f"/api/v1/media/{medium}", body, headers={**OURS, **told}, content_type=kind)

    assert piece(0, half, SlowBody(content[:half], lambda: None)) == 200
    assert piece(half, size, SlowBody(content[half:], erasing(app, world.person))) == 401
    assert (count(Medium), folder.exists()) == (0, False)
    assert piece(0, size, SlowBody(content, lambda: None)) == 401


def deactivating(app: Flask, user: User) -> Callable[[], None]:
    user_id = user.id

    def deactivate() -> None:
        with app.app_context(), unit.work():
            db.session.get_one(User, user_id).is_active = False

    return deactivate


def signing_out(app: Flask, user: User) -> Callable[[], None]:
    user_id = user.id

    def sign_out() -> None:
        with app.app_context():
            sessions.sign_out_everywhere(user_id)

    return sign_out


@pytest.mark.parametrize("ending", [deactivating, signing_out])
@pytest.mark.parametrize("kept", [0, 1_000])
def test_a_piece_of_somebody_shut_out_while_it_came_is_not_kept(
    app: Flask, sign_in: Any, ending: Callable[..., Callable[[], None]], kept: int
) -> None:
    """What had come before stays as it was: it is no photo, and whoever comes back may go on."""
    world = scene()
    client, medium, content = sign_in(world.person), new_id(), make.picture_bytes()
    user_id, size = world.person.id, len(content)

    def piece(start: int, end: int, act: Callable[[], None]) -> int:
        told = {
            "Content-Range": f"bytes {start}-{end - 1}/{size}",
            "Upload-Sha256": hashlib.sha256(content).hexdigest(),
        }
        body, kind = SlowBody(content[start:end], act), "application/octet-stream"
        return send(client, "PUT", f"/api/v1/media/{medium}", body, headers={**OURS, **told}, content_type=kind)

    if kept:
        assert piece(0, kept, lambda: None) == 200
    assert piece(kept, size, ending(app, world.person)) == 401
    assert (count(Medium), media.look(user_id, medium).offset) == (0, kept)


def test_a_form_that_was_on_its_way_changes_nothing(app: Flask, sign_in: Any) -> None:
    user = make.user(Role.COORDINATOR, make.client(), "boss@example.org")
    client, body = sign_in(user), SlowBody(b"name=Zaffiro+Canarino", erasing(app, user))
    db.session.rollback()
    status = send(client, "POST", "/account/profile", body, content_type="application/x-www-form-urlencoded")
    db.session.refresh(user)
    assert (status, user.name, user.is_active) == (400, "", False)
