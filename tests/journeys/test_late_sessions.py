"""An answer that comes late changes nobody's session, and a copied cookie ends with it, in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from fieldstudy.core import access
from fieldstudy.core.access import Role
from fieldstudy.models import User
from fieldstudy.services import people
from tests import factories as make
from tests import late_answers, servers
from tests.late_answers import Line

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser

NEW_PASSWORD = "seven grey herons by the lock"


def person(role: Role) -> User:
    return people.create_user(f"{role}@example.org", access.Membership(role), password=make.PASSWORD)[0]


@contextmanager
def opened(app: Flask, browser: Browser) -> Iterator[tuple[BrowserContext, Line]]:
    app.config["WTF_CSRF_ENABLED"] = True
    with servers.serve(app) as server, late_answers.line(server) as line:
        context = browser.new_context(base_url=line.address, locale="en-GB")
        context.set_default_timeout(30_000)
        yield context, line
        context.close()


def enter(page: Page, user: User, password: str = make.PASSWORD) -> None:
    page.goto("/account/sign-in")
    page.locator("input[name=email]").fill(user.email)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def leave(page: Page) -> None:
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/account/sign-in")


def status(page: Page, path: str) -> int:
    answer = page.goto(path)
    assert answer is not None
    return 302 if "/account/sign-in" in page.url else answer.status


def session_of(context: BrowserContext) -> str:
    return next((str(each.get("value")) for each in context.cookies() if each.get("name") == "session"), "")


def test_what_a_stranger_asked_throws_no_session_away(app: Flask, browser: Browser) -> None:
    """Asked before the sign-in, in another tab, and answered after it."""
    anna = person(Role.COORDINATOR)
    with opened(app, browser) as (context, line):
        early, page = context.new_page(), context.new_page()
        early.goto("/account/sign-in")
        line.hold("GET /api/v1/session")
        early.evaluate("() => { window.late = fetch('/api/v1/session').then((answer) => answer.json()); }")
        line.wait()
        enter(page, anna)
        before = session_of(context)
        line.let_go()
        assert early.evaluate("() => window.late")["user"] is None
        assert (session_of(context) == before != "", status(page, "/studio/")) == (True, 200)


def test_the_answer_to_whoever_has_left_makes_nobody_them(app: Flask, browser: Browser) -> None:
    """On a shared phone: the coordinator changes the language, leaves, and the shopper enters meanwhile."""
    anna, sara = person(Role.COORDINATOR), person(Role.SHOPPER)
    with opened(app, browser) as (context, line):
        early, page = context.new_page(), context.new_page()
        enter(early, anna)
        early.goto("/studio/")
        page.goto("/studio/")
        line.hold("POST /account/language/it")
        early.get_by_role("button", name="Italiano").click(no_wait_after=True)
        line.wait()
        leave(page)
        enter(page, sara)
        before = session_of(context)
        with early.expect_navigation():
            line.let_go()
        assert session_of(context) == before != ""
        assert [status(page, path) for path in ("/studio/", "/field/")] == [404, 200]


@pytest.mark.parametrize("ending", ["sign-out", "password"])
def test_a_copied_cookie_ends_with_the_session(app: Flask, browser: Browser, ending: str) -> None:
    anna = person(Role.COORDINATOR)
    with opened(app, browser) as (context, line):
        page = context.new_page()
        enter(page, anna)
        page.goto("/studio/")
        thief = browser.new_context(base_url=line.address, storage_state=context.storage_state())
        stolen = thief.new_page()
        assert status(stolen, "/studio/") == 200
        if ending == "sign-out":
            leave(page)
        else:
            change_password(page)
            assert status(page, "/studio/") == 200
        assert status(stolen, "/studio/") == 302
        thief.close()


def change_password(page: Page) -> None:
    page.goto("/account/password")
    for name, text in (("former", make.PASSWORD), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)):
        page.locator(f"input[name={name}]").fill(text)
    page.locator("main form button").last.click()
    page.wait_for_url("**/account/")
