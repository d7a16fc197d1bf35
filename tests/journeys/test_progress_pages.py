"""What a worker does for a page: ordered with a button, and told by the page itself once it is done."""

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import User, Wave
from tests import factories as make
from tests.journeys import office
from tests.papers import do_all_jobs

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser
LOOK = os.environ.get("LOOK", "")
"""A folder for pictures of the pages, for whoever wants to see them."""


@pytest.fixture
def wave(app: Flask) -> Wave:
    app.config["WTF_CSRF_ENABLED"] = True
    study = make.study()
    make.version(study)
    made = make.wave(study)
    for code in ("A", "B"):
        make.visited(made, make.store(study, code))
    return made


@pytest.fixture
def coordinator(wave: Wave) -> User:
    return make.user(Role.COORDINATOR, wave.study.client)


def look(page: Page, name: str) -> None:
    if LOOK:
        page.emulate_media(color_scheme="light")
        page.screenshot(path=Path(LOOK) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("size", office.SIZES)
def test_a_release_is_pressed_and_tells_its_end(
    app: Flask, browser: Browser, wave: Wave, coordinator: User, size: str
) -> None:
    with office.opened(app, browser, coordinator, size) as page:
        preview_the_network(app, page, wave, size)
        page.goto(f"/studio/waves/{wave.id}/release")
        page.get_by_role("button", name="Release as edition 1").click()
        expect(page.get_by_role("heading", name="The release waits for its turn")).to_be_visible()
        assert office.barriers(page) == []
        look(page, f"release-waits-{size}")
        db.session.rollback()
        do_all_jobs(app)
        expect(page.get_by_role("heading", name="Released: edition 1")).to_be_visible()
        assert office.barriers(page) == []
        look(page, f"release-done-{size}")
        page.get_by_role("link", name="Reports as PDF").click()
        expect(page.get_by_role("heading", name="3 of 3 reports are ready")).to_be_visible()


def preview_the_network(app: Flask, page: Page, wave: Wave, size: str) -> None:
    """The page that waits turns into another one."""
    page.goto(f"/studio/waves/{wave.id}/preview/network")
    expect(page.get_by_role("heading", name="The figures wait for their turn")).to_be_visible()
    assert office.barriers(page) == []
    look(page, f"preview-waits-{size}")
    db.session.rollback()
    do_all_jobs(app)
    expect(page.get_by_text("Nothing has changed since.")).to_be_visible()
    look(page, f"preview-done-{size}")


@pytest.mark.parametrize("size", office.SIZES)
def test_a_file_is_sent_and_tells_what_is_wrong_and_what_came_in(
    app: Flask, browser: Browser, wave: Wave, coordinator: User, size: str
) -> None:
    rows = "A,X1,mystery_shopping,2026-03-05 10:00,yes,no\n"
    with office.opened(app, browser, coordinator, size) as page:
        for number, more in enumerate(("Z,X1,mystery_shopping,2026-03-06 10:00,maybe,no\n", "")):
            page.goto(f"/studio/waves/{wave.id}/visits/import")
            text = f"store,fieldworker,method,started_at,greeted,receipt\n{rows}{more}".encode()
            page.get_by_label("File").set_input_files([{"name": "visits.csv", "mimeType": "text/csv", "buffer": text}])
            page.get_by_role("button", name="Import", exact=True).click()
            expect(page.get_by_role("heading", name="The file waits for its turn")).to_be_visible()
            assert office.barriers(page) == []
            look(page, f"import-waits-{size}")
            db.session.rollback()
            do_all_jobs(app)
            if number:
                expect(page.get_by_role("heading", name="1 visit was imported and is approved.")).to_be_visible()
            else:
                expect(page.get_by_text("Nothing was imported: 2 things")).to_be_visible()
            assert office.barriers(page) == []
            look(page, f"import-{number}-{size}")
