"""The day of each role in a real browser: in by mail, what the work asks for, locked out, and in again."""

import io
import re
from collections.abc import Iterator
from contextlib import suppress

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from pypdf import PdfReader

from fieldstudy.cli import main
from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Client, User, Wave
from fieldstudy.queries import factors as factor_queries
from fieldstudy.services import passwords, releases
from tests import factories as make
from tests import servers
from tests.factors import code_of, forget_last_code, protect
from tests.journeys.office import SIZES, barriers
from tests.mail import Postman, link_in
from tests.papers import do_all_jobs

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser
FIRST, SECOND = "the heron waits at noon", "two lamps beside the weir"


@pytest.fixture
def house(app: Flask, browser: Browser, postman: Postman) -> Iterator["House"]:
    app.config["WTF_CSRF_ENABLED"] = True
    with servers.serve(app) as address:
        house = House(app, browser, postman, address)
        yield house
        for context in house.contexts:
            context.close()
    assert [text for text in house.complaints if "422" not in text] == []


class House:
    """The installation, its letters, and browsers that nobody has used before."""

    def __init__(self, app: Flask, browser: Browser, postman: Postman, address: str) -> None:
        self.app, self.browser, self.postman, self.address = app, browser, postman, address
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def page(self, size: str = "desktop") -> Page:
        context = self.browser.new_context(
            base_url=self.address, viewport=SIZES[size], reduced_motion="reduce", locale="en-GB"
        )
        context.set_default_timeout(30_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def letter(self, to: str) -> str:
        """The link of the newest letter to this address."""
        do_all_jobs(self.app)
        return link_in([letter for letter in self.postman.letters if to in str(letter["To"])][-1])


def known(role: Role, of: Client | None, email: str) -> User:
    user = make.user(role, of, email)
    user.password_hash = passwords.hashed(FIRST)
    db.session.commit()
    return user


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def sign_in(page: Page, email: str, password: str = FIRST) -> None:
    page.goto("/account/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")


def sign_out(page: Page) -> None:
    page.locator("summary").first.click()
    press(page, "Sign out")
    expect(page).to_have_url(re.compile("/account/sign-in"))


def choose_password(page: Page, password: str) -> None:
    page.get_by_label("New password").fill(password)
    page.get_by_label("The same once more").fill(password)
    page.locator("form.sheet button").click()


def set_up_app(page: Page) -> pyotp.TOTP:
    """By the key that the page shows, as somebody copies it into an app."""
    page.goto("/account/")
    follow(page, "Set up a second factor")
    press(page, "Set up an app")
    app = pyotp.TOTP(page.locator("code.code-words").inner_text().replace(" ", ""))
    page.get_by_label("The code that the app shows").fill(app.now())
    press(page, "Set up the app")
    expect(page.locator(".codes li")).to_have_count(10)
    return app


def test_a_coordinator_comes_in_by_mail_and_signs_in_with_a_second_factor(house: House) -> None:
    owner = make.client("Bottega Lume")
    known(Role.ADMIN, None, "root@example.org")
    admin = house.page()
    sign_in(admin, "root@example.org")
    admin.goto(f"/studio/clients/{owner.id}/people/new")
    admin.get_by_label("E-mail").fill("anna@example.org")
    admin.get_by_label("Name", exact=False).first.fill("Anna")
    admin.locator("[name=role][value=coordinator]").check()
    press(admin, "Send the invitation")
    expect(admin.get_by_role("heading", name="We are sending an e-mail to anna@example.org")).to_be_visible()
    assert "/account/invitation/" not in admin.content()

    anna = house.page("phone")
    anna.goto(house.letter("anna@example.org"))
    assert barriers(anna) == []
    choose_password(anna, FIRST)
    expect(anna).to_have_url(re.compile("/studio/"))
    expect(anna.get_by_text("Bottega Lume").first).to_be_visible()
    app = set_up_app(anna)
    sign_out(anna)
    sign_in(anna, "anna@example.org")
    expect(anna.get_by_role("heading", name="Second step")).to_be_visible()
    forget_step("anna@example.org")
    anna.get_by_label("The code that the app shows").fill(app.now())
    press(anna, "Sign in")
    expect(anna).to_have_url(re.compile("/studio/"))


def forget_step(email: str) -> None:
    """As if half a minute had passed: a code works once."""
    db.session.rollback()
    user = db.session.scalars(db.select(User).where(User.email == email)).one()
    row = factor_queries.find_authenticator(user.id)
    assert row is not None
    forget_last_code(row)


def test_a_forgotten_password_is_set_anew_and_the_second_factor_is_asked_for(house: House) -> None:
    rita = known(Role.REVIEWER, make.client(), "rita@example.org")
    protect(rita)
    page = house.page("phone")
    page.goto("/account/sign-in")
    follow(page, "Forgot your password?")
    assert barriers(page) == []
    page.get_by_label("E-mail").fill("rita@example.org")
    press(page, "Send the link")
    expect(page.get_by_text("an e-mail with a link is on its way")).to_be_visible()
    page.goto(house.letter("rita@example.org"))
    choose_password(page, SECOND)
    expect(page).not_to_have_url(re.compile("/desk/"))
    sign_in(page, "rita@example.org", FIRST)
    expect(page.get_by_text("E-mail and password do not match.")).to_be_visible()
    sign_in(page, "rita@example.org", SECOND)
    page.get_by_label("The code that the app shows").fill(code_of(rita))
    press(page, "Sign in")
    expect(page).to_have_url(re.compile("/desk/"))


def released(owner: Client) -> Wave:
    study = make.study(owner)
    wave = make.wave(study, "Spring")
    for code, name in (("AA", "Verona Arena"), ("BB", "Trento Duomo")):
        make.visited(wave, make.store(study, code, name=name))
    releases.release(wave)
    return wave


def test_a_coordinator_reads_the_visit_and_the_report_before_she_releases(house: House) -> None:
    owner = make.client("Bottega Lume")
    study = make.study(owner)
    wave = make.wave(study, "Spring")
    make.visited(wave, make.store(study, "AA", name="Verona Arena"))
    make.assignment(wave, at=make.store(study, "BB", name="Trento Duomo"))
    known(Role.COORDINATOR, owner, "anna@example.org")
    page = house.page()
    sign_in(page, "anna@example.org")
    page.goto(f"/studio/waves/{wave.id}/assignments")
    page.get_by_role("row").filter(has_text="Verona Arena").get_by_role("link").last.click()
    expect(page.get_by_role("heading", name="Verona Arena")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    page.goto(f"/studio/waves/{wave.id}")
    follow(page, "Preview")
    assert barriers(page) == []
    follow(page, "Verona Arena")
    expect(page.get_by_text("Only coordinators see it.")).to_be_visible()
    assert "Preview" in paper_of(house, page)
    page.goto(f"/studio/waves/{wave.id}/release")
    expect(page.get_by_text("Trento Duomo").first).to_be_visible()
    press(page, "Release as edition 1")
    do_all_jobs(house.app)
    page.reload()
    page.goto(f"/studio/waves/{wave.id}")
    expect(page.get_by_text("edition 1").first).to_be_visible()


def paper_of(house: House, page: Page) -> str:
    """Ordered; the page waits for the worker, and turns into the file."""
    press(page, "Draw the PDF")
    expect(page.get_by_text("being drawn").first).to_be_visible()
    do_all_jobs(house.app)
    with page.expect_download() as saved, suppress(Error):
        page.reload()
    return PdfReader(io.BytesIO(saved.value.path().read_bytes())).pages[0].extract_text()


def test_an_admin_who_is_locked_out_comes_back_by_the_command_line(house: House) -> None:
    root = known(Role.ADMIN, None, "root@example.org")
    protect(root)
    page = house.page()
    sign_in(page, "root@example.org", "not this one at all")
    expect(page.get_by_text("E-mail and password do not match.")).to_be_visible()
    given = CliRunner().invoke(main, ["reset", "root@example.org", "--factors"], obj=lambda: house.app)
    assert given.exit_code == 0, given.output
    page.goto("/account/invitation/" + given.output.strip().rsplit("/", 1)[1])
    choose_password(page, SECOND)
    sign_in(page, "root@example.org", SECOND)
    expect(page).to_have_url(re.compile("/admin/"))
    follow(page, "Jobs")
    assert barriers(page) == []


def test_a_shopper_comes_in_by_mail_on_the_phone_and_a_manager_downloads_the_report(house: House) -> None:
    owner = make.client("Bottega Lume")
    wave = released(owner)
    known(Role.COORDINATOR, owner, "anna@example.org")
    anna = house.page()
    sign_in(anna, "anna@example.org")
    for role, email in (("shopper", "sara@example.org"), ("manager", "mara@example.org")):
        anna.goto(f"/studio/clients/{owner.id}/people/new")
        anna.get_by_label("E-mail").fill(email)
        anna.locator(f"[name=role][value={role}]").check()
        press(anna, "Send the invitation")
    sara = house.page("phone")
    sara.goto(house.letter("sara@example.org"))
    choose_password(sara, FIRST)
    expect(sara).to_have_url(re.compile("/field/"))
    mara = house.page("phone")
    mara.goto(house.letter("mara@example.org"))
    choose_password(mara, FIRST)
    expect(mara).to_have_url(re.compile("/manager/"))
    mara.goto(f"/manager/waves/{wave.id}")
    mara.get_by_role("link", name="Verona Arena").first.click()
    do_all_jobs(house.app)
    with mara.expect_download() as saved:
        mara.get_by_role("link", name=re.compile("PDF")).first.click()
    assert saved.value.path().read_bytes()[:5] == b"%PDF-"
