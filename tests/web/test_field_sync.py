"""What a phone takes along: /field/sync."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, User, Visit
from fieldstudy.services import checklists, fieldnotes, people, photos, references, unit, visits
from fieldstudy.services.visits import drafts
from tests import factories as make

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")


def fieldworker(row: Assignment | Visit) -> User:
    user = row.fieldworker.user
    assert user is not None
    return user


def synced(sign_in: SignIn, person: User) -> dict[str, Any]:
    found: dict[str, Any] = sign_in(person).get("/field/sync").json
    return found


def only(sign_in: SignIn, row: Assignment | Visit) -> dict[str, Any]:
    [task] = synced(sign_in, fieldworker(row))["assignments"]
    found: dict[str, Any] = task
    return found


def test_a_phone_learns_whose_it_is(sign_in: SignIn) -> None:
    person = make.user(Role.SHOPPER)
    people.set_locale(person, "it")
    found = synced(sign_in, person)
    assert (found["user"], found["locale"], found["assignments"]) == (str(person.id), "it", [])


def test_only_own_assignments_come_along(sign_in: SignIn) -> None:
    mine = make.assignment()
    make.assignment()
    assert only(sign_in, mine)["id"] == str(mine.id)


def test_an_assignment_brings_its_form_by_version_method_and_language(sign_in: SignIn) -> None:
    wave = make.wave()
    version = make.version(wave.study)
    task = only(sign_in, make.assignment(wave))
    assert (task["form"], task["version"]) == (
        f"/field/forms/{version.id}/mystery_shopping/en",
        str(version.id),
    )


def test_an_older_version_that_is_in_force_again_goes_to_the_phones(sign_in: SignIn) -> None:
    wave = make.wave()
    older, newer = make.version(wave.study), make.version(wave.study)
    row = make.assignment(wave)
    assert only(sign_in, row)["version"] == str(newer.id)
    checklists.put_in_force(older)
    assert only(sign_in, row)["version"] == str(older.id)


def test_card_and_briefing_come_as_the_page_shows_them(sign_in: SignIn) -> None:
    assignment = make.assignment(scenario="You look for a jumper", briefing="Come in the afternoon")
    task = only(sign_in, assignment)
    assert assignment.store.name in task["card"]
    assert all(words in task["briefing"] for words in ("You look for a jumper", "Come in the afternoon", "5 questions"))


def test_what_stands_in_the_way_is_said(sign_in: SignIn) -> None:
    task = only(sign_in, make.assignment(make.wave(make.study(notice_on=None))))
    assert (task["may_start"], "have not been told" in task["obstacle"]) == (False, True)


def test_an_observation_comes_with_its_own_form(sign_in: SignIn) -> None:
    stance = {"gold_role": "participant_as_observer", "disclosure": "partial"}
    task = only(sign_in, make.assignment(method=Method.PARTICIPANT_OBSERVATION, **stance))
    assert task["form"].endswith("/participant_observation/en")


def test_a_draft_comes_along_as_it_was_typed(sign_in: SignIn) -> None:
    visit = make.visit()
    visits.save_draft(visit, {"q-words": ["So far"]})
    found = only(sign_in, visit)["visit"]
    assert (found["id"], found["state"], found["raw"]) == (str(visit.id), "in_field", {"q-words": ["So far"]})


def test_a_draft_stays_with_the_version_that_it_was_begun_on(sign_in: SignIn) -> None:
    visit = make.visit()
    make.version(visit.study)
    assert only(sign_in, visit)["version"] == str(visit.checklist_version_id)


def test_a_returned_visit_brings_reasons_photos_and_notes(sign_in: SignIn) -> None:
    visit = make.visit()
    photo = photos.keep(visit, "window", make.picture(), None)
    fieldnotes.jot(visit, "welcome", "Nobody looks up", make.NOON, None)
    visits.submit(visit, 1, make.GOOD, None, make.NOON)
    visits.send_back(visit, {"greeted": "Who?"}, None)
    found = only(sign_in, visit)["visit"]
    assert (found["revision"], found["reasons"]) == (2, [{"question": "greeted", "text": "Who?"}])
    assert [each["id"] for each in found["photos"]] == [str(photo.id)]
    assert [note["text"] for note in found["jottings"]] == ["Nobody looks up"]


def test_a_sent_visit_brings_its_stage_and_nothing_to_fill(sign_in: SignIn) -> None:
    task = only(sign_in, make.received())
    assert (task["visit"]["stage"], task["form"], task["briefing"]) == ("Received, being checked", None, "")


def test_a_sent_visit_says_of_which_devices_something_did_not_go_along(sign_in: SignIn) -> None:
    visit = make.visit()
    photos.keep(visit, "window", make.picture(), None)
    with unit.work(visit):
        drafts.keep(visit, make.GOOD, make.NOON, "same", 1)
        drafts.keep(visit, make.GOOD | {"q-greeted": ["no"]}, make.NOON, "other", 1)
    visits.submit(visit, 1, make.GOOD, None, make.NOON)
    found = only(sign_in, visit)["visit"]
    assert (found["unsent"], found["drafts"], found["jottings"], found["photos"]) == (["other"], [], [], [])


def test_pictures_of_the_wave_come_with_the_briefing(sign_in: SignIn) -> None:
    wave = make.wave()
    picture = references.add(wave, make.picture(), "The window", None)
    task = only(sign_in, make.assignment(wave))
    address = f"/field/references/{picture.id}"
    assert task["pictures"] == [{"id": str(picture.id), "url": address, "caption": "The window"}]
    assert f'src="{address}" alt="Picture 1"' in task["briefing"]
    assert "<figcaption>The window</figcaption>" in task["briefing"]


def test_a_person_with_other_rooms_finds_the_way_there(sign_in: SignIn) -> None:
    person = make.user(Role.SHOPPER, email="both@example.org")
    make.user(Role.REVIEWER, email="both@example.org")
    db.session.expire_all()
    assert 'href="/desk/' in synced(sign_in, person)["rooms"]


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_the_same_queries_however_much_it_is(sign_in: SignIn, count: int) -> None:
    who, wave = make.user(Role.SHOPPER), make.wave()
    for _ in range(count):
        visits.send_back(make.received(make.assignment(wave, who)), {"greeted": "Why?"}, None)
    assert queries_of(sign_in(who), "/field/sync") == 9


def queries_of(client: FlaskClient, path: str) -> int:
    """Person with memberships, assignments, visits, reasons, versions, drafts, photos, jottings, pictures."""
    seen: list[str] = []
    db.session.remove()

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    db.event.listen(db.engine, "before_cursor_execute", note)
    client.get(path)
    db.event.remove(db.engine, "before_cursor_execute", note)
    return len([statement for statement in seen if statement.startswith("SELECT")])


def test_the_questions_come_along_with_the_briefing(sign_in: SignIn) -> None:
    """So that they can be read without a connection before the visit begins."""
    question = next(iter(make.small_checklist().questions)).label.say("en", "it")
    assert question in only(sign_in, make.assignment())["briefing"]
