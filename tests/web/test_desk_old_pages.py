"""Two reviewers, one visit: a decision from a page that is no longer true is refused, and nothing typed is lost."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, Conflict, Photo, User, Visit
from fieldstudy.services import releases, visits
from tests import factories as make

SignIn = Callable[[User], FlaskClient]
Deed = Callable[[Visit], Any]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")
TYPED = "Ask the shop which till it was."


def desk(sign_in: SignIn, visit: Visit) -> FlaskClient:
    return sign_in(make.user(Role.REVIEWER, visit.wave.study.client, email="second@example.org"))


def forms(page: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Address and hidden fields of what can be sent about a visit."""
    for address, inside in re.findall(r'<form[^>]*method="post" action="([^"]+)">(.*?)</form>', page, re.S):
        if "/desk/" in address:
            hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', inside)
            yield address, {name: unescape(value) for name, value in hidden}


def state_of(visit: Visit) -> State:
    db.session.rollback()  # what a request wrote shows in a new transaction alone
    db.session.expire_all()
    return visit.state


def approve(visit: Visit) -> None:
    visits.approve(visit, None)


def hold(visit: Visit) -> None:
    visits.set_aside(visit, State.HELD, "Look twice", None)


def void(visit: Visit) -> None:
    visits.set_aside(visit, State.VOID, "A test", None)


def send_back(visit: Visit) -> None:
    visits.send_back(visit, {"": "Again, please."}, None)


def correct(visit: Visit) -> None:
    """Sent back and sent again: it waits once more, with other answers."""
    send_back(visit)
    visits.submit(visit, 2, {**make.GOOD, "q-greeted": ["no"]}, None)


def exchange(visit: Visit) -> None:
    visits.use_other(visit, db.session.scalars(db.select(Conflict)).one(), None)


def come_twice(visit: Visit) -> None:
    """A second version of the same revision arrives, with other content."""
    visits.submit(visit, 1, {**make.GOOD, "c-greeted": ["The other version"]}, None)


def keep_first(visit: Visit) -> None:
    visits.keep_first(visit, db.session.scalars(db.select(Conflict)).one(), None)


def picture(visit: Visit) -> None:
    """A photo that waited on the phone arrives after the visit."""
    same = {"client_id": visit.client_id, "visit_id": visit.id, "taken_at": visit.started_at}
    size = {"width": 4, "height": 3, "size_bytes": 12}
    db.session.add(Photo(question="greeted", sha256="a" * 64, received_sha256="b" * 64, **same, **size))
    db.session.commit()


def release(visit: Visit) -> None:
    releases.release(visit.wave)


def held() -> Visit:
    visit = make.received()
    hold(visit)
    return visit


def twice() -> Visit:
    visit = make.received()
    visits.submit(visit, 1, {**make.GOOD, "c-greeted": ["The other version"]}, None)
    return visit


SENT: dict[str, dict[str, str]] = {
    "send-back": {"reason-greeted": TYPED},
    "set-aside": {"state": "void", "reason": TYPED},
}


@pytest.mark.parametrize(
    ("before", "meanwhile", "act", "after"),
    [
        (make.received, approve, "set-aside", State.APPROVED),
        (make.received, approve, "send-back", State.APPROVED),
        (make.received, hold, "set-aside", State.HELD),
        (make.received, void, "set-aside", State.VOID),
        (make.received, void, "send-back", State.VOID),
        (make.received, correct, "approve", State.RECEIVED),
        (make.received, correct, "send-back", State.RECEIVED),
        (make.approved, release, "set-aside", State.RELEASED),
        (make.approved, hold, "take", State.HELD),
        (held, void, "release", State.VOID),
        (twice, exchange, "approve", State.RECEIVED),
        (twice, exchange, "use", State.RECEIVED),
        (twice, exchange, "keep-first", State.RECEIVED),
        (twice, hold, "use", State.HELD),
        (make.received, come_twice, "approve", State.RECEIVED),
        (make.received, come_twice, "send-back", State.RECEIVED),
        (make.received, come_twice, "set-aside", State.RECEIVED),
        (twice, keep_first, "approve", State.RECEIVED),
        (make.received, picture, "approve", State.RECEIVED),
    ],
)
def test_a_decision_from_an_old_page_is_refused(
    sign_in: SignIn, before: Callable[[], Visit], meanwhile: Deed, act: str, after: State
) -> None:
    visit = before()
    client = desk(sign_in, visit)
    address, hidden = next(one for one in forms(client.get(f"/desk/visits/{visit.id}").text) if one[0].endswith(act))
    meanwhile(visit)
    comments = [answer.comment for answer in answers(visit)]
    reply = client.post(address, data={**hidden, **SENT.get(act, {})})
    assert (reply.status_code, state_of(visit)) == (409, after)
    assert [answer.comment for answer in answers(visit)] == comments
    assert "since you opened the page" in reply.text
    assert (TYPED in reply.text) == (act in SENT)


def answers(visit: Visit) -> list[Any]:
    query = db.select(AnswerRow).filter_by(visit_id=visit.id, revision=visit.revision).order_by(AnswerRow.question)
    return list(db.session.scalars(query))


def test_the_page_of_now_is_decided_about(sign_in: SignIn) -> None:
    """The refusal shows the visit as it is: who then still wants to hold it may."""
    visit = make.received()
    client = desk(sign_in, visit)
    page = client.get(f"/desk/visits/{visit.id}").text
    approve(visit)
    for _ in range(2):
        address, hidden = next(one for one in forms(page) if one[0].endswith("set-aside"))
        page = client.post(address, data={**hidden, "state": "held", "reason": TYPED}).text
    assert (state_of(visit), visit.state_reason) == (State.HELD, TYPED)


def test_a_mistake_in_a_form_does_not_make_an_old_page_new(sign_in: SignIn) -> None:
    visit = make.received()
    client = desk(sign_in, visit)
    page = client.get(f"/desk/visits/{visit.id}").text
    approve(visit)
    codes = []
    for fields in ({"state": "held"}, {"state": "held", "reason": TYPED}):
        address, hidden = next(one for one in forms(page) if one[0].endswith("set-aside"))
        reply = client.post(address, data={**hidden, **fields})
        codes.append(reply.status_code)
        page = reply.text
    assert (codes, state_of(visit)) == ([422, 409], State.APPROVED)


@pytest.mark.parametrize("made", [make.received, make.approved, held, twice])
def test_every_form_of_a_visit_says_what_was_seen(sign_in: SignIn, made: Callable[[], Visit]) -> None:
    visit = made()
    found = dict(forms(desk(sign_in, visit).get(f"/desk/visits/{visit.id}").text))
    assert found
    assert all(hidden.get("seen") for hidden in found.values())


@pytest.mark.parametrize(
    ("before", "act", "after"),
    [
        (make.received, "take", State.RECEIVED),
        (make.received, "approve", State.RECEIVED),
        (make.received, "send-back", State.RECEIVED),
        (make.received, "set-aside", State.RECEIVED),
        (make.approved, "take", State.APPROVED),
        (held, "release", State.HELD),
        (twice, "use", State.RECEIVED),
        (twice, "keep-first", State.RECEIVED),
    ],
)
def test_a_decision_that_does_not_say_what_was_seen_is_refused(
    sign_in: SignIn, before: Callable[[], Visit], act: str, after: State
) -> None:
    visit = before()
    client = desk(sign_in, visit)
    address, _ = next(one for one in forms(client.get(f"/desk/visits/{visit.id}").text) if one[0].endswith(act))
    conflicts = [conflict.resolved_at for conflict in db.session.scalars(db.select(Conflict))]
    reply = client.post(address, data=SENT.get(act, {}))
    assert (reply.status_code, state_of(visit)) == (409, after)
    assert [conflict.resolved_at for conflict in db.session.scalars(db.select(Conflict))] == conflicts
    assert ("does not say what you had looked at" in reply.text, "since you opened" in reply.text) == (True, False)
    assert (TYPED in reply.text) == (act in SENT)


def test_what_was_typed_without_a_mark_stands_in_its_form_and_can_be_sent_from_there(sign_in: SignIn) -> None:
    visit = make.received()
    client = desk(sign_in, visit)
    page = client.post(f"/desk/visits/{visit.id}/set-aside", data=SENT["set-aside"]).text
    address, hidden = next(one for one in forms(page) if one[0].endswith("set-aside"))
    assert f">\r\n{TYPED}</textarea>" in page
    client.post(address, data={**hidden, **SENT["set-aside"]})
    assert (state_of(visit), visit.state_reason) == (State.VOID, TYPED)


def test_a_mistake_in_a_form_gives_no_mark_to_a_page_without_one(sign_in: SignIn) -> None:
    visit = make.received()
    client = desk(sign_in, visit)
    page = client.post(f"/desk/visits/{visit.id}/set-aside", data={"state": "held"}).text
    address, hidden = next(one for one in forms(page) if one[0].endswith("set-aside"))
    reply = client.post(address, data={**hidden, "state": "held", "reason": TYPED})
    assert (reply.status_code, state_of(visit)) == (409, State.RECEIVED)


@pytest.mark.parametrize("act", ["set-aside", "send-back"])
def test_a_reason_of_spaces_is_no_reason(sign_in: SignIn, act: str) -> None:
    visit = make.received()
    client = desk(sign_in, visit)
    fields = {"seen": make.mark_of(visit), "state": "held", "reason": "  ", "reason-": "  "}
    reply = client.post(f"/desk/visits/{visit.id}/{act}", data=fields)
    assert (reply.status_code, state_of(visit), "field-error" in reply.text) == (422, State.RECEIVED, True)
