"""A reviewer's morning in a real browser: one visit goes back, the next is approved."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from fieldstudy.core.access import Role
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import ReturnReason, User, Visit
from fieldstudy.services import fieldnotes, photos, visits
from tests import factories as make
from tests.journeys import office

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser


@pytest.fixture
def waiting(app: Flask) -> list[Visit]:
    """Two visits that wait: the first with a photo, a jotting, a comment, and a second version of itself."""
    app.config["WTF_CSRF_ENABLED"] = True
    wave = make.wave()
    first = make.visit(make.assignment(wave, at=make.store(wave.study, "AA")))
    fieldnotes.jot(first, "till", "Two people left the queue.", make.NOON, None)
    photos.keep(first, "window", make.picture(), None)
    visits.submit(first, 1, {**make.GOOD, "c-greeted": ["Warmly."]}, None, make.NOON)
    visits.submit(first, 1, {**make.GOOD, "c-greeted": ["Coldly."]}, None, make.NOON)
    second = make.received(make.assignment(wave, at=make.store(wave.study, "BB")), at=make.NOON + timedelta(hours=2))
    return [first, second]


@pytest.fixture
def reviewer(waiting: list[Visit]) -> User:
    return make.user(Role.REVIEWER, waiting[0].wave.study.client)


def correct(page: Page, question: str, reason: str) -> None:
    row = page.locator(f"#q-{question}")
    row.get_by_text("Ask for a correction").click()
    row.get_by_label("What should be corrected here?").fill(reason)


def test_a_visit_goes_back_and_the_next_is_approved(
    app: Flask, browser: Browser, waiting: list[Visit], reviewer: User
) -> None:
    with office.opened(app, browser, reviewer) as page:
        page.goto("/desk/")
        page.get_by_role("link", name="Store AA", exact=True).click()
        correct(page, "greeted", "Who greeted you?")
        page.get_by_role("button", name="Send it back").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Store BB")
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_text("Nothing is waiting.")).to_be_visible()
    db.session.expire_all()
    assert [visit.state for visit in waiting] == [State.RETURNED, State.APPROVED]
    assert db.session.scalars(db.select(ReturnReason.text)).one() == "Who greeted you?"


def test_sending_back_without_a_reason_says_what_is_missing(
    app: Flask, browser: Browser, waiting: list[Visit], reviewer: User
) -> None:
    with office.opened(app, browser, reviewer) as page:
        page.goto(f"/desk/visits/{waiting[0].id}")
        page.get_by_role("button", name="Send it back").click()
        expect(page.get_by_text("Write at least one reason")).to_be_visible()
        assert office.barriers(page) == []


def test_a_visit_is_reviewed_by_keyboard_alone(
    app: Flask, browser: Browser, waiting: list[Visit], reviewer: User
) -> None:
    with office.opened(app, browser, reviewer) as page:
        page.goto(f"/desk/visits/{waiting[1].id}")
        page.locator("#q-greeted summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("By hand.")
        page.get_by_role("button", name="Send it back").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Sent back: Store BB")).to_be_visible()


@pytest.mark.parametrize("size", office.SIZES)
def test_nobody_is_kept_out(app: Flask, browser: Browser, waiting: list[Visit], reviewer: User, size: str) -> None:
    with office.opened(app, browser, reviewer, size) as page:
        for path in ("/desk/", f"/desk/visits/{waiting[0].id}"):
            page.goto(path)
            page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
            assert office.barriers(page) == [], path
