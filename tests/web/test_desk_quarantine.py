"""Visits that could not be recorded, and visits that came twice, on the desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Conflict, Quarantined, User, Visit
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import assignments, quarantine, sendings, visits
from tests import factories as make
from tests import phone
from tests.phone import Sealed
from tests.web.door import Scene, scene

SignIn = Callable[[User], FlaskClient]
DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")


def send(world: Scene, sealed: Sealed, clock: timedelta = timedelta()) -> None:
    sendings.receive(world.person.id, phone.UUID(sealed.visit), sealed.body, sealed.sha256, now() + clock)


def reviewer(world: Scene) -> User:
    return make.user(Role.REVIEWER, world.version.study.client)


def doubtful(world: Scene, raw: dict[str, list[str]] | None = None) -> Quarantined:
    """Its required question is not answered."""
    send(world, world.seal({"q-words": ["Nobody spoke."]} if raw is None else raw))
    return db.session.scalars(db.select(Quarantined)).one()


def test_the_list_says_who_and_why(sign_in: SignIn) -> None:
    world = scene()
    doubtful(world)
    page = sign_in(reviewer(world)).get("/desk/under-review").text
    told = (world.assignment.store.name in page, world.assignment.fieldworker.code in page)
    assert (*told, "Some answers break a rule" in page) == (True, True, True)


def test_the_desk_leads_there(sign_in: SignIn) -> None:
    world = scene()
    doubtful(world)
    assert "1 visit was sent and could not be recorded" in sign_in(reviewer(world)).get("/desk/").text


def test_the_studies_lead_there(sign_in: SignIn) -> None:
    world = scene()
    doubtful(world)
    client = sign_in(make.user(Role.COORDINATOR, world.version.study.client))
    assert "1 visit was sent and could not be recorded" in client.get("/studio/").text


def test_its_answers_can_be_read(sign_in: SignIn) -> None:
    world = scene()
    row = doubtful(world)
    page = sign_in(reviewer(world)).get(f"/desk/under-review/{row.id}").text
    assert ("Nobody spoke." in page, "greeted" in page, "take-in" in page) == (True, True, True)


def test_a_name_is_shown_to_no_reviewer(sign_in: SignIn) -> None:
    world = scene()
    row = doubtful(world)
    assert world.person.name not in sign_in(reviewer(world)).get(f"/desk/under-review/{row.id}").text


def test_what_belongs_to_no_client_is_for_the_administrator(sign_in: SignIn) -> None:
    world = scene()
    send(world, phone.seal(new_id(), world.version.id, make.GOOD))
    pages = [sign_in(who).get("/desk/under-review").text for who in (reviewer(world), make.user(Role.ADMIN))]
    assert ["Unknown store" in page for page in pages] == [False, True]


def test_an_administrator_reads_no_visit_of_any_client(sign_in: SignIn) -> None:
    world = scene()
    row = doubtful(world)
    client = sign_in(make.user(Role.ADMIN))
    assert world.assignment.store.name not in client.get("/desk/under-review").text
    assert client.get(f"/desk/under-review/{row.id}").status_code == 404
    for act in ("take-in", "set-aside"):
        assert client.post(f"/desk/under-review/{row.id}/{act}", data={"reason": "x"}).status_code == 404


def test_of_what_belongs_to_no_client_the_text_stays_closed(sign_in: SignIn) -> None:
    world = scene()
    send(world, phone.seal(new_id(), world.version.id, {**make.GOOD, "q-words": ["She wore a red coat"]}))
    row = db.session.scalars(db.select(Quarantined).order_by(Quarantined.received_at.desc())).first()
    page = sign_in(make.user(Role.ADMIN)).get(f"/desk/under-review/{row.id}").text
    assert ("red coat" in page, "do not read visits" in page, "set-aside" in page) == (False, True, True)


def test_taking_in_says_what_still_stands_in_the_way(sign_in: SignIn) -> None:
    world = scene()
    row = doubtful(world)
    answer = sign_in(reviewer(world)).post(f"/desk/under-review/{row.id}/take-in")
    assert (answer.status_code, "What stands in the way now" in answer.text) == (409, True)


def test_taking_in_leads_to_the_visit(sign_in: SignIn) -> None:
    world = scene()
    study = world.version.study
    study.staff_notice_on = None
    db.session.commit()
    row = doubtful(world, make.GOOD)
    study.staff_notice_on = make.TODAY
    db.session.commit()
    answer = sign_in(reviewer(world)).post(f"/desk/under-review/{row.id}/take-in")
    assert (answer.status_code, str(row.visit_id) in answer.location) == (303, True)


def test_setting_aside_needs_a_reason(sign_in: SignIn) -> None:
    world = scene()
    row = doubtful(world)
    client = sign_in(reviewer(world))
    answers = [client.post(f"/desk/under-review/{row.id}/set-aside", data={"reason": r}) for r in ("", "A test")]
    assert [answer.status_code for answer in answers] == [422, 303]
    assert "Nothing is waiting here." in client.get("/desk/under-review").text


def test_a_reason_of_spaces_is_no_reason(sign_in: SignIn) -> None:
    row = doubtful(world := scene())
    reply = sign_in(reviewer(world)).post(f"/desk/under-review/{row.id}/set-aside", data={"reason": "  "})
    assert (reply.status_code, "Write why" in reply.text) == (422, True)


@pytest.mark.parametrize("typed", ["It is the same as the one of Monday", "x" * 10_001])
def test_a_reason_is_kept_where_somebody_was_quicker(sign_in: SignIn, typed: str) -> None:
    row = doubtful(world := scene())
    client = sign_in(reviewer(world))
    quarantine.set_aside(row, "A test", world.person.id)
    reply = client.post(f"/desk/under-review/{row.id}/set-aside", data={"reason": typed})
    assert (reply.status_code, "Somebody has decided about it already" in reply.text) == (409, True)
    assert ("What you had written" in reply.text, typed in reply.text) == (True, True)
    assert "What you had written" not in client.get(f"/desk/under-review/{row.id}").text


def test_nothing_is_said_to_have_been_written_where_nothing_was(sign_in: SignIn) -> None:
    row = doubtful(world := scene())
    quarantine.set_aside(row, "A test", world.person.id)
    client = sign_in(reviewer(world))
    for verb, fields in (("take-in", {}), ("set-aside", {"reason": ""})):
        reply = client.post(f"/desk/under-review/{row.id}/{verb}", data=fields)
        assert (reply.status_code, "Somebody has decided about it already" in reply.text) == (409, True)
        assert "What you had written" not in reply.text


def conflicted(world: Scene) -> tuple[Visit, Conflict]:
    sealed = world.seal()
    send(world, sealed)
    send(world, world.seal({**make.GOOD, "q-receipt": ["yes"]}, visit=sealed.visit))
    return db.session.get(Visit, phone.UUID(sealed.visit)), db.session.scalars(db.select(Conflict)).one()


@pytest.mark.parametrize(("act", "said"), [("use", "came later holds now"), ("keep-first", "that holds stays")])
def test_a_reviewer_chooses_between_two_versions(sign_in: SignIn, act: str, said: str) -> None:
    world = scene()
    visit, conflict = conflicted(world)
    client = sign_in(reviewer(world))
    before = client.get("/desk/").text
    seen = {"seen": make.mark_of(visit)}
    page = client.post(f"/desk/conflicts/{conflict.id}/{act}", data=seen, follow_redirects=True).text
    assert ("1 visit arrived twice" in before, said in page, "A person chose" in page) == (True, True, True)
    assert "arrived twice" not in client.get("/desk/").text


def test_a_decided_visit_is_not_exchanged(sign_in: SignIn) -> None:
    world = scene()
    visit, conflict = conflicted(world)
    visits.approve(visit, None)
    client = sign_in(reviewer(world))
    seen = {"seen": make.mark_of(visit)}
    page = client.post(f"/desk/conflicts/{conflict.id}/use", data=seen, follow_redirects=True).text
    assert ("not possible any more" in page, "Use the other version" in page) == (True, False)


def review_page(sign_in: SignIn, world: Scene, sealed: Sealed, **sending: Any) -> str:
    send(world, sealed, **sending)
    return sign_in(reviewer(world)).get(f"/desk/visits/{sealed.visit}").text


def test_a_wrong_clock_is_told(sign_in: SignIn) -> None:
    world = scene()
    at = phone.datetime.now(phone.UTC) + timedelta(hours=2)
    page = review_page(sign_in, world, world.seal(at=at), clock=timedelta(hours=2))
    assert "2 hours ahead" in page


def test_each_answer_says_when_it_was_given(sign_in: SignIn) -> None:
    world = scene()
    page = review_page(sign_in, world, world.seal())
    assert page.count("in the store</span>") == 2


def test_a_closed_store_is_told(sign_in: SignIn) -> None:
    world = scene()
    page = review_page(sign_in, world, world.seal({}, outcome="store_closed"))
    assert ("The store was closed." in page, "no answer" in page) == (True, False)


def test_a_closed_store_is_approved_like_any_visit(sign_in: SignIn) -> None:
    world = scene()
    sealed = world.seal({}, outcome="store_closed")
    send(world, sealed)
    visit = db.session.get(Visit, phone.UUID(sealed.visit))
    sign_in(reviewer(world)).post(f"/desk/visits/{sealed.visit}/approve", data={"seen": make.mark_of(visit)})
    db.session.expire_all()
    assert visit.state == State.APPROVED


def test_a_visit_of_a_withdrawn_assignment_can_be_taken_in_all_the_same(sign_in: SignIn) -> None:
    world = scene()
    assignments.withdraw(world.assignment, world.person.id, "Too late")
    send(world, world.seal(make.GOOD))
    row = db.session.scalars(db.select(Quarantined)).one()
    client = sign_in(reviewer(world))
    assert "withdrawal of its assignment is taken back" in client.get(f"/desk/under-review/{row.id}").text
    client.post(f"/desk/under-review/{row.id}/take-in")
    db.session.rollback()
    assert [visit.state for visit in db.session.scalars(db.select(Visit))] == [State.RECEIVED]


def test_a_withdrawal_stands_while_something_else_is_in_the_way(sign_in: SignIn) -> None:
    world = scene()
    assignments.withdraw(world.assignment, world.person.id, "Too late")
    row = doubtful(world)
    answer = sign_in(reviewer(world)).post(f"/desk/under-review/{row.id}/take-in")
    db.session.expire_all()
    assert (answer.status_code, world.assignment.state) == (409, State.VOID)


def unreadable(world: Scene, of: Scene | None = None) -> Quarantined:
    """Its assignment can still be read; `of`: whose it is."""
    send(world, (of or world).seal(sequence=1.5))
    return db.session.scalars(db.select(Quarantined).order_by(Quarantined.id.desc())).first()


def test_what_cannot_be_read_but_names_an_assignment_is_for_the_reviewers_of_its_client(sign_in: SignIn) -> None:
    world = scene()
    row = unreadable(world)
    client = sign_in(reviewer(world))
    page = client.get("/desk/under-review").text
    assert (row.reason, str(row.id) in page, world.assignment.store.name in page) == ("malformed", True, True)
    assert "cannot be read as a visit" in client.get(f"/desk/under-review/{row.id}").text


def test_what_cannot_be_read_is_not_for_a_client_for_which_its_sender_does_not_work(sign_in: SignIn) -> None:
    world, other = scene(), scene()
    row = unreadable(world, other)
    assert row.client_id is None
    for who in (reviewer(world), reviewer(other)):
        assert sign_in(who).get(f"/desk/under-review/{row.id}").status_code == 404
    assert sign_in(make.user(Role.ADMIN)).get(f"/desk/under-review/{row.id}").status_code == 200


def test_a_reviewer_is_told_how_many_belong_to_no_client(sign_in: SignIn) -> None:
    world, other = scene(), scene()
    for _ in range(2):
        send(world, phone.seal(new_id(), world.version.id, make.GOOD))
    ours, theirs, admin = (
        sign_in(who).get("/desk/under-review").text for who in (reviewer(world), reviewer(other), make.user(Role.ADMIN))
    )
    said = "do not say for which client they are. Only an administrator sees them"
    assert [said in page for page in (ours, theirs, admin)] == [True, False, False]
    assert ("2 more visits" in ours, admin.count("Unknown store")) == (True, 2)


def test_every_kept_body_is_on_a_page_of_the_list(sign_in: SignIn) -> None:
    world = scene()
    ids = {str(unreadable(world).id) for _ in range(103)}
    client = sign_in(reviewer(world))
    pages = [client.get(f"/desk/under-review?page={number}").text for number in (1, 2, 3)]
    assert {id for id in ids if any(id in page for page in pages)} == ids
    assert 'href="/desk/under-review?page=2"' in pages[0]


def test_what_was_decided_is_still_found(sign_in: SignIn) -> None:
    world = scene()
    row = doubtful(world)
    client = sign_in(reviewer(world))
    client.post(f"/desk/under-review/{row.id}/set-aside", data={"reason": "A test"})
    page = client.get("/desk/under-review?state=decided").text
    assert (str(row.id) in page, "It was set aside, and is kept." in page) == (True, True)
    assert 'href="/desk/under-review"' in client.get("/desk/").text
