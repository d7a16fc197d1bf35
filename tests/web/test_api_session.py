"""Who is signed in, as a phone asks; and signing in again in place."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core import access
from fieldstudy.core.access import Role
from fieldstudy.models import User
from fieldstudy.models.columns import new_id
from fieldstudy.services import people
from tests import factories as make
from tests.web.door import OURS

DATABASES = ("sqlite",)


@pytest.fixture
def shopper(app: Flask) -> User:
    membership = access.Membership(Role.SHOPPER)
    return people.create_user("anna@example.org", membership, password=make.PASSWORD)[0]


def enter(client: FlaskClient, person: User, password: str = make.PASSWORD, **told: Any) -> Any:
    content = {"email": person.email, "password": password, "user": str(person.id), **told}
    return client.post("/api/v1/session", json=content, headers=OURS)


def test_nobody_is_signed_in(client: FlaskClient) -> None:
    told = client.get("/api/v1/session")
    assert (told.json["user"], bool(told.json["token"]), told.headers["Cache-Control"]) == (None, True, "no-store")


def test_the_same_person_signs_in_again(client: FlaskClient, shopper: User) -> None:
    assert enter(client, shopper).status_code == 204
    assert client.get("/api/v1/session").json["user"] == str(shopper.id)


def test_a_wrong_password_is_told(client: FlaskClient, shopper: User) -> None:
    answer = enter(client, shopper, "another sentence")
    assert (answer.status_code, answer.json) == (401, {"error": "wrong"})


def test_somebody_else_is_not_signed_in(client: FlaskClient, shopper: User) -> None:
    answer = enter(client, shopper, user=str(new_id()))
    assert (answer.status_code, answer.json) == (409, {"error": "other_person"})
    assert client.get("/api/v1/session").json["user"] is None


def test_guessing_is_slowed_down(client: FlaskClient, shopper: User) -> None:
    answers = [enter(client, shopper, "another sentence") for _ in range(9)]
    assert (answers[-1].status_code, answers[-1].json) == (429, {"error": "too_many"})


def test_the_door_answers_in_json_where_there_is_nothing(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.json) == (404, {"error": "not_found"})
