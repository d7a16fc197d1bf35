"""A coordinator's first day in a real browser: from no client at all to visits that are assigned."""

import io
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook
from playwright.sync_api import Browser, Page, expect

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, User, Wave
from fieldstudy.services import releases
from tests import factories as make
from tests.journeys import office

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser
LONG = "A name without any space" * 12
SHEETS = {
    "survey": (
        ("type", "name", "label", "phase", "norm"),
        ("begin_group", "welcome", "Welcome", "purchase", "80"),
        ("select_one yn", "greeted", "Were you greeted?", "", ""),
        ("end_group", "", "", "", ""),
    ),
    "choices": (("list_name", "name", "label", "points"), ("yn", "yes", "Yes", "1"), ("yn", "no", "No", "0")),
    "settings": (("form_id", "form_title"), ("bank", "Bank branch")),
}
STORES = "code,name,city,region\nVR1,Verona,Verona,Veneto\nPD1,Padova,Padova,Veneto\nMI1,Milano,Milano,Lombardia\n"


def workbook() -> bytes:
    book = Workbook()
    for title, rows in SHEETS.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.remove(book["Sheet"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def coordinator(app: Flask) -> User:
    app.config["WTF_CSRF_ENABLED"] = True
    return make.user(Role.COORDINATOR)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def create_client_and_study(page: Page) -> None:
    page.goto("/")
    follow(page, "New client")
    page.get_by_label("Name of the client").fill("Banca Uno")
    press(page, "Create the client")
    page.get_by_label("Name of the study").fill("In branch")
    page.get_by_label("Staff notice", exact=True).fill("Visits may happen.")
    page.get_by_label("Staff were told on").fill("2026-01-10")
    press(page, "Create the study")


def import_stores_and_checklist(page: Page, folder: Path) -> None:
    (folder / "stores.csv").write_text(STORES)
    (folder / "bank.xlsx").write_bytes(workbook())
    follow(page, "Import stores")
    page.get_by_label("File").set_input_files(folder / "stores.csv")
    press(page, "Import")
    expect(page.get_by_text("Imported 3 stores: 3 new")).to_be_visible()
    follow(page, "In branch")
    follow(page, "Import a checklist")
    page.get_by_label("File").set_input_files(folder / "bank.xlsx")
    press(page, "Import and publish")
    expect(page.get_by_text("Published as version 1.")).to_be_visible()
    follow(page, "In branch")


def add_fieldworker(page: Page) -> None:
    follow(page, "Add people")
    follow(page, "Add a person")
    page.get_by_label("E-mail").fill("elena@example.org")
    page.get_by_label("Name").fill("Elena")
    page.get_by_label("Mystery shopper").check()
    press(page, "Add the person")
    assert "/account/invitation/" in page.get_by_label("One-use link").input_value()


def plan_wave_and_assign(page: Page) -> None:
    follow(page, "Studies")
    follow(page, "In branch")
    follow(page, "New wave")
    page.get_by_label("Name of the wave").fill("Spring")
    page.get_by_label("From", exact=True).fill("2026-03-01")
    page.get_by_label("To", exact=True).fill("2026-03-31")
    press(page, "Create the wave")
    follow(page, "Assign visits")
    page.get_by_label("Elena").check()
    page.get_by_role("group", name="Stores").get_by_role("button", name="all").first.click()
    expect(page.get_by_text("3 visits", exact=True)).to_be_visible()
    press(page, "Assign")


def test_from_no_client_to_assigned_visits(app: Flask, browser: Browser, coordinator: User, tmp_path: Path) -> None:
    with office.opened(app, browser, coordinator) as page:
        create_client_and_study(page)
        import_stores_and_checklist(page, tmp_path)
        add_fieldworker(page)
        plan_wave_and_assign(page)
        expect(page.get_by_text("3 visits assigned.")).to_be_visible()
        expect(page.get_by_role("row", name="Verona VR1 Elena")).to_be_visible()
    db.session.rollback()
    assert len(db.session.scalars(db.select(Assignment)).all()) == 3


def test_everything_is_done_by_keyboard_and_without_scripts(app: Flask, browser: Browser, coordinator: User) -> None:
    wave = make.assignment().wave
    with office.opened(app, browser, coordinator) as page:
        page.route("**/*.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.goto(f"/studio/waves/{wave.id}/assign")
        for label in (page.get_by_label("Shopper"), page.get_by_label("Store S").first):
            label.focus()
            page.keyboard.press("Space")
        page.get_by_label("Not after").focus()
        page.get_by_role("button", name="Assign", exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("skipped")


@pytest.fixture
def waves(coordinator: User) -> list[Wave]:
    """One released and one that runs, with names as long as they may be, and covert work that waits."""
    study = make.study(make.client(LONG), name=LONG)
    released, running = make.wave(study, LONG), make.wave(study)
    store = make.store(study, "X" * 80, name=LONG, city="Y" * 120, region="Z" * 120)
    make.approved(make.assignment(released, at=store))
    releases.release(released)
    make.received(make.assignment(running, at=store))
    covert = {"gold_role": "complete_participant", "disclosure": "covert", "covert_reason": LONG}
    make.assignment(running, at=store, method=Method.PARTICIPANT_OBSERVATION, **covert)
    return [released, running]


def addresses(waves: list[Wave]) -> list[str]:
    study = waves[0].study
    version = make.version(study)
    assignment = db.session.scalars(db.select(Assignment).where(Assignment.disclosure == "covert")).first()
    assert assignment is not None
    own = ("", "/assignments", "/assign", "/visits/import", "/release")
    return [
        "/studio/",
        "/studio/clients/new",
        *(f"/studio/clients/{study.client_id}/{page}" for page in ("studies/new", "people", "people/new")),
        *(f"/studio/studies/{study.id}{page}" for page in ("", "/edit", "/waves/new", "/stores", "/checklists")),
        f"/studio/checklists/{version.id}",
        f"/studio/checklists/{version.id}/notes",
        *(f"/studio/waves/{wave.id}{page}" for wave in waves for page in own),
        f"/studio/assignments/{assignment.id}/withdraw",
    ]


@pytest.mark.parametrize("size", office.SIZES)
def test_nobody_is_kept_out(app: Flask, browser: Browser, coordinator: User, waves: list[Wave], size: str) -> None:
    pages = addresses(waves)
    with office.opened(app, browser, coordinator, size) as page:
        found = {}
        for address in pages:
            page.goto(address)
            found[address] = office.barriers(page)
    assert {address: barriers for address, barriers in found.items() if barriers} == {}


@pytest.mark.parametrize("size", office.SIZES)
def test_nobody_is_kept_out_at_the_door(app: Flask, browser: Browser, coordinator: User, size: str) -> None:
    with office.opened(app, browser, coordinator, size) as page:
        page.context.clear_cookies()
        page.goto("/account/sign-in")
        press(page, "Sign in")
        assert office.barriers(page) == []


def test_wrong_files_are_told_to_everybody(app: Flask, browser: Browser, coordinator: User, tmp_path: Path) -> None:
    study = make.study()
    (tmp_path / "stores.csv").write_text(STORES + "VR1,Again,,\n")
    with office.opened(app, browser, coordinator, "phone") as page:
        page.goto(f"/studio/studies/{study.id}/stores")
        page.get_by_label("File").set_input_files(tmp_path / "stores.csv")
        press(page, "Import")
        expect(page.get_by_text("Row 5, column code")).to_be_visible()
        assert office.barriers(page) == []
