"""What a phone sends: received once, or kept until a person decides."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from fieldstudy.core.access import Role
from fieldstudy.core.drafts import PAGE
from fieldstudy.core.lifecycle import Outcome, State
from fieldstudy.core.sealed import Doubt
from fieldstudy.extensions import db
from fieldstudy.models import (
    AnswerRow,
    Conflict,
    Draft,
    Job,
    Jotting,
    JournalLine,
    Medium,
    Photo,
    Quarantined,
    ScoreRow,
    Submission,
    Visit,
)
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import assignments, media, photos, purge, quarantine, sendings, visits
from fieldstudy.services.sendings import Receipt, Standing
from tests import factories as make
from tests import phone
from tests.phone import Sealed, Snapshot
from tests.web.door import Scene, scene

pytestmark = pytest.mark.usefixtures("app")
HOUR = timedelta(hours=1)


def count(table: type) -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(table)) or 0


def send(world: Scene, sealed: Sealed, clock: timedelta = timedelta()) -> Receipt:
    return sendings.receive(world.person.id, sealed_id(sealed), sealed.body, sealed.sha256, now() + clock)


def sealed_id(sealed: Sealed) -> Any:
    return phone.UUID(sealed.visit)


def upload(world: Scene, photo: Snapshot) -> None:
    media.put_whole(world.person.id, phone.UUID(photo.id), photo.content, photo.sha256)


def doubt(world: Scene, sealed: Sealed) -> str:
    assert send(world, sealed).standing == Standing.UNDER_REVIEW
    return db.session.scalars(db.select(Quarantined.reason).order_by(Quarantined.id.desc())).first()


def stored(sealed: Sealed) -> Visit:
    return db.session.get(Visit, sealed_id(sealed))


def test_a_visit_that_the_server_never_saw_begins_and_arrives() -> None:
    world = scene()
    sealed = world.seal()
    send(world, sealed)
    visit = stored(sealed)
    assert (visit.state, world.assignment.state, str(db.session.get(ScoreRow, visit.id).final)) == (
        State.RECEIVED,
        State.ACCEPTED,
        "0.5",
    )


def test_one_sending_writes_one_line() -> None:
    world = scene()
    before = count(JournalLine)
    send(world, world.seal())
    assert count(JournalLine) == before + 1


def test_an_answer_keeps_when_it_was_given() -> None:
    world = scene()
    at = datetime.now(phone.UTC)
    send(world, world.seal(at=at))
    given = db.session.scalars(db.select(AnswerRow.given_at).where(AnswerRow.question == "greeted")).one()
    assert abs(given - (at - timedelta(minutes=20))) < timedelta(milliseconds=2)


@pytest.mark.parametrize("hours", [2, -2, 24 * 730])
def test_a_wrong_clock_is_recorded_and_set_right(hours: int) -> None:
    world = scene()
    at = datetime.now(phone.UTC)
    sealed = world.seal(at=at + hours * HOUR)
    send(world, sealed, clock=hours * HOUR)
    offset = db.session.scalars(db.select(Submission.clock_offset_seconds)).one()
    assert abs(offset - hours * 3600) <= 2
    assert abs(stored(sealed).started_at - (at - timedelta(minutes=30))) < timedelta(seconds=5)


def test_a_small_drift_changes_no_time() -> None:
    world = scene()
    at = datetime.now(phone.UTC).replace(microsecond=0)
    sealed = world.seal(at=at)
    send(world, sealed, clock=timedelta(seconds=90))
    assert stored(sealed).started_at == at - timedelta(minutes=30)


def test_entry_and_exit_come_with_the_visit() -> None:
    world = scene()
    send(world, world.seal())
    stay = db.session.scalars(db.select(Visit)).one().stay
    assert stay.duration == timedelta(minutes=20)


def test_a_phone_that_knows_of_no_entry_is_taken_in() -> None:
    """As version 0.3.0 seals it."""
    world = scene()
    content = json.loads(world.seal().body)
    del content["entered_at"]
    body = phone.canonical(content)
    assert send(world, Sealed(content["visit"], body, ())).standing == Standing.RECEIVED
    stay = db.session.scalars(db.select(Visit)).one().stay
    assert (stay.entered_at, stay.left_at is None, stay.duration) == (None, False, None)


def test_an_exit_before_the_entry_is_a_doubt() -> None:
    world = scene()
    assert doubt(world, world.seal(left_at=phone.iso(now() - timedelta(minutes=26)))) == Doubt.HAS_PROBLEMS


def test_a_time_that_was_taken_back_is_gone_with_the_revision() -> None:
    world = scene()
    sealed = world.seal()
    send(world, sealed)
    visit = db.session.scalars(db.select(Visit)).one()
    visits.send_back(visit, {"": "Again."}, None)
    send(world, world.seal(visit=sealed.visit, revision=2, left_at=None))
    db.session.refresh(visit)
    assert (visit.entered_at is None, visit.left_at) == (False, None)


def test_fifty_at_once_make_one_visit_and_equal_receipts(app: Flask) -> None:
    world = scene()
    sealed = world.seal()
    user_id, visit_id = world.person.id, sealed_id(sealed)

    def put(_: int) -> tuple[Any, ...]:
        with app.app_context():
            found = sendings.receive(user_id, visit_id, sealed.body, sealed.sha256, None)
            return found.sha256, found.received_at, found.standing

    with ThreadPoolExecutor(8) as pool:
        receipts = set(pool.map(put, range(50)))
    assert (len(receipts), count(Visit), count(Submission), count(Quarantined)) == (1, 1, 1, 0)


def test_fifty_at_once_make_one_quarantined_row(app: Flask) -> None:
    world = scene()
    sealed = phone.seal(new_id(), world.version.id, make.GOOD)
    user_id, visit_id = world.person.id, sealed_id(sealed)

    def put(_: int) -> Any:
        with app.app_context():
            return sendings.receive(user_id, visit_id, sealed.body, sealed.sha256, None).received_at

    with ThreadPoolExecutor(8) as pool:
        receipts = set(pool.map(put, range(50)))
    assert (len(receipts), count(Quarantined), count(Visit)) == (1, 1, 0)


def test_photos_are_claimed_and_a_worker_is_asked() -> None:
    world, photo = scene(), Snapshot("window", b"bytes")
    upload(world, photo)
    sealed = world.seal(photos=[photo])
    assert send(world, sealed).media == {photo.id: photo.sha256}
    medium, job = db.session.scalars(db.select(Medium)).one(), db.session.scalars(db.select(Job)).one()
    assert (medium.visit_id, medium.question, job.kind) == (sealed_id(sealed), "window", "picture")
    assert job.payload == {"user": str(world.person.id), "medium": photo.id}


def test_photos_that_are_not_here_are_asked_for() -> None:
    world, photo = scene(), Snapshot("window", b"bytes")
    with pytest.raises(sendings.MediaAreMissing) as missing:
        send(world, world.seal(photos=[photo]))
    assert [str(id) for id in missing.value.ids] == [photo.id]
    assert count(Visit) == 0


def test_a_jotting_is_kept_once() -> None:
    world = scene()
    jotting = {"id": str(new_id()), "section": "till", "text": "A queue of nine.", "at": "2026-03-02T12:00:00Z"}
    sealed = world.seal(jottings=[jotting])
    send(world, sealed)
    visits.send_back(stored(sealed), {"": "Refresh."}, None)
    send(world, world.seal(visit=sealed.visit, revision=2, jottings=[jotting]))
    assert [(j.section, j.text) for j in db.session.scalars(db.select(Jotting))] == [("till", "A queue of nine.")]


def test_a_returned_visit_comes_back_as_revision_two() -> None:
    world = scene()
    sealed = world.seal()
    send(world, sealed)
    visits.send_back(stored(sealed), {"receipt": "Really?"}, None)
    send(world, world.seal({**make.GOOD, "q-receipt": ["yes"]}, visit=sealed.visit, revision=2))
    assert (stored(sealed).state, str(db.session.get(ScoreRow, stored(sealed).id).final), count(Draft)) == (
        State.RECEIVED,
        "1",
        0,
    )


def test_a_removed_photo_is_gone_with_the_revision() -> None:
    world = scene()
    visit = visits.start(world.assignment, new_id(), None)
    photo = photos.keep(visit, "window", make.picture(), None)
    send(world, world.seal(visit=str(visit.id), removed=[str(photo.id)]))
    db.session.refresh(photo)
    assert photo.removed_at is not None


def test_a_second_visit_of_one_assignment_is_held() -> None:
    world = scene()
    first, second = world.seal(), world.seal()
    send(world, first)
    send(world, second)
    assert (stored(first).state, stored(second).state) == (State.RECEIVED, State.HELD)


def test_a_visit_keeps_the_version_that_it_was_filled_with() -> None:
    world = scene()
    make.version(world.version.study), make.version(world.version.study)
    sealed = world.seal()
    send(world, sealed)
    assert stored(sealed).checklist_version_id == world.version.id


def test_a_closed_store_asks_nothing_and_has_no_score() -> None:
    world = scene()
    sealed = world.seal({}, outcome="store_closed")
    send(world, sealed)
    visit = stored(sealed)
    assert (visit.outcome, visit.state, count(AnswerRow)) == (Outcome.STORE_CLOSED, State.RECEIVED, 0)
    assert db.session.get(ScoreRow, visit.id).final is None


def test_a_missing_assignment_is_a_doubt() -> None:
    world = scene()
    sealed = phone.seal(new_id(), world.version.id, make.GOOD)
    assert doubt(world, sealed) == Doubt.UNKNOWN_ASSIGNMENT


def test_a_foreign_assignment_is_a_doubt() -> None:
    world, other = scene(), scene()
    assert doubt(world, other.seal()) == Doubt.FOREIGN_ASSIGNMENT
    assert db.session.scalars(db.select(Quarantined.client_id)).one() is None


def test_a_withdrawn_assignment_is_a_doubt_of_its_client() -> None:
    world = scene()
    assignments.withdraw(world.assignment, world.person.id, "Store closed for good")
    assert doubt(world, world.seal()) == Doubt.WITHDRAWN_ASSIGNMENT
    assert db.session.scalars(db.select(Quarantined.client_id)).one() == world.assignment.client_id


def test_a_foreign_visit_is_a_doubt() -> None:
    world = scene()
    assert doubt(world, world.seal(visit=str(make.visit().id))) == Doubt.FOREIGN_VISIT


def test_a_visit_before_the_staff_notice_is_a_doubt() -> None:
    study = make.study(notice_on=None)
    version, person = make.version(study), make.user(Role.SHOPPER, study.client)
    world = Scene(person, make.assignment(make.wave(study), person), version)
    assert doubt(world, world.seal()) == Doubt.MAY_NOT_START


def test_a_version_of_another_study_is_a_doubt() -> None:
    world = scene()
    other = make.version(make.study())
    assert doubt(world, world.seal(version=str(other.id))) == Doubt.UNKNOWN_VERSION


def test_a_revision_that_nobody_opened_is_a_doubt() -> None:
    world = scene()
    sealed = world.seal()
    send(world, sealed)
    visits.send_back(stored(sealed), {"": "Refresh."}, None)
    assert doubt(world, world.seal(visit=sealed.visit, revision=3)) == Doubt.OTHER_REVISION


def test_a_void_visit_is_closed() -> None:
    world = scene()
    visit = visits.start(world.assignment, new_id(), None)
    visits.set_aside(visit, State.VOID, "A test", None)
    assert doubt(world, world.seal(visit=str(visit.id))) == Doubt.CLOSED


def test_answers_that_break_a_rule_are_a_doubt() -> None:
    world = scene()
    assert doubt(world, world.seal({"q-receipt": ["yes"]})) == Doubt.HAS_PROBLEMS
    assert count(Visit) == 0


BOTH = {**make.GOOD, "q-wait": ["4:30"], "na-wait": ["1"]}
"""As phones of 0.3.0 sealed it: N/A beside a time."""


def waits(visit: Visit) -> list[tuple[str, bool]]:
    query = db.select(AnswerRow.value, AnswerRow.is_na).where(AnswerRow.visit_id == visit.id)
    return [tuple(row) for row in db.session.execute(query.where(AnswerRow.question == "wait"))]


def test_an_older_phone_that_sealed_a_time_beside_na_is_received_with_na_and_its_bytes_are_kept() -> None:
    world = scene()
    sealed = world.seal(BOTH)
    assert send(world, sealed).standing == Standing.RECEIVED
    content = db.session.scalars(db.select(Submission)).one().content
    assert (waits(stored(sealed)), content["raw"]["q-wait"]) == ([("", True)], ["4:30"])


def test_a_version_with_a_time_beside_na_can_be_chosen() -> None:
    world = scene()
    sealed = world.seal()
    send(world, sealed)
    send(world, world.seal(BOTH, visit=sealed.visit))
    visit = stored(sealed)
    visits.use_other(visit, db.session.scalars(db.select(Conflict)).one(), world.person.id)
    assert waits(visit) == [("", True)]


@pytest.mark.parametrize(
    "fields",
    [{"revision": 0}, {"raw": []}, {"started_at": "soon"}, {"photos": [{}]}, {"outcome": "lost"}, {"sequence": 1.5}],
)
def test_another_shape_is_a_doubt(fields: dict[str, Any]) -> None:
    world = scene()
    content = json.loads(world.seal().body) | fields
    body = json.dumps(content).encode()
    assert doubt(world, Sealed(content["visit"], body)) == Doubt.MALFORMED


def test_the_same_again_under_review_is_one_row_and_one_receipt() -> None:
    world = scene()
    sealed = phone.seal(new_id(), world.version.id, make.GOOD)
    first, again = send(world, sealed), send(world, sealed)
    assert (first.received_at == again.received_at, again.is_replay, count(Quarantined)) == (True, True, 1)


def test_the_quarantine_of_one_person_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "PERSON_OPEN_LIMIT", 1)
    world = scene()
    send(world, phone.seal(new_id(), world.version.id, make.GOOD))
    with pytest.raises(sendings.QuarantineIsFull):
        send(world, phone.seal(new_id(), world.version.id, make.GOOD))


def test_what_was_in_doubt_can_be_taken_in_later() -> None:
    world = scene()
    notice = world.version.study.staff_notice_on
    world.version.study.staff_notice_on = None
    db.session.commit()
    sealed = world.seal()
    send(world, sealed)
    row = db.session.scalars(db.select(Quarantined)).one()
    assert quarantine.take_in(row, world.person.id).doubt == Doubt.MAY_NOT_START
    world.version.study.staff_notice_on = notice
    db.session.commit()
    assert quarantine.take_in(row, world.person.id) is None
    assert (stored(sealed).state, row.resolution) == (State.RECEIVED, "taken_in")


def test_what_is_set_aside_is_kept() -> None:
    world = scene()
    send(world, phone.seal(new_id(), world.version.id, make.GOOD))
    row = db.session.scalars(db.select(Quarantined)).one()
    quarantine.set_aside(row, "A test of the phone", world.person.id)
    assert (row.resolution, count(Quarantined), len(row.body) > 0) == ("set_aside", 1, True)


def conflicted(world: Scene, **other: Any) -> tuple[Visit, Conflict, Receipt]:
    sealed = world.seal()
    send(world, sealed)
    receipt = send(world, world.seal({**make.GOOD, "q-receipt": ["yes"]}, visit=sealed.visit, **other))
    return stored(sealed), db.session.scalars(db.select(Conflict)).one(), receipt


def test_another_content_under_the_same_key_is_a_conflict() -> None:
    world = scene()
    _, conflict, receipt = conflicted(world)
    assert (receipt.standing, receipt.sha256 == conflict.sha256) == (Standing.CONFLICT, True)


def test_using_the_other_version_exchanges_contents_and_score() -> None:
    world = scene()
    visit, conflict, _ = conflicted(world)
    first, other = db.session.scalars(db.select(Submission.sha256)).one(), conflict.sha256
    visits.use_other(visit, conflict, world.person.id)
    assert (db.session.scalars(db.select(Submission.sha256)).one(), conflict.sha256) == (other, first)
    db.session.expire_all()
    assert str(db.session.get(ScoreRow, visit.id).final) == "1"


def test_a_chosen_version_answers_its_phone_as_received() -> None:
    world = scene()
    visit, conflict, _ = conflicted(world)
    other = conflict.content
    visits.keep_first(visit, conflict, world.person.id)
    body = phone.canonical(other)
    assert send(world, Sealed(str(visit.id), body)).standing == Standing.RECEIVED


def test_nothing_is_exchanged_once_the_visit_is_approved() -> None:
    world = scene()
    visit, conflict, _ = conflicted(world)
    visits.approve(visit, None)
    with pytest.raises(visits.ChoiceIsLate):
        visits.use_other(visit, conflict, world.person.id)


def test_photos_follow_the_version_that_is_chosen() -> None:
    world, photo = scene(), Snapshot("window", b"bytes")
    upload(world, photo)
    visit, conflict, _ = conflicted(world, photos=[photo])
    before = db.session.scalars(db.select(Medium)).one().visit_id
    visits.use_other(visit, conflict, world.person.id)
    db.session.expire_all()
    assert (before, db.session.scalars(db.select(Medium)).one().visit_id, count(Job)) == (None, visit.id, 1)


def test_a_draft_is_backed_up_and_begins_the_visit() -> None:
    world = scene()
    visit_id = new_id()
    draft = sendings.OpenDraft(world.assignment.id, world.version.id, now(), {"q-greeted": ["yes"]})
    assert sendings.back_up(world.person.id, visit_id, draft) is True
    assert db.session.get(Draft, (visit_id, PAGE)).raw == {"q-greeted": ["yes"]}


def test_a_draft_of_somebody_elses_assignment_is_not_kept() -> None:
    world, other = scene(), scene()
    draft = sendings.OpenDraft(other.assignment.id, other.version.id, now(), {})
    assert sendings.back_up(world.person.id, new_id(), draft) is False


def test_the_purge_keeps_what_a_doubtful_visit_names() -> None:
    world = scene()
    named, idle = Snapshot("window", b"named"), Snapshot("window", b"idle")
    upload(world, named), upload(world, idle)
    send(world, phone.seal(new_id(), world.version.id, make.GOOD, [named]))
    report = purge.run(now() + timedelta(days=31))
    assert report[purge.INBOX] == 1
    assert not media.path_of(world.person.id, phone.UUID(idle.id)).exists()
    assert media.path_of(world.person.id, phone.UUID(named.id)).exists()


def test_photos_of_a_received_visit_are_not_purged() -> None:
    world, photo = scene(), Snapshot("window", b"bytes")
    upload(world, photo)
    send(world, world.seal(photos=[photo]))
    assert (purge.run(now() + timedelta(days=31))[purge.INBOX], count(Photo)) == (0, 0)
