"""Whoever is signed out from elsewhere hears why; whoever may not come back hears that in words."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core import access
from fieldstudy.core.access import Role
from fieldstudy.core.sessions import Ending
from fieldstudy.extensions import db
from fieldstudy.models import Session, User
from fieldstudy.models.columns import now
from fieldstudy.services import people, sessions, unit
from tests import factories as make
from tests import signing
from tests.web.door import OURS

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
SAID = {
    Ending.ROLES_CHANGED: "What you may do here was changed",
    Ending.DEACTIVATED: "Your account was deactivated",
    Ending.SIGNED_OUT: "This device was signed out from elsewhere",
}


def shopper() -> User:
    owner = make.client()
    role = access.Membership(Role.SHOPPER, owner.id)
    return people.create_user("anna@example.org", role, password=make.PASSWORD)[0]


def end(user: User, ending: Ending) -> None:
    db.session.commit()
    with unit.work():
        sessions.end_all(user.id, ending)


@pytest.mark.parametrize("ending", list(SAID))
def test_the_next_click_leads_to_a_sign_in_that_says_why(sign_in: SignIn, ending: Ending) -> None:
    user = make.user(Role.MANAGER, make.client())
    client = sign_in(user)
    assert client.get("/manager/").status_code == 200
    end(user, ending)
    page = client.get("/manager/", follow_redirects=True)
    assert (page.status_code, page.request.path, SAID[ending] in page.text) == (200, "/account/sign-in", True)


def test_a_session_that_ran_out_says_so(sign_in: SignIn) -> None:
    client = sign_in(make.user(Role.MANAGER, make.client()))
    db.session.scalars(db.select(Session)).one().ends_at = now() - timedelta(seconds=1)
    db.session.commit()
    assert "Your session ran out." in client.get("/manager/", follow_redirects=True).text


@pytest.mark.parametrize("ending", list(Ending))
def test_a_phone_hears_why_too_and_has_words_for_it(sign_in: SignIn, ending: Ending) -> None:
    client = sign_in(shopper())
    words = client.get("/field/").text
    row = db.session.scalars(db.select(Session)).one()
    if ending == Ending.TIME:
        row.ends_at = now() - timedelta(seconds=1)
        db.session.commit()
    else:
        end(row.user, ending)
    refused = client.put(f"/api/v1/drafts/{row.id}", json={})
    assert (refused.status_code, refused.json) == (401, {"error": "signed_out", "ended": ending})
    told = client.get("/api/v1/session").json
    assert (told["user"], told["ended"]) == (None, ending)
    assert f'data-ended="{ending}"' in words


@pytest.mark.parametrize("cookie", ["", "of nobody"])
def test_a_phone_without_a_session_hears_no_reason(client: FlaskClient, cookie: str) -> None:
    if cookie:
        client.set_cookie("session", cookie)
    assert "ended" not in client.get("/api/v1/session").json


@pytest.mark.parametrize("cookie", ["", "of nobody"])
def test_a_stranger_hears_nothing_of_sessions(client: FlaskClient, cookie: str) -> None:
    if cookie:
        client.set_cookie("session", cookie)
    page = client.get("/manager/", follow_redirects=True).text
    assert "signed out" not in page
    assert "ran out" not in page


def test_what_may_be_closed_now_is_no_place_to_come_back_to(sign_in: SignIn) -> None:
    user = make.user(Role.MANAGER, make.client())
    client = sign_in(user)
    end(user, Ending.ROLES_CHANGED)
    assert "next=" not in client.get("/manager/").location


def test_an_answer_that_was_on_its_way_does_not_bring_an_ended_session_back(app: Flask) -> None:
    user = make.user(Role.MANAGER, make.client())
    signing.token_of(app, user)
    row = db.session.scalars(db.select(Session)).one().id
    end(user, Ending.ROLES_CHANGED)
    sessions.touch(row, now(), now() + timedelta(days=1))
    sessions.keep(row, {"_flashes": []})
    db.session.rollback()
    found = db.session.get(Session, row)
    assert found is not None
    assert (found.ends_at <= now(), found.data) == (True, {"ending": "roles_changed"})


def test_a_deactivated_person_is_told_so_and_only_with_the_right_password(client: FlaskClient) -> None:
    shopper().is_active = False
    db.session.commit()
    said = []
    for password in (make.PASSWORD, "another sentence"):
        answer = client.post("/account/sign-in", data={"email": "anna@example.org", "password": password})
        said.append((answer.status_code, "This account was deactivated." in answer.text))
    assert said == [(422, True), (422, False)]


def back(client: FlaskClient, user: User, password: str = make.PASSWORD) -> tuple[int, object]:
    """As the phone signs in again beside its queue."""
    told = {"email": user.email, "password": password, "user": str(user.id)}
    answer = client.post("/api/v1/session", json=told, headers=OURS)
    return answer.status_code, answer.json


def test_the_phone_of_a_deactivated_person_is_told_so(client: FlaskClient) -> None:
    user = shopper()
    user.is_active = False
    db.session.commit()
    assert back(client, user) == (403, {"error": "deactivated"})
    assert back(client, user, "another sentence") == (401, {"error": "wrong"})


def test_the_phone_of_somebody_without_a_role_in_the_field_is_told_so(client: FlaskClient) -> None:
    user = shopper()
    db.session.delete(user.memberships[0])
    db.session.commit()
    assert back(client, user) == (403, {"error": "no_role"})


def test_to_a_phone_somebody_without_a_role_in_the_field_is_nobody(sign_in: SignIn) -> None:
    """It pauses and keeps all; were it let on, every visit would come back as one that cannot be sent."""
    answer = sign_in(make.user(Role.MANAGER, make.client())).get("/api/v1/session")
    assert answer.json["user"] is None


def test_whoever_has_no_role_is_told_so_in_words(sign_in: SignIn) -> None:
    user = make.user(Role.MANAGER, make.client())
    db.session.delete(user.memberships[0])
    db.session.commit()
    client = sign_in(user)
    home = client.get("/")
    assert (home.status_code, "You have no role at the moment" in home.text) == (200, True)
    assert [client.get(path).status_code for path in ("/account/", "/manager/", "/studio/")] == [200, 404, 404]


def test_what_was_written_when_the_session_ended_can_be_copied(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form was open; its session is gone. The page says so, and shows what would be lost."""
    user = make.user(Role.REVIEWER, make.client())
    client = sign_in(user)
    sessions.sign_out_everywhere(user.id)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    sent = {"name": "The shelf was empty & <dusty>", "password": "a secret of several words", "csrf_token": "x"}
    answer = client.post("/account/profile", data=sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert "You are signed out" in answer.text
    assert "The shelf was empty &amp; &lt;dusty&gt;" in answer.text
    assert "a secret of several words" not in answer.text
