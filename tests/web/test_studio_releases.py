"""A wave whose photos are still being prepared is not released: they would be missing for good."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import User, Wave
from fieldstudy.services import releases
from tests import factories as make
from tests.inbox import send

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def wave(client: FlaskClient) -> Wave:
    """One approved visit; one of another wave, whose photo nobody waits for."""
    send(make.approved(), make.picture_bytes())
    return make.approved().wave


@pytest.fixture
def coordinator(wave: Wave, sign_in: SignIn) -> FlaskClient:
    return sign_in(make.user(Role.COORDINATOR, wave.study.client))


def add_photo(wave: Wave) -> None:
    send(make.approved(make.assignment(wave)), make.picture_bytes())


def do_all_jobs(app: Flask) -> None:
    while app.extensions["workshop"].work():
        continue


def test_a_wave_with_waiting_photos_is_not_released(app: Flask, wave: Wave) -> None:
    add_photo(wave)
    with pytest.raises(releases.PhotosAreWaiting) as caught:
        releases.release(wave)
    assert caught.value.count == 1


def test_once_the_photos_are_there_the_wave_is_released(app: Flask, wave: Wave) -> None:
    add_photo(wave)
    do_all_jobs(app)
    assert releases.release(wave).number == 1


def test_a_photo_that_was_refused_holds_nothing_up(app: Flask, wave: Wave) -> None:
    send(make.approved(make.assignment(wave)), b"no picture")
    do_all_jobs(app)
    assert releases.release(wave).number == 1


def test_a_photo_of_a_visit_that_does_not_count_holds_nothing_up(app: Flask, wave: Wave) -> None:
    send(make.received(make.assignment(wave)), make.picture_bytes())
    assert releases.release(wave).number == 1


def test_the_page_says_what_it_waits_for_and_offers_no_release(
    app: Flask, coordinator: FlaskClient, wave: Wave
) -> None:
    add_photo(wave)
    page = coordinator.get(f"/studio/waves/{wave.id}/release").text
    assert ("1 photo of these visits is still being prepared" in page, "Release as edition 1" in page) == (True, False)


def test_whoever_releases_all_the_same_is_told(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    add_photo(wave)
    answer = coordinator.post(f"/studio/waves/{wave.id}/release")
    page = coordinator.get(answer.headers["Location"]).text
    db.session.refresh(wave)
    assert ("is still being prepared" in page, wave.released_at) == (True, None)
