"""Pages without script that are older than what was saved meanwhile: they wipe nothing, and say what differs."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Draft, Submission, Visit
from tests import factories as make
from tests import servers
from tests.journeys import phones
from tests.journeys.phones import fieldworker
from tests.journeys.test_field import choose, current, demo_visit, fill_section, form_of, write

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser


@contextmanager
def pages(app: Flask, browser: Browser, visit: Visit, sessions: int = 2) -> Iterator[list[Page]]:
    """One page in each of so many browsers without script, of the same person."""
    with servers.serve(app) as address, ExitStack() as stack:
        found = []
        for _ in range(sessions):
            context = browser.new_context(base_url=address, java_script_enabled=False, **phones.PHONE)
            stack.callback(context.close)
            context.add_cookies(phones.cookies(app, fieldworker(visit), address))
            found.append(context.new_page())
        yield found


def save(page: Page) -> None:
    current(page).get_by_role("button", name="Salva").or_(current(page).get_by_role("button", name="Save")).last.click()
    expect(page.locator("#state")).to_have_class("state kept")


def rows(visit: Visit) -> list[tuple[str, int, Any]]:
    db.session.rollback()
    found = db.session.scalars(db.select(Draft).where(Draft.visit_id == visit.id).order_by(Draft.device))
    return [(row.device, row.stamp, row.raw) for row in found]


def test_saving_a_page_that_nobody_touched_changes_nothing(app: Flask, browser: Browser) -> None:
    """Not even where it is older than what the other browser saved."""
    visit = demo_visit(app)
    with pages(app, browser, visit) as (one, two):
        two.goto(form_of(visit, "till"))
        one.goto(form_of(visit, "welcome"))
        fill_section(one)
        current(one).locator("details:has([name='c-greeted']) summary").click()
        one.locator("[name='c-greeted']").fill("Una riga\ne un'altra")
        save(one)
        one.goto("about:blank")
        one.goto(form_of(visit, "till"))
        write(one, "queue_people", "3")
        save(one)
        before = rows(visit)
        current(two).get_by_role("button", name="Salva").last.click()
        two.wait_for_load_state()
        assert rows(visit) == before
        expect(two.locator('[name="q-queue_people"]')).to_have_value("3")
        current(two).get_by_role("button", name="Salva").last.click()
        two.wait_for_load_state()
        assert rows(visit) == before
        assert len(before) == 1


def test_a_page_that_is_older_than_the_other_browsers_keeps_both_and_says_so(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with pages(app, browser, visit) as (one, two):
        for page in (one, two):
            page.goto(form_of(visit, "welcome"))
        choose(one, "greeted", "yes")
        choose(one, "eyes_to_door", "yes")
        save(one)
        choose(two, "greeted", "no")
        save(two)
        expect(two.locator("#apart")).to_contain_text("1 risposta diversa, 1 risposta che manca qui")
        one.goto("about:blank")
        one.goto(form_of(visit, "welcome"))
        expect(one.locator('[name="q-greeted"][value="yes"]')).to_be_checked()
        expect(one.locator("#apart")).to_contain_text("1 risposta diversa")
        one.goto(form_of(visit) + "#versions")
        expect(current(one).locator(".links a").first).to_contain_text("Nell'altro browser: No")
        current(one).locator(".card a.button").click()
        expect(one.locator('[name="q-greeted"][value="no"]')).to_be_checked()
        one.goto(one.url.partition("#")[0] + "#s-welcome")
        save(one)
        assert [raw.get("q-greeted") for _, _, raw in rows(visit)] == [["no"]]
        expect(one.locator("#apart")).to_be_hidden()
        [draft] = db.session.scalars(db.select(Draft))
        assert [laid["raw"]["q-eyes_to_door"] for laid in draft.content["aside"]] == [["yes"]]


def test_a_second_tab_and_the_way_back_wipe_nothing_either(app: Flask, browser: Browser) -> None:
    """They share the browser's session, and still have not seen what was saved."""
    visit = demo_visit(app)
    with pages(app, browser, visit, 1) as [one]:
        one.goto(form_of(visit, "welcome"))
        tab = one.context.new_page()
        tab.goto(form_of(visit, "welcome"))
        choose(one, "greeted", "yes")
        save(one)
        choose(tab, "eyes_to_door", "yes")
        save(tab)
        expect(tab.locator("#apart")).to_contain_text("1 risposta che manca qui")
        choose(one, "greeted", "no")
        save(one)
        assert sorted(raw.get("q-greeted", [""])[0] for _, _, raw in rows(visit)) == ["", "no"]


def test_an_old_page_does_not_send_in_silence_what_the_other_browser_answered_otherwise(
    app: Flask, browser: Browser
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    visit = make.visit()
    with pages(app, browser, visit) as (one, two):
        for page in (one, two):
            page.goto(form_of(visit, "welcome"))
        choose(one, "greeted", "yes")
        save(one)
        choose(two, "greeted", "no")
        save(two)
        one.goto(one.url.partition("#")[0] + "#check")
        one.locator('#check [value="submit"]').click()
        expect(one.locator("#evidence")).to_contain_text("1 different answer")
        db.session.rollback()
        assert (db.session.get_one(Visit, visit.id).state, db.session.scalars(db.select(Submission)).all()) == (
            State.IN_FIELD,
            [],
        )
        one.locator('#evidence [value="submit_anyway"]').click()
        expect(one).to_have_url(re.compile("/receipt"))
    db.session.rollback()
    [sent] = db.session.scalars(db.select(Submission))
    assert (sent.content["raw"]["q-greeted"], [raw["q-greeted"] for _, _, raw in rows(visit)]) == (["yes"], [["no"]])
