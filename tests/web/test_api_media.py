"""Photos of phones: pieces, resuming, hashes, receipts."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Medium, User, Visit
from fieldstudy.models.columns import new_id
from fieldstudy.services import media
from tests import disk
from tests import factories as make
from tests.phone import Snapshot
from tests.web.door import OURS, put_piece, put_visit, scene

DATABASES = ("sqlite",)
PHOTO = Snapshot("window", bytes(range(256)) * 40)
HALF = 5000


@pytest.fixture
def shopper(app: Flask) -> User:
    return make.user(Role.SHOPPER)


@pytest.fixture
def phone(shopper: User, sign_in: Callable[[User], FlaskClient]) -> FlaskClient:
    return sign_in(shopper)


def test_a_whole_photo_is_received(phone: FlaskClient, shopper: User) -> None:
    answer = put_piece(phone, PHOTO)
    told = {"id": PHOTO.id, "sha256": PHOTO.sha256, "size": 10240}
    assert (answer.status_code, answer.json) == (201, told)
    assert media.path_of(shopper.id, db.session.scalars(db.select(Medium.id)).one()).read_bytes() == PHOTO.content


def test_a_photo_in_two_pieces(phone: FlaskClient) -> None:
    first, second = put_piece(phone, PHOTO, 0, HALF), put_piece(phone, PHOTO, HALF)
    assert (first.status_code, first.json, second.status_code) == (200, {"offset": HALF}, 201)


def test_a_complete_photo_again_has_the_same_receipt(phone: FlaskClient) -> None:
    first, again = put_piece(phone, PHOTO), put_piece(phone, PHOTO)
    assert (again.status_code, again.json) == (200, first.json)


def test_a_misplaced_piece_is_told_where_to_go_on(phone: FlaskClient) -> None:
    put_piece(phone, PHOTO, 0, HALF)
    answers = [put_piece(phone, PHOTO, 0, HALF), put_piece(phone, PHOTO, HALF + 10)]
    assert [(a.status_code, a.json) for a in answers] == [(409, {"offset": HALF})] * 2


def test_a_later_piece_of_an_unknown_photo_begins_at_nothing(phone: FlaskClient) -> None:
    assert put_piece(phone, PHOTO, HALF).json == {"offset": 0}


def test_a_photo_that_gets_its_name_meanwhile_disturbs_no_other(
    phone: FlaskClient, shopper: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The quota is counted while another photo of the same person is completed: its growing file is gone by then."""
    put_piece(phone, Snapshot("window", b"other"))
    growing = media.path_of(shopper.id, new_id()).with_suffix(media.PART)
    growing.write_bytes(b"x")

    def scandir(folder: Path, scan: Any = os.scandir) -> list[os.DirEntry[str]]:
        found = list(scan(folder))
        growing.unlink(missing_ok=True)
        return found

    monkeypatch.setattr("fieldstudy.services.media.os.scandir", scandir)
    assert put_piece(phone, PHOTO).status_code == 201


def test_the_head_says_how_much_is_here(phone: FlaskClient) -> None:
    address = f"/api/v1/media/{PHOTO.id}"
    put_piece(phone, PHOTO, 0, HALF)
    half = phone.head(address).headers
    put_piece(phone, PHOTO, HALF)
    whole = phone.head(address).headers
    told = [(h["Upload-Offset"], h["Upload-Complete"]) for h in (half, whole)]
    assert told == [("5000", "?0"), ("10240", "?1")]


def test_bytes_that_differ_from_their_hash_are_thrown_away(phone: FlaskClient) -> None:
    answer = put_piece(phone, PHOTO, **{"Upload-Sha256": "0" * 64})
    assert (answer.status_code, answer.json) == (422, {"error": "hash_mismatch"})
    assert phone.head(f"/api/v1/media/{PHOTO.id}").headers["Upload-Offset"] == "0"


def test_another_content_under_a_complete_id_is_refused(phone: FlaskClient) -> None:
    put_piece(phone, PHOTO)
    answer = put_piece(phone, Snapshot("window", b"other", PHOTO.id))
    assert (answer.status_code, answer.json) == (409, {"error": "other_content"})


def test_two_people_may_mint_the_same_id(phone: FlaskClient, sign_in: Callable[[User], FlaskClient]) -> None:
    put_piece(phone, PHOTO)
    other = sign_in(make.user(Role.OBSERVER))
    assert put_piece(other, Snapshot("window", b"other", PHOTO.id)).status_code == 201


def test_a_photo_of_more_than_15_mb_is_refused(phone: FlaskClient) -> None:
    headers = {"Content-Range": f"bytes 0-9/{15 * 1024 * 1024 + 1}"}
    assert put_piece(phone, PHOTO, 0, 10, **headers).status_code == 413


def test_a_full_inbox_is_told(phone: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "PERSON_FILES_LIMIT", 1)
    put_piece(phone, PHOTO)
    answer = put_piece(phone, Snapshot("window", b"one more"))
    assert (answer.status_code, answer.json, "Retry-After" in answer.headers) == (429, {"error": "quota"}, True)


def test_a_later_piece_cannot_say_a_larger_whole_past_the_quota(
    phone: FlaskClient, shopper: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """5,000 bytes fit, and 10,240 do not: neither at once nor after a first piece of a whole of 5,001."""
    monkeypatch.setattr(media, "PERSON_BYTES_LIMIT", 9_000)
    small = {"Content-Range": f"bytes 0-{HALF - 1}/{HALF + 1}"}
    answers = [put_piece(phone, PHOTO, 0, HALF, **small), put_piece(phone, PHOTO, HALF), put_piece(phone, PHOTO)]
    assert [answer.status_code for answer in answers] == [200, 429, 429]
    assert media.look(shopper.id, UUID(PHOTO.id)).offset == HALF


def test_the_last_photo_that_fits_is_taken_piece_by_piece(phone: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "PERSON_BYTES_LIMIT", len(PHOTO.content))
    monkeypatch.setattr(media, "PERSON_FILES_LIMIT", 1)
    answers = [put_piece(phone, PHOTO, 0, HALF), put_piece(phone, PHOTO, HALF)]
    assert [answer.status_code for answer in answers] == [200, 201]


def test_a_file_that_lost_its_row_is_found_again(phone: FlaskClient) -> None:
    """A crash between the rename and the row."""
    put_piece(phone, PHOTO)
    db.session.execute(db.delete(Medium))
    db.session.commit()
    assert [put_piece(phone, PHOTO, 0, HALF).status_code, put_piece(phone, PHOTO).status_code] == [201, 200]


def test_the_inbox_is_private(phone: FlaskClient, shopper: User) -> None:
    put_piece(phone, PHOTO)
    path = media.path_of(shopper.id, db.session.scalars(db.select(Medium.id)).one())
    modes = [oct(p.stat().st_mode & 0o777) for p in (path, path.parent, path.parent.parent)]
    assert modes == ["0o600", "0o700", "0o700"]


@pytest.mark.parametrize("range", ["", "bytes 0-9", "bytes 9-0/20", "bytes 0-20/20", "bytes 0-5/10240"])
def test_a_range_that_makes_no_sense_is_refused(phone: FlaskClient, range: str) -> None:
    assert put_piece(phone, PHOTO, **{"Content-Range": range}).status_code == 400


def test_another_type_is_refused(phone: FlaskClient) -> None:
    answer = phone.put(f"/api/v1/media/{PHOTO.id}", data=b"x", headers=OURS, content_type="text/plain")
    assert (answer.status_code, answer.json) == (415, {"error": "wrong_type"})


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_a_request_from_elsewhere_is_refused(phone: FlaskClient, headers: dict[str, str]) -> None:
    answer = phone.put(f"/api/v1/media/{PHOTO.id}", data=b"x", headers=headers)
    assert (answer.status_code, answer.json) == (403, {"error": "foreign_page"})


def test_a_full_disk_passes(sign_in: Callable[[User], FlaskClient]) -> None:
    """Nothing half is written, and the phone comes again."""
    world = scene()
    client, sealed = sign_in(world.person), world.seal({**make.GOOD, "c-greeted": ["x" * 9_000]})
    db.session.commit()
    with disk.full():
        answer = put_visit(client, sealed)
    assert (answer.status_code, answer.json, "Retry-After" in answer.headers) == (503, {"error": "busy"}, True)
    assert db.session.scalar(db.select(db.func.count()).select_from(Visit)) == 0
