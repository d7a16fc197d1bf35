"""Passkeys with a device made of software: added, signed in with, refused where anything is wrong."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core import factors as rules
from fieldstudy.core.access import Role
from fieldstudy.core.factors import RelyingParty
from fieldstudy.extensions import db
from fieldstudy.models import Passkey, Session, User
from fieldstudy.models.columns import now
from fieldstudy.queries import factors as factor_queries
from fieldstudy.services import passkeys, passwords
from tests import factories as make
from tests.factors import protect
from tests.passkeys import PRESENT, Device

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
URL = "https://study.example"


@pytest.mark.parametrize(
    ("address", "party"),
    [
        ("https://study.example", RelyingParty("study.example", "https://study.example")),
        ("https://study.example:8443", RelyingParty("study.example", "https://study.example:8443")),
        ("http://localhost:8000", RelyingParty("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", None),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::1]", None),
        ("http://study.example", None),
    ],
)
def test_a_passkey_needs_a_name_and_https_or_ones_own_machine(address: str, party: RelyingParty | None) -> None:
    assert rules.relying_party(address) == party


@pytest.fixture(autouse=True)
def address(request: pytest.FixtureRequest) -> Iterator[Callable[..., None]]:
    if "app" not in request.fixturenames:
        yield lambda **fields: None
        return
    app: Flask = request.getfixturevalue("app")
    config = app.extensions["fieldstudy"]

    def change(**fields: object) -> None:
        app.extensions["fieldstudy"] = replace(config, **fields)

    change(url=URL)
    yield change
    app.extensions["fieldstudy"] = config


@pytest.fixture
def anna(app: Flask) -> User:
    user = make.user(Role.COORDINATOR, email="anna@example.org")
    user.password_hash = passwords.hashed(make.PASSWORD)
    db.session.commit()
    return user


def creation_options(client: FlaskClient) -> dict[str, Any]:
    found = re.search(r'data-options="([^"]+)"', client.get("/account/passkeys/new").text)
    assert found is not None
    options: dict[str, Any] = json.loads(unescape(found[1]))
    return options


def add(client: FlaskClient, device: Device, name: str = "My phone") -> tuple[int, str]:
    credential = device.create(creation_options(client))
    answer = client.post("/account/passkeys/new", data={"name": name, "credential": credential})
    return answer.status_code, answer.text


def ask(client: FlaskClient, **fields: str) -> dict[str, Any]:
    answer = client.post("/account/passkey/options", data=fields)
    assert answer.status_code == 200
    options: dict[str, Any] = answer.json
    return options


def enter(client: FlaskClient, credential: str) -> tuple[int, str | None]:
    answer = client.post("/account/passkey", data={"credential": credential})
    return answer.status_code, answer.location


@pytest.fixture
def device(app: Flask, anna: User, sign_in: SignIn, client: FlaskClient) -> Device:
    """Added, and nobody is signed in."""
    found = Device()
    assert add(sign_in(anna), found)[0] == 200
    client.delete_cookie("session")
    db.session.rollback()
    return found


def test_the_options_ask_for_a_verified_person_and_a_key_that_is_found_again(sign_in: SignIn, anna: User) -> None:
    options = creation_options(sign_in(anna))
    assert options["rp"] == {"name": "Fieldstudy", "id": "study.example"}
    chosen = options["authenticatorSelection"]
    assert (chosen["userVerification"], chosen["residentKey"]) == ("required", "required")
    assert (options["user"]["name"], options["attestation"]) == ("anna@example.org", "none")


def test_the_first_passkey_is_a_factor_and_brings_recovery_codes(sign_in: SignIn, anna: User) -> None:
    status, page = add(sign_in(anna), Device())
    assert (status, len(re.findall(r'class="code-words"', page))) == (200, 10)
    db.session.rollback()
    own = factor_queries.get_factors(anna.id)
    assert ([one.name for one in own.passkeys], own.codes_left) == (["My phone"], 10)


def test_a_passkey_signs_in_without_a_password_and_leads_on(client: FlaskClient, device: Device) -> None:
    options = ask(client, next="/studio/?x=1")
    assert options["allowCredentials"] == []
    assert client.get_cookie("session") is None
    assert enter(client, device.sign(options)) == (302, "/studio/?x=1")
    assert client.get("/account/").status_code == 200
    assert "Last used" in client.get("/account/second-factor").text


def test_the_door_of_passkeys_takes_nothing_from_others(app: Flask, client: FlaskClient, device: Device) -> None:
    """Whoever asks on and on, from the address of an office, is told so in words; its people sign in. Two of the 120
    were those of the first time.
    """
    enter(client, device.sign(ask(client)))
    client.post("/account/sign-out")
    attacker, colleague = app.test_client(), app.test_client()
    answers = [attacker.post("/account/passkey/options", headers={"Accept-Language": "it"}) for _ in range(121)]
    assert [answer.status_code for answer in answers] == [200] * 118 + [429] * 3
    told = answers[-1].json
    assert (told["error"], told["told"]) == ("too_many", "Aspetta un minuto e riprova.")
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert enter(client, device.sign(ask(client)))[0] == 302
    data = {"email": "nobody@example.org", "password": make.PASSWORD}
    assert colleague.post("/account/sign-in", data=data).status_code == 422


def test_a_passkey_never_leads_out_of_the_house(client: FlaskClient, device: Device) -> None:
    assert enter(client, device.sign(ask(client, next="https://evil.example/"))) == (302, "/")


def test_an_answer_counts_once(app: Flask, client: FlaskClient, device: Device) -> None:
    answer = device.sign(ask(client))
    step = client.get_cookie("step").value
    assert enter(client, answer)[0] == 302
    other = app.test_client()
    other.set_cookie("step", step)
    assert enter(other, answer)[0] == 422


def test_a_passkey_that_is_removed_in_the_moment_of_signing_in_opens_nothing(
    app: Flask, client: FlaskClient, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = passkeys.sign_in

    def sign_in(*given: Any) -> object:
        found = answered(*given)
        with app.app_context():
            passkeys.remove(db.session.scalars(db.select(Passkey)).one(), None)
        return found

    monkeypatch.setattr(passkeys, "sign_in", sign_in)
    assert enter(client, device.sign(ask(client))) == (302, "/account/sign-in")
    assert client.get("/account/").status_code == 302


def test_an_answer_for_another_challenge_is_refused(client: FlaskClient, device: Device) -> None:
    answer = device.sign(ask(client))
    ask(client)
    assert enter(client, answer)[0] == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"key": Device().key},
        {"id": b"somebody else's."},
    ],
    ids=["another origin", "another host", "nobody verified", "another key", "an unknown passkey"],
)
def test_what_is_wrong_in_an_answer_is_refused(client: FlaskClient, device: Device, wrong: dict[str, Any]) -> None:
    assert enter(client, replace(device, **wrong).sign(ask(client)))[0] == 422
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("answer", ["", "x", "{}", "[]", "null", '{"rawId": 5}', '{"rawId": "é"}', '{"rawId": "AA"}'])
def test_what_is_no_answer_is_refused(client: FlaskClient, device: Device, answer: str) -> None:
    ask(client)
    assert enter(client, answer)[0] == 422


def test_without_a_question_there_is_no_answer(client: FlaskClient, device: Device) -> None:
    assert enter(client, device.sign({"challenge": "AAAA"}))[0] == 422


def test_a_copy_of_a_device_that_counts_is_refused(client: FlaskClient, device: Device) -> None:
    copy = replace(device)
    for _ in range(2):
        assert enter(client, device.sign(ask(client)))[0] == 302
        client.delete_cookie("session")
    assert enter(client, copy.sign(ask(client)))[0] == 422


def test_the_count_is_kept(client: FlaskClient, device: Device) -> None:
    enter(client, device.sign(ask(client)))
    db.session.rollback()
    row = db.session.scalars(db.select(Passkey)).one()
    assert (row.sign_count, row.last_used_at is not None) == (1, True)


def test_a_removed_passkey_opens_nothing(client: FlaskClient, device: Device, anna: User, sign_in: SignIn) -> None:
    row = db.session.scalars(db.select(Passkey)).one()
    client = sign_in(anna)
    assert client.post(f"/account/passkeys/{row.id}/remove").status_code == 302
    client.delete_cookie("session")
    assert enter(client, device.sign(ask(client)))[0] == 422
    assert not factor_queries.is_protected(anna.id)


def test_whoever_is_deactivated_stays_out(client: FlaskClient, device: Device, anna: User) -> None:
    anna.is_active = False
    db.session.commit()
    assert enter(client, device.sign(ask(client)))[0] == 422


def test_the_password_alone_opens_nothing_any_more(client: FlaskClient, device: Device) -> None:
    answer = client.post("/account/sign-in", data={"email": "anna@example.org", "password": make.PASSWORD})
    assert answer.location == "/account/second-step"
    page = client.get("/account/second-step").text
    assert ('name="step" value="second"' in page, "Recovery code" in page) == (True, True)
    options = ask(client, step="second")
    assert len(options["allowCredentials"]) == 1
    assert enter(client, device.sign(options))[0] == 302


def test_the_second_step_of_one_person_is_no_step_of_another(
    app: Flask, client: FlaskClient, device: Device, sign_in: SignIn
) -> None:
    other = make.user(Role.COORDINATOR, email="bea@example.org")
    other.password_hash = passwords.hashed(make.PASSWORD)
    db.session.commit()
    protect(other)
    client.post("/account/sign-in", data={"email": "bea@example.org", "password": make.PASSWORD})
    assert enter(client, device.sign(ask(client, step="second")))[0] == 422
    assert client.get("/account/").status_code == 302


def test_one_passkey_belongs_to_one_account(app: Flask, device: Device, sign_in: SignIn) -> None:
    status, page = add(sign_in(make.user(Role.COORDINATOR)), device)
    assert (status, "That did not work: nothing was added." in page) == (422, True)


@pytest.mark.parametrize("wrong", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": PRESENT}])
def test_what_is_wrong_is_not_added(sign_in: SignIn, anna: User, wrong: dict[str, Any]) -> None:
    assert add(sign_in(anna), replace(Device(), **wrong))[0] == 422
    db.session.rollback()
    assert not factor_queries.is_protected(anna.id)


def test_a_challenge_adds_one_passkey(sign_in: SignIn, anna: User) -> None:
    client = sign_in(anna)
    options = creation_options(client)
    content = {"name": "One", "credential": Device().create(options)}
    assert client.post("/account/passkeys/new", data=content).status_code == 200
    content = {"name": "Two", "credential": Device().create(options)}
    assert client.post("/account/passkeys/new", data=content).status_code == 422


def test_a_name_is_asked_for_and_what_was_typed_stays(sign_in: SignIn, anna: User) -> None:
    status, page = add(sign_in(anna), Device(), name=" ")
    assert (status, "Write a name, so that you know it again." in page) == (422, True)
    status, page = add(sign_in(anna), Device(), name="<b>" * 40)
    assert (status, "&lt;b&gt;" in page) == (422, True)


def test_adding_asks_for_the_password_again_when_the_last_proof_is_old(sign_in: SignIn, anna: User) -> None:
    client = sign_in(anna)
    for row in db.session.scalars(db.select(Session)):
        row.created_at = now() - timedelta(minutes=16)
    db.session.commit()
    page = client.get("/account/passkeys/new")
    assert (page.status_code, 'name="next" value="/account/passkeys/new"' in page.text) == (403, True)
    answer = client.post("/account/proof", data={"next": "/account/passkeys/new", "proof": make.PASSWORD})
    assert answer.location == "/account/passkeys/new"
    assert client.get("/account/passkeys/new").status_code == 200


def test_where_no_passkey_can_be_made_the_page_says_why(
    sign_in: SignIn, anna: User, address: Callable[..., None]
) -> None:
    address(url="http://127.0.0.1:8000")
    client = sign_in(anna)
    for path in ("/account/second-factor", "/account/passkeys/new"):
        page = client.get(path).text
        assert "Passkeys need an address with a name and https" in page
    client.delete_cookie("session")
    assert "passkeys.js" not in client.get("/account/sign-in").text
    assert client.post("/account/passkey/options").status_code == 404


def test_a_look_at_the_sign_in_page_leaves_no_trace(client: FlaskClient, app: Flask) -> None:
    answer = client.get("/account/sign-in")
    assert ("Set-Cookie" in answer.headers, "passkeys.js" in answer.text) == (False, True)
