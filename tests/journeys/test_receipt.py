"""The receipt that the phone writes is the one that the server writes."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_offline import enter, fieldworker, phone, ready_page, tasks
from tests.journeys.test_queue import fill

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser


def test_the_phone_writes_the_same_receipt_as_the_server(app: Flask, browser: Browser) -> None:
    """Also on a phone whose clock is in another time zone than the store."""
    [assignment] = tasks(1)
    with phone(app, browser, timezone_id="America/New_York") as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.set_offline(True)
        receipt = f"/field/visits/{fill(page, assignment)}"
        page.goto(f"{receipt}/receipt")
        expect(page.get_by_role("heading", name="Your visit is complete")).to_be_visible()
        context.set_offline(False)
        expect(page.get_by_role("heading", name="Your visit has arrived")).to_be_visible()
        expect(page.locator("#home")).to_be_attached()
        of_phone = said_on(page)
        plain = browser.new_context(base_url=address, locale="en-GB", java_script_enabled=False)
        enter(app, plain, address, fieldworker(assignment))
        there = plain.new_page()
        there.goto(f"{receipt}/receipt")
        expect(there.locator("#home")).to_have_count(0)
        of_server = said_on(there)
        plain.close()
    assert of_phone == of_server
    assert f"Read what you sent {receipt}/report" in of_server


def said_on(page: Page) -> list[str]:
    """Every text and link of the receipt, in order."""
    told: list[str] = page.locator("main :is(h1, dt, dd, h2, p a, p:not(:has(a)))").evaluate_all(
        "nodes => nodes.filter((node) => node.offsetParent && !node.closest('.phone')).map((node) =>"
        " [node.textContent.trim(), node.getAttribute('href')].filter(Boolean).join(' '))"
    )
    return told
