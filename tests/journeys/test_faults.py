"""What a phone may promise: sent once, arrived once, whatever connection, server, clock or person does in between.

A plain Python client speaks the protocol of the field's own script; where several processes matter, to gunicorn.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from fieldstudy.core.access import Role
from fieldstudy.core.sessions import SessionLimits
from fieldstudy.extensions import db
from fieldstudy.models import Conflict, Photo, Quarantined, Submission, User, Visit
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries import invitations as invitation_queries
from fieldstudy.services import assignments, invitations, media, sessions, visits
from tests import factories as make
from tests import faults, processes, servers, signing
from tests.faults import Faults
from tests.journeys.field import RAW, Field, field, is_kept_once, snapshot_bytes, waiting_media
from tests.phone import Phone, Sealed, SignedOut, Snapshot, seal, until

# The services' own tests run these races on both databases; whole servers on PostgreSQL belong to the soak.
DATABASES = ("sqlite", "postgresql") if "KILLS" in os.environ else ("sqlite",)

CUT_BOTH_WAYS = Faults(up=0.3, down=0.3, seed=20260322)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    app.config["WTF_CSRF_ENABLED"] = True
    with servers.serve(app) as address:
        yield address


@pytest.fixture
def gunicorn(app: Flask) -> Iterator[str]:
    with processes.server(app) as server:
        yield server.address


def clean_all_photos(app: Flask) -> None:
    while app.extensions["workshop"].work():
        continue


def count(model: type[db.Model]) -> int:  # type: ignore[name-defined]
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(model)) or 0


def submission_of(sealed: Sealed) -> Submission:
    db.session.rollback()
    return db.session.scalars(db.select(Submission).where(Submission.visit_id == UUID(sealed.visit))).one()


def test_sixty_visits_through_cut_connections_arrive_once(app: Flask, gunicorn: str) -> None:
    somewhere = field(60)
    queue = [somewhere.sealed(number, photos=1) for number in range(60)]
    with faults.proxy(gunicorn, CUT_BOTH_WAYS) as proxy, processes.worker(app):
        phone = somewhere.phone(app, proxy.address)
        replies = [phone.send(sealed) for sealed in queue]
        until(lambda: waiting_media() == 0, 40, "photos cleaned")
    assert proxy.cut_up > 0.2 * proxy.connections
    assert proxy.cut_down > 0.1 * proxy.connections
    assert [sealed.is_received(reply.receipt) for sealed, reply in zip(queue, replies, strict=True)] == [True] * 60
    assert [is_kept_once(sealed) for sealed in queue] == [True] * 60
    assert (count(Visit), count(Submission), count(Photo), count(Conflict), count(Quarantined)) == (60, 60, 60, 0, 0)


def test_fifty_parallel_sendings_are_one_visit_and_fifty_equal_receipts(app: Flask, gunicorn: str) -> None:
    somewhere = field()
    sealed = somewhere.sealed()

    def send(seed: int) -> str:
        return somewhere.phone(app, gunicorn, seed=seed).send(sealed).body.decode()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(send, range(50)))
    assert len(set(answers)) == 1
    assert is_kept_once(sealed)
    assert count(Visit) == 1


def test_two_phones_of_one_person_that_send_at_once_are_both_kept_and_told_apart(app: Flask, gunicorn: str) -> None:
    """One content is the visit and the other a conflict, each under the receipt that its own phone got."""
    somewhere, pairs = field(8), []
    for number in range(8):
        first = somewhere.sealed(number, photos=1)
        pairs += [first, somewhere.sealed(number, visit=first.visit, device="another")]

    def send(sealed: Sealed) -> dict[str, object]:
        return somewhere.phone(app, gunicorn).send(sealed).receipt

    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(send, pairs))
    db.session.rollback()
    kept = {"received": set(db.session.scalars(db.select(Submission.sha256)))}
    kept["conflict"] = set(db.session.scalars(db.select(Conflict.sha256)))
    assert [len(hashes) for hashes in kept.values()] == [8, 8]
    assert [sealed.sha256 in kept[str(told["state"])] for sealed, told in zip(pairs, receipts, strict=True)] == [
        True
    ] * 16


def test_parallel_pieces_of_one_photo_do_not_mix(app: Flask, gunicorn: str) -> None:
    somewhere = field()
    photo = Snapshot("window", snapshot_bytes(1, side=640, quality=95))
    sealed = seal(somewhere.assignments[0].id, somewhere.version.id, RAW, [photo])
    with ThreadPoolExecutor(8) as pool:
        phones = [somewhere.phone(app, gunicorn, seed=seed) for seed in range(8)]
        list(pool.map(lambda phone: phone.put_photo(photo), phones))
    assert len(photo.content) > 256 * 1024
    assert somewhere.phone(app, gunicorn).send(sealed).status == 201
    assert is_kept_once(sealed)


def test_a_photo_that_was_whole_when_the_server_died_is_finished(app: Flask, address: str) -> None:
    """All bytes lay on the disk, and the process was killed before the file had its name and its row."""
    somewhere = field()
    photo = Snapshot("window", snapshot_bytes(1))
    part = media.path_of(somewhere.shopper.id, UUID(photo.id)).with_suffix(".part")
    part.parent.mkdir(parents=True)
    part.write_bytes(photo.content)
    assert somewhere.phone(app, address).put_photo(photo).status == 201


@pytest.mark.parametrize("bytes_of_second", [1, 2], ids=["same bytes", "same question"])
def test_two_photos_stay_two(app: Flask, address: str, bytes_of_second: int) -> None:
    somewhere = field()
    photos = [Snapshot("window", snapshot_bytes(seed)) for seed in (1, bytes_of_second)]
    sealed = seal(somewhere.assignments[0].id, somewhere.version.id, RAW, photos)
    reply = somewhere.phone(app, address).send(sealed)
    clean_all_photos(app)
    assert sealed.is_received(reply.receipt)
    assert is_kept_once(sealed)
    assert count(Photo) == 2


def test_a_draft_of_version_one_is_sent_after_version_three_came_out(app: Flask, address: str) -> None:
    somewhere = field()
    sealed = somewhere.sealed()
    extra = make.section("door", make.question("open", is_required=True))
    for number in (2, 3):
        old = make.small_checklist()
        make.version(somewhere.study, type(old)(old.form_id, make.text(f"V{number}"), (*old.sections, extra)))
    assert somewhere.phone(app, address).send(sealed).status == 201
    visit = db.session.get_one(Visit, UUID(sealed.visit))
    assert visit.checklist_version.number == 1


def test_a_session_that_ends_in_mid_queue_loses_nothing(app: Flask, address: str) -> None:
    somewhere = field(2)
    first, second = somewhere.sealed(0, photos=1), somewhere.sealed(1, photos=1)
    phone = sign_in_with_password(somewhere, address)
    assert phone.send(first).status == 201
    phone.cookies.load(cookie_of_last_month(app, somewhere))
    with pytest.raises(SignedOut):
        phone.send(second)
    assert phone.sign_in(somewhere.shopper.email, make.PASSWORD, somewhere.shopper.id) == 204
    assert phone.send(second).status == 201
    assert is_kept_once(first)
    assert is_kept_once(second)


def sign_in_with_password(somewhere: Field, address: str) -> Phone:
    give_password(somewhere.shopper)
    phone = Phone(address)
    assert phone.sign_in(somewhere.shopper.email, make.PASSWORD, somewhere.shopper.id) == 204
    return phone


def give_password(user: User) -> None:
    invitation = invitation_queries.find_by_token(sessions.token_hash(invitations.reset(user)))
    assert invitation is not None
    invitations.accept(invitation, make.PASSWORD)


def cookie_of_last_month(app: Flask, somewhere: Field) -> str:
    ended = SessionLimits(idle=timedelta(days=-10), absolute=timedelta(days=90))
    return f"session={signing.token_of(app, somewhere.shopper, ended)}"


def test_another_person_cannot_sign_in_to_somebodys_queue(app: Flask, address: str) -> None:
    somewhere = field()
    other = make.user(Role.SHOPPER, somewhere.study.client)
    give_password(other)
    phone = Phone(address)
    assert phone.sign_in(other.email, make.PASSWORD, somewhere.shopper.id) == 409
    assert phone.session()["user"] is None


def test_a_visit_that_came_back_is_corrected_as_its_second_revision(app: Flask, address: str) -> None:
    somewhere = field()
    first = somewhere.sealed(photos=1)
    phone = somewhere.phone(app, address)
    assert phone.send(first).status == 201
    visit = db.session.get_one(Visit, UUID(first.visit))
    visits.send_back(visit, {"greeted": "Who greeted you?"}, None)
    corrected = seal(
        somewhere.assignments[0].id, somewhere.version.id, {**RAW, "q-greeted": ["no"]}, visit=first.visit, revision=2
    )
    reply = phone.send(corrected)
    assert (reply.status, reply.receipt["revision"], reply.receipt["state"]) == (201, 2, "received")
    assert (count(Visit), count(Submission)) == (1, 2)


def test_an_answer_that_was_lost_makes_no_second_visit(app: Flask, address: str) -> None:
    """The server did what it was asked, and not one byte of its answer arrived."""
    somewhere = field()
    sealed = somewhere.sealed()
    with faults.proxy(address, Faults(down=1.0, most_down_bytes=1)) as proxy:
        phone = somewhere.phone(app, address)
        phone.session()
        phone.address, phone.tries = proxy.address, 1
        assert phone.once("PUT", *visit_request(phone, sealed)) is None
    until(lambda: count(Submission) == 1, what="the server's own work")
    reply = somewhere.phone(app, address).send(sealed)
    assert (reply.status, sealed.is_received(reply.receipt)) == (200, True)
    assert is_kept_once(sealed)


def visit_request(phone: Phone, sealed: Sealed) -> tuple[str, bytes, dict[str, str]]:
    headers = {"Content-Type": "application/json", "Upload-Sha256": sealed.sha256, "Sent-At": now().isoformat()}
    return f"/api/v1/visits/{sealed.visit}", sealed.body, headers


@pytest.mark.parametrize("years", [-2, 2])
def test_a_wrong_clock_is_written_down_and_never_refused(app: Flask, address: str, years: int) -> None:
    somewhere = field()
    phone = somewhere.phone(app, address, clock=timedelta(days=365 * years))
    sealed = somewhere.sealed(at=phone.now())
    assert phone.send(sealed).status == 201
    assert submission_of(sealed).clock_offset_seconds == pytest.approx(years * 365 * 86400, abs=60)
    left_at = db.session.get_one(Visit, UUID(sealed.visit)).left_at
    assert left_at is not None
    assert abs(now() - timedelta(minutes=5) - left_at) < timedelta(minutes=1)


def test_other_content_under_the_same_key_is_kept_beside_it(app: Flask, address: str) -> None:
    somewhere = field()
    phone = somewhere.phone(app, address)
    first = somewhere.sealed()
    other = seal(somewhere.assignments[0].id, somewhere.version.id, {**RAW, "q-words": ["Another"]}, visit=first.visit)
    assert phone.send(first).status == 201
    assert [phone.send(other).receipt["state"] for _ in range(2)] == ["conflict", "conflict"]
    assert (count(Submission), count(Conflict)) == (1, 1)
    assert is_kept_once(first)


def test_own_foreign_withdrawn_and_unknown_assignments_answer_alike(app: Flask, address: str) -> None:
    somewhere, foreign = field(2), field()
    assignments.withdraw(somewhere.assignments[1], somewhere.shopper.id, "The store closed down.")
    version = somewhere.version.id
    asked = [somewhere.assignments[1].id, foreign.assignments[0].id, new_id()]
    queue = [seal(assignment, version, RAW) for assignment in asked]
    phone = somewhere.phone(app, address)
    replies = [phone.send(sealed) for sealed in queue]
    assert [(reply.status, reply.receipt["state"]) for reply in replies] == [(202, "under_review")] * 3
    assert len({tuple(sorted(reply.receipt)) for reply in replies}) == 1
    assert [sealed.is_received(reply.receipt) for sealed, reply in zip(queue, replies, strict=True)] == [True] * 3
    assert (count(Visit), count(Quarantined)) == (0, 3)
