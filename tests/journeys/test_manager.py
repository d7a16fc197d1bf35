"""A manager reads a store's report in a real browser and takes it along as a PDF."""

import io
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import StoreEdition, User, Wave
from fieldstudy.services import fieldnotes, photos, releases, visits
from tests import factories as make
from tests.journeys import office
from tests.papers import do_all_jobs

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser
ALL = {"q-greeted": ["yes"], "q-receipt": ["yes"], "feeling-welcome": ["2"], "feeling-till": ["-1"]}
HALF = {"q-greeted": ["yes"], "q-receipt": ["no"], "c-receipt": ["Nobody asked."], "feeling-till": ["0"]}


@pytest.fixture
def wave(app: Flask) -> Wave:
    """The second of two released waves: two stores, one with notes and a photo."""
    study = make.study()
    stores = [make.store(study, "AA"), make.store(study, "BB")]
    for starts_on in (make.TODAY.replace(month=1), make.TODAY):
        wave = make.wave(study, starts_on=starts_on)
        for store, raw in ((stores[0], HALF), (stores[1], HALF), (stores[1], ALL)):
            make.approved(make.assignment(wave, at=store), raw)
        visit = make.visit(make.assignment(wave, at=stores[0]))
        fieldnotes.jot(visit, "till", "Two people left the queue.", make.NOON, None)
        photos.keep(visit, "window", make.picture(), None)
        visits.submit(visit, 1, ALL, None, make.NOON)
        visits.approve(visit, None)
        releases.release(wave)
    return wave


@pytest.fixture
def manager(wave: Wave) -> User:
    return make.user(Role.MANAGER, wave.study.client)


def test_a_manager_opens_a_store_and_downloads_its_pdf(
    app: Flask, browser: Browser, wave: Wave, manager: User, tmp_path: Path
) -> None:
    do_all_jobs(app)
    with office.opened(app, browser, manager) as page:
        page.goto("/")
        page.get_by_role("link", name=wave.name).click()
        page.locator("#stores").get_by_role("link", name="Store AA").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Store AA")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the PDF").click()
        download.value.save_as(tmp_path / download.value.suggested_filename)
    (saved,) = tmp_path.glob("*.pdf")
    assert "Store AA" in PdfReader(io.BytesIO(saved.read_bytes())).pages[0].extract_text()


CELLS = "[...document.querySelectorAll('.report td, .report th')].map(cell => getComputedStyle(cell).display)"


def test_no_rule_of_the_office_breaks_a_table_of_the_report(
    app: Flask, browser: Browser, wave: Wave, manager: User
) -> None:
    store = db.session.scalars(db.select(StoreEdition).order_by(StoreEdition.id.desc())).first()
    assert store is not None
    with office.opened(app, browser, manager) as page:
        page.goto(f"/manager/stores/{store.id}")
        assert set(page.evaluate(CELLS)) == {"table-cell"}


def test_the_other_waves_are_one_tap_away(app: Flask, browser: Browser, wave: Wave, manager: User) -> None:
    with office.opened(app, browser, manager, "phone") as page:
        page.goto(f"/manager/waves/{wave.id}")
        page.locator("#stores").get_by_role("link", name="Store BB").click()
        newest, others = page.url, page.locator(".over-waves ol a")
        expect(others).to_have_count(1)
        others.click()
        page.wait_for_url(lambda address: address != newest)
        others.click()
        expect(page).to_have_url(newest)


def test_one_figure_is_open_at_a_time_and_closes_without_script(
    app: Flask, browser: Browser, wave: Wave, manager: User
) -> None:
    with office.opened(app, browser, manager, "phone") as page:
        page.route("**/menu.js*", lambda route: route.fulfill(content_type="text/javascript", body=""))
        page.goto(f"/manager/waves/{wave.id}/touchpoints/till")
        figures, shown = page.locator(".opened summary"), page.locator(".opened[open]")
        for number in (0, 1):
            figures.nth(number).evaluate("one => one.click()")
        expect(shown).to_have_count(1)
        page.mouse.click(180, page.viewport_size["height"] - 30)
        expect(shown).to_have_count(0)


@pytest.mark.parametrize("size", office.SIZES)
def test_nobody_is_kept_out(app: Flask, browser: Browser, wave: Wave, manager: User, size: str) -> None:
    store = db.session.scalars(db.select(StoreEdition).order_by(StoreEdition.id.desc())).first()
    assert store is not None
    with office.opened(app, browser, manager, size) as page:
        of_wave, of_store = f"/manager/waves/{wave.id}", f"/manager/stores/{store.id}"
        pages = ("", "/touchpoints/till", "/questions/receipt", "/compare", "/actions/new")
        paths = ["/manager/", *(of_wave + part for part in pages)]
        for path in [*paths, of_store, f"{of_store}/figures/till", f"{of_store}/actions"]:
            page.goto(path)
            assert office.barriers(page) == [], path
