"""A shopper's visit in a real browser on a phone's screen, in Italian, with and without script."""

import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from fieldstudy.core.checklist import Checklist
from fieldstudy.core.lifecycle import State
from fieldstudy.exchange import xlsform
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Draft, Jotting, Photo, User, Visit
from fieldstudy.services import people, visits
from tests import factories as make
from tests import servers
from tests.journeys.phones import cookies, wait_for_acts
from tests.papers import do_all_jobs

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser

PHONE: Any = {"viewport": {"width": 390, "height": 844}, "locale": "it-IT", "has_touch": True, "is_mobile": True}
EXPECTED = "status of 422|ERR_INTERNET_DISCONNECTED|unknown error occurred when fetching the script"
"""What the browser may say: the answer to a form with problems, and a connection that a test has cut."""
PATIENCE = 30_000
SECTIONS = ("site", "phone", "window", "welcome", "display", "advice", "fitting", "till", "returns", "email")


@lru_cache
def demo_checklist() -> Checklist:
    path = Path("fieldstudy/demo/checklist.xlsx")
    return xlsform.read_checklist(path.name, path.read_bytes()).checklist


def demo_assignment(app: Flask) -> Assignment:
    """Due today, for a shopper who reads Italian."""
    app.config["WTF_CSRF_ENABLED"] = True
    wave = make.wave()
    make.version(wave.study, demo_checklist())
    made = make.assignment(wave, form_id="negozio", scenario="Cerchi un maglione.", briefing="Entra nel pomeriggio.")
    people.set_locale(fieldworker(made), "it")
    return made


def demo_visit(app: Flask) -> Visit:
    return visits.start(demo_assignment(app), make.new_id(), None)


def fieldworker(row: Assignment | Visit) -> User:
    user = row.fieldworker.user
    assert user is not None
    return user


@contextmanager
def phone(app: Flask, browser: Browser, of: Assignment | Visit, **options: Any) -> Iterator[Page]:
    """A page of this fieldworker, signed in; fails if the browser complained about anything, as about the CSP."""
    with servers.serve(app) as address:
        context: BrowserContext = browser.new_context(base_url=address, **{**PHONE, **options})
        context.set_default_timeout(PATIENCE)
        context.add_cookies(cookies(app, fieldworker(of), address))
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        try:
            yield page
        finally:
            context.close()
    assert [text for text in complaints if not re.search(EXPECTED, text)] == []


def form_of(visit: Visit, section: str = "") -> str:
    return f"/field/visits/{visit.id}" + (f"#s-{section}" if section else "")


def current(page: Page) -> Locator:
    """The one section that is shown."""
    shown = page.locator("section.page:visible")
    expect(shown).to_have_count(1)
    return shown


def choose(page: Page, question: str, value: str) -> None:
    page.locator(f'.pick:has([name="q-{question}"][value="{value}"])').click()


def write(page: Page, question: str, text: str) -> None:
    page.locator(f'[name="q-{question}"]').fill(text)


FIRST_OPEN_ANSWERS = """cards => cards.map((card) => {
  const field = card.querySelector(".typed :is(input:not([type=checkbox]), textarea)");
  const choice = card.querySelector("[value=yes]") ? "yes" : "pick";
  return [card.id, field?.type ?? (card.querySelector(".pick") ? choice : "")];
})"""
TYPED = {"date": "2026-03-02", "time": "11:30"}


def fill_section(page: Page) -> None:
    """Answer all that is shown and open: yes where that is a choice, else the first choice, 2 where one types."""
    open_cards = current(page).locator("fieldset.q:visible:not(:has(:checked))")
    for name, kind in open_cards.evaluate_all(FIRST_OPEN_ANSWERS):
        card = page.locator(f"#{name}")
        if kind == "yes":
            card.locator(".pick:has([value=yes])").click()
        elif kind == "pick":
            card.locator(".pick").first.click()
        elif kind:
            card.locator(".typed :is(input:not([type=checkbox]), textarea)").fill(TYPED.get(kind, "2"))
            page.keyboard.press("Tab")


def go_on(page: Page) -> None:
    current(page).locator(".bar .main").click()


def send_without_photos(page: Page) -> None:
    """Asked whether the visit shall go without the photos that are missing, one says yes."""
    page.locator('#check [value="submit"]').click()
    page.locator('#evidence [value="submit_anyway"]').click()


def fill_form(page: Page, is_scripted: bool) -> None:
    for section in SECTIONS:
        expect(current(page)).to_have_id(f"s-{section}")
        fill_section(page)
        if not is_scripted:
            current(page).locator(".saving button").click()
        fill_section(page)
        go_on(page)
    expect(current(page)).to_have_id("check")


@pytest.mark.parametrize("is_scripted", [True, False], ids=["script", "no script"])
def test_a_shopper_fills_a_visit_and_gets_a_receipt(app: Flask, browser: Browser, is_scripted: bool) -> None:
    assignment = demo_assignment(app)
    with phone(app, browser, assignment, java_script_enabled=is_scripted) as page:
        page.goto("/field/")
        page.get_by_role("link", name=assignment.store.name).click()
        expect(page.get_by_text("Cerchi un maglione.")).to_be_visible()
        page.locator(".act button").click()
        fill_form(page, is_scripted)
        send_without_photos(page)
        expect(page).to_have_url(re.compile(r"/receipt"))
    db.session.rollback()
    db.session.expire_all()
    assert [visit.state for visit in db.session.scalars(db.select(Visit))] == [State.RECEIVED]


@pytest.mark.parametrize("is_scripted", [True, False], ids=["script", "no script"])
def test_the_first_section_is_shown_and_no_other(app: Flask, browser: Browser, is_scripted: bool) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit, java_script_enabled=is_scripted) as page:
        page.goto(form_of(visit))
        expect(current(page)).to_have_id("s-site")
        expect(current(page).locator(".bar .main")).to_have_text("Avanti: Telefono")


@pytest.mark.parametrize("is_scripted", [True, False], ids=["script", "no script"])
def test_a_link_of_the_summary_opens_the_section_of_its_question(
    app: Flask, browser: Browser, is_scripted: bool
) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit, java_script_enabled=is_scripted) as page:
        page.goto(form_of(visit) + "#check")
        page.locator('#check [value="submit"]').click()
        expect(current(page)).to_have_id("errors")
        expect(page.locator("#errors")).to_be_focused()
        page.locator('#errors a[href="#q-goodbye"]').click()
        expect(current(page)).to_have_id("s-till")
        expect(page.locator("#q-goodbye")).to_be_in_viewport(ratio=0.9)
        expect(page.locator("#e-goodbye")).to_be_visible()


def test_saving_without_script_comes_back_to_the_same_section(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit, java_script_enabled=False) as page:
        page.goto(form_of(visit, "fitting"))
        choose(page, "fitting_used", "yes")
        expect(page.locator("#q-fitting_light")).to_be_hidden()
        current(page).locator(".saving button").click()
        expect(current(page)).to_have_id("s-fitting")
        expect(page.locator("#q-fitting_light")).to_be_visible()


def test_a_photo_and_a_jotting_without_script(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit, java_script_enabled=False) as page:
        page.goto(form_of(visit, "window"))
        page.locator('[name="p-window_photo"]').set_input_files(picture())
        page.locator("#s-window .jot summary").click()
        page.locator('[name="jotting-window"]').fill("Due manichini a terra")
        page.locator("#s-window .jot button").click()
        expect(current(page).locator(".gallery .waiting")).to_contain_text("In controllo")
        expect(current(page).locator(".jottings li")).to_contain_text("Due manichini a terra")
        do_all_jobs(app)
        current(page).locator(".saving button").click()
        expect(current(page).locator(".gallery img")).to_have_count(1)
    db.session.rollback()
    db.session.expire_all()
    assert (db.session.query(Photo).count(), db.session.query(Jotting).count()) == (1, 1)


def picture() -> Any:
    """As large as a phone's, because a browser treats small requests in another way."""
    stream = io.BytesIO()
    Image.effect_noise((1600, 1200), 80).save(stream, "JPEG")
    return {"name": "image.jpg", "mimeType": "image/jpeg", "buffer": stream.getvalue()}


def test_photos_and_jottings_are_kept_on_the_phone_at_once(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "window"))
        page.locator('[name="p-window_photo"]').set_input_files(picture())
        expect(current(page).locator(".gallery img")).to_have_count(1)
        page.locator("#s-window .jot summary").click()
        page.locator('[name="jotting-window"]').fill("Due manichini a terra")
        page.locator("#s-window .jot button").click()
        expect(page.locator('[name="jotting-window"]')).to_have_value("")
        page.wait_for_timeout(500)
        page.reload()
        expect(current(page).locator(".gallery img")).to_have_count(1)
        expect(current(page).locator(".jottings li")).to_contain_text("Due manichini a terra")


def test_what_is_typed_is_saved_by_itself(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "welcome"))
        choose(page, "greeted", "no")
        expect(page.locator("#state")).to_have_class(re.compile("kept"))
        page.reload()
        expect(page.locator('[name="q-greeted"][value="no"]')).to_be_checked()


def test_what_was_written_without_a_connection_reaches_the_server_later(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "welcome"))
        page.context.set_offline(True)
        choose(page, "greeted", "yes")
        expect(page.locator("#state")).to_have_class(re.compile("kept"))
        page.context.set_offline(False)
        assert eventually(lambda: drafted(visit).get("q-greeted") == ["yes"])


def eventually(is_so: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.1)
    return is_so()


def drafted(visit: Visit) -> dict[str, list[str]]:
    db.session.rollback()
    db.session.expire_all()
    draft = db.session.scalar(db.select(Draft).where(Draft.visit_id == visit.id))
    return draft.raw if draft else {}


def test_questions_follow_the_answers_as_they_are_given(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "fitting"))
        expect(page.locator("#q-fitting_light")).to_be_hidden()
        choose(page, "fitting_used", "yes")
        expect(page.locator("#q-fitting_light")).to_be_visible()
        choose(page, "fitting_used", "no")
        expect(page.locator("#q-fitting_light")).to_be_hidden()


def test_next_leads_past_a_section_of_which_nothing_is_asked(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "till"))
        wait_for_acts(page)
        choose(page, "bought", "no")
        go_on(page)
        expect(current(page)).to_have_id("s-email")


def test_a_calculation_and_a_comma_are_understood_as_on_the_server(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "till"))
        write(page, "queue_people", "4,0")
        page.locator('[name="q-queue_people"]').blur()
        expect(page.locator("#q-second_till")).to_be_visible()


def test_a_second_tap_takes_a_choice_back(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "welcome"))
        wait_for_acts(page)
        choose(page, "greeted", "yes")
        expect(page.locator('[name="q-greeted"][value="yes"]')).to_be_checked()
        choose(page, "greeted", "yes")
        expect(page.locator('[name="q-greeted"][value="yes"]')).not_to_be_checked()


def test_a_timer_takes_two_taps(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "welcome"))
        button = page.locator("#q-greeting_seconds .timer")
        button.click()
        page.wait_for_timeout(1_100)
        button.click()
        expect(page.locator('[name="q-greeting_seconds"]')).to_have_value(re.compile(r"^0:0[1-9]$"))


def test_the_time_of_a_touchpoint_takes_one_tap(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "welcome"))
        current(page).locator("button.now").click()
        expect(page.locator('[name="met_at-welcome"]')).to_have_value(re.compile(r"^\d\d:\d\d$"))


def test_a_returned_visit_is_corrected_and_sent_again(app: Flask, browser: Browser) -> None:
    made = make.received()
    visits.send_back(made, {"greeted": "Who greeted you?"}, None)
    with phone(app, browser, made) as page:
        page.goto(form_of(made))
        expect(current(page)).to_have_id("returned")
        page.get_by_role("link", name=re.compile("Who greeted you")).click()
        choose(page, "greeted", "no")
        page.goto(form_of(made) + "#check")
        send_without_photos(page)
        expect(page).to_have_url(re.compile(r"/receipt"))
    db.session.rollback()
    db.session.refresh(made)
    assert (made.revision, made.state) == (2, State.RECEIVED)
