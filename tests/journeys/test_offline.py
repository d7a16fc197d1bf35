"""The phone without a connection: list, briefing, readiness, new versions, signing out, another person."""

import json
import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.models import Assignment, User
from fieldstudy.web.field import assets
from tests import factories as make
from tests import servers
from tests.journeys import phones

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser

PHONE: Any = {"viewport": {"width": 390, "height": 844}, "locale": "en-GB", "has_touch": True, "is_mobile": True}
EXPECTED = "ERR_INTERNET_DISCONNECTED|ERR_FAILED|status of (4|50)"


def fieldworker(row: Any) -> User:
    user = row.fieldworker.user
    assert user is not None
    return user


@contextmanager
def phone(app: Flask, browser: Browser, **options: Any) -> Iterator[tuple[BrowserContext, str]]:
    """A phone of its own; fails if the browser complained about anything, as about the CSP."""
    app.config["WTF_CSRF_ENABLED"] = True
    complaints: list[str] = []
    with servers.serve(app) as address:
        context = browser.new_context(base_url=address, **{**PHONE, **options})
        context.set_default_timeout(6_000)
        context.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        try:
            yield context, address
        finally:
            context.close()
    assert [text for text in complaints if not re.search(EXPECTED, text)] == []


def enter(app: Flask, context: BrowserContext, address: str, user: User) -> None:
    context.add_cookies(phones.cookies(app, user, address))


def ready_page(app: Flask, context: BrowserContext, address: str, user: User) -> Page:
    """The list of assignments, once everything for working offline is on the phone."""
    enter(app, context, address, user)
    page = context.new_page()
    page.goto("/field/")
    expect(page.locator('[data-ready="yes"]').first).to_be_visible()
    return page


def tasks(count: int) -> list[Assignment]:
    wave, who = make.wave(), make.user(Role.SHOPPER)
    return [make.assignment(wave, who, scenario="You look for a jumper") for _ in range(count)]


def own_studies(count: int) -> list[Assignment]:
    """Each with a checklist, and so a form, of its own."""
    who = make.user(Role.SHOPPER)
    return [make.assignment(make.wave(), who) for _ in range(count)]


def test_list_and_briefing_open_without_a_connection(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.set_offline(True)
        page.reload()
        page.get_by_role("link", name=assignment.store.name).click()
        expect(page.get_by_text("You look for a jumper")).to_be_visible()
        expect(page.get_by_role("button", name="Start the visit")).to_be_visible()


def test_a_visit_is_begun_without_a_connection(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.set_offline(True)
        page.goto(f"/field/assignments/{assignment.id}")
        page.get_by_role("button", name="Start the visit").click()
        expect(page).to_have_url(re.compile(r"/field/visits/[0-9a-f-]{36}"))
        expect(page.locator("#q-greeted")).to_be_visible()


def test_a_task_is_not_ready_while_its_form_is_missing(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.set_offline(True)
        page.evaluate("caches.delete('fieldstudy-forms')")
        page.reload()
        expect(page.locator('[data-ready="form"]')).to_contain_text("the form is missing")


def test_a_task_is_not_ready_while_a_file_of_its_form_is_missing(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.set_offline(True)
        page.evaluate(
            """async () => {
              const build = document.documentElement.dataset.build;
              const cache = await caches.open(`fieldstudy-assets-${build}`);
              await cache.delete(`/field/assets/${build}/js/field/judging.js`);
            }"""
        )
        page.reload()
        expect(page.locator('[data-ready="files"]')).to_be_visible()


def other_build(app: Flask, folder: Path) -> None:
    """The same application after an update: one style differs."""
    static = Path(shutil.copytree(str(app.static_folder), folder / "static"))
    with (static / "css/field.css").open("a") as file:
        file.write(".updated { color: inherit; }\n")
    app.extensions["field_bundle"] = assets.of_folder(static)


@pytest.fixture
def fresh_build(app: Flask) -> Iterator[None]:
    """Leaves the next test the build that the files really have."""
    yield
    app.extensions.pop("field_bundle", None)


@pytest.mark.usefixtures("fresh_build")
def test_an_update_leaves_five_kept_forms_open_offline(app: Flask, browser: Browser, tmp_path: Path) -> None:
    made = own_studies(5)
    begun = [make.visit(assignment) for assignment in made]
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(begun[0]))
        expect(page.locator('[data-ready="yes"]')).to_have_count(5)
        before = page.evaluate("document.documentElement.dataset.build")
        other_build(app, tmp_path)
        context.route("**/field/forms/**", lambda route: route.abort())
        page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
        with page.expect_navigation():
            page.locator("#new-version button").click()
        expect(page.locator("html")).not_to_have_attribute("data-build", before)
        context.set_offline(True)
        for visit in begun:
            page.goto(f"/field/visits/{visit.id}")
            expect(page.locator("html")).to_have_attribute("data-build", before)
            expect(page.locator("form.scripted #q-greeted")).to_be_visible()


@pytest.mark.usefixtures("fresh_build")
def test_an_update_waits_while_a_form_is_open(app: Flask, browser: Browser, tmp_path: Path) -> None:
    [assignment] = tasks(1)
    visit = make.visit(assignment)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        form = context.new_page()
        form.goto(f"/field/visits/{visit.id}")
        other_build(app, tmp_path)
        page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
        page.locator("#new-version button").click()
        expect(page.get_by_text("A visit is open in another tab")).to_be_visible()
        assert page.evaluate("navigator.serviceWorker.getRegistration().then((found) => Boolean(found.waiting))")


def test_the_browser_finds_nothing_against_installing(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        devtools = context.new_cdp_session(page)
        errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
        assert [error for error in errors if error["errorId"] != "in-incognito"] == []


LEVELS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def violations(page: Page) -> list[str]:
    page.wait_for_load_state()
    found = Axe().run(page, options=LEVELS).response["violations"]
    is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    wide = [f"{page.url} scrolls sideways"] if is_wide else []
    return wide + [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_phone_breaks_a_rule_of_access(app: Flask, browser: Browser, scheme: str) -> None:
    [assignment] = tasks(1)
    narrow = {"width": 320, "height": 640}
    with phone(app, browser, color_scheme=scheme, viewport=narrow) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        page.locator("#phone summary").click()
        found = violations(page)
        context.set_offline(True)
        for path in (f"/field/assignments/{assignment.id}", "/field/queue", "/field/nowhere"):
            page.goto(path)
            expect(page.locator("#home > *").first).to_be_visible()
            found += violations(page)
        for signal in ("cannot-save", "signed-out", "other-person", "new-version"):
            page.evaluate("id => { document.getElementById(id).hidden = false; }", signal)
        found += violations(page)
        for dialog in ("sign-in", "leaving"):
            page.evaluate("id => document.getElementById(id).showModal()", dialog)
            found += violations(page)
    assert found == []


def test_buttons_of_the_phone_are_large_enough_for_a_thumb(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        heights = page.locator(".button:visible, button:visible, summary:visible").evaluate_all(
            "nodes => nodes.map((node) => node.getBoundingClientRect().height)"
        )
        assert min(heights) >= 48


def test_a_full_phone_says_so(app: Flask, browser: Browser) -> None:
    """The quota is set before the store is opened: the browser remembers for a minute how much room there was."""
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        enter(app, context, address, fieldworker(assignment))
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("Storage.overrideQuotaForOrigin", {"origin": address, "quotaSize": 1_000_000})
        page.goto("/field/")
        expect(page.locator("[data-ready]")).not_to_have_attribute("data-ready", "")
        page.evaluate(
            """async () => {
              const build = document.documentElement.dataset.build;
              const { open, signed } = await import(`/field/assets/${build}/js/field/database.js`);
              await open((await signed()).user).put("bytes", new ArrayBuffer(3_000_000), "much").catch(() => {});
            }"""
        )
        expect(page.get_by_text("Its storage is full")).to_be_visible()
        with page.expect_download():
            page.locator("#cannot-save button").click()


def test_an_iphone_is_told_how_and_why_to_install(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 Version/18.4 Safari/604.1"
    with phone(app, browser, user_agent=iphone) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        expect(page.get_by_text("when it was not opened for seven days")).to_be_visible()


def test_the_list_is_the_same_with_and_without_script(app: Flask, browser: Browser) -> None:
    """But for what only the phone knows: whether it is ready."""
    [assignment] = tasks(1)
    said = []
    for is_scripted in (False, True):
        with phone(app, browser, java_script_enabled=is_scripted) as (context, address):
            enter(app, context, address, fieldworker(assignment))
            page = context.new_page()
            page.goto("/field/")
            if is_scripted:
                expect(page.locator('[data-ready="yes"]')).to_be_visible()
            said.append(page.locator("#home :is(h1, h2, h3, a, .task p:not(.ready))").all_inner_texts())
    assert said[0] == said[1]


def test_the_clock_in_the_store_decides_what_is_due_today(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        days = page.evaluate(
            """async () => {
              const build = document.documentElement.dataset.build;
              const { dayOf } = await import(`/field/assets/${build}/js/field/sync.js`);
              const late = new Date("2026-03-01T23:30:00Z");
              return ["Europe/Rome", "Europe/London", "America/New_York"].map((zone) => dayOf(late, zone));
            }"""
        )
        assert days == ["2026-03-02", "2026-03-01", "2026-03-01"]


def test_texts_are_written_down_as_the_server_writes_them(app: Flask, browser: Browser) -> None:
    content = {"b": 'e\u0301 \u2028 \u007f "\\\b\u0001', "a": [1, None, True, {"\U0001f600": "x", "\uffee": "y"}]}
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        written = page.evaluate(
            """async (content) => {
              const build = document.documentElement.dataset.build;
              const { canonical } = await import(`/field/assets/${build}/js/field/canonical.js`);
              return canonical(content);
            }""",
            content,
        )
    composed = {**content, "b": unicodedata.normalize("NFC", str(content["b"]))}
    assert written == json.dumps(composed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_a_covert_visit_that_waits_for_its_approval_is_not_called_ready(app: Flask, browser: Browser) -> None:
    covert = {"gold_role": "complete_observer", "disclosure": "covert", "covert_reason": "People act differently"}
    assignment = make.assignment(method=Method.NON_PARTICIPANT_OBSERVATION, **covert)
    with phone(app, browser) as (context, address):
        enter(app, context, address, fieldworker(assignment))
        page = context.new_page()
        page.goto("/field/")
        expect(page.locator("[data-assignment]")).to_contain_text("waits for the approval of a second person")
        page.wait_for_timeout(1_500)
        expect(page.locator("[data-ready]")).to_have_count(0)


def test_a_begun_visit_follows_to_another_language(app: Flask, browser: Browser) -> None:
    with phone(app, browser) as (context, address):
        visit = make.visit()
        page = ready_page(app, context, address, fieldworker(visit))
        page.goto(f"/field/visits/{visit.id}#s-welcome")
        page.locator('.pick:has([name="q-greeted"][value="yes"])').click()
        expect(page.locator("#state")).to_have_class(re.compile("kept"))
        page.goto("/field/")
        page.get_by_role("button", name="Italiano").click()
        expect(page.locator("h1")).to_have_text("I tuoi incarichi")
        expect(page.locator('[data-ready="yes"]').first).to_be_visible()
        page.wait_for_timeout(1_500)
        context.set_offline(True)
        page.goto(f"/field/visits/{visit.id}#sections")
        expect(page.locator("#t-sections")).to_have_text("Sezioni")
        expect(page.locator('[name="q-greeted"][value="yes"]')).to_be_checked()
