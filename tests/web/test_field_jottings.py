"""Jottings from the form and from their own page."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from fieldstudy.extensions import db
from fieldstudy.models import Jotting, User, Visit
from fieldstudy.services import fieldnotes
from tests import factories as make

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)


def fieldworker(visit: Visit) -> User:
    user = visit.fieldworker.user
    assert user is not None
    return user


def jot(client: FlaskClient, visit: Visit, text: str, section: str = "", **more: str) -> Any:
    return post(client, f"/field/visits/{visit.id}/jottings", text=text, section=section, **more)


def post(client: FlaskClient, path: str, **fields: str) -> Any:
    answer = client.post(path, data=fields)
    # The test sees what the request wrote only in a new transaction, and only in rows that it reads again.
    db.session.rollback()
    db.session.expire_all()
    return answer


def written() -> list[tuple[str, str]]:
    return [(jotting.section, jotting.text) for jotting in db.session.scalars(select(Jotting).order_by(Jotting.id))]


def test_a_jotting_is_tied_to_its_touchpoint(sign_in: SignIn) -> None:
    visit = make.visit()
    answer = jot(sign_in(fieldworker(visit)), visit, "They laugh", "welcome")
    assert (answer.location, written()) == (
        f"/field/visits/{visit.id}/jottings?section=welcome",
        [("welcome", "They laugh")],
    )


def test_a_jotting_may_be_free(sign_in: SignIn) -> None:
    visit = make.visit()
    jot(sign_in(fieldworker(visit)), visit, "It rains")
    assert written() == [("", "It rains")]


def test_a_jotting_is_added_and_never_changed(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    jot(client, visit, "One", "welcome")
    jot(client, visit, "Two", "welcome")
    assert written() == [("welcome", "One"), ("welcome", "Two")]


def test_the_page_shows_jottings_with_their_time(sign_in: SignIn) -> None:
    visit = make.visit()
    fieldnotes.jot(visit, "till", "Two tills, one open", make.NOON, None)
    page = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}/jottings").text
    assert "<time>13:00</time> Two tills, one open" in page  # noon in Greenwich is one o'clock in Rome


def test_an_empty_jotting_is_asked_for(sign_in: SignIn) -> None:
    visit = make.visit()
    answer = jot(sign_in(fieldworker(visit)), visit, "  ")
    assert (answer.status_code, "Write something first." in answer.text) == (422, True)


def test_a_jotting_for_an_unknown_touchpoint_is_refused(sign_in: SignIn) -> None:
    visit = make.visit()
    assert (jot(sign_in(fieldworker(visit)), visit, "Text", "nowhere").status_code, written()) == (400, [])


def test_a_closed_visit_takes_no_jotting(sign_in: SignIn) -> None:
    visit = make.received()
    assert (jot(sign_in(fieldworker(visit)), visit, "Late").status_code, written()) == (410, [])


def test_the_script_gets_the_jottings_of_its_touchpoint_only(sign_in: SignIn) -> None:
    visit = make.visit()
    fieldnotes.jot(visit, "till", "Elsewhere", make.NOON, None)
    answer = jot(sign_in(fieldworker(visit)), visit, "Here", "welcome", inline="1")
    assert ("Here" in answer.text, "Elsewhere" in answer.text, "<html" in answer.text) == (True, False, False)


def test_a_jotting_comes_along_with_the_form(sign_in: SignIn) -> None:
    visit = make.visit()
    post(sign_in(fieldworker(visit)), f"/field/visits/{visit.id}", **{"act": "save", "jotting-till": "One till open"})
    assert written() == [("till", "One till open")]


def test_a_refused_form_keeps_its_jotting_once(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    answer = post(
        client, f"/field/visits/{visit.id}", **{"act": "submit_anyway", "revision": "1", "jotting-till": "Once"}
    )
    field = answer.text[answer.text.index('name="jotting-till"') :]
    assert (answer.status_code, written(), field[field.index(">") + 1 :].startswith("\n</textarea>")) == (
        422,
        [("till", "Once")],
        True,
    )


def test_a_jotting_that_is_not_kept_yet_is_in_the_draft(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    post(client, f"/field/visits/{visit.id}", **{"jotting-till": "Half a sent"})
    assert "Half a sent" in client.get(f"/field/visits/{visit.id}").text
