"""A password takes long to compare: what was proved at the door is asked for again once the session is made."""

import sqlite3
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from fieldstudy.core.access import Membership, Role, Viewer
from fieldstudy.extensions import db
from fieldstudy.models import PendingSignIn, Session, User
from fieldstudy.queries import factors as factor_queries
from fieldstudy.services import accounts, authenticators, factors, invitations, passwords, people, sessions
from fieldstudy.web import throttles
from tests import factories as make
from tests.factors import code_of, protect

FORMER, NEW = "the heron waits at noon", "two lamps beside the weir"


@pytest.fixture
def sara(app: Flask) -> User:
    user = make.user(Role.SHOPPER, make.client(), "sara@example.org")
    user.password_hash = passwords.hashed(FORMER)
    db.session.commit()
    return user


def of(app: Flask, act: Callable[[User], object]) -> Callable[[], None]:
    def done() -> None:
        with app.app_context():
            act(db.session.scalars(db.select(User).where(User.email == "sara@example.org")).one())

    return done


ACTS: dict[str, Callable[[User], object]] = {
    "another password": lambda user: people.change_password(user, FORMER, NEW, None),
    "a second factor": lambda user: protect(user),
    "a deactivation": lambda user: accounts.deactivate(
        user, Viewer(make.user(Role.ADMIN).id, (Membership(Role.ADMIN),))
    ),
}


@pytest.fixture
def between(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[User], object]], None]:
    """Something happens once the password was found to be right, and before there is a session."""

    def happens(act: Callable[[User], object]) -> None:
        compared, once = passwords.proved, [of(app, act)]

        def proved(user: User | None, password: str) -> str:
            found = compared(user, password)
            while once:
                once.pop()()
            return found

        monkeypatch.setattr(passwords, "proved", proved)

    return happens


def open_sessions() -> int:
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(Session)) or 0


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_sign_in_that_was_on_its_way_is_refused(
    sara: User, client: FlaskClient, between: Callable[[Callable[[User], object]], None], act: Callable[[User], object]
) -> None:
    between(act)
    db.session.rollback()
    answer = client.post("/account/sign-in", data={"email": "sara@example.org", "password": FORMER})
    assert (answer.status_code, open_sessions()) == (422, 0) or "/second-step" in answer.headers.get("Location", "")
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_phone_that_was_on_its_way_is_refused(
    sara: User, client: FlaskClient, between: Callable[[Callable[[User], object]], None], act: Callable[[User], object]
) -> None:
    told = {"email": "sara@example.org", "password": FORMER, "user": str(sara.id)}
    between(act)
    db.session.rollback()
    answer = client.post("/api/v1/session", json=told, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code in (401, 403), open_sessions()) == (True, 0)


def test_whoever_is_halfway_in_begins_again_after_a_new_password(app: Flask, sara: User, client: FlaskClient) -> None:
    codes = protect(sara)
    client.post("/account/sign-in", data={"email": "sara@example.org", "password": FORMER})
    of(app, ACTS["another password"])()
    answer = client.post("/account/second-step", data={"code": codes[0], "way": "recovery"})
    assert (answer.status_code, open_sessions()) == (410, 0)
    assert db.session.scalar(db.select(db.func.count()).select_from(PendingSignIn)) == 0


def test_a_password_that_changes_after_the_second_step_was_answered_shuts_it(
    app: Flask, sara: User, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    protect(sara)
    client.post("/account/sign-in", data={"email": "sara@example.org", "password": FORMER})
    answered, code = factors.answer, code_of(sara)

    def answer(*given: object) -> object:
        found = answered(*given)  # type: ignore[arg-type]
        of(app, ACTS["another password"])()
        return found

    monkeypatch.setattr(factors, "answer", answer)
    db.session.rollback()
    assert client.post("/account/second-step", data={"code": code}).status_code == 410
    assert open_sessions() == 0


def test_whoever_is_deactivated_while_changing_the_password_stays_out(
    app: Flask, sara: User, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/account/sign-in", data={"email": "sara@example.org", "password": FORMER})
    changed = people.change_password

    def change(user: User, former: str, password: str, session_id: UUID) -> str:
        found = changed(user, former, password, session_id)
        of(app, ACTS["a deactivation"])()
        return found

    monkeypatch.setattr(people, "change_password", change)
    db.session.rollback()
    answer = client.post("/account/password", data={"former": FORMER, "password": NEW, "again": NEW})
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/account/sign-in")
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("act", ["signed out everywhere", "another password again"])
def test_a_changed_password_leads_in_only_while_the_session_lives(
    app: Flask, sara: User, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """Between the change and the new session: whoever ends them all ends this one too."""
    client.post("/account/sign-in", data={"email": "sara@example.org", "password": FORMER})
    changed = people.change_password
    acts: dict[str, Callable[[User], object]] = {
        "signed out everywhere": lambda user: sessions.sign_out_everywhere(user.id),
        "another password again": lambda user: changed(user, NEW, "three boats on the still canal", None),
    }

    def change(user: User, former: str, password: str, session_id: UUID) -> str:
        found = changed(user, former, password, session_id)
        of(app, acts[act])()
        return found

    monkeypatch.setattr(people, "change_password", change)
    db.session.rollback()
    answer = client.post("/account/password", data={"former": FORMER, "password": NEW, "again": NEW})
    assert (answer.status_code, answer.location) == (302, "/account/sign-in")
    assert client.get("/account/").status_code == 302


def test_a_first_password_leads_in_only_while_it_stands(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make.user(Role.SHOPPER, make.client(), "sara@example.org")
    token, accepted = invitations.reset(user), invitations.accept

    def accept(*given: Any) -> object:
        found = accepted(*given)
        of(app, lambda user: people.change_password(user, FORMER, NEW, None))()
        return found

    monkeypatch.setattr(invitations, "accept", accept)
    db.session.rollback()
    answer = client.post(f"/account/invitation/{token}", data={"password": FORMER, "again": FORMER})
    assert (answer.status_code, answer.location, open_sessions()) == (302, "/account/sign-in", 0)


def test_an_app_is_not_begun_by_the_last_request_of_a_session(
    app: Flask, sara: User, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/account/sign-in", data={"email": "sara@example.org", "password": FORMER})
    began = authenticators.begin

    def begin(user: User, session_id: UUID) -> None:
        of(app, lambda one: sessions.sign_out_everywhere(one.id))()
        began(user, session_id)

    monkeypatch.setattr(authenticators, "begin", begin)
    db.session.rollback()
    answer = client.post("/account/authenticator/begin")
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/account/sign-in")
    db.session.rollback()
    assert factor_queries.find_authenticator(sara.id) is None


DEADLOCK, BUSY = SimpleNamespace(sqlstate="40P01"), sqlite3.OperationalError("database is locked")


@pytest.mark.parametrize("cause", [DEADLOCK, BUSY], ids=["deadlock", "busy"])
def test_whoever_was_undone_by_somebody_faster_is_told_so(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, cause: Any
) -> None:
    """It is no fault of ours and none of theirs: once more, and it works."""

    def undone(*_: object) -> None:
        raise OperationalError("UPDATE", {}, cause)

    monkeypatch.setattr(throttles, "spend_sign_in", undone)
    answer = client.post("/account/sign-in", data={"email": "anna@example.org", "password": FORMER})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Somebody was faster" in answer.text
