"""One JSON line for whoever comes in, is refused or takes something out; nothing personal in any line."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import StatementError

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Client, User
from fieldstudy.models.columns import new_id
from fieldstudy.queries import people as people_queries
from fieldstudy.services import passwords, people
from fieldstudy.web import logs, security_log
from tests import factories as make
from tests import phone
from tests.papers import do_all_jobs, newest, released
from tests.web.door import OURS, put_visit

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
EMAIL = "anna.rossi@example.org"
SECRET = "a sentence nobody else knows"


class Lines(io.StringIO):
    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(line["verb"], line["outcome"]) for line in self.all if "verb" in line]


@pytest.fixture
def lines(app: Flask) -> Iterator[Lines]:
    """What goes to standard error, written by the very formatter that is in use."""
    found = Lines()
    handler = logging.StreamHandler(found)
    log = logging.getLogger(logs.LOGGER)
    handler.setFormatter(log.handlers[0].formatter)
    log.addHandler(handler)
    yield found
    log.removeHandler(handler)


@pytest.fixture
def anna(app: Flask) -> User:
    user = make.user(Role.COORDINATOR, email=EMAIL)
    user.password_hash = passwords.hashed(SECRET)
    db.session.commit()
    return user


def enter(client: FlaskClient, password: str = SECRET, **more: str) -> None:
    client.post("/account/sign-in", data={"email": EMAIL, "password": password, **more})


def test_a_line_says_when_who_from_where_what_and_how_it_ended(client: FlaskClient, anna: User, lines: Lines) -> None:
    enter(client)
    [line] = lines.all
    assert line.pop("time").endswith("+00:00")
    assert (len(line.pop("request")), line.pop("message")) == (16, "sign_in: done")
    assert line == {
        "level": "INFO",
        "logger": "fieldstudy.security",
        "verb": "sign_in",
        "outcome": "done",
        "actor": str(anna.id),
        "account": str(anna.id),
        "address": "127.0.0.1",
        "rows": {},
        "method": "POST",
        "route": "/account/sign-in",
    }


def test_a_failed_sign_in_names_the_account_and_no_actor(client: FlaskClient, anna: User, lines: Lines) -> None:
    enter(client, "something else")
    client.post("/account/sign-in", data={"email": "nobody@example.org", "password": SECRET})
    told = [(line["outcome"], line["actor"], line["account"]) for line in lines.all]
    assert told == [("refused", None, str(anna.id)), ("refused", None, None)]


def test_guessing_ends_in_its_own_outcome(client: FlaskClient, anna: User, lines: Lines) -> None:
    for _ in range(9):
        enter(client, "something else")
    assert lines.told == [("sign_in", "refused")] * 8 + [("sign_in", "too_many")]


def test_a_phone_signs_in(client: FlaskClient, anna: User, lines: Lines) -> None:
    anna.memberships[0].role = Role.SHOPPER
    db.session.commit()
    for password in ("x", SECRET):
        content = {"email": EMAIL, "password": password, "user": str(anna.id)}
        client.post("/api/v1/session", json=content, headers=OURS)
    assert lines.told == [("sign_in", "wrong"), ("sign_in", "done")]


def test_a_sign_out_says_who_it_was(sign_in: SignIn, anna: User, lines: Lines) -> None:
    sign_in(anna).post("/account/sign-out")
    assert [(line["verb"], line["outcome"], line["actor"]) for line in lines.all] == [
        ("sign_out", "done", str(anna.id))
    ]


def test_an_invitation_is_used_once(client: FlaskClient, lines: Lines) -> None:
    token = people.create_user(EMAIL, make.access.Membership(Role.COORDINATOR))[1]
    for _ in range(2):
        client.post(f"/account/invitation/{token}", data={"password": SECRET, "again": SECRET})
    client.get(f"/account/invitation/{token}")
    assert lines.told == [("set_password", "done"), ("set_password", "closed"), ("refusal", "closed")]
    assert token not in lines.getvalue()


def test_what_a_guard_refuses_is_told_with_its_row(sign_in: SignIn, lines: Lines) -> None:
    owner, other = make.studies.create_client("Owner"), make.study()
    user = make.user(Role.COORDINATOR, owner)
    for address in (f"/studio/studies/{other.id}", "/desk/"):
        sign_in(user).get(address)
    told = [(line["verb"], line["outcome"], line["actor"], line["rows"]) for line in lines.all]
    rows = {"study_id": str(other.id)}
    assert told == [("refusal", "not_found", str(user.id), rows), ("refusal", "not_found", str(user.id), {})]


def test_what_is_done_to_others_is_told(sign_in: SignIn, lines: Lines) -> None:
    boss = make.user(Role.COORDINATOR, make.client())
    person = make.user(Role.MANAGER, db.session.get(Client, boss.memberships[0].client_id))
    own, other = boss.memberships[0].id, person.memberships[0].id
    client = sign_in(boss)
    for role in (own, other):
        client.post(f"/studio/memberships/{role}/withdraw")
    told = [(line["verb"], line["outcome"], line["actor"], line["rows"]) for line in lines.all]
    assert told == [
        ("withdraw_role", "refused", str(boss.id), {"membership_id": str(own)}),
        ("withdraw_role", "done", str(boss.id), {"membership_id": str(other)}),
    ]


def test_what_does_not_exist_for_anybody_is_no_refusal(client: FlaskClient, lines: Lines) -> None:
    for address in ("/nothing", "/static/nothing.css", "/account/invitation/x/y", "/account/sign-in", "/studio/"):
        client.get(address)
    assert lines.told == []


def test_a_stale_token_is_told(app: Flask, sign_in: SignIn, anna: User, lines: Lines) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = sign_in(anna)
    client.post("/account/language/it")
    client.post("/account/sign-in", data={"email": EMAIL, "password": SECRET})
    assert lines.told == [("refusal", "stale_token"), ("sign_in", "stale_token")]


def test_a_phone_is_refused(app: Flask, sign_in: SignIn, lines: Lines) -> None:
    client = sign_in(make.user(Role.SHOPPER))
    sealed = phone.seal(new_id(), new_id(), {})
    put_visit(client, sealed, **{"Sec-Fetch-Site": "cross-site"})
    app.config["WTF_CSRF_ENABLED"] = True
    put_visit(client, sealed)
    assert lines.told == [("refusal", "foreign_page"), ("refusal", "stale_token")]


@pytest.mark.parametrize(("headers", "status"), [({}, 200), ({"Range": "bytes=0-"}, 206), ({"Range": "bytes=9-"}, 206)])
def test_a_file_that_is_asked_for_in_parts_is_told_too(
    sign_in: SignIn, lines: Lines, headers: dict[str, str], status: int
) -> None:
    version = make.version(make.study())
    version.source = b"a workbook"
    db.session.commit()
    coordinator = sign_in(make.user(Role.COORDINATOR, version.study.client))
    with coordinator.get(f"/studio/checklists/{version.id}/file", headers=headers) as answer:
        assert (answer.status_code, lines.told) == (status, [("export", "done")])


def test_downloads_and_exports_are_told(app: Flask, sign_in: SignIn, lines: Lines) -> None:
    wave = released()
    do_all_jobs(app)
    client = sign_in(make.user(Role.MANAGER, wave.study.client))
    store = make.edition(wave, "AA").id
    client.get(f"/manager/stores/{store}")
    client.get(f"/manager/stores/{store}/report.pdf?locale=en")
    client.get(f"/manager/editions/{newest(wave).id}/papers.zip?locale=en")
    for kind in ("csv", "xlsx"):
        client.get(f"/manager/waves/{wave.id}?table=stores&file={kind}")
    assert lines.told == [("download", "done")] * 2 + [("export", "done")] * 2
    assert [line["rows"] for line in lines.all][-1] == {"wave_id": str(wave.id)}


def test_every_verb_belongs_to_a_view(app: Flask) -> None:
    assert set(security_log.VERBS) <= set(app.view_functions)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A view that fails with somebody's words in its error."""

    def fail(email: str) -> None:
        try:
            db.session.execute(db.text("SELECT :answer FROM nowhere"), {"answer": f"{SECRET} of {email}"})
        except Exception as error:
            raise ValueError(f"{SECRET} of {email}") from error

    monkeypatch.setattr(people_queries, "find_user_by_email", fail)


CAUSES = {
    "sqlite": "sqlalchemy.exc.OperationalError: no such table: nowhere",
    "postgresql": "sqlalchemy.exc.ProgrammingError",
}
"""The log leaves out what PostgreSQL says in its own words."""


def test_an_unexpected_error_is_one_line_that_says_where(client: FlaskClient, broken: None, lines: Lines) -> None:
    enter(client)
    failed = lines.all[0]
    assert (failed["level"], failed["message"], failed["route"]) == ("ERROR", "unexpected error", "/account/sign-in")
    told = failed["error"].splitlines()
    assert told[0] == "builtins.ValueError"
    assert CAUSES[db.engine.dialect.name] in told
    assert any("test_security_log.py" in line and line.endswith(" fail") for line in told)


def test_the_number_of_the_request_is_on_the_page_in_the_header_and_in_every_line(
    client: FlaskClient, broken: None, lines: Lines
) -> None:
    answer = client.post("/account/sign-in", data={"email": EMAIL, "password": SECRET})
    number = answer.headers["X-Request-ID"]
    assert f"If you report this, mention this number: {number}" in answer.text
    assert [line["request"] for line in lines.all] == [number] * 2


def test_a_number_that_somebody_sends_is_not_ours(client: FlaskClient) -> None:
    first, second = (client.get("/account/sign-in", headers={"X-Request-ID": "x"}).headers for _ in range(2))
    assert len({first["X-Request-ID"], second["X-Request-ID"], "x"}) == 3


def test_nothing_personal_is_in_any_line(app: Flask, client: FlaskClient, anna: User, lines: Lines) -> None:
    enter(client, next=f"/studio/?q={EMAIL}")
    enter(client, SECRET + SECRET)
    client.get(f"/studio/studies/{new_id()}?q={EMAIL}", headers={"User-Agent": EMAIL, "Referer": SECRET})
    client.post(f"/account/invitation/{SECRET}", data={"password": SECRET, "again": SECRET})
    client.post("/account/sign-out")
    told = lines.getvalue()
    assert len(lines.told) == 5
    assert [word for word in ("anna", "rossi", "example.org", "sentence", "nobody else") if word in told] == []


def test_no_error_of_the_database_says_what_was_bound(app: Flask) -> None:
    with pytest.raises(StatementError) as failed:
        db.session.execute(db.text("SELECT :answer FROM nowhere"), {"answer": SECRET})
    assert SECRET not in str(failed.value)
    db.session.rollback()


@pytest.mark.parametrize(
    ("of", "told"),
    [
        ("6.6.6.6:1234", "6.6.6.6"),
        ("[2001:db8::7]:1", "2001:db8::7"),
        ("9" * 5000, "unknown"),
        ("fe80::1%" + "9" * 5000, "fe80::1"),
    ],
)
def test_an_address_is_one_or_unknown(client: FlaskClient, anna: User, lines: Lines, of: str, told: str) -> None:
    fields = {"email": EMAIL, "password": "something else"}
    client.post("/account/sign-in", data=fields, environ_base={"REMOTE_ADDR": of})
    assert [line["address"] for line in lines.all] == [told]
