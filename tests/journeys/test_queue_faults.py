"""The phone's own script on a bad line: answers that are cut, answers that say nothing, photos that are gone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from fieldstudy.models import Conflict, Medium, Quarantined, Submission, Visit
from tests import faults, servers
from tests.faults import Faults, Proxy
from tests.journeys.test_offline import PHONE, fieldworker, phone, ready_page, tasks
from tests.journeys.test_queue import expect_state, fill, rows, send_now, stored

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser

THREE_IN_TEN = Faults(up=0.15, down=0.15, seed=20261122, certain=3)
PATIENCE_SECONDS = 120


@contextmanager
def bad_line(app: Flask, browser: Browser) -> Iterator[tuple[BrowserContext, Proxy]]:
    """A phone behind a connection that is calm until a test says otherwise."""
    app.config["WTF_CSRF_ENABLED"] = True
    with servers.serve(app) as address, faults.proxy(address, THREE_IN_TEN) as proxy:
        proxy.is_calm = True
        context = browser.new_context(base_url=proxy.address, **PHONE)
        context.set_default_timeout(6_000)
        try:
            yield context, proxy
        finally:
            context.close()


def states(page: Page) -> set[str]:
    ids = stored(page, "visits")
    return {stored(page, "visits", visit)["state"] for visit in ids}


def test_five_visits_through_cut_connections_arrive_once_and_nobody_taps(app: Flask, browser: Browser) -> None:
    made = tasks(5)
    with bad_line(app, browser) as (context, proxy):
        page = ready_page(app, context, proxy.address, fieldworker(made[0]))
        context.set_offline(True)
        for assignment in made:
            fill(page, assignment, photos=1)
        proxy.is_calm = False
        context.set_offline(False)
        for _ in range(PATIENCE_SECONDS):
            if states(page) <= {"sent", "attention"}:
                break
            page.wait_for_timeout(1_000)
        assert states(page) == {"sent"}
        assert proxy.cut_up >= 3
        sealed = {stored(page, "visits", visit)["sealed"]["sha256"] for visit in stored(page, "visits")}
    assert {row.sha256 for row in rows(Submission)} == sealed
    assert [len(rows(model)) for model in (Visit, Submission, Medium, Conflict, Quarantined)] == [5, 5, 5, 0, 0]


@pytest.mark.parametrize("body", ["", '{"receipt": {"visit"', "<p>Welcome to our hotel</p>", "{}"])
@pytest.mark.parametrize("door", ["visits", "media"])
def test_an_answer_that_cannot_be_read_is_asked_for_again(app: Flask, browser: Browser, door: str, body: str) -> None:
    [assignment] = tasks(1)
    spoilt: list[int] = []

    def spoil_four(route: Route) -> None:
        if len(spoilt) == 4:
            return route.continue_()
        spoilt.append(route.fetch().status)
        return route.fulfill(status=201, body=body)

    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.route(f"**/api/v1/{door}/*", spoil_four)
        visit_id = fill(page, assignment, photos=1)
        for number in range(1, 5):
            page.evaluate("dispatchEvent(new Event('online'))")
            wait_for(page, spoilt, number)
            assert stored(page, "visits", visit_id)["state"] == "sealed"
        page.evaluate("dispatchEvent(new Event('online'))")
        expect_state(page, visit_id, "sent")
    assert len(rows(Submission)) == 1


def wait_for(page: Page, found: list[Any], count: int) -> None:
    for _ in range(200):
        if len(found) >= count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"only {len(found)} of {count}")


def test_a_token_that_cannot_be_read_is_no_reason_to_give_up(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.route("**/api/v1/session", lambda route: route.fulfill(status=200, body='{"us'))
        visit_id = fill(page, assignment)
        send_now(page)
        expect(page.locator("[data-sender]")).to_have_attribute("data-sender", "offline")
        assert stored(page, "visits", visit_id)["state"] == "sealed"


def test_a_visit_whose_photo_is_gone_is_sent_without_it_after_a_warning(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.set_offline(True)
        visit_id = fill(page, assignment, photos=2)
        page.evaluate(
            """async () => {
              const build = document.documentElement.dataset.build;
              const { open, signed } = await import(`/field/assets/${build}/js/field/database.js`);
              const db = open((await signed()).user);
              await db.delete("bytes", (await db.keysOf("bytes"))[0]);
            }"""
        )
        context.set_offline(False)
        send_now(page)
        expect_state(page, visit_id, "attention")
        page.get_by_text("Send without it").click()
        expect(page.get_by_text("The photo is gone for good")).to_be_visible()
        page.get_by_role("button", name=re.compile("Yes, send without")).click()
        expect_state(page, visit_id, "sent")
    assert (len(rows(Submission)), len(rows(Medium))) == (1, 1)
