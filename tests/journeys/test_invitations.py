"""Somebody's first day, from the coordinator's page through the letter to their own room, in a real browser."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Client, User
from fieldstudy.services import passwords
from tests import factories as make
from tests import servers, signing
from tests.journeys import office
from tests.papers import do_all_jobs

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser

TEXTS = {
    "it": {
        "browser": "it-IT",
        "name": "Nome",
        "role": "Cliente in incognito",
        "send": "Invia l'invito",
        "sent": "Stiamo inviando un'e-mail a nora@example.org",
        "pending": "Inviti",
        "mail": "La posta della demo",
        "subject": "Un ruolo nelle ricerche di Lume",
        "password": "Nuova password",
        "again": "La stessa, ancora una volta",
        "set": "Imposta la password ed entra",
        "welcome": "La password è impostata. Buon lavoro.",
    },
    "en": {
        "browser": "en-GB",
        "name": "Name",
        "role": "Mystery shopper",
        "send": "Send the invitation",
        "sent": "We are sending an e-mail to nora@example.org",
        "pending": "Invitations",
        "mail": "The demo's mail",
        "subject": "A role in the studies of Lume",
        "password": "New password",
        "again": "The same once more",
        "set": "Set the password and sign in",
        "welcome": "Your password is set. Welcome.",
    },
}


@pytest.fixture
def demo(app: Flask) -> Iterator[None]:
    """Letters go into its folder."""
    app.config["WTF_CSRF_ENABLED"] = True
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, is_demo=True)
    yield
    app.extensions["fieldstudy"] = config
    for path in (config.data / "mail").glob("*.eml"):
        path.unlink()


def opened(browser: Browser, address: str, said: dict[str, str], token: str = "") -> BrowserContext:
    size = office.SIZES["phone"]
    context = browser.new_context(base_url=address, viewport=size, locale=said["browser"], reduced_motion="reduce")
    context.set_default_timeout(30_000)
    if token:
        context.add_cookies([{"name": "session", "value": token, "url": address}])
    return context


def invite(page: Page, client: Client, said: dict[str, str]) -> None:
    page.goto(f"/studio/clients/{client.id}/people/new")
    page.get_by_label("E-mail").fill("nora@example.org")
    page.get_by_label(said["name"]).fill("Nora")
    page.get_by_label(said["role"]).check()
    assert office.barriers(page) == []
    page.get_by_role("button", name=said["send"]).click()
    expect(page.get_by_role("heading", name=said["sent"])).to_be_visible()
    page.goto(f"/studio/clients/{client.id}/people")
    expect(page.get_by_role("heading", name=said["pending"])).to_be_visible()
    assert office.barriers(page) == []


def read_letter(page: Page, said: dict[str, str]) -> str:
    """The admin of the demo finds it in the menu; returns the path that its link leads to."""
    page.goto("/account/")
    page.locator(".menu summary").click()
    page.get_by_role("link", name=said["mail"]).click()
    assert office.barriers(page) == []
    page.get_by_role("link", name=said["subject"]).click()
    assert office.barriers(page) == []
    link = page.locator(".pre a").get_attribute("href") or ""
    return re.sub(r"^https?://[^/]+", "", link)


def choose_password(page: Page, path: str, said: dict[str, str]) -> None:
    page.goto(path)
    assert office.barriers(page) == []
    page.get_by_label(said["password"]).fill(make.PASSWORD)
    page.get_by_label(said["again"]).fill(make.PASSWORD)
    page.get_by_role("button", name=said["set"]).click()
    expect(page.get_by_text(said["welcome"])).to_be_visible()
    page.wait_for_url("**/field/")


@pytest.mark.parametrize("language", TEXTS)
def test_from_the_invitation_to_the_first_page(app: Flask, browser: Browser, demo: None, language: str) -> None:
    said, lume = TEXTS[language], make.client("Lume")
    boss, admin = make.user(Role.COORDINATOR, lume), make.user(Role.ADMIN)
    boss.locale = admin.locale = language
    db.session.commit()
    boss_token, admin_token = signing.token_of(app, boss), signing.token_of(app, admin)
    client_id = lume.id
    db.session.rollback()
    with servers.serve(app) as address:
        of_boss, of_admin = opened(browser, address, said, boss_token), opened(browser, address, said, admin_token)
        of_nora = opened(browser, address, said)
        invite(of_boss.new_page(), db.session.get_one(Client, client_id), said)
        do_all_jobs(app)
        choose_password(of_nora.new_page(), read_letter(of_admin.new_page(), said), said)
        for context in (of_boss, of_admin, of_nora):
            context.close()


def test_a_role_of_another_client_is_accepted_signed_in(app: Flask, browser: Browser, demo: None) -> None:
    said, lume, other = TEXTS["en"], make.client("Lume"), make.client("Other")
    boss, person = make.user(Role.COORDINATOR, lume), make.user(Role.MANAGER, other, "nora@example.org")
    person.password_hash = passwords.hashed(make.PASSWORD)
    db.session.commit()
    tokens = signing.token_of(app, boss), signing.token_of(app, person)
    with servers.serve(app) as address:
        of_boss, of_person = (opened(browser, address, said, token) for token in tokens)
        invite(of_boss.new_page(), lume, said)
        page = of_person.new_page()
        page.goto("/")
        page.wait_for_url("**/account/offers")
        assert office.barriers(page) == []
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_text("You now have this role at Lume: mystery shopper.")).to_be_visible()
        of_boss.close(), of_person.close()
    db.session.rollback()
    found = db.session.scalars(db.select(User).where(User.email == "nora@example.org")).one()
    assert {one.role for one in found.memberships} == {Role.MANAGER, Role.SHOPPER}


def test_a_forgotten_password_and_back_in(app: Flask, browser: Browser, demo: None) -> None:
    said, person = TEXTS["en"], make.user(Role.SHOPPER, make.client("Lume"), "nora@example.org")
    person.password_hash = passwords.hashed("what nobody remembers")
    db.session.commit()
    admin_token = signing.token_of(app, make.user(Role.ADMIN))
    with servers.serve(app) as address:
        of_admin, of_nora = opened(browser, address, said, admin_token), opened(browser, address, said)
        page = of_nora.new_page()
        page.goto("/account/sign-in")
        page.get_by_role("link", name="Forgot your password?").click()
        page.get_by_label("E-mail").fill("nora@example.org")
        page.get_by_role("button", name="Send the link").click()
        expect(page.get_by_role("status")).to_contain_text("an e-mail with a link is on its way")
        assert office.barriers(page) == []
        do_all_jobs(app)
        link = read_letter(of_admin.new_page(), {**said, "subject": "A new password for Fieldstudy"})
        page.goto(link)
        page.get_by_label("New password").fill(make.PASSWORD)
        page.get_by_label("The same once more").fill(make.PASSWORD)
        page.get_by_role("button", name="Set the password", exact=True).click()
        expect(page.get_by_role("heading", name="Your new password is set")).to_be_visible()
        assert office.barriers(page) == []
        page.get_by_role("link", name="Sign in").click()
        page.get_by_label("E-mail").fill("nora@example.org")
        page.get_by_label("Password").fill(make.PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/field/")
        of_admin.close(), of_nora.close()
