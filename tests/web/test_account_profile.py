"""One's own name, language and password."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Session, User
from fieldstudy.models.columns import now
from fieldstudy.services import invitations, passwords
from tests import factories as make
from tests import signing

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
NEW = "the boat leaves at six"


@pytest.fixture
def anna(app: Flask) -> User:
    user = make.user(Role.COORDINATOR, email="anna@example.org")
    user.password_hash = passwords.hashed(make.PASSWORD)
    db.session.commit()
    return user


def change(client: FlaskClient, **fields: str) -> tuple[int, str]:
    content = {"former": make.PASSWORD, "password": NEW, "again": NEW, **fields}
    answer = client.post("/account/password", data=content)
    return answer.status_code, answer.text


def fits(user: User, password: str) -> bool:
    db.session.commit()
    db.session.refresh(user)
    return passwords.verify(user, password)


def test_name_and_language_are_changed(sign_in: SignIn, anna: User) -> None:
    client = sign_in(anna)
    client.post("/account/profile", data={"name": "  Anna  Rossi ", "locale": "it"})
    db.session.commit()
    db.session.refresh(anna)
    assert (anna.name, anna.locale) == ("Anna Rossi", "it")
    assert '<html lang="it">' in client.get("/account/").text


@pytest.mark.parametrize("name", ["", "   ", "x" * 301])
def test_a_name_that_is_none_is_refused_and_kept(sign_in: SignIn, anna: User, name: str) -> None:
    answer = sign_in(anna).post("/account/profile", data={"name": name, "locale": "en"})
    assert (answer.status_code, 'class="field-error"' in answer.text) == (422, True)


def test_another_language_than_ours_is_refused(sign_in: SignIn, anna: User) -> None:
    assert sign_in(anna).post("/account/profile", data={"name": "Anna", "locale": "xx"}).status_code == 422


def test_a_new_password_signs_everybody_else_out_and_oneself_in_anew(app: Flask, sign_in: SignIn, anna: User) -> None:
    former = signing.token_of(app, anna)
    client = sign_in(anna)
    own = client.get_cookie("session").value
    assert change(client)[0] == 302
    assert client.get_cookie("session").value not in (own, former)
    assert "Your password is changed." in client.get("/account/").text
    other = app.test_client()
    other.set_cookie("session", former)
    assert other.get("/account/").status_code == 302
    assert (fits(anna, NEW), fits(anna, make.PASSWORD)) == (True, False)
    still_open = db.select(db.func.count()).select_from(Session).where(Session.ends_at > now())
    assert db.session.scalar(still_open) == 1


def test_a_new_password_closes_the_links_that_could_set_another(sign_in: SignIn, anna: User) -> None:
    token = invitations.reset(anna)
    change(sign_in(anna))
    assert sign_in(anna).get(f"/account/invitation/{token}").status_code == 410


def test_without_the_former_password_nothing_changes(sign_in: SignIn, anna: User) -> None:
    status, page = change(sign_in(anna), former="something else")
    assert (status, "This is not the password that you have now." in page) == (422, True)
    assert fits(anna, make.PASSWORD)


def test_a_weak_password_is_refused_with_its_reason(sign_in: SignIn, anna: User) -> None:
    status, page = change(sign_in(anna), password="anna2026example", again="anna2026example")
    assert (status, "nothing to do with you" in page) == (422, True)
    assert fits(anna, make.PASSWORD)


def test_two_different_passwords_are_refused(sign_in: SignIn, anna: User) -> None:
    status, page = change(sign_in(anna), again="x")
    assert (status, "The two passwords differ." in page) == (422, True)


def test_guessing_the_former_password_is_slowed_down(sign_in: SignIn, anna: User) -> None:
    client = sign_in(anna)
    assert [change(client, former="something else")[0] for _ in range(11)][-1] == 429


def test_paste_is_allowed_and_a_password_manager_understands(sign_in: SignIn, anna: User) -> None:
    page = sign_in(anna).get("/account/password").text
    assert "onpaste" not in page
    assert 'autocomplete="current-password"' in page
    assert page.count('autocomplete="new-password"') == 2


def test_an_account_leads_to_all_that_one_may_do(sign_in: SignIn, anna: User) -> None:
    page = sign_in(anna).get("/account/").text
    for path in ("/account/profile", "/account/password"):
        assert f'href="{path}"' in page
