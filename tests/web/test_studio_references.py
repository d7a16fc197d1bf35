"""Reference pictures: set by a coordinator, seen by whoever has an assignment in the wave."""

import io
import threading
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.core.access import Role
from fieldstudy.exchange import child
from fieldstudy.extensions import db
from fieldstudy.models import Reference, User, Wave
from fieldstudy.services import references
from tests import factories as make

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def wave(client: FlaskClient) -> Wave:
    references.add(make.wave(), make.picture(), "Noise of another client", None)
    return make.wave()


@pytest.fixture
def coordinator(wave: Wave, sign_in: SignIn) -> FlaskClient:
    return sign_in(make.user(Role.COORDINATOR, wave.study.client))


def send(client: FlaskClient, wave: Wave, content: bytes, caption: str = "The window") -> TestResponse:
    data = {"file": (io.BytesIO(content), "window.jpg"), "caption": caption}
    return client.post(f"/studio/waves/{wave.id}/pictures", data=data)


def kept(wave: Wave) -> list[Reference]:
    db.session.rollback()  # what a request wrote shows in a new transaction alone
    return list(db.session.scalars(db.select(Reference).where(Reference.wave_id == wave.id)))


def test_a_picture_is_kept_with_its_caption(coordinator: FlaskClient, wave: Wave) -> None:
    assert send(coordinator, wave, make.picture_bytes()).status_code == 303
    assert [(reference.caption, reference.width) for reference in kept(wave)] == [("The window", 640)]
    assert "The window" in coordinator.get(f"/studio/waves/{wave.id}/pictures").text


def test_while_one_file_is_read_and_two_wait_the_next_is_told_so_and_the_caption_stays(
    coordinator: FlaskClient, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = threading.BoundedSemaphore(child.LINE_LIMIT)
    monkeypatch.setattr(child, "_line", line)
    with line, line:
        assert send(coordinator, wave, make.picture_bytes(), "The third").status_code == 303
        with line:
            answer = send(coordinator, wave, make.picture_bytes(), "The fourth")
    assert (answer.status_code, [one.caption for one in kept(wave)]) == (422, ["The third"])
    assert "window.jpg” was not kept: other files are being opened." in answer.text
    assert 'value="The fourth"' in answer.text


def test_what_is_no_picture_is_refused_and_the_caption_stays(coordinator: FlaskClient, wave: Wave) -> None:
    answer = send(coordinator, wave, b"%PDF-1.7", "How it should look")
    assert (answer.status_code, kept(wave)) == (422, [])
    assert "window.jpg” is not a photo" in answer.text
    assert "How it should look" in answer.text


def test_a_picture_needs_words(coordinator: FlaskClient, wave: Wave) -> None:
    answer = send(coordinator, wave, make.picture_bytes(), " ")
    assert (answer.status_code, kept(wave)) == (422, [])


def test_there_is_an_end_to_pictures(coordinator: FlaskClient, wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "PER_WAVE", 1)
    send(coordinator, wave, make.picture_bytes())
    assert send(coordinator, wave, make.picture_bytes("red")).status_code == 422


def test_a_fieldworker_of_the_wave_sees_it(wave: Wave, sign_in: SignIn) -> None:
    shown = references.add(wave, make.picture(), "The window", None)
    worker = make.assignment(wave).fieldworker.user
    assert worker is not None
    answer = sign_in(worker).get(f"/field/references/{shown.id}")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")


def test_a_fieldworker_of_another_wave_does_not(wave: Wave, sign_in: SignIn) -> None:
    shown = references.add(wave, make.picture(), "The window", None)
    other = make.user(Role.SHOPPER, wave.study.client)
    make.assignment(make.wave(wave.study), other)
    assert sign_in(other).get(f"/field/references/{shown.id}").status_code == 404


def test_a_removed_picture_is_gone_for_everybody(coordinator: FlaskClient, wave: Wave) -> None:
    shown = references.add(wave, make.picture(), "The window", None)
    coordinator.post(f"/studio/pictures/{shown.id}/remove")
    assert coordinator.get(f"/studio/pictures/{shown.id}").status_code == 404
