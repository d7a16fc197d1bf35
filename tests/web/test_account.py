"""Signing in and out, invitations, language, fonts."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core.access import Membership, Role, Viewer
from fieldstudy.extensions import db
from fieldstudy.models import User
from fieldstudy.services import passwords, people, roles
from tests import factories as make

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]


def person(password: str = make.PASSWORD) -> User:
    user = make.user(Role.COORDINATOR, email="anna@example.org")
    user.password_hash = passwords.hashed(password)
    db.session.commit()
    return user


def enter(client: FlaskClient, password: str = make.PASSWORD, **more: str) -> tuple[int, str, str]:
    answer = client.post("/account/sign-in", data={"email": "anna@example.org", "password": password, **more})
    return answer.status_code, answer.headers.get("Location", ""), answer.text


def test_sign_in_leads_to_the_start_page(client: FlaskClient) -> None:
    person()
    assert enter(client)[:2] == (302, "/")


def test_sign_in_leads_where_the_reader_wanted_to_go(client: FlaskClient) -> None:
    person()
    assert enter(client, next="/studio/?x=1")[1] == "/studio/?x=1"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_sign_in_never_leads_out_of_the_house(client: FlaskClient, target: str) -> None:
    person()
    assert enter(client, next=target)[1] == "/"


def test_a_wrong_password_is_said_beside_the_field(client: FlaskClient) -> None:
    person()
    status, _, page = enter(client, "something else")
    assert (status, "E-mail and password do not match." in page) == (422, True)


def test_what_was_typed_is_kept(client: FlaskClient) -> None:
    assert 'value="anna@example.org"' in enter(client, "")[2]


def test_demo_accounts_are_not_offered_outside_the_demo(client: FlaskClient) -> None:
    make.user(Role.SHOPPER, make.studies.create_client("Demo", is_demo=True), "elena@demo.fieldstudy.example")
    assert "elena@" not in client.get("/account/sign-in").text


@pytest.fixture
def demo(app: Flask) -> Iterator[None]:
    """The application serves other tests afterwards."""
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, is_demo=True)
    yield
    app.extensions["fieldstudy"] = config


def test_the_demo_groups_its_accounts_by_role(client: FlaskClient, demo: None) -> None:
    owner = make.studies.create_client("Demo", is_demo=True)
    for role in (Role.SHOPPER, Role.MANAGER):
        make.user(role, owner, f"{role}@demo.fieldstudy.example")
    page = client.get("/account/sign-in").text
    assert page.index("Mystery shopper") < page.index("shopper@demo") < page.index("manager@demo")


def test_whoever_has_lost_every_role_takes_the_door_away_from_nobody(client: FlaskClient, demo: None) -> None:
    owner = make.studies.create_client("Demo", is_demo=True)
    for role, name in ((Role.SHOPPER, "elena"), (Role.MANAGER, "marta")):
        user = make.user(role, owner, f"{name}@demo.fieldstudy.example")
    roles.withdraw(user.memberships[0], Viewer(make.user(Role.ADMIN).id, (Membership(Role.ADMIN),)))
    page = client.get("/account/sign-in").text
    assert ("elena@demo" in page, "marta@demo" in page) == (True, False)


def test_one_tap_signs_in(client: FlaskClient, demo: None) -> None:
    owner = make.studies.create_client("Demo", is_demo=True)
    user = make.user(Role.REVIEWER, owner, "chiara@demo.fieldstudy.example")
    client.post(f"/account/demo/{user.id}")
    assert client.get("/").headers["Location"] == "/desk/"


def test_signing_out_closes_the_door(sign_in: SignIn) -> None:
    client = sign_in(make.user(Role.COORDINATOR))
    client.post("/account/sign-out")
    assert client.get("/studio/").headers["Location"].startswith("/account/sign-in")


def token() -> str:
    return people.create_user("new@example.org", make.access.Membership(Role.COORDINATOR))[1]


PASSWORDS = {"password": make.PASSWORD, "again": make.PASSWORD}


def test_an_invitation_sets_the_password_and_signs_in(client: FlaskClient) -> None:
    client.post(f"/account/invitation/{token()}", data=PASSWORDS)
    assert client.get("/studio/").status_code == 200


def test_an_invitation_works_once(client: FlaskClient) -> None:
    used = token()
    client.post(f"/account/invitation/{used}", data=PASSWORDS)
    answer = client.get(f"/account/invitation/{used}")
    assert (answer.status_code, "This link is closed" in answer.text) == (410, True)


def test_two_different_passwords_are_refused(client: FlaskClient) -> None:
    answer = client.post(f"/account/invitation/{token()}", data={"password": make.PASSWORD, "again": "x"})
    assert (answer.status_code, "The two passwords differ." in answer.text) == (422, True)


def test_a_weak_password_is_refused(client: FlaskClient) -> None:
    answer = client.post(f"/account/invitation/{token()}", data={"password": "aaaaaaaaaaaa", "again": "aaaaaaaaaaaa"})
    assert (answer.status_code, "A row of keys or numbers" in answer.text) == (422, True)


def test_the_language_can_be_switched(client: FlaskClient) -> None:
    client.post("/account/language/it")
    assert '<html lang="it">' in client.get("/account/sign-in").text


def test_a_page_that_does_not_exist_says_so(client: FlaskClient) -> None:
    answer = client.get("/nothing")
    assert (answer.status_code, "This page does not exist" in answer.text) == (404, True)


def test_the_rooms_in_the_bar_are_those_of_the_roles(sign_in: SignIn) -> None:
    page = sign_in(make.user(Role.COORDINATOR)).get("/studio/").text
    assert ("Studies</a>" in page, "Review</a>" in page) == (True, False)


def test_fonts_are_cached_for_a_year(client: FlaskClient) -> None:
    with client.get("/studio/fonts/SourceSerifPro-Semibold.otf") as answer:
        assert (answer.status_code, answer.cache_control.max_age) == (200, 31_536_000)


def test_only_our_fonts_are_served(client: FlaskClient) -> None:
    assert client.get("/studio/fonts/LICENSE.txt").status_code == 404


def test_what_a_stranger_gets_is_kept_nowhere(client: FlaskClient) -> None:
    """Pages that hold a token or an e-mail, the refused ones and the way there included."""
    used, told = token(), {"email": "anna@example.org", "password": "x"}
    answers = [
        client.get("/account/sign-in"),
        client.post("/account/sign-in", data=told),
        client.get(f"/account/invitation/{used}"),
        client.post(f"/account/invitation/{used}", data={"password": "x", "again": "y"}),
        client.get("/account/invitation/none"),
        client.get("/studio/?q=anna@example.org"),
        client.get("/nothing"),
    ]
    assert [answer.status_code for answer in answers] == [200, 422, 200, 422, 410, 302, 404]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_what_is_the_same_for_everybody_may_be_kept_by_strangers_too(client: FlaskClient) -> None:
    with client.get("/static/css/office.css") as style, client.get("/field/sw.js") as script:
        assert (style.status_code, script.status_code) == (200, 200)
        assert "no-store" not in f"{style.headers} {script.headers}"


def test_the_first_sign_in_is_greeted(client: FlaskClient) -> None:
    answer = client.post(f"/account/invitation/{token()}", data=PASSWORDS, follow_redirects=True)
    assert "Your password is set. Welcome." in answer.text


def test_the_language_chosen_at_the_door_stays(client: FlaskClient) -> None:
    user = person()
    user.locale = ""
    db.session.commit()
    client.post("/account/language/it", data={"next": "/account/sign-in"})
    enter(client)
    assert '<html lang="it">' in client.get("/studio/").text


@pytest.mark.parametrize(("is_secure", "name"), [(True, "__Host-locale"), (False, "locale")])
def test_a_stranger_s_language_is_kept_where_no_other_host_can_set_it(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, is_secure: bool, name: str
) -> None:
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", is_secure)
    base = "https://localhost" if is_secure else "http://localhost"
    answer = client.post("/account/language/it", base_url=base, headers={"Sec-Fetch-Site": "same-origin"})
    cookie = answer.headers["Set-Cookie"]
    assert (cookie.split("=")[0], "Secure" in cookie, "HttpOnly" in cookie, "Domain" in cookie) == (
        name,
        is_secure,
        True,
        False,
    )
    assert '<html lang="it">' in client.get("/account/sign-in", base_url=base).text
