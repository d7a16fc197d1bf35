"""The file of a phone that could not send."""

import base64
import io
import json
from collections.abc import Callable

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.extensions import db
from fieldstudy.models import Medium, Quarantined, Submission, User
from tests.phone import Sealed, Snapshot
from tests.web.door import scene

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
PHOTO = Snapshot("window", b"a photo")


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(table)) or 0


def file_of(*visits: Sealed, photos: tuple[Snapshot, ...] = ()) -> bytes:
    content = {
        "format": "fieldstudy-saved-1",
        "visits": [{"body": v.body.decode(), "sha256": v.sha256} for v in visits],
        "media": [{"id": p.id, "sha256": p.sha256, "base64": base64.b64encode(p.content).decode()} for p in photos],
    }
    return json.dumps(content).encode()


def hand_in(client: FlaskClient, content: bytes) -> TestResponse:
    return client.post("/field/saved-file", data={"file": (io.BytesIO(content), "x.fieldstudy.json")})


def test_a_saved_file_is_taken_in(sign_in: SignIn) -> None:
    world = scene()
    answer = hand_in(sign_in(world.person), file_of(world.seal(photos=[PHOTO]), photos=(PHOTO,)))
    assert (answer.status_code, "It has arrived." in answer.text, count(Submission), count(Medium)) == (200, True, 1, 1)


def test_the_same_file_twice_is_harmless(sign_in: SignIn) -> None:
    world = scene()
    client, content = sign_in(world.person), file_of(world.seal(photos=[PHOTO]), photos=(PHOTO,))
    hand_in(client, content)
    answer = hand_in(client, content)
    assert ("It had arrived before." in answer.text, count(Submission), count(Medium)) == (True, 1, 1)


def test_a_photo_that_is_not_in_the_file_is_named(sign_in: SignIn) -> None:
    world = scene()
    answer = hand_in(sign_in(world.person), file_of(world.seal(photos=[PHOTO])))
    assert ("1 photo of it is missing" in answer.text, count(Submission)) == (True, 0)


def test_a_changed_visit_is_refused_and_the_others_go_in(sign_in: SignIn) -> None:
    world = scene()
    good = world.seal()
    bad = Sealed(good.visit, good.body.replace(b'"yes"', b'"no"'))
    content = file_of(good, bad).replace(bad.sha256.encode(), b"0" * 64)
    answer = hand_in(sign_in(world.person), content)
    assert ("changed or damaged" in answer.text, "It has arrived." in answer.text) == (True, True)


def test_somebody_elses_visit_goes_under_review(sign_in: SignIn) -> None:
    world, other = scene(), scene()
    answer = hand_in(sign_in(other.person), file_of(world.seal()))
    assert ("a person will look at it" in answer.text, count(Quarantined), count(Submission)) == (True, 1, 0)


def test_another_file_is_refused(sign_in: SignIn) -> None:
    answer = hand_in(sign_in(scene().person), b'{"format": "something else"}')
    assert (answer.status_code, "is not a file that this app saved" in answer.text) == (422, True)
