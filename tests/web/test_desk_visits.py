"""One visit on the reviewer's desk: what it shows, and what is decided about it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.core.access import Role
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import ReturnReason, User, Visit
from fieldstudy.services import fieldnotes, photos, releases, unit, visits
from tests import factories as make

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")


def reviewer(visit: Visit) -> User:
    return make.user(Role.REVIEWER, visit.wave.study.client, email=f"reviewer-{visit.id}@example.org")


def open_page(sign_in: SignIn, visit: Visit) -> str:
    return sign_in(reviewer(visit)).get(f"/desk/visits/{visit.id}").text


def act(sign_in: SignIn, visit: Visit, verb: str, follow: bool = False, **fields: Any) -> TestResponse:
    who = db.session.scalar(db.select(User).where(User.email == f"reviewer-{visit.id}@example.org"))
    client = sign_in(who or reviewer(visit))
    address = f"/desk/visits/{visit.id}/{verb}"
    return client.post(address, data={"seen": make.mark_of(visit), **fields}, follow_redirects=follow)


def state_of(visit: Visit) -> State:
    db.session.expire_all()
    return visit.state


def sent_back(**raw: list[str]) -> Visit:
    """Received, sent back with a reason, and sent again with these answers changed."""
    visit = make.received()
    visits.send_back(visit, {"greeted": "Please look again."}, None)
    visits.submit(visit, 2, {**make.GOOD, **raw}, None, make.NOON + timedelta(days=1))
    return visit


def test_answers_stand_with_their_points(sign_in: SignIn) -> None:
    page = open_page(sign_in, make.received(raw={"q-greeted": ["yes"], "q-receipt": ["no"]}))
    assert ("1 / 1" in page, "0 / 1" in page, "1 of 2 points" in page) == (True, True, True)


def test_a_visit_lasts_from_entry_to_exit(sign_in: SignIn) -> None:
    """The form was open for half an hour and more; the store was left after twenty minutes."""
    stay = {"entered_at": ["2026-03-02T13:05"], "left_at": ["2026-03-02T13:25"]}
    page = open_page(sign_in, make.received(raw=make.GOOD | stay))
    assert ("Entered the store" in page, "In the store for" in page, "20\xa0min" in page) == (True, True, True)


def test_without_an_entry_no_duration_is_stated(sign_in: SignIn) -> None:
    page = open_page(sign_in, make.received(raw=make.GOOD | {"left_at": ["2026-03-02T13:25"]}))
    assert ("Left the store" in page, "In the store for" in page, "Lasted" in page) == (True, False, False)


def test_a_question_that_did_not_apply_is_said(sign_in: SignIn) -> None:
    page = open_page(sign_in, make.received(raw={"q-greeted": ["yes"], "q-receipt": ["na"]}))
    assert "not applicable" in page


def test_a_comment_is_shown_and_escaped(sign_in: SignIn) -> None:
    page = open_page(sign_in, make.received(raw={"q-greeted": ["yes"], "c-greeted": ["<b>warm</b> welcome"]}))
    assert "&lt;b&gt;warm&lt;/b&gt; welcome" in page


def test_a_jotting_stands_beside_its_touchpoint(sign_in: SignIn) -> None:
    visit = make.visit()
    fieldnotes.jot(visit, "till", "Two people left the queue.", make.NOON, None)
    visits.submit(visit, 1, make.GOOD, None, make.NOON)
    page = open_page(sign_in, visit)
    assert page.index('id="s-till"') < page.index("Two people left the queue.")


def test_an_answer_that_a_revision_changed_is_struck_through(sign_in: SignIn) -> None:
    page = open_page(sign_in, sent_back(**{"q-greeted": ["no"]}))
    assert ("<del>yes</del>" in page, "Please look again." in page) == (True, True)


def test_an_answer_that_stayed_is_not_struck_through(sign_in: SignIn) -> None:
    assert "<del>" not in open_page(sign_in, sent_back())


def test_content_that_came_twice_is_shown_side_by_side(sign_in: SignIn) -> None:
    visit = make.received()
    visits.submit(visit, 1, {**make.GOOD, "c-greeted": ["The other version"]}, None)
    page = open_page(sign_in, visit)
    assert ("This arrived twice" in page, "The other version" in page) == (True, True)


def test_the_fieldworker_is_a_code_here_too(sign_in: SignIn) -> None:
    visit = make.received()
    user = visit.fieldworker.user
    assert user is not None
    visits.send_back(visit, {"": "Again, please."}, None)
    visits.submit(visit, 2, make.GOOD, user.id)
    page = open_page(sign_in, visit)
    assert (visit.fieldworker.code in page, user.name in page, user.email in page) == (True, False, False)


def test_a_returned_visit_shows_the_answers_that_came(sign_in: SignIn) -> None:
    visit = make.received()
    visits.send_back(visit, {"": "Again, please."}, None)
    page = open_page(sign_in, visit)
    assert ("1 / 1" in page, "It is with the fieldworker" in page) == (True, True)


@pytest.mark.parametrize("suffix", ["", "/small"])
def test_a_photo_is_a_file_that_can_do_nothing(sign_in: SignIn, suffix: str) -> None:
    visit = make.visit()
    photo = photos.keep(visit, "window", make.picture(), None)
    visits.submit(visit, 1, make.GOOD, None)
    answer = sign_in(reviewer(visit)).get(f"/desk/photos/{photo.id}{suffix}")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_an_erased_photo_is_said_and_not_shown(sign_in: SignIn) -> None:
    visit = make.visit()
    photo = photos.keep(visit, "window", make.picture(), None)
    visits.submit(visit, 1, make.GOOD, None)
    with unit.work():
        photos.erase_files([photo])
    page = open_page(sign_in, visit)
    assert ("1 photo was erased." in page, str(photo.id) in page) == (True, False)
    assert sign_in(reviewer(visit)).get(f"/desk/photos/{photo.id}").status_code == 404


def test_take_opens_the_review(sign_in: SignIn) -> None:
    visit = make.received()
    act(sign_in, visit, "take")
    assert state_of(visit) == State.IN_REVIEW


def test_a_returned_visit_cannot_be_taken(sign_in: SignIn) -> None:
    visit = make.received()
    visits.send_back(visit, {"": "Again, please."}, None)
    page = act(sign_in, visit, "take", follow=True).text
    assert ("That could not be done" in page, state_of(visit)) == (True, State.RETURNED)


def test_after_an_approval_comes_the_next_visit(sign_in: SignIn) -> None:
    wave = make.wave()
    first = make.received(make.assignment(wave))
    following = make.received(make.assignment(wave), at=make.NOON + timedelta(hours=1))
    answer = act(sign_in, first, "approve")
    assert (answer.status_code, state_of(first)) == (303, State.APPROVED)
    assert answer.location.endswith(str(following.id))


def test_after_the_last_visit_comes_the_queue(sign_in: SignIn) -> None:
    assert act(sign_in, make.received(), "approve").location.endswith("/desk/")


def test_approving_twice_is_told_plainly(sign_in: SignIn) -> None:
    visit = make.approved()
    page = act(sign_in, visit, "approve", follow=True).text
    assert "this visit is “approved” now" in page


def test_a_reason_goes_to_its_question(sign_in: SignIn) -> None:
    visit = make.received()
    act(sign_in, visit, "send-back", **{"reason-greeted": "Who greeted you?"})
    kept = db.session.scalars(db.select(ReturnReason)).one()
    assert (kept.question, kept.text, kept.revision) == ("greeted", "Who greeted you?", 2)


def test_sending_back_needs_a_reason(sign_in: SignIn) -> None:
    visit = make.received()
    answer = act(sign_in, visit, "send-back", **{"reason-greeted": "  "})
    assert (answer.status_code, state_of(visit)) == (422, State.RECEIVED)
    assert "Write at least one reason" in answer.text


def test_nothing_typed_is_lost_when_a_reason_is_too_long(sign_in: SignIn) -> None:
    fields = {"reason-greeted": "x" * 10_001, "reason-receipt": "Which receipt?"}
    answer = act(sign_in, make.received(), "send-back", **fields)
    assert (answer.status_code, "Which receipt?" in answer.text, "x" * 10_001 in answer.text) == (422, True, True)


def test_setting_aside_keeps_the_reason(sign_in: SignIn) -> None:
    visit = make.received()
    act(sign_in, visit, "set-aside", state="excluded", reason="Sent from another shop.")
    assert (state_of(visit), visit.state_reason) == (State.EXCLUDED, "Sent from another shop.")


@pytest.mark.parametrize("fields", [{"state": "held"}, {"reason": "why"}, {"state": "approved", "reason": "why"}])
def test_setting_aside_needs_what_and_why(sign_in: SignIn, fields: dict[str, str]) -> None:
    visit = make.received()
    assert (act(sign_in, visit, "set-aside", **fields).status_code, state_of(visit)) == (422, State.RECEIVED)


def test_a_held_visit_goes_back_into_the_queue(sign_in: SignIn) -> None:
    visit = make.received()
    visits.set_aside(visit, State.HELD, "look twice", None)
    act(sign_in, visit, "release")
    assert state_of(visit) == State.RECEIVED


def test_a_second_visit_says_why_it_is_held(sign_in: SignIn) -> None:
    assignment = make.assignment()
    make.received(assignment)
    second = visits.start(assignment, make.new_id(), None, make.NOON)
    visits.submit(second, 1, make.GOOD, None)
    assert "another visit of the same assignment had arrived" in open_page(sign_in, second)


def test_a_released_visit_says_that_its_figures_are_frozen(sign_in: SignIn) -> None:
    visit = make.approved()
    releases.release(visit.wave)
    assert "it leaves them with the next edition" in open_page(sign_in, visit)


def test_a_released_visit_can_be_set_aside(sign_in: SignIn) -> None:
    visit = make.approved()
    releases.release(visit.wave)
    act(sign_in, visit, "set-aside", state="excluded", reason="another store")
    assert state_of(visit) == State.EXCLUDED


def test_a_coordinator_of_the_client_does_not_decide(sign_in: SignIn) -> None:
    visit = make.received()
    coordinator = make.user(Role.COORDINATOR, visit.wave.study.client)
    answer = sign_in(coordinator).post(f"/desk/visits/{visit.id}/approve")
    assert (answer.status_code, state_of(visit)) == (404, State.RECEIVED)
