"""Photos that a page sends for a visit: into the inbox like those of a phone, and opened by a worker alone."""

import io
from collections.abc import Callable
from typing import NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from fieldstudy.core.lifecycle import State
from fieldstudy.exchange import child, pictures
from fieldstudy.exchange.pictures import PictureIsRefused
from fieldstudy.extensions import db
from fieldstudy.models import Conflict, Job, JobState, Medium, Photo, Submission, User, Visit
from fieldstudy.queries import jobs as job_queries
from fieldstudy.services import media as inbox
from fieldstudy.services import photos, uploads, visits
from tests import factories as make
from tests.papers import do_all_jobs
from tests.web.test_field_visits import GOOD, fieldworker, file, photo_rows, post, send

SignIn = Callable[[User], FlaskClient]
TRUNCATED = make.picture_bytes()[:-200]
"""Begins as a photo: only whoever opens it finds out."""

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def visit() -> Visit:
    return make.visit()


@pytest.fixture
def shopper(sign_in: SignIn, visit: Visit) -> FlaskClient:
    return sign_in(fieldworker(visit))


def form_of(client: FlaskClient, visit: Visit) -> str:
    text = client.get(f"/field/visits/{visit.id}").text
    db.session.rollback()
    db.session.expire_all()
    return text


def waiting(page: str) -> int:
    return page.count('<li class="waiting">Being checked')


def media() -> list[Medium]:
    return list(db.session.scalars(select(Medium)))


def is_removed(photo: Photo) -> bool:
    db.session.rollback()
    db.session.refresh(photo)
    return photo.removed_at is not None


@pytest.fixture
def no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(request: bytes) -> NoReturn:
        raise AssertionError("a request opened a foreign file")

    monkeypatch.setattr(child, "_run", run)


@pytest.mark.usefixtures("no_child")
@pytest.mark.parametrize("act", ["save", "submit_anyway", "closed"])
def test_no_request_opens_a_photo_of_a_visit(shopper: FlaskClient, visit: Visit, act: str) -> None:
    name = "p-" if act == "closed" else "p-window"
    answer = send(shopper, visit, act, **GOOD, **{name: file()})
    assert (answer.status_code, [medium.visit_id for medium in media()]) == (303, [visit.id])


@pytest.mark.usefixtures("no_child")
def test_no_request_opens_a_photo_that_is_sent_alone(shopper: FlaskClient, visit: Visit) -> None:
    answer = post(shopper, f"/field/visits/{visit.id}/photos", {"p-window": file()})
    assert (answer.status_code, waiting(answer.text)) == (200, 1)


def test_the_page_says_that_a_photo_is_being_checked_and_then_shows_it(
    app: Flask, shopper: FlaskClient, visit: Visit
) -> None:
    send(shopper, visit, "save", **{"p-window": file()})
    assert waiting(form_of(shopper, visit)) == 1
    do_all_jobs(app)
    page = form_of(shopper, visit)
    [photo] = photo_rows(visit)
    assert (waiting(page), f"/field/photos/{photo.id}" in page, photo.question) == (0, True, "window")


def test_a_photo_that_is_being_checked_is_not_missing(shopper: FlaskClient, visit: Visit) -> None:
    assert "1 answer and 1 photo are missing" in form_of(shopper, visit)
    send(shopper, visit, "save", **{"p-window": file()})
    assert '<span data-missing="welcome">1 answer is missing</span>' in form_of(shopper, visit)


def test_a_photo_that_turns_out_to_be_none_is_told_beside_its_question(
    app: Flask, shopper: FlaskClient, visit: Visit
) -> None:
    send(shopper, visit, "save", **{"p-window": file(TRUNCATED), "q-words": "Nobody looked up"})
    do_all_jobs(app)
    page = form_of(shopper, visit)
    card = page[page.index('id="q-window"') : page.index('id="q-receipt"')]
    assert '<li class="error">“Photo (' in card
    assert "is damaged and cannot be read to its end." in card
    assert "Nobody looked up" in page
    assert "1 answer and 1 photo are missing" in page


def test_a_message_about_a_refused_photo_can_be_taken_away(app: Flask, shopper: FlaskClient, visit: Visit) -> None:
    send(shopper, visit, "save", **{"p-window": file(TRUNCATED)})
    do_all_jobs(app)
    send(shopper, visit, "save", **{"remove-photo": str(media()[0].id)})
    page = form_of(shopper, visit)
    assert ('<li class="error">' in page, [medium.visit_id for medium in media()]) == (False, [None])


def test_a_photo_can_be_removed_while_it_is_being_checked(app: Flask, shopper: FlaskClient, visit: Visit) -> None:
    send(shopper, visit, "save", **{"p-window": file()})
    send(shopper, visit, "save", **{"remove-photo": str(media()[0].id)})
    do_all_jobs(app)
    assert (photo_rows(visit), waiting(form_of(shopper, visit))) == ([], 0)
    assert set(db.session.scalars(select(Job.state))) == {JobState.DONE}


def test_a_photo_can_be_removed_on_a_page_that_still_says_that_it_is_being_checked(
    app: Flask, shopper: FlaskClient, visit: Visit
) -> None:
    send(shopper, visit, "save", **{"p-window": file()})
    [medium] = media()
    do_all_jobs(app)
    send(shopper, visit, "save", **{"remove-photo": str(medium.id)})
    assert [is_removed(photo) for photo in photo_rows(visit)] == [True]


def test_a_photo_of_another_visit_cannot_be_withdrawn(sign_in: SignIn, shopper: FlaskClient, visit: Visit) -> None:
    send(shopper, visit, "save", **{"p-window": file()})
    [medium] = media()
    other = make.visit()
    send(sign_in(fieldworker(other)), other, "save", **{"remove-photo": str(medium.id)})
    assert [medium.visit_id for medium in media()] == [visit.id]


def test_the_same_photo_at_the_same_question_is_kept_once(app: Flask, shopper: FlaskClient, visit: Visit) -> None:
    send(shopper, visit, "save", **{"p-window": file()})
    send(shopper, visit, "save", **{"p-window": file()})
    do_all_jobs(app)
    send(shopper, visit, "save", **{"p-window": file(), "p-greeted": file()})
    do_all_jobs(app)
    assert sorted(photo.question for photo in photo_rows(visit)) == ["greeted", "window"]
    assert len(media()) == 2


def test_sending_does_not_wait_for_the_worker_and_the_release_does(
    app: Flask, shopper: FlaskClient, visit: Visit
) -> None:
    answer = send(shopper, visit, **GOOD, **{"p-window": file()})
    db.session.refresh(visit)
    assert (answer.status_code, visit.state) == (303, State.RECEIVED)
    assert "1 photo is still being checked." in shopper.get(answer.location).text
    visits.approve(visit, None)
    assert job_queries.count_pending_media_for_wave(visit.wave) == 1
    do_all_jobs(app)
    db.session.rollback()
    assert (job_queries.count_pending_media_for_wave(visit.wave), len(photo_rows(visit))) == (0, 1)
    assert "being checked." not in shopper.get(answer.location).text


def test_the_receipt_says_which_photo_could_not_be_kept(app: Flask, shopper: FlaskClient, visit: Visit) -> None:
    answer = send(shopper, visit, **GOOD, **{"p-window": file(TRUNCATED)})
    do_all_jobs(app)
    page = shopper.get(answer.location).text
    assert "is damaged and cannot be read to its end. It is not part of the visit." in page


@pytest.mark.parametrize("content", [b"", TRUNCATED], ids=["good", "damaged"])
def test_the_same_form_is_no_other_version_once_its_photo_is_checked(
    app: Flask, shopper: FlaskClient, visit: Visit, content: bytes
) -> None:
    first = send(shopper, visit, **GOOD, **{"p-window": file(content)})
    do_all_jobs(app)
    again = send(shopper, visit, **GOOD, **{"p-window": file(content)})
    assert (again.status_code, again.location) == (303, first.location)
    assert db.session.scalar(select(db.func.count(Conflict.id))) == 0
    [submission] = db.session.scalars(select(Submission))
    assert len(submission.content["photos"]) == 1


def test_a_visit_holds_no_more_than_its_photos(
    shopper: FlaskClient, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PER_VISIT", 2)
    photos.keep(visit, "window", make.picture("navy"), None)
    send(shopper, visit, "save", **{"p-window": file()})
    answer = send(shopper, visit, "save", **{"p-greeted": file(make.picture_bytes("orange")), "q-words": "Typed"})
    assert (answer.status_code, len(media())) == (422, 1)
    assert "This visit has as many photos as it can hold." in answer.text
    assert "Typed" in answer.text


def test_a_full_inbox_is_told_beside_the_question(
    shopper: FlaskClient, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fieldstudy.services.media.PERSON_BYTES_LIMIT", 10)
    answer = send(shopper, visit, "save", **{"p-window": file(), "q-words": "Typed"})
    assert (answer.status_code, media()) == (422, [])
    assert '<p class="error" id="e-window">Too many of your photos are still being checked.' in answer.text
    assert "Typed" in answer.text


def test_a_photo_that_comes_after_the_visit_is_sent_leaves_nothing(shopper: FlaskClient, visit: Visit) -> None:
    send(shopper, visit, **GOOD)
    answer = post(shopper, f"/field/visits/{visit.id}/photos", {"p-window": file()})
    assert (answer.status_code, media()) == (410, [])


def test_a_medium_is_asked_for_only_once_its_bytes_are_on_disk(shopper: FlaskClient, visit: Visit) -> None:
    content = make.picture_bytes()
    send(shopper, visit, "save", **{"p-window": file(content)})
    [medium] = media()
    assert inbox.path_of(medium.user_id, medium.id).read_bytes() == content


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff" + bytes(15 * 1024 * 1024), "too_large"),
        (b"not a picture", "not_a_picture"),
        (b"GIF89a" + bytes(40), "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(40), "not_a_picture"),
    ],
)
def test_what_shows_at_a_glance(content: bytes, key: str) -> None:
    with pytest.raises(PictureIsRefused) as caught:
        pictures.glance(io.BytesIO(content))
    assert caught.value.key == key


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_kind_of_photo_passes_the_glance_and_the_stream_stays_at_its_beginning(kind: str) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(stream, kind)
    stream.seek(0)
    pictures.glance(stream)
    assert stream.tell() == 0
