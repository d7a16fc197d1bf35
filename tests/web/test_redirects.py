"""Where signing in and choosing a language may lead: a page of our own, or the start page."""

import pytest
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import User
from fieldstudy.services import passwords
from tests import factories as make

DATABASES = ("sqlite",)

OURS = ["/", "/studio/", "/studio/?x=1&y=a%20b", "/studio/?q=caffè", "/field/#s-till", "/studio/a:b", "/?next=//x"]
TRICKS = {
    "nothing": "",
    "relative": "studio/",
    "another scheme": "https://evil.example/",
    "a script": "javascript:alert(1)",
    "two slashes": "//evil.example",
    "three slashes": "///evil.example",
    "a backslash": "/\\evil.example",
    "backslashes alone": "\\\\evil.example",
    "a backslash later": "/studio/\\..\\evil",
    "a tab between the slashes": "/\t/evil.example",
    "a line end between the slashes": "/\n/evil.example",
    "another header": "/\r\nSet-Cookie: session=x",
    "a carriage return": "/\rx",
    "a line end at the end": "/studio/\n",
    "a blank before": " //evil.example",
    "NUL": "/\0x",
    "DEL": "/\x7fx",
    "a control character of Latin-1": "/\x85x",
    "a line separator": "/\u2028x",
    "an open bracket": "//[x",
    "an open bracket and a scheme": "http://[x",
    "a host that changes its form": "//evil.example\uff03@x",
    "longer than a header": "/" + "x" * 10_000,
}


@pytest.fixture
def anna() -> User:
    user = make.user(Role.COORDINATOR, email="anna@example.org")
    user.password_hash = passwords.hashed(make.PASSWORD)
    db.session.commit()
    return user


def lead(client: FlaskClient, target: str) -> tuple[int, str]:
    told = {"email": "anna@example.org", "password": make.PASSWORD, "next": target}
    answer = client.post("/account/sign-in", data=told)
    return answer.status_code, answer.headers.get("Location", "")


def lead_by_language(client: FlaskClient, target: str) -> tuple[int, str]:
    answer = client.post("/account/language/en", data={"next": target})
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.parametrize("target", TRICKS.values(), ids=TRICKS)
def test_a_trick_leads_to_the_start_page(client: FlaskClient, anna: User, target: str) -> None:
    assert (lead_by_language(client, target), lead(client, target)) == ((302, "/"), (302, "/"))


@pytest.mark.parametrize("target", OURS)
def test_a_page_of_ours_is_where_it_leads(client: FlaskClient, anna: User, target: str) -> None:
    told = target.replace("è", "%C3%A8")
    assert (lead_by_language(client, target), lead(client, target)) == ((302, told), (302, told))


@pytest.mark.parametrize("target", ["%0d%0ax", "//[x", "%00", "%e2%80%a8"])
def test_the_address_of_the_sign_in_page_may_hold_anything(client: FlaskClient, target: str) -> None:
    assert client.get(f"/account/sign-in?next=/{target}").status_code == 200
