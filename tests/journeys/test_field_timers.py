"""A running timer is no answer; a measured time is not lost; entry and exit stand in every section."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from fieldstudy.core.checklist import QuestionType
from fieldstudy.core.moments import Stay
from fieldstudy.extensions import db
from fieldstudy.models import Jotting, Submission, Visit
from fieldstudy.services import visits
from tests import factories as make
from tests.journeys.phones import fieldworker, stored
from tests.journeys.test_field import choose, current, demo_visit, form_of, phone
from tests.journeys.test_field_phone import NO_STORE, kept, visit_with
from tests.journeys.test_field_quality import overflow, violations

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser

MOMENTS = json.loads((Path(__file__).parents[1] / "core" / "moments.json").read_text(encoding="utf-8"))


def timed(app: Flask) -> Visit:
    """A till whose wait is measured, and a door before it."""
    door = make.section("door", make.question("greeted"))
    wait = make.question("wait", QuestionType.TIMER)
    return visit_with(app, door, make.section("till", wait, make.question("clean")))


def held(page: Page, visit: Visit) -> dict[str, Any]:
    page.wait_for_timeout(500)
    found: dict[str, Any] = stored(page, fieldworker(visit))[0]
    return found


def timer(page: Page) -> Any:
    return page.locator("#q-wait .timer")


def act(page: Page, words: str) -> None:
    page.locator("#q-wait .timing button", has_text=re.compile(words)).click()


def measure(page: Page, visit: Visit, text: str = "4:30") -> None:
    page.goto(form_of(visit, "till"))
    kept(page)
    page.locator("[name=q-wait]").fill(text)
    page.locator("[name=q-wait]").blur()
    kept(page)
    page.reload()
    kept(page)


def test_what_ticks_is_never_an_answer(app: Flask, browser: Browser) -> None:
    visit = timed(app)
    with phone(app, browser, visit, locale="en-GB") as page:
        page.goto(form_of(visit, "till"))
        kept(page)
        timer(page).click()
        page.wait_for_timeout(1_200)
        choose(page, "clean", "yes")
        found = held(page, visit)
        assert (found["raw"], list(found["timers"])) == ({"q-clean": ["yes"]}, ["q-wait"])
        expect(page.locator("#q-wait .ticking")).to_have_text(re.compile(r"^0:0[1-9]$"))


def test_a_running_timer_is_refused_at_check_and_at_send(app: Flask, browser: Browser) -> None:
    visit = timed(app)
    app.config["WTF_CSRF_ENABLED"] = True
    with phone(app, browser, visit, locale="en-GB") as page:
        page.goto(form_of(visit, "till"))
        kept(page)
        timer(page).click()
        page.goto(f"{form_of(visit)}#check")
        expect(page.locator("#check .blocking")).to_contain_text("still running")
        page.locator('#check [value="submit"]').click()
        expect(page).to_have_url(re.compile("#errors$"))
        expect(page.locator("#errors")).to_contain_text("still running")
        assert db.session.scalars(db.select(Submission)).all() == []
        page.locator("#errors .links a").click()
        timer(page).click()
        page.goto(f"{form_of(visit)}#check")
        page.locator('#check [value="submit"]').click()
        expect(page).to_have_url(re.compile("/receipt"))


def test_every_page_says_that_a_timer_runs(app: Flask, browser: Browser) -> None:
    visit = timed(app)
    with phone(app, browser, visit, locale="en-GB") as page:
        page.goto(form_of(visit, "till"))
        kept(page)
        timer(page).click()
        for place in ("s-door", "s-till", "sections", "check", "pocket"):
            page.goto(f"{form_of(visit)}#{place}")
            expect(page.locator("#running")).to_be_visible()
            expect(page.locator("#running b")).to_have_text(re.compile(r"^\d+:\d\d$"))
        page.goto(f"{form_of(visit)}#sections")
        expect(page.locator('#sections [data-missing="till"]')).to_contain_text("timer is running")
        page.goto(f"{form_of(visit)}#s-door")
        page.locator("#running a").click()
        expect(current(page)).to_have_id("s-till")
        timer(page).click()
        expect(page.locator("#running")).to_be_hidden()


def test_a_timer_is_stopped_on_the_pocket_screen_and_goes_on_again(app: Flask, browser: Browser) -> None:
    visit = timed(app)
    with phone(app, browser, visit, locale="en-GB") as page:
        page.goto(form_of(visit, "till"))
        kept(page)
        timer(page).click()
        since = held(page, visit)["timers"]["q-wait"]
        page.goto(f"{form_of(visit)}#pocket")
        strip = page.locator("#running")
        expect(strip).to_contain_text("Running: wait")
        page.wait_for_timeout(1_100)
        strip.get_by_role("button", name="Stop: wait").click()
        expect(current(page)).to_have_id("pocket")
        expect(strip).to_contain_text(re.compile(r"Stopped: wait *0:0[1-9]"))
        found = held(page, visit)
        assert (found["timers"], found["raw"]["q-wait"]) == ({}, [strip.locator("b").inner_text()])
        assert violations(page) + overflow(page) == []
        strip.get_by_role("button", name="Undo: wait").click()
        found = held(page, visit)
        assert (found["timers"], found["raw"]) == ({"q-wait": since}, {})
        strip.get_by_role("button", name="Stop: wait").click()
        page.locator("#pocket .thumbs a").click()
        expect(strip).to_be_hidden()


def test_start_on_a_measured_time_asks_and_can_be_undone(app: Flask, browser: Browser) -> None:
    visit = timed(app)
    with phone(app, browser, visit, locale="en-GB") as page:
        measure(page, visit)
        timer(page).click()
        expect(page.locator("#q-wait .timing")).to_contain_text("4:30 is measured already")
        act(page, "Leave it")
        expect(page.locator("[name=q-wait]")).to_have_value("4:30")
        timer(page).click()
        act(page, "Measure again")
        page.wait_for_timeout(1_100)
        assert held(page, visit)["raw"]["q-wait"] == ["4:30"]
        act(page, "Go back to 4:30")
        expect(page.locator("[name=q-wait]")).to_have_value("4:30")
        assert held(page, visit)["timers"] == {}
        timer(page).click()
        act(page, "Measure again")
        timer(page).click()
        expect(page.locator("[name=q-wait]")).to_have_value(re.compile(r"^0:0\d$"))
        act(page, "Undo")
        act(page, "Go back to 4:30")
        expect(page.locator("[name=q-wait]")).to_have_value("4:30")


def test_a_stopped_timer_goes_on_from_its_time(app: Flask, browser: Browser) -> None:
    visit = timed(app)
    with phone(app, browser, visit, locale="en-GB") as page:
        measure(page, visit)
        timer(page).click()
        act(page, "Go on from 4:30")
        page.wait_for_timeout(1_100)
        page.reload()
        timer(page).click()
        expect(page.locator("[name=q-wait]")).to_have_value(re.compile(r"^4:3[1-9]$"))


def test_a_measured_time_is_locked_until_somebody_chooses_to_change_it(app: Flask, browser: Browser) -> None:
    visit = timed(app)
    with phone(app, browser, visit, locale="en-GB") as page:
        page.goto(form_of(visit, "till"))
        kept(page)
        timer(page).click()
        timer(page).click()
        field = page.locator("[name=q-wait]")
        expect(field).not_to_be_editable()
        act(page, "Change the time")
        field.fill("2:10")
        field.blur()
        assert held(page, visit)["raw"]["q-wait"] == ["2:10"]


def test_na_takes_a_time_out_and_gives_it_back(app: Flask, browser: Browser) -> None:
    visit = timed(app)
    with phone(app, browser, visit, locale="en-GB") as page:
        measure(page, visit)
        page.locator("#q-wait .na").click()
        assert held(page, visit)["raw"] == {"na-wait": ["1"]}
        expect(page.locator("#q-wait .timing")).to_contain_text("4:30 was removed")
        act(page, "Undo")
        assert held(page, visit)["raw"] == {"q-wait": ["4:30"]}


def test_na_stops_a_running_timer_and_a_start_clears_na(app: Flask, browser: Browser) -> None:
    visit = timed(app)
    with phone(app, browser, visit, locale="en-GB") as page:
        page.goto(form_of(visit, "till"))
        kept(page)
        timer(page).click()
        since = held(page, visit)["timers"]["q-wait"]
        page.locator("#q-wait .na").click()
        found = held(page, visit)
        assert (found["raw"], found["timers"]) == ({"na-wait": ["1"]}, {})
        act(page, "Undo")
        assert held(page, visit)["timers"] == {"q-wait": since}
        page.locator("#q-wait .na").click()
        timer(page).click()
        found = held(page, visit)
        assert (found["raw"], list(found["timers"])) == ({}, ["q-wait"])


def test_entry_and_exit_stand_in_every_section_and_go_along(app: Flask, browser: Browser) -> None:
    visit = timed(app)
    app.config["WTF_CSRF_ENABLED"] = True
    with phone(app, browser, visit, locale="en-GB") as page:
        for section, end in (("door", "entered_at"), ("till", "left_at")):
            page.goto(form_of(visit, section))
            kept(page)
            card = page.locator(f".stay [data-end={end}]")
            card.locator("[data-stay=now]").click()
            expect(card.locator("summary")).to_contain_text(re.compile(r"\d\d:\d\d"))
            assert held(page, visit)[end]
        page.goto(f"{form_of(visit)}#check")
        page.locator('#check [value="submit"]').click()
        expect(page).to_have_url(re.compile("/receipt"))
    db.session.rollback()
    db.session.refresh(visit)
    assert visit.stay.is_known


def test_entry_and_exit_are_corrected_refused_and_taken_back(app: Flask, browser: Browser) -> None:
    visit = timed(app)
    with phone(app, browser, visit, locale="en-GB") as page:
        page.goto(form_of(visit, "till"))
        kept(page)
        entry, exit_ = (page.locator(f".stay [data-end={end}]") for end in ("entered_at", "left_at"))
        entry.locator("[data-stay=now]").click()
        exit_.locator("[data-stay=now]").click()
        before = held(page, visit)
        exit_.locator("summary").click()
        exit_.locator("input").fill("2020-01-01T10:00")
        expect(exit_.locator(".error")).to_contain_text("cannot come before the entry")
        assert held(page, visit)["left_at"] == before["left_at"]
        entry.locator("summary").click()
        entry.locator("input").fill("2020-01-01T09:00")
        expect(entry.locator("summary")).to_have_text("Entry at 09:00")
        exit_.locator("input").fill("2020-01-01T10:00")
        expect(exit_.locator(".error")).to_have_count(0)
        found = held(page, visit)
        times = [datetime.fromisoformat(found[end]) for end in ("entered_at", "left_at")]
        assert (times[1] - times[0]).total_seconds() == 3600
        exit_.locator("[data-stay=back]").click()
        expect(exit_.locator("[data-stay=now]")).to_be_visible()
        assert held(page, visit)["left_at"] is None


def test_a_phone_that_cannot_save_sends_the_right_times_and_all_notes(app: Flask, browser: Browser) -> None:
    """Without a store the form goes the old way, from a phone whose clock is in another zone than the store."""
    app.config["WTF_CSRF_ENABLED"] = True
    visit = make.visit()
    options: dict[str, Any] = {"locale": "en-GB", "timezone_id": "America/New_York", "service_workers": "block"}
    with phone(app, browser, visit, **options) as page:
        page.context.add_init_script(NO_STORE)
        page.goto(form_of(visit, "welcome"))
        expect(page.locator("#alarm")).to_be_visible()
        choose(page, "greeted", "yes")
        for end, text in (("entered_at", "2026-03-02T07:05"), ("left_at", "2026-03-02T07:30")):
            card = page.locator(f".stay [data-end={end}]")
            card.locator("[data-stay=now]").click()
            card.locator("summary").click()
            card.locator("input").fill(text)
            card.locator("input").blur()
        note = page.locator("[name=jotting-welcome]")
        note.evaluate("node => { node.closest('details').open = true }")
        for text in ("Nobody at the door", "Still nobody"):
            note.fill(text)
            page.locator("[data-jot=welcome]").click()
        page.goto(f"{form_of(visit)}#pocket")
        page.locator("[data-pocket=note]").click()
        page.locator("#quick").fill("From the pocket")
        page.locator("[data-pocket=keep]").click()
        page.goto(f"{form_of(visit)}#check")
        page.locator('#check [value="submit"]').click()
        current(page).get_by_role("button", name="Send all the same").click()
        expect(page).to_have_url(re.compile("/receipt"))
    db.session.rollback()
    db.session.refresh(visit)
    assert visit.stay == Stay(*(datetime(2026, 3, 2, 12, minute, tzinfo=UTC) for minute in (5, 30)))
    notes = {note.section: note.text for note in db.session.scalars(db.select(Jotting))}
    assert re.fullmatch(r"\d\d:\d\d Nobody at the door\s+\d\d:\d\d Still nobody", notes["welcome"])
    assert re.fullmatch(r"\d\d:\d\d From the pocket", notes[""])


def test_the_page_refuses_the_same_stays_as_the_server(app: Flask, browser: Browser) -> None:
    visit = timed(app)
    with phone(app, browser, visit, locale="en-GB") as page:
        page.goto(form_of(visit))
        kept(page)
        found = page.evaluate(STAYS, MOMENTS["stays"])
    assert found == [case["key"] for case in MOMENTS["stays"]]


def test_the_page_writes_the_same_times_as_the_server(app: Flask, browser: Browser) -> None:
    visit = timed(app)
    with phone(app, browser, visit, locale="en-GB") as page:
        measure(page, visit, "4")
        expect(page.locator("[name=q-wait]")).to_have_value("0:04")
        assert held(page, visit)["raw"]["q-wait"] == ["0:04"]
        found = page.evaluate(WRITTEN, [case["typed"] for case in MOMENTS["times"]])
    assert found == [case["written"] for case in MOMENTS["times"]]


WRITTEN = """async (texts) => {
  const base = document.querySelector("script[src*='/form.js']").src;
  const { spoken } = await import(new URL("timers.js", base));
  return texts.map(spoken);
}"""
STAYS = """async (cases) => {
  const base = document.querySelector("script[src*='/form.js']").src;
  const { stayProblems } = await import(new URL("stay.js", base));
  const at = (text) => (text ? `2026-03-02T${text}:00Z` : null);
  return cases.map(({ entered, left }) => stayProblems({ entered_at: at(entered), left_at: at(left) })[0]?.key ?? "");
}"""


def test_a_touchpoint_that_does_not_apply_is_none_of_those_that_there_are(app: Flask, browser: Browser) -> None:
    door = make.section("door", make.question("greeted"))
    back = make.section("back", make.question("refund"), relevant="${greeted} = 'no'")
    visit = visit_with(app, door, back, make.section("till", make.question("clean")))
    with phone(app, browser, visit, locale="en-GB") as page:
        page.goto(form_of(visit, "till"))
        kept(page)
        expect(current(page).locator(".sub")).to_contain_text("2 of 2")
        expect(page.locator(".bars li:visible")).to_have_count(2)
        page.goto(form_of(visit, "back"))
        expect(current(page).locator(".sub")).not_to_contain_text(" of ", use_inner_text=True)
        expect(current(page).locator(".nothing")).to_have_text("With the answers so far, nothing is asked here.")
        page.goto(form_of(visit, "door"))
        choose(page, "greeted", "no")
        page.goto(form_of(visit, "till"))
        expect(current(page).locator(".sub")).to_contain_text("3 of 3")


def test_the_demos_timer_says_it_in_its_own_section(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit, locale="en-GB") as page:
        page.goto(form_of(visit, "welcome"))
        kept(page)
        page.locator("#q-greeting_seconds .timer").click()
        expect(current(page).locator(".sub")).to_contain_text("un cronometro è in funzione")


def test_a_draft_with_a_time_beside_na_says_so_when_it_is_opened_and_can_be_resolved(
    app: Flask, browser: Browser
) -> None:
    visit = timed(app)
    both = {"q-greeted": ["yes"], "q-wait": ["4:30"], "na-wait": ["1"], "q-clean": ["yes"]}
    visits.save_draft(visit, both)
    with phone(app, browser, visit, locale="en-GB") as page:
        page.goto(form_of(visit, "till"))
        expect(page.locator("#e-wait")).to_contain_text("N/A and a time exclude each other")
        page.goto(f"{form_of(visit)}#check")
        expect(page.locator("#check .blocking")).to_contain_text("N/A and a time exclude each other")
        page.goto(form_of(visit, "till"))
        page.locator("#q-wait .na").click()
        expect(page.locator("#e-wait")).to_have_count(0)
        assert held(page, visit)["raw"] == {"q-greeted": ["yes"], "q-wait": ["4:30"], "q-clean": ["yes"]}
