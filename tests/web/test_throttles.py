"""Whoever guesses is slowed down, wherever and in how many processes, and shuts nobody else out."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from fieldstudy.app import create_app
from fieldstudy.core import access
from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Throttle, User
from fieldstudy.models.columns import now
from fieldstudy.services import people
from fieldstudy.web import throttles
from fieldstudy.web.throttles import Limit
from tests import factories as make
from tests import processes, servers
from tests.web.door import OURS

SignIn = Callable[[User], FlaskClient]
EMAIL, WRONG = "anna@example.org", "not this sentence"
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.20"
TRIES = 8
"""So many tries a minute has one account from one network."""


@pytest.fixture
def anna(app: Flask) -> User:
    return people.create_user(EMAIL, access.Membership(Role.COORDINATOR), password=make.PASSWORD)[0]


def enter(client: FlaskClient, password: str = WRONG, email: str = EMAIL, of: str = HERE, **headers: str) -> Any:
    told = {"email": email, "password": password}
    return client.post("/account/sign-in", data=told, environ_base={"REMOTE_ADDR": of}, headers={**OURS, **headers})


def enter_by_phone(client: FlaskClient, user: User, password: str = WRONG) -> TestResponse:
    told = {"email": EMAIL, "password": password, "user": str(user.id)}
    return client.post("/api/v1/session", json=told, headers=OURS, environ_base={"REMOTE_ADDR": HERE})


def statuses(client: FlaskClient, count: int, **told: str) -> list[int]:
    return [enter(client, **told).status_code for _ in range(count)]


def let_all_windows_end() -> None:
    db.session.execute(db.update(Throttle).values(ends_at=now() - timedelta(seconds=1)))
    db.session.commit()


def test_guessing_ends_and_the_right_password_helps_no_more(client: FlaskClient, anna: User) -> None:
    assert statuses(client, TRIES + 1) == [422] * TRIES + [429]
    assert enter(client, make.PASSWORD).status_code == 429


def test_after_the_window_the_right_password_is_right(client: FlaskClient, anna: User) -> None:
    statuses(client, TRIES + 1)
    let_all_windows_end()
    assert enter(client, make.PASSWORD).status_code == 302


def test_page_and_phone_share_one_count(client: FlaskClient, anna: User) -> None:
    statuses(client, TRIES - 1)
    told = [enter_by_phone(client, anna).status_code for _ in range(2)]
    assert (told, enter(client).status_code) == ([401, 429], 429)


def test_whoever_guesses_on_one_network_shuts_nobody_out_on_another(app: Flask, anna: User) -> None:
    attacker, owner = app.test_client(), app.test_client()
    statuses(attacker, 20)
    assert enter(owner, make.PASSWORD, of=ELSEWHERE).status_code == 302


def test_whoever_guesses_from_everywhere_shuts_nobody_out(app: Flask, anna: User) -> None:
    """But has three tries an hour from each network, once a hundred were wrong."""
    attacker = app.test_client()
    for number in range(13):
        statuses(attacker, TRIES, of=f"192.0.2.{number}")
    assert statuses(attacker, 4, of="192.0.2.200") == [422, 422, 422, 429]
    assert enter(app.test_client(), make.PASSWORD, of=ELSEWHERE).status_code == 302


def test_a_device_that_was_used_before_is_not_shut_out_by_its_neighbour(app: Flask, anna: User) -> None:
    """Behind one address, as in an office, or at one carrier."""
    owner, attacker = app.test_client(), app.test_client()
    enter(owner, make.PASSWORD)
    owner.post("/account/sign-out", headers=OURS)
    assert statuses(attacker, TRIES + 1)[-1] == 429
    assert enter(owner, make.PASSWORD).status_code == 302


def test_a_device_of_somebody_else_is_none(app: Flask, anna: User) -> None:
    make.user(Role.COORDINATOR, email="bea@example.org")
    other = people.create_user("carla@example.org", access.Membership(Role.COORDINATOR), password=make.PASSWORD)[0]
    attacker = app.test_client()
    enter(attacker, make.PASSWORD, email=other.email)
    attacker.post("/account/sign-out", headers=OURS)
    assert statuses(attacker, TRIES + 1)[-1] == 429


def test_a_known_device_guesses_no_faster(app: Flask, anna: User) -> None:
    client = app.test_client()
    enter(client, make.PASSWORD)
    client.post("/account/sign-out", headers=OURS)
    assert statuses(client, TRIES + 1)[-1] == 429


def test_the_cookie_of_a_device_is_for_the_server_alone(client: FlaskClient, anna: User) -> None:
    lines = enter(client, make.PASSWORD).headers.getlist("Set-Cookie")
    assert "HttpOnly" in next(line for line in lines if line.startswith("device="))


def test_an_address_that_is_made_up_resets_nothing(client: FlaskClient, anna: User) -> None:
    """No proxy is believed unless the settings say that one stands in front."""
    told = [enter(client, **{"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(TRIES + 1)]
    assert told[-1] == 429


def test_behind_a_proxy_everybody_has_an_address(app: Flask, anna: User) -> None:
    """Of which the proxy's own word counts alone, and not what its client wrote before it."""
    config = replace(app.extensions["fieldstudy"], trusted_proxies=1)
    behind = create_app(config, testing=True)
    behind.config["WTF_CSRF_ENABLED"] = False
    client = behind.test_client()

    def guess(number: int, of: str) -> int:
        found: int = enter(client, of="127.0.0.1", **{"X-Forwarded-For": f"192.0.2.{number}, {of}"}).status_code
        return found

    told = [guess(number, HERE) for number in range(TRIES + 1)]
    told.append(guess(99, ELSEWHERE))
    with behind.app_context():
        db.engine.dispose()
    assert told[-2:] == [429, 422]


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8:0:1100::1", "2001:db8:0:11ff:ffff::2", True),
        ("2001:db8:0:1100::1", "2001:db8:0:1200::1", False),
        ("203.0.113.7", "203.0.113.8", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
    ],
)
def test_what_a_household_is_given_counts_as_one(app: Flask, first: str, second: str, is_one: bool) -> None:
    found = []
    for address in (first, second):
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
            found.append(throttles.network())
    assert (found[0] == found[1]) is is_one


def test_many_accounts_from_one_network_are_guessed_at_slowly(client: FlaskClient) -> None:
    told = [enter(client, email=f"{n}@example.org").status_code for n in range(31)]
    assert told == [422] * 30 + [429]


def test_a_try_without_an_address_counts_too(client: FlaskClient, anna: User) -> None:
    told = {"email": "", "password": WRONG, "user": ""}
    answers = [client.post("/api/v1/session", json=told, headers=OURS) for _ in range(TRIES + 1)]
    assert answers[-1].status_code == 429


def test_the_page_says_when_and_keeps_what_was_typed(client: FlaskClient, anna: User) -> None:
    statuses(client, TRIES)
    answer = enter(client)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert ("Wait a minute and try again." in answer.text, f'value="{EMAIL}"' in answer.text) == (True, True)
    assert WRONG not in answer.text


def test_a_long_wait_is_told_in_minutes(app: Flask, anna: User) -> None:
    client = app.test_client()
    for number in range(13):
        statuses(client, TRIES, of=f"192.0.2.{number}")
    answer = [enter(client, of="192.0.2.200") for _ in range(4)][-1]
    assert ("You can try again in 60 minutes." in answer.text, answer.headers["Retry-After"]) == (True, "3600")


def test_the_phone_hears_when(client: FlaskClient, anna: User) -> None:
    statuses(client, TRIES)
    answer = enter_by_phone(client, anna)
    assert (answer.json, 0 < int(answer.headers["Retry-After"]) <= 60) == ({"error": "too_many"}, True)


def test_a_refused_try_writes_nothing(app: Flask, client: FlaskClient, anna: User) -> None:
    statuses(client, TRIES + 1)
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SELECT", "BEGIN")):
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert enter(client).status_code == 429
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert written == []


def test_no_address_is_kept_and_old_counts_go(client: FlaskClient, anna: User) -> None:
    for number in range(5):
        enter(client, email=f"{number}@example.org")
    assert not any("@" in key or HERE in key for key in db.session.scalars(db.select(Throttle.key)))
    let_all_windows_end()
    enter(client)
    db.session.rollback()
    assert db.session.scalar(db.select(db.func.count()).select_from(Throttle)) == 3


@pytest.fixture
def redis(app: Flask) -> Iterator[None]:
    before = app.extensions["throttles"]
    with servers.redis_url() as url:
        app.extensions["throttles"] = [*throttles._of_redis(url), *before]
        yield
    app.extensions["throttles"] = before


def test_redis_counts_where_there_is_one(client: FlaskClient, anna: User, redis: None) -> None:
    assert statuses(client, TRIES + 1)[-1] == 429
    assert db.session.scalars(db.select(Throttle)).all() == []


def test_without_an_answer_of_redis_the_database_counts(app: Flask, client: FlaskClient, anna: User) -> None:
    before = app.extensions["throttles"]
    app.extensions["throttles"] = [*throttles._of_redis("unix:///nowhere/at/all"), *before]
    try:
        assert statuses(client, TRIES + 1)[-1] == 429
    finally:
        app.extensions["throttles"] = before


class _Stays(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def guess_at(address: str) -> int:
    body = urlencode({"email": EMAIL, "password": WRONG}).encode()
    opener = build_opener(_Stays)
    with opener.open(f"{address}/api/v1/session", timeout=30) as told:
        token = json.load(told)["token"]
    try:
        answer = opener.open(Request(f"{address}/account/sign-in", body, {**OURS, "X-CSRFToken": token}), timeout=30)
    except HTTPError as refusal:
        return refusal.code
    return int(answer.status)


def test_two_servers_of_two_processes_each_share_one_count(app: Flask, anna: User) -> None:
    with processes.server(app) as one, processes.server(app) as other:
        told = [guess_at((one, other)[number % 2].address) for number in range(14)]
    assert told == [422] * TRIES + [429] * (14 - TRIES)


FEW = Limit("few", "3 per minute")


def test_each_reader_has_a_share(app: Flask) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": HERE}):
        for _ in range(3):
            throttles.spend((FEW, "one"))
        with pytest.raises(throttles.TooMany):
            throttles.spend((FEW, "one"))
        throttles.spend((FEW, "other"))


def test_what_is_counted_by_sample_ends_at_about_its_limit(app: Flask) -> None:
    """200 of 10 each: the number that passes has a mean of about 2,000 and a standard deviation of about 134."""
    many, passed = Limit("many", "2000 per minute", sample=10), 0
    with app.test_request_context("/"):
        try:
            while passed < 4000:
                throttles.spend((many, "somebody"))
                passed += 1
        except throttles.TooMany:
            pass
    assert 1400 < passed < 2600


def test_files_are_taken_out_so_often(client: FlaskClient, sign_in: SignIn) -> None:
    """The page that says so says when, too."""
    study = make.study()
    version = make.version(study)
    coordinator = sign_in(make.user(Role.COORDINATOR, study.client))
    answers = [coordinator.get(f"/studio/checklists/{version.id}/file") for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert ("Too many attempts" in answers[-1].text, "Retry-After" in answers[-1].headers) == (True, True)


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("6.6.6.6", "6.6.6.6:1234"),
        ("6.6.6.6:1", "::ffff:6.6.6.6"),
        ("[2001:db8::7]:443", "2001:db8::8"),
        ("2001:db8::7%eth0", "2001:db8::7"),
        ("9" * 5000, "nowhere"),
    ],
)
def test_a_port_makes_no_other_network(app: Flask, one: str, same: str) -> None:
    found = []
    for of in (one, same):
        with app.test_request_context(environ_base={"REMOTE_ADDR": of}):
            found.append(throttles.network())
    assert found[0] == found[1]
    assert len(found[0]) < 50
