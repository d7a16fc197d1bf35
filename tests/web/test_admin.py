"""The administrator's room: people, clients, jobs, settings and health of the whole installation."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.jobs import kinds
from fieldstudy.models import Client, Job, JobState, Membership, Passkey, User
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import backups, health
from fieldstudy.web import clock
from fieldstudy.web.admin import list_forms
from tests import factories as make
from tests import signing

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
PAGES = ("/admin/", "/admin/people", "/admin/clients", "/admin/jobs", "/admin/settings")


@pytest.fixture
def me(app: Flask) -> User:
    return make.user(Role.ADMIN, email="admin@example.org")


@pytest.fixture
def admin(me: User, sign_in: SignIn) -> FlaskClient:
    return sign_in(me)


def post(client: FlaskClient, address: str, **data: str) -> TestResponse:
    db.session.rollback()
    return client.post(address, data=data, follow_redirects=True)


def fresh(user: User) -> User:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(User, user.id)


def job(state: JobState, kind: str = "papers", error: str = "", **fields: object) -> Job:
    row = Job(id=new_id(), kind=kind, payload={}, state=state, error=error, due_at=now(), created_at=now())
    for name, value in fields.items():
        setattr(row, name, value)
    db.session.add(row)
    db.session.commit()
    return row


def test_an_administrator_lands_there(admin: FlaskClient) -> None:
    page = admin.get("/", follow_redirects=True)
    assert (page.request.path, 'href="/studio/"' in page.text) == ("/admin/", False)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_and_is_linked(admin: FlaskClient, path: str) -> None:
    assert admin.get(path).status_code == 200
    assert f'href="{path}"' in admin.get("/admin/").text


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_nobody_else_enters(app: Flask, sign_in: SignIn, path: str, role: Role) -> None:
    """Not even whoever coordinates every client."""
    everywhere = None if role != Role.MANAGER else make.client()
    assert sign_in(make.user(role, everywhere)).get(path).status_code == 404


def test_people_of_every_client_are_found(admin: FlaskClient) -> None:
    lume, other = make.client("Lume"), make.client("Other")
    make.user(Role.SHOPPER, lume, "sara@example.org")
    make.user(Role.MANAGER, other, "mara@example.org").is_active = False
    db.session.commit()
    asked = ("", "?search=SARA", f"?client={lume.id}", "?role=manager", "?state=deactivated", "?client=everywhere")
    found = []
    for query in asked:
        page = admin.get(f"/admin/people{query}").text
        found.append([name for name in ("sara@", "mara@", "admin@example.org</span></th>") if name in page])
    admins = "admin@example.org</span></th>"
    assert found == [["sara@", "mara@", admins], ["sara@"], ["sara@"], ["mara@"], ["mara@"], [admins]]


def test_somebody_without_a_role_is_found(admin: FlaskClient) -> None:
    person = make.user(Role.SHOPPER, make.client(), "gone@example.org")
    db.session.delete(person.memberships[0])
    db.session.commit()
    assert "gone@example.org" in admin.get("/admin/people?role=none").text
    assert "A role is given from the people page" in admin.get(f"/admin/people/{person.id}").text


def test_an_administrator_reaches_what_several_clients_share(app: Flask, admin: FlaskClient) -> None:
    """Each of their coordinators may only withdraw the own role."""
    lume, other = make.client("Lume"), make.client("Other")
    person = make.user(Role.MANAGER, lume)
    db.session.add(Membership(user=person, client_id=other.id, role=Role.SHOPPER))
    db.session.commit()
    browser = app.test_client()
    browser.set_cookie("session", signing.token_of(app, person))
    page = admin.get(f"/admin/people/{person.id}").text
    assert [text in page for text in ("Lume", "Other", "Manager", "Mystery shopper", "Signed in on 1 device")] == [
        True
    ] * 5
    assert "The name is now Mara." in post(admin, f"/admin/people/{person.id}/name", name="Mara").text
    assert "is signed out everywhere." in post(admin, f"/admin/people/{person.id}/sign-out").text
    assert browser.get("/manager/").status_code == 302
    assert "is deactivated." in post(admin, f"/admin/people/{person.id}/deactivate").text
    assert fresh(person).is_active is False
    assert "is active again." in post(admin, f"/admin/people/{person.id}/activate").text
    assert (fresh(person).is_active, fresh(person).name) == (True, "Mara")


def test_what_a_coordinator_deactivated_is_left_to_administrators(app: Flask, admin: FlaskClient, me: User) -> None:
    lume = make.client("Lume")
    person, boss = make.user(Role.MANAGER, lume), make.user(Role.COORDINATOR, lume)
    browser = app.test_client()
    browser.set_cookie("session", signing.token_of(app, boss))
    there, here = f"/studio/clients/{lume.id}/people/{person.id}", f"/admin/people/{person.id}"
    offer = "Let only administrators activate it"
    assert "is deactivated." in post(browser, f"{there}/deactivate").text
    assert [offer in one.get(page).text for one, page in ((browser, there), (admin, here))] == [False, True]
    answer = post(admin, f"{here}/deactivate")
    assert ("Only an administrator can activate the account of" in answer.text, offer in answer.text) == (True, False)
    assert "only an administrator can activate it again." in post(browser, f"{there}/activate").text
    assert fresh(person).is_active is False


def with_passkey() -> User:
    person = make.user(Role.MANAGER, make.client())
    row = {"id": new_id(), "user_id": person.id, "credential_id": "a", "public_key": b"b", "name": "Key"}
    db.session.add(Passkey(**row, created_at=now()))
    db.session.commit()
    return person


def test_lost_second_factors_are_removed(app: Flask, admin: FlaskClient) -> None:
    person = with_passkey()
    browser = app.test_client()
    browser.set_cookie("session", signing.token_of(app, person))
    address = f"/admin/people/{person.id}/factors"
    assert address in admin.get(f"/admin/people/{person.id}").text
    assert "First make sure who asks" in admin.get(address).text
    assert "Signing in asks for the password alone." in post(admin, address).text
    assert browser.get("/manager/").status_code == 302


def test_nobody_removes_the_own_second_factors_without_one(admin: FlaskClient, me: User) -> None:
    assert post(admin, f"/admin/people/{me.id}/factors").status_code == 404


def test_a_role_is_withdrawn_from_there(admin: FlaskClient) -> None:
    person = make.user(Role.MANAGER, make.client())
    role = person.memberships[0].id
    assert "their last role:" in admin.get(f"/admin/memberships/{role}/withdraw").text
    post(admin, f"/admin/memberships/{role}/withdraw")
    assert fresh(person).memberships == []


def test_another_administrator_is_removed_and_never_the_last(admin: FlaskClient, me: User) -> None:
    other = make.user(Role.ADMIN)
    assert "is deactivated." in post(admin, f"/admin/people/{other.id}/deactivate").text
    assert "Nobody can do this to themselves." in post(admin, f"/admin/people/{me.id}/deactivate").text
    own = me.memberships[0].id
    assert "Nobody can do this to themselves." in post(admin, f"/admin/memberships/{own}/withdraw").text
    assert (fresh(me).is_active, len(fresh(me).memberships)) == (True, 1)


def test_an_administrator_who_is_a_coordinator_too_is_not_the_last_to_go(admin: FlaskClient, me: User) -> None:
    db.session.add(Membership(user=me, role=Role.COORDINATOR))
    db.session.commit()
    own = next(one.id for one in me.memberships if one.role == Role.ADMIN)
    assert "This is the last administrator who can sign in." in post(admin, f"/admin/memberships/{own}/withdraw").text


def test_clients_are_counted_and_their_studies_are_named_nowhere(admin: FlaskClient) -> None:
    lume = make.client("Lume")
    study = make.study(lume, name="Secret study")
    for role in (Role.SHOPPER, Role.MANAGER):
        make.user(role, lume)
    page = admin.get("/admin/clients").text
    numbers = page[page.index("Lume") :].split("</tr>")[0]
    assert ('data-label="People">2<' in numbers, 'data-label="Studies">1<' in numbers) == (True, True)
    assert study.name not in page
    assert [admin.get(path).status_code for path in (f"/studio/studies/{study.id}", "/studio/")] == [404, 404]


def test_a_new_client_is_made_from_there(admin: FlaskClient) -> None:
    assert "/studio/clients/new" in admin.get("/admin/clients").text
    assert 'href="/admin/clients"' in admin.get("/studio/clients/new").text
    page = post(admin, "/studio/clients/new", name="Nuova")
    assert (page.status_code, "Now its first study" in page.text) == (200, True)


def test_a_job_that_was_given_up_says_why_and_is_tried_again(admin: FlaskClient) -> None:
    lume: Client = make.client("Lume")
    failed = job(JobState.FAILED, error="No space left on <device>", client_id=lume.id, attempts=5, finished_at=now())
    page = admin.get("/admin/jobs?state=failed").text
    assert [text in page for text in ("Lume", "No space left on &lt;device&gt;", "draw the PDF", "5 attempts")] == [
        True
    ] * 4
    assert "1 job was given up." in admin.get("/admin/").text
    post(admin, f"/admin/jobs/{failed.id}/retry")
    db.session.rollback()
    assert db.session.scalars(db.select(Job.state).where(Job.id == failed.id)).one() == JobState.WAITING


def test_all_that_were_given_up_are_tried_again(admin: FlaskClient) -> None:
    for _ in range(3):
        job(JobState.FAILED, error="x", finished_at=now())
    job(JobState.DONE)
    assert "3 jobs are tried again." in post(admin, "/admin/jobs/retry").text
    db.session.rollback()
    states = sorted(db.session.scalars(db.select(Job.state)))
    assert states == [JobState.DONE, *[JobState.WAITING] * 3]


def test_a_job_that_goes_its_way_is_left_alone(admin: FlaskClient) -> None:
    running = job(JobState.RUNNING, lease_until=now() + timedelta(minutes=1))
    assert "It is not given up" in post(admin, f"/admin/jobs/{running.id}/retry").text


def test_a_long_queue_has_pages_and_an_unknown_kind_its_own_name(admin: FlaskClient) -> None:
    for _ in range(51):
        job(JobState.WAITING, kind="something_new")
    first, second = (admin.get(f"/admin/jobs?page={number}").text for number in (1, 2))
    assert (first.count("<tr>"), second.count("<tr>"), "something_new" in second) == (51, 2, True)


def test_every_kind_of_job_has_a_name() -> None:
    assert [kind for kind in kinds.KINDS if kind not in list_forms.KINDS] == []


def test_settings_are_shown_without_what_is_secret(app: Flask, admin: FlaskClient) -> None:
    page = admin.get("/admin/settings").text
    config = app.extensions["fieldstudy"]
    assert [name for name, _ in config.in_force() if f"<code>{name}</code>" not in page] == []
    assert config.secret_key not in page


def test_health_says_what_is_to_be_done(app: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    (app.extensions["fieldstudy"].data / health.HEARTBEAT).unlink(missing_ok=True)
    monkeypatch.setattr(health, "_newest", lambda: ("9999_later",))
    page = admin.get("/admin/").text
    assert "Run “fieldstudy backup” every night." in page
    assert '<span class="state state-care">Problem</span>' in page
    said = ("It has never run here: start “fieldstudy worker”.", "This program needs 9999_later", "GB free")
    assert [text in page for text in said] == [True] * 3


@pytest.mark.parametrize(("age", "state"), [(timedelta(hours=30), "OK"), (timedelta(hours=49), "old")])
def test_the_last_backup_says_up_to_when_it_holds_all(
    app: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch, age: timedelta, state: str
) -> None:
    """It was begun two minutes later, and made later still: what matters is what would be lost."""
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    (app.extensions["fieldstudy"].data / backups.MARK).write_text(at.isoformat())
    monkeypatch.setattr(clock, "now", lambda: at + age)
    page = admin.get("/admin/").text
    (app.extensions["fieldstudy"].data / backups.MARK).unlink()
    assert "holds everything received until 2 July 2026, 00:30 (Rome time)" in page
    last = page[page.index("Last backup") :]
    assert f">{state}</span>" in last[: last.index("holds")]
