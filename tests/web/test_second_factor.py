"""Signing in with a second factor, setting it up, and being asked for it once the time is up."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import PendingSignIn, Session, User
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries import factors as factor_queries
from fieldstudy.services import passwords
from fieldstudy.web import throttles
from tests import factories as make
from tests.factors import code_of, forget_last_code, key_of, protect
from tests.web.door import OURS

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
STEP = "/account/second-step"


@pytest.fixture
def anna(app: Flask) -> User:
    user = make.user(Role.COORDINATOR, email="anna@example.org")
    user.password_hash = passwords.hashed(make.PASSWORD)
    db.session.commit()
    return user


def first_step(client: FlaskClient, **more: str) -> TestResponse:
    return client.post("/account/sign-in", data={"email": "anna@example.org", "password": make.PASSWORD, **more})


def is_in(client: FlaskClient) -> bool:
    return client.get("/account/").status_code == 200


def test_the_password_alone_is_no_session(client: FlaskClient, anna: User) -> None:
    protect(anna)
    answer = first_step(client)
    assert (answer.status_code, answer.location) == (302, STEP)
    assert client.get_cookie("session") is None
    assert "user" not in answer.headers.get("Set-Cookie", "")
    assert not is_in(client)
    assert db.session.scalar(db.select(db.func.count()).select_from(Session)) == 0


def test_the_code_of_the_app_opens_and_leads_where_the_reader_wanted_to_go(client: FlaskClient, anna: User) -> None:
    protect(anna)
    first_step(client, next="/studio/?x=1")
    answer = client.post(STEP, data={"code": code_of(anna)})
    assert (answer.status_code, answer.location) == (302, "/studio/?x=1")
    assert is_in(client)
    assert client.get_cookie("step") is None


def test_a_code_with_a_blank_in_the_middle_is_understood(client: FlaskClient, anna: User) -> None:
    protect(anna)
    first_step(client)
    code = code_of(anna)
    assert client.post(STEP, data={"code": f" {code[:3]} {code[3:]} "}).status_code == 302


def wrong_codes(app: Flask, of: str, count: int) -> list[int]:
    """By somebody who knows the password."""
    client, found = app.test_client(), []
    place = {"REMOTE_ADDR": of}
    for number in range(count):
        if number % 4 == 0:
            data = {"email": "anna@example.org", "password": make.PASSWORD}
            client.post("/account/sign-in", data=data, environ_base=place)
        found.append(client.post(STEP, data={"code": "000000"}, environ_base=place).status_code)
    return found


def test_wrong_codes_elsewhere_shut_the_second_step_for_nobody(app: Flask, client: FlaskClient, anna: User) -> None:
    protect(anna)
    assert wrong_codes(app, "198.51.100.1", 11)[-1] == 429
    first_step(client)
    assert client.post(STEP, data={"code": code_of(anna)}).status_code == 302


def test_wrong_codes_from_everywhere_become_slow_and_shut_it_for_nobody(
    app: Flask, client: FlaskClient, anna: User
) -> None:
    """Thirty an hour from everywhere, then three a day from each network; a known device is counted by itself."""
    protect(anna)
    known = app.test_client()
    first_step(known)
    known.post(STEP, data={"code": code_of(anna)})
    forget_last_code(factor_queries.find_authenticator(anna.id))
    for number in range(1, 4):
        assert wrong_codes(app, f"198.51.100.{number}", 10) == [422] * 10
    assert wrong_codes(app, "198.51.100.9", 4) == [422, 422, 422, 429]
    first_step(client)
    assert client.post(STEP, data={"code": code_of(anna)}).status_code == 302


@pytest.mark.parametrize("address", ["2001:db8:7:{}00::1", "198.51.{}.1"])
def test_six_digits_are_guessed_at_a_hundred_times_a_day(
    app: Flask, client: FlaskClient, anna: User, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """However many networks somebody has, and whichever page they use; what cannot be guessed stays open."""
    codes = protect(anna)
    monkeypatch.setattr(throttles, "CODES_DAY", replace(throttles.CODES_DAY, rate="6 per day"))
    told = [status for number in range(4) for status in wrong_codes(app, address.format(number), 2)]
    assert told == [422] * 6 + [429] * 2
    first_step(client)
    assert client.post(f"{STEP}?way=recovery", data={"code": code_of(anna)}).status_code == 429
    assert client.post(f"{STEP}?way=recovery", data={"code": codes[0]}).status_code == 302


def test_a_network_of_ipv6_has_no_256_others(app: Flask, client: FlaskClient, anna: User) -> None:
    protect(anna)
    told = [wrong_codes(app, f"2001:db8:7:{number}00::1", 4) for number in range(3)]
    assert told == [[422] * 4, [422] * 4, [422, 422, 429, 429]]


def test_the_same_code_opens_no_second_time(app: Flask, client: FlaskClient, anna: User) -> None:
    protect(anna)
    code = code_of(anna)
    first_step(client)
    client.post(STEP, data={"code": code})
    other = app.test_client()
    first_step(other)
    answer = other.post(STEP, data={"code": code})
    assert (answer.status_code, is_in(other)) == (422, False)


def test_a_wrong_code_says_what_the_clock_here_says(client: FlaskClient, anna: User) -> None:
    protect(anna)
    first_step(client)
    answer = client.post(STEP, data={"code": "abc"})
    assert answer.status_code == 422
    assert re.search(r"Here it is \d\d:\d\d:\d\d, Rome time", unescape(answer.text))


def test_a_recovery_code_opens_and_says_how_many_are_left(client: FlaskClient, anna: User) -> None:
    codes = protect(anna)
    first_step(client)
    assert "Recovery code" in client.get(f"{STEP}?way=recovery").text
    client.post(STEP, data={"code": codes[0], "way": "recovery"})
    assert "You have 9 recovery codes left." in client.get("/account/").text


def test_few_codes_left_are_said_with_the_way_to_new_ones(client: FlaskClient, anna: User) -> None:
    codes = protect(anna)
    for code in codes[:7]:
        first_step(client)
        client.post(STEP, data={"code": code, "way": "recovery"})
        client.delete_cookie("session")
        db.session.rollback()
    first_step(client)
    client.post(STEP, data={"code": codes[7], "way": "recovery"})
    assert "You have 2 recovery codes left. Make new ones on your account page." in client.get("/account/").text
    assert "Make new ones before they run out." in client.get("/account/second-factor").text


def test_another_browser_cannot_answer(app: Flask, client: FlaskClient, anna: User) -> None:
    protect(anna)
    first_step(client)
    other = app.test_client()
    answer = other.post(STEP, data={"code": code_of(anna)})
    assert (answer.status_code, is_in(other)) == (410, False)


def test_after_five_minutes_the_password_is_asked_for_again(client: FlaskClient, anna: User) -> None:
    protect(anna)
    first_step(client)
    db.session.rollback()
    row = db.session.scalars(db.select(PendingSignIn)).one()
    row.expires_at = now() - timedelta(seconds=1)
    db.session.commit()
    assert client.get(STEP).status_code == 410
    assert (client.post(STEP, data={"code": code_of(anna)}).status_code, is_in(client)) == (410, False)


def test_guessing_ends_after_five_attempts(client: FlaskClient, anna: User) -> None:
    codes = protect(anna)
    first_step(client)
    answers = [client.post(STEP, data={"code": "000", "way": "recovery"}).status_code for _ in range(6)]
    assert answers == [422, 422, 422, 422, 410, 410]
    assert client.post(STEP, data={"code": codes[0], "way": "recovery"}).status_code == 410


def test_guessing_goes_on_slowly_however_often_one_begins_again(client: FlaskClient, anna: User) -> None:
    protect(anna)
    told = []
    for _ in range(3):
        first_step(client)
        told += [client.post(STEP, data={"code": "000"}).status_code for _ in range(4)]
    assert told[-1] == 429


def test_whoever_is_deactivated_meanwhile_stays_out(client: FlaskClient, anna: User) -> None:
    protect(anna)
    first_step(client)
    code = code_of(anna)
    anna.is_active = False
    db.session.commit()
    assert client.post(STEP, data={"code": code}).status_code == 410


def test_a_phone_is_led_to_the_page(client: FlaskClient, app: Flask) -> None:
    shopper = make.user(Role.SHOPPER, email="anna@example.org")
    shopper.password_hash = passwords.hashed(make.PASSWORD)
    db.session.commit()
    protect(shopper)
    content = {"email": shopper.email, "password": make.PASSWORD, "user": str(shopper.id)}
    answer = client.post("/api/v1/session", json=content, headers=OURS)
    assert (answer.status_code, answer.json) == (403, {"error": "needs_code"})
    assert "Set-Cookie" not in answer.headers


def page_key(page: str) -> str:
    found = re.search(r'<code class="code-words">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    return found[1].replace(" ", "")


def test_an_app_is_set_up_with_a_picture_a_text_and_a_code(sign_in: SignIn, anna: User) -> None:
    client = sign_in(anna)
    assert client.post("/account/authenticator/begin").location == "/account/authenticator"
    page = client.get("/account/authenticator").text
    assert (page_key(page), "<svg" in page) == (key_of(anna), True)
    assert "issuer=Fieldstudy" in page
    answer = client.post("/account/authenticator", data={"code": code_of(anna)})
    codes = re.findall(r'<code class="code-words">([0-9a-z-]{19})</code>', answer.text)
    assert (answer.status_code, len(codes)) == (200, 10)
    assert f"{codes[0]}%0D%0A{codes[1]}" in answer.text
    db.session.rollback()
    assert factor_queries.is_protected(anna.id)
    assert codes[0] not in client.get("/account/second-factor").text


def test_the_picture_says_what_the_text_says() -> None:
    """Drawn by segno, which tests itself; here only that it stands in the page, inside its own frame."""
    authenticator = pytest.importorskip("fieldstudy.web.account.views.authenticator")
    drawn = authenticator._drawn("otpauth://totp/Fieldstudy:anna%40example.org?secret=A&issuer=Fieldstudy")
    assert drawn.startswith("<svg")
    assert " style=" not in drawn
    assert "viewBox" in drawn


def test_a_wrong_code_sets_up_nothing_and_keeps_the_key(sign_in: SignIn, anna: User) -> None:
    client = sign_in(anna)
    client.post("/account/authenticator/begin")
    key = page_key(client.get("/account/authenticator").text)
    answer = client.post("/account/authenticator", data={"code": "12"})
    assert (answer.status_code, page_key(answer.text)) == (422, key)
    assert client.post("/account/authenticator", data={"code": ""}).status_code == 422


def test_an_app_is_removed(sign_in: SignIn, anna: User) -> None:
    protect(anna)
    client = sign_in(anna)
    client.post("/account/authenticator/remove")
    db.session.rollback()
    assert not factor_queries.is_protected(anna.id)


def test_without_a_factor_there_are_no_recovery_codes(sign_in: SignIn, anna: User) -> None:
    assert sign_in(anna).post("/account/recovery-codes").location == "/account/second-factor"


SENSITIVE = ("authenticator/begin", "authenticator", "authenticator/remove", "recovery-codes", "sign-out-everywhere")


def grow_old() -> None:
    db.session.rollback()
    for row in db.session.scalars(db.select(Session)):
        row.created_at = now() - timedelta(minutes=16)
    db.session.commit()


@pytest.mark.parametrize("act", SENSITIVE)
def test_what_decides_who_signs_in_asks_for_the_password_again(sign_in: SignIn, anna: User, act: str) -> None:
    codes = protect(anna)
    client = sign_in(anna)
    grow_old()
    answer = client.post(f"/account/{act}", data={"code": "123456"})
    assert (answer.status_code, 'name="proof"' in answer.text) == (403, True)
    assert 'name="code" value="123456"' in answer.text
    assert f'action="/account/{act}"' in answer.text
    db.session.rollback()
    assert factor_queries.is_protected(anna.id)
    assert factor_queries.get_factors(anna.id).codes_left == len(codes)
    assert is_in(client)


def test_with_the_password_the_same_act_goes_on(sign_in: SignIn, anna: User) -> None:
    protect(anna)
    client = sign_in(anna)
    grow_old()
    wrong = client.post("/account/authenticator/remove", data={"proof": "something else"})
    assert (wrong.status_code, "This is not the password that you have now." in wrong.text) == (403, True)
    db.session.rollback()
    assert factor_queries.is_protected(anna.id)
    assert client.post("/account/authenticator/remove", data={"proof": make.PASSWORD}).status_code == 302
    db.session.rollback()
    assert not factor_queries.is_protected(anna.id)
    assert client.post("/account/authenticator/begin").status_code == 302


@pytest.fixture
def rule(app: Flask) -> Iterator[Callable[..., None]]:
    config = app.extensions["fieldstudy"]

    def change(**fields: object) -> None:
        app.extensions["fieldstudy"] = replace(config, **fields)

    yield change
    app.extensions["fieldstudy"] = config


def asked(user: User, days: float) -> None:
    db.session.rollback()
    user.factor_asked_at = now() - timedelta(days=days)
    db.session.commit()


def test_the_first_sign_in_starts_the_time(client: FlaskClient, anna: User) -> None:
    first_step(client)
    db.session.rollback()
    db.session.refresh(anna)
    assert anna.factor_asked_at is not None
    first = anna.factor_asked_at
    first_step(client)
    db.session.rollback()
    db.session.refresh(anna)
    assert anna.factor_asked_at == first


def test_nothing_starts_where_it_is_only_offered(client: FlaskClient, anna: User, rule: Callable[..., None]) -> None:
    rule(second_factor="offered")
    first_step(client)
    db.session.rollback()
    db.session.refresh(anna)
    assert anna.factor_asked_at is None


def test_until_then_every_page_opens_and_says_when(sign_in: SignIn, anna: User) -> None:
    asked(anna, 6)
    answer = sign_in(anna).get("/studio/")
    assert (answer.status_code, "Set up a second factor by" in answer.text) == (200, True)


def test_then_every_page_leads_to_setting_it_up(sign_in: SignIn, anna: User) -> None:
    client = sign_in(anna)
    asked(anna, 8)
    for path in ("/", "/studio/", f"/studio/studies/{new_id()}"):
        assert client.get(path).location == "/account/second-factor", path
    for path in ("/account/", "/account/second-factor", "/account/password"):
        assert client.get(path).status_code == 200, path
    assert "Before you can go on" in client.get("/account/second-factor").text


def test_what_was_typed_before_then_is_still_taken(sign_in: SignIn, anna: User) -> None:
    client = sign_in(anna)
    asked(anna, 7.01)
    db.session.rollback()
    for row in db.session.scalars(db.select(Session)):
        row.created_at = now() - timedelta(hours=5)
    db.session.commit()
    assert client.post("/studio/clients/new", data={"name": "Bar"}).location != "/account/second-factor"


def test_whoever_signs_in_later_does_nothing_before(sign_in: SignIn, anna: User) -> None:
    asked(anna, 8)
    client = sign_in(anna)
    assert client.post("/studio/clients/new", data={"name": "Bar"}).location == "/account/second-factor"


def test_with_a_factor_all_is_open_again(sign_in: SignIn, anna: User) -> None:
    client = sign_in(anna)
    asked(anna, 8)
    protect(anna, db.session.scalars(db.select(Session.id)).one())
    assert client.get("/studio/").status_code == 200


def test_a_shopper_is_never_led_away(sign_in: SignIn, app: Flask) -> None:
    shopper = make.user(Role.SHOPPER)
    asked(shopper, 30)
    assert sign_in(shopper).get("/field/").status_code == 200


def test_whoever_also_works_in_the_field_goes_on_there(sign_in: SignIn, app: Flask) -> None:
    owner = make.client()
    both = make.user(Role.SHOPPER, owner)
    make.people.create_user(both.email, make.access.Membership(Role.COORDINATOR, owner.id))
    asked(both, 30)
    client = sign_in(both)
    assert (client.get("/field/").status_code, client.get("/studio/").status_code) == (200, 302)


def test_one_tap_of_the_demo_asks_for_nothing(client: FlaskClient, rule: Callable[..., None]) -> None:
    rule(is_demo=True, second_factor="offered")
    owner = make.studies.create_client("Demo", is_demo=True)
    user = make.user(Role.REVIEWER, owner, "chiara@demo.fieldstudy.example")
    protect(user)
    client.post(f"/account/demo/{user.id}")
    assert client.get("/desk/").status_code == 200
