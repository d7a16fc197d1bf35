"""Passkeys and authenticator apps in a real browser, with a device that Chromium plays; and what it looks like."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import User
from fieldstudy.services import passwords
from tests import factories as make
from tests import servers
from tests.factors import code_of
from tests.journeys.office import SIZES, barriers

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def anna(app: Flask) -> User:
    user = make.user(Role.COORDINATOR, make.client(), "anna@example.org")
    user.password_hash = passwords.hashed(make.PASSWORD)
    db.session.commit()
    return user


@contextmanager
def opened(app: Flask, browser: Browser, size: str) -> Iterator[Page]:
    """As localhost, the one address without https that browsers keep passkeys for."""
    config = app.extensions["fieldstudy"]
    with servers.serve(app) as address:
        address = address.replace("127.0.0.1", "localhost")
        app.extensions["fieldstudy"] = replace(config, url=address)
        context = browser.new_context(base_url=address, viewport=SIZES[size], reduced_motion="reduce", locale="en-GB")
        context.set_default_timeout(30_000)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        context.close()
        app.extensions["fieldstudy"] = config
    assert [text for text in complaints if "422" not in text] == []


def sign_in(page: Page) -> None:
    page.goto("/account/sign-in")
    page.get_by_label("E-mail").fill("anna@example.org")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.locator("summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url(re.compile("/account/sign-in"))


def play_device(page: Page) -> None:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


@pytest.mark.parametrize("size", list(SIZES))
def test_a_passkey_is_added_and_signs_in_alone(app: Flask, browser: Browser, anna: User, size: str) -> None:
    with opened(app, browser, size) as page:
        play_device(page)
        sign_in(page)
        page.goto("/account/")
        assert barriers(page) == []
        page.get_by_role("link", name="Set up a second factor").click()
        assert barriers(page) == []
        page.get_by_role("link", name="Add a passkey").click()
        assert barriers(page) == []
        page.get_by_label("A name for it").fill("My phone")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
        expect(page.locator(".codes li")).to_have_count(10)
        assert barriers(page) == []
        with page.expect_download() as saved:
            page.get_by_role("link", name="Save as a file").click()
        assert page.locator(".codes code").first.inner_text() in saved.value.path().read_text()
        sign_out(page)
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page).to_have_url(re.compile("/studio/"))


def test_an_app_is_set_up_and_asked_for(app: Flask, browser: Browser, anna: User) -> None:
    with opened(app, browser, "phone") as page:
        sign_in(page)
        page.goto("/account/second-factor")
        page.get_by_role("button", name="Set up an app").click()
        expect(page.locator("svg.qr")).to_be_visible()
        assert barriers(page) == []
        page.get_by_label("The code that the app shows").fill("1")
        page.get_by_role("button", name="Set up the app").click()
        expect(page.get_by_text("This code does not fit.")).to_be_visible()
        page.get_by_label("The code that the app shows").fill(code_of(anna))
        page.get_by_role("button", name="Set up the app").click()
        code = page.locator(".codes code").first.inner_text()
        sign_out(page)
        sign_in(page)
        expect(page.get_by_role("heading", name="Second step")).to_be_visible()
        assert barriers(page) == []
        page.get_by_role("link", name="Use a recovery code").click()
        page.get_by_label("Recovery code").fill(code)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_text("You have 9 recovery codes left.")).to_be_visible()
