"""The server did what it was asked, and its answer never came: nothing that was written may hide because of it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from fieldstudy.models import Visit
from tests import servers
from tests.journeys import phones
from tests.journeys.phones import fieldworker
from tests.journeys.test_field import choose, current, demo_visit, form_of, write
from tests.journeys.test_two_phones import BACKUP_MS, go, opened

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser


def plain_page(app: Flask, browser: Browser, visit: Visit, address: str) -> Page:
    """Without script, in a browser of its own."""
    context = browser.new_context(base_url=address, java_script_enabled=False, **phones.PHONE)
    context.add_cookies(phones.cookies(app, fieldworker(visit), address))
    return context.new_page()


def save_on(page: Page, visit: Visit, answer: str) -> None:
    page.goto(form_of(visit, "welcome"))
    choose(page, "greeted", answer)
    current(page).get_by_role("button", name="Salva").last.click()
    expect(page.locator(f'[name="q-greeted"][value="{answer}"]')).to_be_checked()


def until_sent(phone: Page, sent: dict[int, set[str]], answer: str) -> None:
    """Until the server holds a draft with it, and what was to be said after it."""
    for _ in range(200):
        if any(answer in draft for drafts in sent.values() for draft in drafts):
            break
        phone.wait_for_timeout(100)
    phone.wait_for_timeout(BACKUP_MS)


def test_a_phone_that_never_heard_that_its_draft_arrived_hides_nothing_when_it_sends_it_again(
    app: Flask, browser: Browser, tmp_path: Path
) -> None:
    """A page without script went on from it meanwhile; then a new phone, and the page, show the answers of both."""
    visit = demo_visit(app)
    sent: dict[int, set[str]] = {}

    def watch(route: Route) -> None:
        body = route.request.post_data or ""
        draft: dict[str, Any] = json.loads(body)
        draft["content"].pop("place", None)
        route.fetch()
        sent.setdefault(draft["stamp"], set()).add(json.dumps(draft, sort_keys=True))
        route.abort()

    with servers.serve(app) as address:
        with opened(app, browser, visit, tmp_path / "one", address) as phone:
            phone.route("**/api/v1/drafts/*", watch)
            choose(phone, "greeted", "yes")
            go(phone, "s-till")
            write(phone, "queue_people", "3")
            until_sent(phone, sent, '"q-queue_people": ["3"]')
        page = plain_page(app, browser, visit, address)
        save_on(page, visit, "no")
        with opened(app, browser, visit, tmp_path / "one", address) as phone:
            expect(phone.locator('[name="q-greeted"][value="no"]')).to_be_checked()
            phone.route("**/api/v1/drafts/*", watch)
            go(phone, "versions")
            phone.wait_for_timeout(BACKUP_MS)
        with opened(app, browser, visit, tmp_path / "new", address) as phone:
            expect(phone.locator('[name="q-greeted"][value="no"]')).to_be_checked()
            expect(phone.locator('[name="q-queue_people"]')).to_have_value("3")
        page.goto(form_of(visit, "welcome"))
        expect(page.locator('[name="q-greeted"][value="no"]')).to_be_checked()
        expect(page.locator('[name="q-queue_people"]')).to_have_value("3")
        expect(page.locator("#state")).to_have_text(re.compile(r"\d\d:\d\d"))
    assert len(sent) > 1
    assert {stamp: len(contents) for stamp, contents in sent.items()} == dict.fromkeys(sent, 1)
