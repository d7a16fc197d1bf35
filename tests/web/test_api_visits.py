"""The door for sealed visits."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, Conflict, Draft, Quarantined, Submission, Visit
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import assignments, visits
from tests import factories as make
from tests import phone
from tests.web.door import OURS, put_piece, put_visit, scene

DATABASES = ("sqlite", "postgresql")


def count(table: type) -> int:
    """In the present: what the test read before may have begun a transaction that sees the past."""
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(table)) or 0


def test_a_sealed_visit_is_received_once(sign_in: Any) -> None:
    world = scene()
    client = sign_in(world.person)
    sealed = world.seal()
    first, again = put_visit(client, sealed), put_visit(client, sealed)
    assert (first.status_code, again.status_code, first.json == again.json) == (201, 200, True)
    assert (count(Visit), count(Submission), count(AnswerRow)) == (1, 1, 2)


def test_the_receipt_carries_the_hash_of_the_body(sign_in: Any) -> None:
    world = scene()
    sealed = world.seal()
    receipt = put_visit(sign_in(world.person), sealed).json["receipt"]
    told = (receipt["visit"], receipt["revision"], receipt["sha256"], receipt["state"])
    assert told == (sealed.visit, 1, sealed.sha256, "received")


def test_another_content_is_a_conflict(sign_in: Any) -> None:
    world = scene()
    client, sealed = sign_in(world.person), world.seal()
    put_visit(client, sealed)
    answer = put_visit(client, world.seal({**make.GOOD, "q-receipt": ["yes"]}, visit=sealed.visit))
    assert (answer.status_code, answer.json["receipt"]["state"], count(Conflict)) == (409, "conflict", 1)


def shape(answer: TestResponse) -> tuple[int, list[str], str]:
    receipt = answer.json["receipt"]
    return answer.status_code, sorted(receipt), receipt["state"]


def test_own_foreign_and_missing_assignments_answer_alike(sign_in: Any) -> None:
    world, other = scene(), scene()
    client = sign_in(world.person)
    assignments.withdraw(world.assignment, world.person.id, "Not needed")
    own, foreign = put_visit(client, world.seal()), put_visit(client, other.seal())
    missing = put_visit(client, phone.seal(new_id(), world.version.id, make.GOOD))
    assert shape(own) == shape(foreign) == shape(missing)
    assert (shape(own)[0], shape(own)[2], count(Quarantined)) == (202, "under_review", 3)


def test_missing_photos_are_named(sign_in: Any) -> None:
    world, photo = scene(), phone.Snapshot("window", b"bytes")
    answer = put_visit(sign_in(world.person), world.seal(photos=[photo]))
    assert (answer.status_code, answer.json) == (424, {"missing": [photo.id]})


def test_the_photos_go_first_and_stand_in_the_receipt(sign_in: Any) -> None:
    world, photo = scene(), phone.Snapshot("window", b"bytes")
    client = sign_in(world.person)
    put_piece(client, photo)
    answer = put_visit(client, world.seal(photos=[photo]))
    assert (answer.status_code, answer.json["receipt"]["media"]) == (201, {photo.id: photo.sha256})


def test_a_body_that_differs_from_its_hash_is_refused(sign_in: Any) -> None:
    world = scene()
    answer = put_visit(sign_in(world.person), world.seal(), **{"Upload-Sha256": "0" * 64})
    assert (answer.status_code, answer.json) == (400, {"error": "hash_mismatch"})


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_refused(sign_in: Any, body: bytes) -> None:
    answer = put_visit(sign_in(scene().person), phone.Sealed(str(new_id()), body))
    assert (answer.status_code, answer.json) == (400, {"error": "not_json"})


def test_more_than_a_megabyte_is_refused(sign_in: Any) -> None:
    answer = put_visit(sign_in(scene().person), phone.Sealed(str(new_id()), b"x" * (1024 * 1024 + 1)))
    assert (answer.status_code, answer.json) == (413, {"error": "too_large"})


def test_who_is_signed_out_hears_just_that(client: FlaskClient) -> None:
    answer = put_visit(client, phone.seal(new_id(), new_id(), {}))
    assert (answer.status_code, answer.json) == (401, {"error": "signed_out"})


def test_a_stale_token_is_told(app: Flask, sign_in: Any) -> None:
    world = scene()
    app.config["WTF_CSRF_ENABLED"] = True
    answer = put_visit(sign_in(world.person), world.seal())
    assert (answer.status_code, answer.json) == (400, {"error": "stale_token"})


def test_a_fresh_token_opens_the_door(app: Flask, sign_in: Any) -> None:
    world = scene()
    app.config["WTF_CSRF_ENABLED"] = True
    client = sign_in(world.person)
    token = client.get("/api/v1/session").json["token"]
    assert put_visit(client, world.seal(), **{"X-CSRFToken": token}).status_code == 201


def put_draft(client: FlaskClient, visit_id: Any, content: Any) -> int:
    return client.put(f"/api/v1/drafts/{visit_id}", json=content, headers=OURS).status_code


def test_a_draft_is_kept(sign_in: Any) -> None:
    world = scene()
    started_at = phone.iso(now() - timedelta(minutes=5))
    content = {"assignment": str(world.assignment.id), "version": str(world.version.id), "started_at": started_at}
    answer = put_draft(sign_in(world.person), new_id(), {**content, "raw": {"q-greeted": ["yes"]}})
    assert (answer, db.session.scalars(db.select(Draft.raw)).one()) == (204, {"q-greeted": ["yes"]})


def test_a_draft_that_cannot_be_kept_is_no_error(sign_in: Any) -> None:
    client = sign_in(scene().person)
    assert [put_draft(client, new_id(), content) for content in ({}, [], {"raw": 1})] == [202, 202, 202]


def draft_of(world: Any, device: str, stamp: int, answer: str, **content: Any) -> dict[str, Any]:
    told = {"device": device, "stamp": stamp, "revision": 1, "raw": {"q-greeted": [answer]}, "content": content}
    ids = {"assignment": str(world.assignment.id), "version": str(world.version.id)}
    return {**ids, "started_at": phone.iso(now() - timedelta(minutes=5)), **told}


def test_a_backup_brings_back_what_other_phones_hold_and_this_one_has_not_seen(sign_in: Any) -> None:
    world, visit_id = scene(), new_id()
    client = sign_in(world.person)
    put_draft(client, visit_id, draft_of(world, "one", 5, "yes", jottings=[{"text": "x"}]))
    address = f"/api/v1/drafts/{visit_id}"
    answer = client.put(address, json=draft_of(world, "two", 3, "no"), headers=OURS)
    [told] = answer.json["drafts"]
    assert (answer.status_code, told["device"], told["stamp"], told["raw"]) == (200, "one", 5, {"q-greeted": ["yes"]})
    assert told["content"] == {"jottings": [{"text": "x"}]}
    assert put_draft(client, visit_id, draft_of(world, "two", 4, "no", seen={"one": 5})) == 204


def test_nobody_elses_draft_is_brought_back(sign_in: Any) -> None:
    world, visit_id = scene(), new_id()
    put_draft(sign_in(world.person), visit_id, draft_of(world, "one", 5, "yes"))
    stranger = make.user(Role.SHOPPER)
    answer = sign_in(stranger).put(f"/api/v1/drafts/{visit_id}", json=draft_of(world, "two", 3, "no"), headers=OURS)
    assert (answer.status_code, answer.data) == (202, b"")


def test_a_backup_that_is_nested_without_end_is_refused(sign_in: Any) -> None:
    client = sign_in(scene().person)
    body = "[" * 100_000 + "]" * 100_000
    answer = client.put(f"/api/v1/drafts/{new_id()}", data=body, content_type="application/json", headers=OURS)
    assert (answer.status_code, answer.json) == (400, {"error": "not_json"})


@pytest.mark.parametrize("device", ["", "sent"])
def test_no_phone_writes_what_is_the_page_s_or_was_received(sign_in: Any, device: str) -> None:
    world = scene()
    client, visit_id = sign_in(world.person), new_id()
    content = draft_of(world, device, 2**53, "no")
    answer = client.put(f"/api/v1/drafts/{visit_id}", json=content, headers=OURS)
    assert (answer.status_code, count(Draft)) == (202, 0)


def test_a_phone_hears_that_its_visit_was_sent_from_elsewhere(sign_in: Any) -> None:
    """It fills on otherwise, for nothing; a visit of somebody else tells nothing."""
    world, visit_id = scene(), new_id()
    client = sign_in(world.person)
    put_draft(client, visit_id, draft_of(world, "one", 5, "yes"))
    visits.submit(db.session.get_one(Visit, visit_id), 1, make.GOOD, world.person.id, now())
    answer = client.put(f"/api/v1/drafts/{visit_id}", json=draft_of(world, "two", 3, "no"), headers=OURS)
    assert (answer.status_code, answer.json) == (202, {"sent": True})
    same = draft_of(world, "one", 6, "no") | {"raw": make.GOOD}
    answer = client.put(f"/api/v1/drafts/{visit_id}", json=same, headers=OURS)
    assert (answer.status_code, answer.json) == (200, {"sent": True})
    stranger = sign_in(make.user(Role.SHOPPER))
    assert stranger.put(f"/api/v1/drafts/{visit_id}", json=draft_of(world, "two", 3, "no"), headers=OURS).data == b""
