"""A forgotten password: the link goes to the address, and nobody learns whether anybody has it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.core.access import Role
from fieldstudy.core.invitations import Kind
from fieldstudy.extensions import db
from fieldstudy.models import Invitation, Job, User
from fieldstudy.models.columns import now
from fieldstudy.services import invitations, passwords
from tests import factories as make
from tests import signing
from tests.factors import code_of, protect
from tests.mail import Postman, link_in
from tests.papers import do_all_jobs

DATABASES = ("sqlite",)
PAGE = "/account/forgotten-password"
EMAIL = "anna@example.org"
NEW = "another long sentence"
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def anna(app: Flask) -> User:
    user = make.user(Role.COORDINATOR, email=EMAIL)
    user.password_hash = passwords.hashed(make.PASSWORD)
    db.session.commit()
    return user


def ask(client: FlaskClient, email: str = EMAIL) -> TestResponse:
    return client.post(PAGE, data={"email": email})


def choose(client: FlaskClient, path: str, password: str = NEW) -> TestResponse:
    return client.post(path, data={"password": password, "again": password})


def enter(client: FlaskClient, password: str) -> int:
    return client.post("/account/sign-in", data={"email": EMAIL, "password": password}).status_code


def test_the_letter_leads_to_a_new_password(app: Flask, client: FlaskClient, anna: User, postman: Postman) -> None:
    ask(client, " Anna@Example.org ")
    do_all_jobs(app)
    (letter,) = postman.letters
    answer = choose(client, link_in(letter))
    assert (letter["To"], answer.location) == (EMAIL, "/account/password-set")
    assert (enter(app.test_client(), make.PASSWORD), enter(client, NEW)) == (422, 302)


def test_whoever_was_signed_in_is_out_and_the_owner_is_told(app: Flask, anna: User, postman: Postman) -> None:
    thief, owner = app.test_client(), app.test_client()
    thief.set_cookie("session", signing.token_of(app, anna))
    ask(owner)
    do_all_jobs(app)
    choose(owner, link_in(postman.letters[0]))
    do_all_jobs(app)
    assert thief.get("/studio/").status_code == 302
    assert (postman.letters[1]["Subject"], "/account/invitation/" in postman.letters[1].get_content()) == (
        "Your password was changed",
        False,
    )


def test_a_link_never_stands_in_for_the_second_factor(
    app: Flask, client: FlaskClient, anna: User, postman: Postman
) -> None:
    protect(anna)
    ask(client)
    do_all_jobs(app)
    choose(client, link_in(postman.letters[-1]))
    client.post("/account/sign-in", data={"email": EMAIL, "password": NEW})
    assert client.get("/studio/").status_code == 302
    client.post("/account/second-step", data={"code": code_of(anna)})
    assert client.get("/studio/").status_code == 200


def test_the_link_lives_half_an_hour(app: Flask, client: FlaskClient, anna: User, postman: Postman) -> None:
    ask(client)
    do_all_jobs(app)
    db.session.rollback()
    row = db.session.scalars(db.select(Invitation).where(Invitation.kind == Kind.RESET)).one()
    assert 29 * 60 < (row.expires_at - now()).total_seconds() <= 30 * 60


def page_of(answer: TestResponse, email: str) -> tuple[int, str]:
    return answer.status_code, re.sub(r'value="[\w.-]{40,}"', "", answer.text.replace(email, "X"))


def test_known_and_unknown_get_the_same_answer(app: Flask, client: FlaskClient, anna: User, postman: Postman) -> None:
    closed = make.user(Role.SHOPPER, make.client(), "closed@example.org")
    closed.is_active = False
    db.session.commit()
    told = {page_of(ask(client, email), email) for email in (EMAIL, "nobody@example.org", "closed@example.org")}
    do_all_jobs(app)
    assert len(told) == 1
    assert [letter["To"] for letter in postman.letters] == [EMAIL]


def test_known_and_unknown_leave_the_same_rows(client: FlaskClient, anna: User, postman: Postman) -> None:
    """What is written decides how long it takes."""
    for email in (EMAIL, "nobody@example.org"):
        ask(client, email)
    db.session.rollback()
    kinds = [job.kind for job in db.session.scalars(db.select(Job).order_by(Job.id))]
    assert kinds == ["reset_letter"] * 2


def test_nobody_closes_what_others_wait_for(app: Flask, client: FlaskClient, postman: Postman) -> None:
    """Anybody may ask, with anybody's address."""
    owner = make.client("Ours")
    invitations.invite("new@example.org", make.access.Membership(Role.SHOPPER, owner.id), None, locale="en")
    do_all_jobs(app)
    ask(client, "new@example.org")
    do_all_jobs(app)
    assert client.get(link_in(postman.letters[0])).status_code == 200


def test_a_mailbox_is_not_flooded(app: Flask, anna: User, postman: Postman) -> None:
    for _ in range(5):
        invitations.ask_reset(anna.id)
    do_all_jobs(app)
    assert len(postman.letters) == 3


def test_any_use_closes_the_other_links(app: Flask, client: FlaskClient, anna: User, postman: Postman) -> None:
    ask(client), ask(client)
    do_all_jobs(app)
    first, second = map(link_in, postman.letters)
    choose(client, first)
    assert client.get(second).status_code == 410


def test_too_many_tries_are_said(client: FlaskClient, anna: User, postman: Postman) -> None:
    answers = [ask(client) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "Retry-After" in answers[-1].headers


def test_whoever_asks_elsewhere_shuts_the_door_for_nobody(
    app: Flask, client: FlaskClient, anna: User, postman: Postman
) -> None:
    """Known or not, the owner is told the same as ever, and holds a link that is good."""
    attacker = app.test_client()
    for number in range(4):
        elsewhere = {"REMOTE_ADDR": f"198.51.100.{number}"}
        told = [attacker.post(PAGE, data={"email": EMAIL}, environ_base=elsewhere).status_code for _ in range(4)]
        assert told == [200, 200, 200, 429]
    assert [ask(client, email).status_code for email in (EMAIL, "nobody@example.org")] == [200, 200]
    do_all_jobs(app)
    assert len(postman.letters) == 3
    assert choose(client, link_in(postman.letters[-1])).location == "/account/password-set"


def test_the_mailbox_always_holds_a_link_that_lives_a_quarter_of_an_hour(
    app: Flask, anna: User, postman: Postman
) -> None:
    for _ in range(4):
        invitations.ask_reset(anna.id)
    do_all_jobs(app)
    db.session.execute(db.update(Invitation).values(created_at=now() - timedelta(minutes=15)))
    db.session.commit()
    for _ in range(2):
        invitations.ask_reset(anna.id)
    do_all_jobs(app)
    assert len(postman.letters) == 4


def test_where_no_mail_goes_out_the_way_in_says_whom_to_ask(client: FlaskClient, anna: User) -> None:
    page = client.get("/account/sign-in").text
    assert ("Forgot your password?" in page, "whoever runs this installation" in page) == (False, True)
    assert [client.get(PAGE).status_code, ask(client).status_code] == [404, 404]


def test_the_way_in_leads_there(client: FlaskClient, postman: Postman) -> None:
    assert PAGE in client.get("/account/sign-in").text
    assert client.get(PAGE).status_code == 200


def test_an_empty_address_is_said_beside_the_field(client: FlaskClient, postman: Postman) -> None:
    answer = ask(client, "")
    assert (answer.status_code, "Write your e-mail." in answer.text) == (422, True)


# The demo's mail


@pytest.fixture
def demo(app: Flask) -> Iterator[None]:
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, is_demo=True)
    yield
    app.extensions["fieldstudy"] = config
    for path in (config.data / "mail").glob("*.eml"):
        path.unlink()


def test_the_demo_shows_its_letters_to_its_admin(app: Flask, anna: User, demo: None, sign_in: SignIn) -> None:
    ask(app.test_client())
    do_all_jobs(app)
    admin = sign_in(make.user(Role.ADMIN))
    assert "/studio/letters" in admin.get("/account/").text
    found = re.search(r"/studio/letters/[\w-]+", admin.get("/studio/letters").text)
    assert found is not None
    page = admin.get(found[0]).text
    link = re.search(r'<a href="http://[^/]+(/account/invitation/[\w-]+)"', page)
    assert link is not None
    assert app.test_client().get(link[1]).status_code == 200


def test_what_a_letter_quotes_is_no_markup(app: Flask, demo: None, sign_in: SignIn) -> None:
    owner = make.client("<b>Ours</b>")
    invitations.invite("x@example.org", make.access.Membership(Role.SHOPPER, owner.id), None, "<i>x</i>", "en")
    do_all_jobs(app)
    admin = sign_in(make.user(Role.ADMIN))
    found = re.search(r"/studio/letters/[\w-]+", admin.get("/studio/letters").text)
    assert found is not None
    assert not re.search(r"<[bi]>", admin.get(found[0]).text)


@pytest.mark.parametrize("path", ["/studio/letters", "/studio/letters/..%2f..%2fdemo-key", "/studio/letters/none"])
def test_elsewhere_there_is_no_such_page(sign_in: SignIn, path: str) -> None:
    assert sign_in(make.user(Role.ADMIN)).get(path).status_code == 404


@pytest.mark.parametrize("name", ["..%2f..%2fdemo-key", "none", "%2e%2e", "a" * 300])
def test_only_letters_are_read(demo: None, sign_in: SignIn, name: str) -> None:
    assert sign_in(make.user(Role.ADMIN)).get(f"/studio/letters/{name}").status_code == 404


def test_others_do_not_see_the_demos_letters(demo: None, sign_in: SignIn) -> None:
    assert sign_in(make.user(Role.COORDINATOR)).get("/studio/letters").status_code == 404
