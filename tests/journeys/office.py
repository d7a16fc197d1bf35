"""Office pages in a real browser: somebody signed in, and what a check of accessibility finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from fieldstudy.models import User
from tests import servers, signing

SIZES = {"phone": {"width": 360, "height": 780}, "desktop": {"width": 1280, "height": 900}}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@contextmanager
def opened(app: Flask, browser: Browser, user: User, size: str = "desktop") -> Iterator[Page]:
    """A page of this person; fails if the browser complained about anything, as about the CSP."""
    with servers.serve(app) as address:
        context = browser.new_context(base_url=address, viewport=SIZES[size], reduced_motion="reduce", locale="en-GB")
        context.set_default_timeout(30_000)
        cookie = signing.token_of(app, user)
        context.add_cookies([{"name": "session", "value": cookie, "url": address}])
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        context.close()
    assert [text for text in complaints if "422" not in text] == []


def barriers(page: Page) -> list[tuple[str, Any]]:
    """What keeps somebody out of a loaded page: axe's findings by day and by night, and one wider than the screen."""
    page.wait_for_load_state()
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = [("wider than the screen", width)] if width > 0 else []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        violations = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
        found += [(f"{item['id']} ({scheme})", [node["target"] for node in item["nodes"]]) for item in violations]
    return found
