"""Roles that are taken away while their owner is signed in: what they see, on an office page and on a phone."""

import json

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from fieldstudy.core.access import Membership, Role, Viewer
from fieldstudy.core.invitations import Kind
from fieldstudy.core.sealed import Doubt
from fieldstudy.extensions import db
from fieldstudy.models import Client, Invitation, Quarantined, User
from fieldstudy.queries import people as people_queries
from fieldstudy.services import accounts, invitations, roles
from tests import factories as make
from tests import signing
from tests.journeys import office
from tests.journeys.test_offline import fieldworker, phone, ready_page, tasks
from tests.journeys.test_queue import expect_state, fill, password, rows, send_now, sign_in_here

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser


def viewer_of(user: User) -> Viewer:
    return Viewer(user.id, tuple(people_queries.value_of(one) for one in user.memberships))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def in_another_browser(app: Flask, page: Page, user: User) -> Page:
    """Beside the one of `page`, which has an address already."""
    root = page.url.split("/studio")[0]
    context = page.context.browser.new_context(base_url=root, locale="en-GB")  # type: ignore[union-attr]
    context.add_cookies([{"name": "session", "value": signing.token_of(app, user), "url": root}])
    return context.new_page()


def test_a_managers_next_click_leads_to_a_sign_in_that_says_why(app: Flask, browser: Browser) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    wave = make.released(make.study(make.client("Lume")), "VR1")
    lume: Client = wave.study.client
    manager = make.user(Role.MANAGER, lume, "mara@example.org")
    password(manager)
    with office.opened(app, browser, make.user(Role.COORDINATOR, lume)) as page:
        page.goto(f"/studio/clients/{lume.id}/people")
        theirs = in_another_browser(app, page, manager)
        theirs.goto("/manager/")
        follow(page, "Mara")
        page.get_by_role("link", name="Withdraw").click()
        expect(page.get_by_text("It is their last role here")).to_be_visible()
        press(page, "Withdraw the role")
        expect(page.get_by_text("The role of Mara is withdrawn.")).to_be_visible()
        follow(theirs, wave.name)
        expect(theirs.get_by_role("status")).to_contain_text("What you may do here was changed")
        theirs.get_by_label("E-mail").fill("mara@example.org")
        theirs.get_by_label("Password").fill(make.PASSWORD)
        press(theirs, "Sign in")
        expect(theirs.get_by_role("heading", name="You have no role at the moment")).to_be_visible()


@pytest.mark.parametrize("size", office.SIZES)
def test_nobody_is_kept_out_of_the_pages_about_people(app: Flask, browser: Browser, size: str) -> None:
    lume = make.client("Lume")
    admin, person = make.user(Role.ADMIN), make.user(Role.MANAGER, lume)
    role = person.memberships[0].id
    at_client = f"/studio/clients/{lume.id}/people/{person.id}"
    pages = [f"/admin/{page}" for page in ("", "people", "clients", "jobs", "settings", f"people/{person.id}")]
    pages += [f"/admin/people/{person.id}/deactivate", f"/admin/memberships/{role}/withdraw"]
    pages += [f"{at_client}{page}" for page in ("", "/deactivate", "/roles/new")]
    pages += [f"/studio/memberships/{role}/{page}" for page in ("edit", "withdraw")]
    with office.opened(app, browser, admin, size) as page:
        found = {}
        for address in pages:
            page.goto(address)
            found[address] = office.barriers(page)
    assert {address: barriers for address, barriers in found.items() if barriers} == {}


def test_a_phone_whose_role_is_gone_keeps_everything_and_sends_once_it_is_back(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    shopper = fieldworker(assignment)
    password(shopper)
    boss = viewer_of(make.user(Role.COORDINATOR))
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, shopper)
        visit_id = fill(page, assignment, photos=1)
        [role] = people_queries.list_roles(shopper.id)
        roles.withdraw(role, boss)
        send_now(page)
        expect(page.locator("#signed-out")).to_be_visible()
        expect(page.get_by_text("What you may do here was changed")).to_be_visible()
        sign_in_here(page, shopper.email)
        expect(page.get_by_text("You have no role in the field any more")).to_be_visible()
        page.locator("#sign-in button[value=close]").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Save a file").last.click()
        content = json.loads(download.value.path().read_text())
        assert (len(content["visits"]), len(content["media"])) == (1, 1)
        db.session.rollback()
        given = Membership(Role.SHOPPER, assignment.client_id)
        invitations.offer(db.session.get_one(User, shopper.id), given, boss)
        offered = db.session.scalars(db.select(Invitation).where(Invitation.kind == Kind.ROLE)).one()
        invitations.take(offered, None)
        sign_in_here(page, shopper.email)
        expect_state(page, visit_id, "sent")


def test_a_phone_of_a_deactivated_person_says_so_and_saves_its_file(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    shopper = fieldworker(assignment)
    password(shopper)
    boss = viewer_of(make.user(Role.COORDINATOR))
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, shopper)
        visit_id = fill(page, assignment)
        accounts.deactivate(shopper, boss)
        send_now(page)
        sign_in_here(page, shopper.email)
        expect(page.get_by_text("This account was deactivated, so nothing can be sent.")).to_be_visible()
        page.locator("#sign-in button[value=close]").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Save a file").last.click()
        assert download.value.suggested_filename == f"{visit_id}.fieldstudy.json"
        db.session.rollback()
        accounts.activate(db.session.get_one(User, shopper.id), boss)
        sign_in_here(page, shopper.email)
        expect_state(page, visit_id, "sent")
    # What was assigned and not begun went back: a person decides whether this visit counts.
    assert [one.reason for one in rows(Quarantined)] == [Doubt.WITHDRAWN_ASSIGNMENT]
