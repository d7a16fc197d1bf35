"""The pages before anybody is signed in: what travels until they stand there, with headers and all, on a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from fieldstudy.core.access import Membership, Role
from fieldstudy.services import people
from tests import factories as make
from tests import processes
from tests.journeys import office
from tests.journeys.phones import PATIENCE, PHONE

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser

MOST_BYTES = 40 * 1024


@contextmanager
def stranger(address: str, browser: Browser) -> Iterator[tuple[Page, list[dict[str, Any]]]]:
    """A phone that was never here, and all that came to it: address, kind and bytes of each answer."""
    context = browser.new_context(base_url=address, **PHONE)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    line = context.new_cdp_session(page)
    named: dict[str, dict[str, Any]] = {}
    line.on("Network.responseReceived", lambda told: named.setdefault(told["requestId"], {}).update(_answer(told)))
    line.on("Network.loadingFinished", lambda told: named[told["requestId"]].update(bytes=told["encodedDataLength"]))
    line.send("Network.enable")
    found: list[dict[str, Any]] = []
    yield page, found
    page.wait_for_load_state("networkidle")
    found += [one for one in named.values() if one["url"].startswith(address)]
    context.close()


def _answer(told: dict[str, Any]) -> dict[str, Any]:
    return {"url": told["response"]["url"], "kind": told["type"]}


def weigh(found: list[dict[str, Any]]) -> int:
    heavy = [one["url"] for one in found if one["kind"] in ("Font", "Script") or "bootstrap" in one["url"]]
    assert (heavy, len(found) >= 3) == ([], True)
    return int(sum(one["bytes"] for one in found))


def test_signing_in_is_light_in_the_demo_too(app: Flask, browser: Browser) -> None:
    """With ten people who let one in with a tap."""
    client = make.studies.create_client("Demo", is_demo=True)
    for number, role in enumerate([role for role in Role if role != Role.ADMIN] * 2):
        make.user(role, client, f"someone-{number}@demo.fieldstudy.example")
    for demo in ("0", "1"):
        with processes.server(app, FIELDSTUDY_DEMO=demo) as server:
            with stranger(server.address, browser) as (page, found):
                page.goto("/account/sign-in")
                expect(page.get_by_role("button", name="Entra", exact=True)).to_be_visible()
                assert (page.locator(".tap").count() > 4) == (demo == "1")
                assert office.barriers(page) == []
            print(f"sign-in, demo {demo}: {weigh(found)} bytes in {len(found)} answers")
            assert weigh(found) <= MOST_BYTES


def test_an_invitation_is_light_open_and_closed_and_so_is_a_missing_page(app: Flask, browser: Browser) -> None:
    _, token = people.create_user("anna@example.org", Membership(Role.SHOPPER, make.client().id))
    with processes.server(app) as server:
        pages = {
            f"/account/invitation/{token}": "Scegli una password",
            "/account/invitation/used": "Questo link non vale più",
            "/nowhere": "Questa pagina non esiste",
        }
        for path, heading in pages.items():
            with stranger(server.address, browser) as (page, found):
                page.goto(path)
                expect(page.get_by_role("heading", name=heading)).to_be_visible()
                assert office.barriers(page) == []
            print(f"{heading}: {weigh(found)} bytes")
            assert weigh(found) <= MOST_BYTES
