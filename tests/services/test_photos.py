"""The picture job: from the inbox to a photo of its visit, whatever dies in between."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from fieldstudy.exchange import child
from fieldstudy.extensions import db
from fieldstudy.jobs import Workshop
from fieldstudy.models import Job, JobState, Medium, Photo, Visit
from fieldstudy.models.columns import now
from fieldstudy.queries import jobs as job_queries
from fieldstudy.services import files, jobs, media, photos, unit
from tests import factories as make
from tests.inbox import send


def again(row: Medium) -> Medium:
    db.session.rollback()
    db.session.refresh(row)
    return row


def photos_of(visit: Visit) -> list[Photo]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Photo).where(Photo.visit_id == visit.id)))


@pytest.fixture
def workshop(app: Flask) -> Workshop:
    found: Workshop = app.extensions["workshop"]
    return found


def test_a_picture_becomes_a_photo_with_what_the_phone_said_of_it(workshop: Workshop) -> None:
    visit = make.received()
    medium = send(visit, make.picture_bytes())
    workshop.work()
    (photo,) = photos_of(visit)
    assert (photo.question, photo.medium_id, photo.received_sha256) == ("window", medium.id, medium.sha256)
    assert (photo.taken_at, photo.client_id, again(medium).photo_id) == (make.NOON, visit.client_id, photo.id)


def test_both_copies_are_kept_and_what_was_sent_is_erased(workshop: Workshop) -> None:
    visit = make.received()
    medium = send(visit, make.picture_bytes())
    workshop.work()
    (photo,) = photos_of(visit)
    copies = [files.path_of(photo.sha256, suffix).exists() for suffix in ("", photos.SMALL)]
    assert (copies, media.path_of(medium.user_id, medium.id).exists()) == ([True, True], False)
    assert again(medium).erased_at is not None


def test_two_media_with_the_same_bytes_are_two_photos(workshop: Workshop) -> None:
    visit = make.received()
    for _ in range(2):
        send(visit, make.picture_bytes())
        workshop.work()
    assert len(photos_of(visit)) == 2


def test_a_refused_picture_stays_in_the_inbox_with_its_reason(workshop: Workshop) -> None:
    visit = make.received()
    medium = send(visit, b"not a picture at all")
    workshop.work()
    assert (again(medium).refusal, media.path_of(medium.user_id, medium.id).exists()) == ("not_a_picture", True)
    assert (photos_of(visit), db.session.scalar(db.select(Job.state))) == ([], JobState.DONE)


def test_a_picture_whose_reader_was_busy_is_not_refused_for_it(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    medium = send(make.received(), make.picture_bytes())
    monkeypatch.setattr(child, "PATIENCE_SECONDS", 0.01)
    with child._one:
        workshop.work()
    assert (again(medium).refusal, db.session.scalar(db.select(Job.state))) == ("", JobState.WAITING)


def test_a_file_that_is_not_what_was_sent_fails_the_job(workshop: Workshop) -> None:
    medium = send(make.received(), make.picture_bytes("teal"))
    media.path_of(medium.user_id, medium.id).write_bytes(make.picture_bytes("red"))
    workshop.work()
    assert "InboxIsDamaged" in (db.session.scalar(db.select(Job.error)) or "")


def let_leases_run_out() -> None:
    with unit.work():
        past = now() - timedelta(seconds=1)
        db.session.execute(db.update(Job).where(Job.state == JobState.RUNNING).values(lease_until=past))


CRASHES: list[Callable[[pytest.MonkeyPatch], None]] = [
    lambda patch: patch.setattr(files, "put_beside", _die),
    lambda patch: patch.setattr(photos, "take_in", _die),
    lambda patch: patch.setattr(photos, "erase_received", _die),
    lambda patch: patch.setattr(jobs, "finish", _die),
]
"""The process ends before: the small copy, the photo's row, erasing, telling that it is done."""


def _die(*_: object) -> None:
    raise SystemExit


@pytest.mark.parametrize("crash", CRASHES, ids=["small copy", "row", "erasing", "end"])
def test_after_a_crash_anywhere_the_end_is_the_same(workshop: Workshop, crash: Callable[..., None]) -> None:
    visit = make.received()
    medium = send(visit, make.picture_bytes())
    with pytest.MonkeyPatch.context() as patch:
        crash(patch)
        with pytest.raises(SystemExit):
            workshop.work()
    let_leases_run_out()
    workshop.work()
    assert (len(photos_of(visit)), again(medium).erased_at is None) == (1, False)
    assert db.session.scalar(db.select(Job.state)) == JobState.DONE


def test_pending_and_refused_media_are_told_apart(workshop: Workshop) -> None:
    visit = make.received()
    refused = send(visit, b"nothing")
    workshop.work()
    pending = send(visit, make.picture_bytes())
    send(make.received(), make.picture_bytes())
    assert [medium.id for medium in job_queries.list_pending_media(visit)] == [pending.id]
    assert [medium.id for medium in job_queries.list_refused_media(visit)] == [refused.id]
