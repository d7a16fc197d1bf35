"""Firefox and WebKitGTK: a form opens without a server, keeps its answers over a reload, and is sent once.

`make test-browsers` runs this; Chromium has more of the same in `make test`. Offline means here that nobody listens:
the browser believes that it has a network, as in a shop whose wireless leads nowhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask

from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, Submission, Visit
from tests import servers
from tests.browsers import driver
from tests.browsers.driver import Browser
from tests.journeys.field import Field, field
from tests.phone import cookie_of, until

DATABASES = ("sqlite",)
PICK = "const one = document.querySelector(arguments[0]); one.click(); return one.checked"
WORDS = "The bell rang, and Anna came at once."


@pytest.fixture(params=[driver.firefox, driver.webkit], ids=["firefox", "webkit"])
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    with driver.screen() as environment, request.param(environment) as browser:
        yield browser


@contextmanager
def online(app: Flask, port: int = 0) -> Iterator[str]:
    app.config["WTF_CSRF_ENABLED"] = True
    with servers.serve(app, port) as address:
        yield address


def get_ready(app: Flask, browser: Browser, address: str, somewhere: Field) -> None:
    """Signed in, and all that is needed offline is on the phone."""
    browser.open(f"{address}/account/sign-in")
    browser.set_cookie(cookie_of(app, somewhere.shopper))
    browser.open(f"{address}/field/")
    browser.wait_for("return document.querySelector('[data-ready=\"yes\"]') !== null", seconds=40)


def begin(browser: Browser, address: str, somewhere: Field) -> UUID:
    """Starts the visit from the briefing; its id."""
    browser.open(f"{address}/field/assignments/{somewhere.assignments[0].id}")
    browser.wait_for("return document.querySelector('main button.main, .bar button.main') !== null")
    browser.run("document.querySelector('main button.main, .bar button.main').click()")
    browser.wait_for("return document.querySelector('form.scripted') !== null")
    return UUID(urlsplit(browser.url()).path.split("/")[-1])


def fill(browser: Browser) -> None:
    for name, value in (("q-greeted", "yes"), ("q-receipt", "no"), ("feeling-welcome", "1")):
        assert browser.run(PICK, f'[name="{name}"][value="{value}"]')
    write = "const one = document.querySelector('[name=q-words]'); one.value = arguments[0];"
    browser.run(write + "one.dispatchEvent(new Event('input', {bubbles: true}))", WORDS)
    browser.wait_for("return document.querySelector('#state').classList.contains('kept')")


def send_without_the_photo(browser: Browser) -> None:
    browser.run("document.querySelector('form#visit button[value=submit]').click()")
    browser.wait_for("return document.querySelector('#evidence').checkVisibility()")
    browser.run("document.querySelector('#evidence button[value=submit_anyway]').click()")


def filled(browser: Browser) -> list[object]:
    """What the page shows as answered."""
    script = """const of = (name) => document.querySelector(`[name="${name}"]:checked`)?.value;
    return [of("q-greeted"), of("q-receipt"), of("feeling-welcome"), document.querySelector("[name=q-words]").value]"""
    found: list[object] = browser.run(script)
    return found


def rows(model: type[db.Model]) -> int:  # type: ignore[name-defined]
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(model)) or 0


def test_a_visit_filled_offline_survives_a_reload_and_is_sent_once(app: Flask, browser: Browser) -> None:
    somewhere = field()
    with online(app) as address:
        get_ready(app, browser, address, somewhere)
    visit = begin(browser, address, somewhere)
    fill(browser)
    browser.reload()
    browser.wait_for("return document.querySelector('form.scripted') !== null")
    assert filled(browser) == ["yes", "no", "1", WORDS]
    send_without_the_photo(browser)
    browser.wait_for("return document.querySelector('form.done') !== null")
    assert rows(Visit) == 0
    with online(app, urlsplit(address).port or 0):
        browser.open(f"{address}/field/queue")
        until(lambda: rows(Submission) == 1, 60, "the visit to arrive")
        browser.open(f"{address}/field/")
    words = db.session.get_one(AnswerRow, (visit, 1, "words")).value
    assert (rows(Visit), rows(Submission), words) == (1, 1, WORDS)
