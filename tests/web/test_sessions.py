"""Who is signed in is a row on the server: what sets the cookie, what ends a session, and what comes late."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.app import create_app
from fieldstudy.config import Config
from fieldstudy.core import access
from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Session, User
from fieldstudy.models.columns import now
from fieldstudy.queries import invitations as invitation_queries
from fieldstudy.services import invitations, people, sessions
from tests import factories as make
from tests import signing

SignIn = Callable[[User], FlaskClient]
DOORS = ("/", "/account/sign-in", "/account/invitation/none", "/api/v1/session", "/field/", "/nowhere")


def coordinator() -> User:
    return people.create_user("anna@example.org", access.Membership(Role.COORDINATOR), password=make.PASSWORD)[0]


def enter(client: FlaskClient) -> str:
    """The cookie."""
    answer = client.post("/account/sign-in", data={"email": "anna@example.org", "password": make.PASSWORD})
    assert answer.status_code == 302
    return cookie(client)


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("session")
    return found.value if found else ""


def is_in(client: FlaskClient) -> bool:
    return client.get("/studio/").status_code == 200


def copy(app: Flask, value: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", value)
    return client


def the_session() -> Session:
    db.session.expire_all()
    return db.session.scalars(db.select(Session)).one()


def cookies_set(client: FlaskClient, method: str, path: str) -> list[str]:
    answer = client.open(path, method=method)
    return [line.split("=")[0] for line in answer.headers.getlist("Set-Cookie")]


@pytest.mark.parametrize("path", DOORS)
def test_a_stranger_gets_no_cookie(client: FlaskClient, path: str) -> None:
    assert cookies_set(client, "GET", path) == []


@pytest.mark.parametrize("path", ["/account/sign-in", "/api/v1/session", "/nowhere"])
def test_a_cookie_of_nobody_is_left_alone(app: Flask, path: str) -> None:
    """An answer to a stranger that comes late does not throw away what signing in has set meanwhile."""
    assert cookies_set(copy(app, "of nobody"), "GET", path) == []


def test_an_answer_that_comes_late_brings_nobody_back(app: Flask, sign_in: SignIn) -> None:
    """Nothing but signing in and out sets the cookie: not the language, nor a greeting, nor what is said on a page."""
    client = sign_in(coordinator())
    paths = [("POST", "/account/language/it"), ("GET", "/studio/"), ("GET", "/api/v1/session"), ("GET", "/account/")]
    assert [cookies_set(client, *path) for path in paths] == [[]] * 4


def test_signing_in_and_out_set_it(client: FlaskClient) -> None:
    coordinator()
    enter(client)
    assert is_in(client)
    assert set(cookies_set(client, "POST", "/account/sign-out")) == {"session", "person"}
    assert not is_in(client)


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app: Flask, client: FlaskClient) -> None:
    coordinator()
    copied = copy(app, enter(client))
    assert is_in(copied)
    client.post("/account/sign-out")
    assert not is_in(copied)


def test_signing_out_ends_no_other_session(app: Flask, client: FlaskClient) -> None:
    user = coordinator()
    other = copy(app, signing.token_of(app, user))
    enter(client)
    client.post("/account/sign-out")
    assert is_in(other)


def test_a_new_password_ends_every_session(app: Flask) -> None:
    user = coordinator()
    stolen = copy(app, signing.token_of(app, user))
    invitation = invitation_queries.find_by_token(sessions.token_hash(invitations.reset(user)))
    assert invitation is not None
    invitations.accept(invitation, "another long sentence")
    assert not is_in(stolen)


def test_a_role_that_is_given_ends_every_session(app: Flask) -> None:
    """Whoever had crept in before does not come along."""
    stolen = copy(app, signing.token_of(app, coordinator()))
    client_id = make.client().id
    people.create_user("anna@example.org", access.Membership(Role.REVIEWER, client_id))
    assert not is_in(stolen)


def test_a_new_link_closes_the_earlier_ones(client: FlaskClient) -> None:
    user = coordinator()
    first, second = invitations.reset(user), invitations.reset(user)
    answers = [client.get(f"/account/invitation/{token}").status_code for token in (first, second)]
    assert answers == [410, 200]


def test_an_account_that_is_closed_is_out_at_once(app: Flask) -> None:
    user = coordinator()
    client = copy(app, signing.token_of(app, user))
    user.is_active = False
    db.session.commit()
    assert not is_in(client)


def test_signing_in_takes_no_value_that_was_there_before(app: Flask) -> None:
    coordinator()
    client = copy(app, "chosen-by-somebody-else")
    assert enter(client) != "chosen-by-somebody-else"


def test_signing_in_ends_the_session_that_this_browser_had(app: Flask) -> None:
    """On a shared phone."""
    coordinator()
    before = signing.token_of(app, make.user(Role.SHOPPER))
    enter(copy(app, before))
    assert copy(app, before).get("/field/").status_code == 302


def test_the_server_keeps_only_the_hash(client: FlaskClient) -> None:
    coordinator()
    value = enter(client)
    assert the_session().token_sha256 == hashlib.sha256(value.encode()).hexdigest()
    assert len(value) * 6 >= 128  # base64 carries six bits in a letter


@pytest.mark.parametrize(
    ("role", "idle"), [(Role.COORDINATOR, timedelta(hours=12)), (Role.SHOPPER, timedelta(days=30))]
)
def test_an_office_closes_sooner_than_a_phone(client: FlaskClient, role: Role, idle: timedelta) -> None:
    people.create_user("anna@example.org", access.Membership(role), password=make.PASSWORD)
    enter(client)
    found = the_session()
    assert found.ends_at - found.created_at == idle


def test_use_puts_the_end_off_but_never_beyond_the_longest_time(client: FlaskClient) -> None:
    coordinator()
    enter(client)
    found, at = the_session(), now()
    found.created_at, found.last_seen_at = at - timedelta(days=89, hours=20), at - timedelta(hours=5)
    found.ends_at = at + timedelta(hours=1)
    db.session.commit()
    assert is_in(client)
    assert the_session().ends_at == the_session().created_at + timedelta(days=90)
    assert the_session().last_seen_at >= at


def test_a_session_that_is_over_opens_nothing(client: FlaskClient) -> None:
    coordinator()
    enter(client)
    the_session().ends_at = now() - timedelta(seconds=1)
    db.session.commit()
    assert not is_in(client)


def test_what_is_said_on_the_next_page_is_said_once(sign_in: SignIn, app: Flask) -> None:
    user = coordinator()
    client = sign_in(user)
    signing.token_of(app, user)
    [other] = [one for one in db.session.scalars(db.select(Session)) if one.token_sha256 != _hash(client)]
    client.post(f"/account/sessions/{other.id}/end")
    said = [client.get("/account/").text.count("That device is signed out.") for _ in range(2)]
    assert said == [1, 0]


def _hash(client: FlaskClient) -> str:
    return sessions.token_hash(cookie(client))


def test_the_account_page_shows_ones_own_devices_alone(app: Flask, sign_in: SignIn) -> None:
    user = coordinator()
    signing.token_of(app, make.user(Role.COORDINATOR))
    page = sign_in(user).get("/account/").text
    assert (page.count("Chrome on Android"), page.count("this device")) == (1, 1)


def test_signing_out_everywhere_ends_all_of_them(app: Flask, sign_in: SignIn) -> None:
    user = coordinator()
    other = copy(app, signing.token_of(app, user))
    client = sign_in(user)
    page = client.post("/account/sign-out-everywhere", follow_redirects=True).text
    assert (is_in(client), is_in(other)) == (False, False)
    assert "You are signed out on every device." in page


def test_signing_out_clears_pages_and_not_what_waits_to_be_sent(sign_in: SignIn) -> None:
    answer = sign_in(coordinator()).post("/account/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache"'


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 302),
        ({"Origin": "http://localhost"}, 302),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Origin": "http://evil.example"}, 400),
        ({"Origin": "null"}, 400),
        ({}, 400),
    ],
)
def test_a_stranger_signs_in_from_our_own_page_alone(
    app: Flask, client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    """A stranger has no session that a token could follow from."""
    app.config["WTF_CSRF_ENABLED"] = True
    coordinator()
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/account/sign-in").text)
    assert found is not None
    data = {"email": "anna@example.org", "password": make.PASSWORD, "csrf_token": found[1]}
    assert client.post("/account/sign-in", data=data, headers=headers).status_code == status


def test_the_token_of_one_session_is_none_of_another(app: Flask, sign_in: SignIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    user = coordinator()
    foreign = copy(app, signing.token_of(app, user)).get("/api/v1/session").json["token"]
    client = sign_in(user)
    own = client.get("/api/v1/session").json["token"]
    answers = [client.post("/account/language/it", data={"csrf_token": token}).status_code for token in (foreign, own)]
    assert answers == [400, 302]


def test_the_cookie_that_scripts_read_is_bound_to_this_host_and_ends_with_the_session(app: Flask) -> None:
    """A year was too long, and any host beside ours could set it. The old one goes."""
    coordinator()
    app.config.update(SESSION_COOKIE_NAME="__Host-session", SESSION_COOKIE_SECURE=True)
    try:
        client = app.test_client()
        told = {"email": "anna@example.org", "password": make.PASSWORD}
        entered = client.post("/account/sign-in", data=told, base_url="https://localhost")
        left = client.post("/account/sign-out", base_url="https://localhost")
    finally:
        app.config.update(SESSION_COOKIE_NAME="session", SESSION_COOKIE_SECURE=False)
    [line] = [each for each in entered.headers.getlist("Set-Cookie") if each.startswith("__Host-person=")]
    assert {"Secure", "Path=/", f"Max-Age={90 * 24 * 3600}"} <= set(line.split("; "))
    assert not {"HttpOnly"} & set(line.split("; "))
    assert "Domain" not in line
    names = [{each.split("=")[0] for each in answer.headers.getlist("Set-Cookie")} for answer in (entered, left)]
    assert names[0] == {"__Host-session", "__Host-person", "__Host-device", "person"}
    assert names[1] == {"__Host-session", "__Host-person", "person"}
    assert any(each.startswith("__Host-person=-;") for each in left.headers.getlist("Set-Cookie"))


KEY, OTHER_KEY = "0123456789abcdef" * 2, "fedcba9876543210" * 2


@pytest.mark.parametrize(("former", "status"), [({}, 400), ({"SECRET_KEY_FALLBACKS": KEY}, 302)])
def test_a_form_that_was_open_when_the_key_changed_is_still_sent(
    app: Flask, former: dict[str, str], status: int
) -> None:
    """Keys are changed while people write."""
    config = app.extensions["fieldstudy"]
    settings = {"FIELDSTUDY_DATA": str(config.data), "DATABASE_URL": config.database_url, "SECRET_KEY": KEY}
    settings |= {"FIELDSTUDY_INSECURE_COOKIES": "1"}
    cookie = signing.token_of(app, coordinator())
    applications = [
        create_app(Config.from_environment(each), testing=True)
        for each in (settings, {**settings, "SECRET_KEY": OTHER_KEY, **former})
    ]
    clients = [each.test_client() for each in applications]
    for client in clients:
        client.set_cookie("session", cookie, domain="127.0.0.1")
    page = clients[0].get("/account/", base_url="http://127.0.0.1").text
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
    answer = clients[1].post("/account/language/it", data={"csrf_token": token}, base_url="http://127.0.0.1")
    for each in applications:
        with each.app_context():
            db.engine.dispose()
    assert answer.status_code == status
