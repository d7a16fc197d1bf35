"""The people of a client and the links that let them in."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.core import access
from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Client, Membership, User
from fieldstudy.services import invitations, mail, studies
from tests import factories as make
from tests import processes, signing

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
OWN_ACCOUNT = "has an account of their own"


@pytest.fixture
def lume(client: FlaskClient) -> Client:
    make.user(Role.SHOPPER, make.client("Somebody else"), "noise@example.org")
    return make.client("Lume")


@pytest.fixture
def coordinator(lume: Client, sign_in: SignIn) -> FlaskClient:
    return sign_in(make.user(Role.COORDINATOR, lume, "boss@example.org"))


def add(client: FlaskClient, owner: Client, role: str = "observer", **fields: str) -> TestResponse:
    db.session.rollback()
    data = {"email": "new@example.org", "name": "Nora", "role": role, "region": "", "store": "", **fields}
    return client.post(f"/studio/clients/{owner.id}/people/new", data=data)


def roles_of(email: str) -> list[tuple[Role, str | None]]:
    db.session.rollback()
    query = db.select(Membership).join(Membership.user).where(User.email == email).order_by(Membership.id)
    return [(membership.role, membership.region) for membership in db.session.scalars(query)]


def test_the_list_holds_the_people_of_this_client(coordinator: FlaskClient, lume: Client) -> None:
    page = coordinator.get(f"/studio/clients/{lume.id}/people").text
    assert ("boss@example.org" in page, "noise@example.org" in page) == (True, False)


def test_a_person_is_added_with_a_role(coordinator: FlaskClient, lume: Client) -> None:
    add(coordinator, lume)
    assert roles_of("new@example.org") == [(Role.OBSERVER, None)]


def test_the_link_that_is_shown_opens_the_invitation(coordinator: FlaskClient, lume: Client) -> None:
    found = re.search(r'value="http://[^/]+(/account/invitation/[^"]+)"', add(coordinator, lume).text)
    assert found is not None
    assert "For Nora." in coordinator.get(found[1]).text


def test_a_manager_may_be_narrowed_to_a_region(coordinator: FlaskClient, lume: Client) -> None:
    make.store(make.study(lume), region="Veneto")
    add(coordinator, lume, "manager", region="Veneto")
    assert roles_of("new@example.org") == [(Role.MANAGER, "Veneto")]


def test_nobody_else_is_narrowed(coordinator: FlaskClient, lume: Client) -> None:
    make.store(make.study(lume), region="Veneto")
    add(coordinator, lume, "reviewer", region="Veneto")
    assert roles_of("new@example.org") == [(Role.REVIEWER, None)]


def test_region_and_store_together_are_refused(coordinator: FlaskClient, lume: Client) -> None:
    store = make.store(make.study(lume), region="Veneto")
    answer = add(coordinator, lume, "manager", region="Veneto", store=str(store.id))
    assert (answer.status_code, "Choose a region or a store, not both." in answer.text) == (422, True)


def test_a_store_of_another_client_cannot_be_chosen(coordinator: FlaskClient, lume: Client) -> None:
    foreign = make.store(make.study())
    assert add(coordinator, lume, "manager", store=str(foreign.id)).status_code == 422


def test_a_coordinator_cannot_make_an_administrator(coordinator: FlaskClient, lume: Client) -> None:
    assert (add(coordinator, lume, "admin").status_code, roles_of("new@example.org")) == (422, [])


@pytest.mark.parametrize(
    ("email", "said"), [("", "Write an e-mail address."), ("nora at home", "This is not an e-mail address.")]
)
def test_an_address_that_is_none_is_refused(coordinator: FlaskClient, lume: Client, email: str, said: str) -> None:
    answer = add(coordinator, lume, email=email)
    assert (answer.status_code, said in answer.text) == (422, True)


def test_the_same_role_twice_is_refused(coordinator: FlaskClient, lume: Client) -> None:
    add(coordinator, lume)
    answer = add(coordinator, lume, email="New@Example.org")
    assert (answer.status_code, "This person has this role here already." in answer.text) == (422, True)


def test_no_link_for_somebody_who_works_for_another_client(coordinator: FlaskClient, lume: Client) -> None:
    """The role is theirs once they have accepted it."""
    answer = add(coordinator, lume, email="noise@example.org")
    assert (OWN_ACCOUNT in answer.text, "/account/invitation/" in answer.text) == (True, False)
    assert roles_of("noise@example.org") == [(Role.SHOPPER, None)]


def test_no_link_for_an_administrator(coordinator: FlaskClient, lume: Client) -> None:
    make.user(Role.ADMIN, email="admin@example.org")
    assert "/account/invitation/" not in add(coordinator, lume, email="admin@example.org").text


def link(client: FlaskClient, user: User) -> TestResponse:
    membership = user.memberships[0].id
    db.session.rollback()
    return client.post(f"/studio/memberships/{membership}/link")


def invited(lume: Client) -> User:
    """As a coordinator invites where no mail is sent."""
    membership = access.Membership(Role.SHOPPER, lume.id)
    return invitations.invite("new@example.org", membership, None, "Nora", "en").user


def test_a_new_link_for_somebody_who_lost_theirs(coordinator: FlaskClient, lume: Client) -> None:
    assert "/account/invitation/" in link(coordinator, invited(lume)).text


def test_no_new_link_for_another_clients_person(coordinator: FlaskClient) -> None:
    assert link(coordinator, make.user(Role.SHOPPER, make.client())).status_code == 404


def test_an_administrator_may_give_a_link(lume: Client, sign_in: SignIn) -> None:
    client = sign_in(make.user(Role.ADMIN))
    assert "/account/invitation/" in link(client, invited(lume)).text


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN])
def test_nobody_sees_the_link_of_a_proven_address(lume: Client, sign_in: SignIn, role: Role) -> None:
    """Its account may hold roles elsewhere, today or tomorrow."""
    client = sign_in(make.user(role, lume if role == Role.COORDINATOR else None))
    assert "/account/invitation/" not in link(client, make.user(Role.SHOPPER, lume)).text


def test_an_administrator_adds_people(lume: Client, sign_in: SignIn) -> None:
    add(sign_in(make.user(Role.ADMIN)), lume, "coordinator")
    assert roles_of("new@example.org") == [(Role.COORDINATOR, None)]


SEARCHES = """
import sys
from fieldstudy.app import create_app
client = create_app().test_client()
client.set_cookie("session", sys.argv[1])
for _ in range(20):
    for query in ("?search=m1", ""):
        assert client.get(sys.argv[2] + query).status_code == 200
"""


def test_a_process_survives_a_search_among_many_people(app: Flask) -> None:
    """In one of its own: the state of a collected row, changed while its dict was made, ended it without a word.

    Without SQLAlchemy's compiled parts, because there it happened every time.
    """
    study = make.study()
    boss = make.user(Role.COORDINATOR, study.client)
    for _ in range(60):
        make.user(Role.SHOPPER, study.client)
    places = {"city": "Verona", "region": "Veneto", "address": "", "latitude": None, "longitude": None}
    rows = [{"code": f"S{n}", "name": f"Store {n}", "timezone": "Europe/Rome", **places} for n in range(400)]
    studies.import_stores(study, [SimpleNamespace(**row) for row in rows])
    token = signing.token_of(app, boss)
    db.session.remove()
    command = [sys.executable, "-c", SEARCHES, token, f"/studio/clients/{study.client_id}/people"]
    settings = processes.environment(app) | {"DISABLE_SQLALCHEMY_CEXT_RUNTIME": "1"}
    done = subprocess.run(command, env=settings, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


TO_NOBODY = ("a,b@z.org", "a@z.org,b", "x(c)@z.org", "<h@z.org>", "vic@z.org.", "v\u00eccki@z.org", "a@z", "a@z..org")
ENCODED = (
    "=?utf-8?q?evil?=@b.org",
    "x=?utf-8?q?evil?=@b.org",
    "=?iso-8859-1?b?ZXZpbA==?=@b.org",
    "a@=?utf-8?q?b?=.org",
)
"""Words that whoever reads a header takes for others (RFC 2047)."""


def test_unusual_addresses_that_are_plain_are_taken(app: Flask) -> None:
    """What RFC 5322 calls atext."""
    assert [mail.find_fault(email) for email in ("o'neil+x@z.org", "a.b_c-d@z.org", "{a}!#$%&*/?=^`|~@z.org")] == [
        None
    ] * 3


@pytest.mark.parametrize("email", TO_NOBODY + ENCODED)
def test_an_address_that_leads_to_nobody_or_to_two_is_refused(sign_in: SignIn, email: str) -> None:
    owner = make.client()
    answer = add(sign_in(make.user(Role.COORDINATOR, owner)), owner, email=email)
    db.session.rollback()
    assert (answer.status_code, "This is not an e-mail address." in answer.text) == (422, True)
    assert db.session.scalar(db.select(User.id).where(User.email == email)) is None


@pytest.mark.parametrize("domain", ["intranet.local", "shop.intranet.local", "lume.test", "printer"])
def test_an_address_of_the_own_network_needs_a_setting(app: Flask, sign_in: SignIn, domain: str) -> None:
    owner, config = make.client(), app.extensions["fieldstudy"]
    coordinator, email = sign_in(make.user(Role.COORDINATOR, owner)), f"nora@{domain}"
    refused = unescape(add(coordinator, owner, email=email).text)
    is_explained = f"Addresses in {domain} exist in one network alone." in refused
    assert (is_explained, "This is not an e-mail address." in refused) == (domain != "printer", domain == "printer")
    named = ("intranet.local", ".intranet.local", "lume.test", "printer")
    app.extensions["fieldstudy"] = replace(config, mail_domains=named)
    try:
        assert mail.find_fault(email) is None
        assert mail.find_fault(f"nora x@{domain}") == mail.Fault.FORM
        assert mail.find_fault(f"nora@{domain},b") == mail.Fault.FORM
        assert mail.find_fault("nora@other.local") == mail.Fault.DOMAIN
        assert add(coordinator, owner, email=email).status_code != 422
    finally:
        app.extensions["fieldstudy"] = config


def test_before_the_at_stand_64_characters_at_most(app: Flask) -> None:
    """RFC 5321, 4.5.3.1.1: beyond, a mail server may refuse it."""
    assert [mail.find_fault("a" * count + "@z.org") for count in (64, 65)] == [None, mail.Fault.FORM]


@pytest.mark.parametrize("email", ["o'hara+shop@z.co.uk", "a.b-c_d@sub.z.org", "a@xn--caff-8oa.example"])
def test_an_unusual_address_is_an_address(sign_in: SignIn, email: str) -> None:
    owner = make.client()
    assert add(sign_in(make.user(Role.COORDINATOR, owner)), owner, email=email).status_code != 422
