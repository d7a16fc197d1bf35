"""Entry and exit that one device noted, on a page without script that another browser had open before; a closed door
there, and a page that comes after its visit was sent.
"""

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Visit
from fieldstudy.services import photos
from tests import factories as make
from tests import servers
from tests.journeys import phones
from tests.journeys.phones import fieldworker
from tests.journeys.test_field import choose, current, form_of
from tests.journeys.test_stale_pages import pages, save
from tests.journeys.test_two_phones import opened

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser


def pictured_visit() -> Visit:
    visit = make.visit()
    photos.keep(visit, "window", make.picture(), None)
    return visit


def of_today(visit: Visit) -> Visit:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Visit, visit.id)


def fill(page: Page) -> None:
    choose(page, "greeted", "yes")
    page.goto(page.url.partition("#")[0] + "#s-till")
    choose(page, "receipt", "no")


def field(page: Page, name: str) -> Locator:
    """The script has one of its own, which it switches on."""
    return page.locator(f'[name="{name}"]:not([disabled])')


def check(page: Page, name: str = "submit", place: str = "check") -> None:
    page.goto(page.url.partition("#")[0] + f"#{place}")
    page.locator(f'#{place} [value="{name}"]').click()


def test_the_exit_that_a_phone_noted_goes_along_with_a_page_that_was_open_before(
    app: Flask, browser: Browser, tmp_path: Path
) -> None:
    visit = pictured_visit()
    with servers.serve(app) as address, opened(app, browser, visit, tmp_path, address) as phone:
        context = browser.new_context(base_url=address, java_script_enabled=False, **phones.PHONE)
        context.add_cookies(phones.cookies(app, fieldworker(visit), address))
        page = context.new_page()
        page.goto(form_of(visit, "welcome"))
        expect(field(page, "left_at")).to_have_value("")
        with phone.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
            phone.locator(".stay [data-end=left_at] [data-stay=now]").click()
        fill(page)
        check(page)
        expect(page).to_have_url(re.compile("/receipt"))
        context.close()
    assert of_today(visit).left_at is not None


def test_a_time_of_another_browser_is_shown_counted_where_it_differs_and_asked_about(
    app: Flask, browser: Browser
) -> None:
    visit = pictured_visit()
    with pages(app, browser, visit) as (one, two):
        for page in (one, two):
            page.goto(form_of(visit, "welcome"))
        field(one, "entered_at").fill("2026-03-02T10:00")
        save(one)
        fill(two)
        save(two)
        expect(field(two, "entered_at")).to_have_value("2026-03-02T10:00")
        field(one, "entered_at").fill("2026-03-02T10:20")
        save(one)
        field(two, "left_at").fill("2026-03-02T10:40")
        save(two)
        expect(two.locator("#apart")).to_contain_text("1 different time of entry or exit")
        check(two)
        expect(two.locator("#evidence")).to_contain_text("1 different time of entry or exit")
        two.locator('#evidence [value="submit_anyway"]').click()
        expect(two).to_have_url(re.compile("/receipt"))
    sent = of_today(visit)
    assert [at and f"{at:%H:%M}" for at in (sent.entered_at, sent.left_at)] == ["09:00", "09:40"]


def test_a_closed_door_is_asked_about_where_another_browser_holds_answers_and_a_later_page_says_what_is_lost(
    app: Flask, browser: Browser
) -> None:
    visit = make.visit()
    with pages(app, browser, visit) as (one, two):
        for page in (one, two):
            page.goto(form_of(visit, "welcome"))
        choose(one, "greeted", "yes")
        save(one)
        choose(two, "greeted", "no")
        check(two, "closed", "closed")
        expect(two.locator("#evidence h2")).to_have_text("Was the store closed?")
        assert of_today(visit).state == State.IN_FIELD
        two.locator("#evidence .bar button").click()
        expect(two).to_have_url(re.compile("/receipt"))
        one.locator("details:has([name='c-greeted']) summary").click()
        one.locator('[name="c-greeted"]').fill("After it was sent")
        current(one).get_by_role("button", name="Save").last.click()
        expect(one.get_by_role("heading", level=1)).to_have_text("What you wrote on this page was not kept")
        expect(one.locator(".cards .prose").first).to_contain_text("After it was sent")
        one.get_by_role("link", name="Receipt of the visit").click()
        expect(one).to_have_url(re.compile("/receipt"))
