"""Field comforts: timers, position, the pocket screen, leaving the store, and a store that was closed."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from fieldstudy.core.checklist import QuestionType
from fieldstudy.extensions import db
from tests import factories as make
from tests.journeys.phones import as_file, fieldworker, photo_of, stored
from tests.journeys.test_field import choose, current, demo_visit, form_of, phone, send_without_photos
from tests.journeys.test_field_phone import kept, shots, visit_with

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser


def test_a_timer_runs_on_after_a_reload(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "welcome"))
        kept(page)
        page.locator("#q-greeting_seconds .timer").click()
        page.wait_for_timeout(1_300)
        page.reload()
        button = page.locator("#q-greeting_seconds .timer.running")
        button.click()
        expect(page.locator('[name="q-greeting_seconds"]')).to_have_value(re.compile(r"^0:0[1-9]$"))


def test_a_position_is_an_answer_with_its_accuracy(app: Flask, browser: Browser) -> None:
    visit = visit_with(app, make.section("door", make.question("spot", QuestionType.GEOPOINT)))
    here = {"latitude": 45.438384, "longitude": 10.991622, "accuracy": 17.2}
    with phone(app, browser, visit, geolocation=here, permissions=["geolocation"]) as page:
        page.goto(form_of(visit))
        kept(page)
        page.locator("#q-spot .here").click()
        expect(page.locator('[name="q-spot"]')).to_have_value("45.43838 10.99162 0 18")
        expect(page.locator("#q-spot .accuracy")).to_contain_text("18")


def test_a_refused_position_stops_nobody(app: Flask, browser: Browser) -> None:
    visit = visit_with(app, make.section("door", make.question("spot", QuestionType.GEOPOINT)))
    with phone(app, browser, visit, permissions=[]) as page:
        page.goto(form_of(visit))
        kept(page)
        page.locator("#q-spot .here").click()
        expect(page.locator("#q-spot .accuracy")).not_to_be_empty()
        assert page.evaluate("document.querySelector('#visit').checkValidity()")


def test_the_pocket_screen_keeps_and_the_sorting_page_places(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit) + "#pocket")
        kept(page)
        page.locator("[data-pocket=time]").click()
        page.locator("[data-pocket=note]").click()
        page.locator("#quick").fill("Nessuno alla cassa")
        page.locator("[data-pocket=keep]").click()
        page.locator("#pocket input[type=file]").set_input_files(as_file(photo_of(size=(400, 300))))
        expect(page.locator("#pocket .entries li")).to_have_count(3)
        page.goto(form_of(visit) + "#sorting")
        places = page.locator(".entries-to-sort select")
        places.nth(0).select_option("met_at-till")
        places.nth(1).select_option("till")
        places.nth(2).select_option("window_photo")
        expect(page.locator("#check .loose")).to_be_hidden()
        page.goto(form_of(visit, "till"))
        expect(page.locator('[name="met_at-till"]')).to_have_value(re.compile(r"^\d\d:\d\d$"))
        expect(current(page).locator(".jottings")).to_contain_text("Nessuno alla cassa")
        page.goto(form_of(visit, "window"))
        expect(shots(page)).to_have_count(1)


def test_what_was_not_sorted_is_named_before_sending_and_goes_along(app: Flask, browser: Browser) -> None:
    visit = make.visit()
    app.config["WTF_CSRF_ENABLED"] = True
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit))
        kept(page)
        choose(page, "greeted", "yes")
        page.goto(form_of(visit) + "#pocket")
        page.locator("[data-pocket=time]").click()
        page.goto(form_of(visit) + "#check")
        expect(page.locator("#check .loose")).to_be_visible()
        send_without_photos(page)
        expect(page).to_have_url(re.compile("/receipt"))
        sealed = stored(page, fieldworker(visit))[0]["jottings"]
    assert [jotting["section"] for jotting in sealed] == [""]


def test_a_closed_store_ends_the_visit_without_its_questions(app: Flask, browser: Browser) -> None:
    visit = make.visit()
    app.config["WTF_CSRF_ENABLED"] = True
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit) + "#closed")
        kept(page)
        page.locator("#closed input[type=file]").set_input_files(as_file(photo_of(size=(400, 300))))
        expect(shots(page)).to_have_count(1)
        page.locator('[value="closed"]').click()
        expect(page).to_have_url(re.compile("/receipt"))
    db.session.rollback()
    db.session.refresh(visit)
    assert visit.outcome == "store_closed"


def test_a_closed_store_ends_the_visit_without_script_too(app: Flask, browser: Browser) -> None:
    visit = make.visit()
    app.config["WTF_CSRF_ENABLED"] = True
    with phone(app, browser, visit, java_script_enabled=False) as page:
        page.goto(form_of(visit) + "#closed")
        page.locator('[value="closed"]').click()
        expect(page).to_have_url(re.compile("/receipt"))
    db.session.rollback()
    db.session.refresh(visit)
    assert (visit.outcome, visit.state) == ("store_closed", "received")


def test_continue_opens_where_one_was(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit))
        kept(page)
        page.goto(form_of(visit, "till"))
        for _ in range(200):
            if stored(page, fieldworker(visit))[0].get("place") == "#s-till":
                break
            page.wait_for_timeout(50)
        page.goto("/field/")
        expect(page.locator(".task a.main")).to_have_attribute("href", re.compile("#s-till$"))
        page.locator(".task a.main").click()
        expect(page).to_have_url(re.compile("#s-till$"))
        expect(current(page)).to_have_id("s-till")


def test_all_times_of_the_page_are_those_of_the_phones_clock(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit, timezone_id="America/New_York") as page:
        page.goto(form_of(visit) + "#pocket")
        kept(page)
        page.locator("[data-pocket=time]").click()
        expect(page.locator("#pocket .entries time")).to_have_count(1)
        kept(page)
        hours = {datetime.now(ZoneInfo("America/New_York")).strftime("%H")}
        said = {page.locator("#pocket .entries time").inner_text()[:2]}
        said.add(page.locator("#state").inner_text()[-5:-3])
    assert said == hours


def test_sections_and_check_name_the_same_unsorted_things(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit) + "#pocket")
        kept(page)
        for _ in range(3):
            page.locator("[data-pocket=time]").click()
        for is_again in (False, True):
            said = []
            for place in ("sections", "check"):
                page.goto(f"{form_of(visit)}#{place}")
                if is_again:
                    page.reload()
                expect(current(page).locator("[data-unsorted]")).to_contain_text("3")
                said.append(current(page).locator("[data-unsorted]").inner_text())
            assert said[0] == said[1]
