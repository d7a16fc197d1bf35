"""The phone's queue against the real server: what goes out, what waits, what needs a person."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from fieldstudy.core.access import Role
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Draft, Medium, Quarantined, Submission, User, Visit
from fieldstudy.services import passwords, visits
from tests import factories as make
from tests.factors import protect
from tests.journeys.test_offline import enter, fieldworker, phone, ready_page, tasks

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser

SEAL = """async ([assignment, photos, isSealed]) => {
  const at = (name) => import(`/field/assets/${document.documentElement.dataset.build}/js/field/${name}.js`);
  const [{ open, signed }, { seal }, { uuid7 }, { sha256 }] = await Promise.all(
    ["database", "sealing", "ids", "canonical"].map(at));
  const db = open((await signed()).user);
  const task = await db.get("assignments", assignment);
  const visit = {
    id: uuid7(), assignment, version: task.version, method: task.method, form: task.form, store: task.store,
    timezone: task.timezone, revision: 1, state: "draft", given: {}, removed: [], jottings: [], stamps: [],
    raw: { "q-greeted": ["yes"], "feeling-welcome": ["1"] }, started_at: new Date().toISOString(), left_at: null,
    outcome: "", saved_at: Date.now(), backed_up_at: 0,
  };
  const kept = [];
  for (let number = 0; number < photos; number += 1) {
    const canvas = Object.assign(document.createElement("canvas"), { width: 900, height: 700 });
    const pen = canvas.getContext("2d");
    for (let dot = 0; dot < 5000; dot += 1) {
      pen.fillStyle = `hsl(${Math.random() * 360} 70% 50%)`;
      pen.fillRect(Math.random() * 900, Math.random() * 700, 20, 20);
    }
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.95));
    const bytes = await blob.arrayBuffer();
    const photo = {
      id: uuid7(), visit: visit.id, question: "window", sha256: await sha256(bytes), size: bytes.byteLength,
      type: "image/jpeg", taken_at: new Date().toISOString(), thumb: new ArrayBuffer(8), offset: 0, sent: false,
    };
    await db.put("photos", photo);
    await db.put("bytes", bytes, photo.id);
    kept.push(photo);
  }
  if (isSealed) await seal(db, visit, kept);
  else await db.put("visits", visit);
  return visit.id;
}"""

STORED = """async ([store, key]) => {
  const { open, signed } = await import(`/field/assets/${document.documentElement.dataset.build}/js/field/database.js`);
  const db = open((await signed()).user);
  return key ? db.get(store, key) : db.keysOf(store);
}"""


def fill(page: Page, assignment: Assignment, photos: int = 0, is_sealed: bool = True) -> str:
    visit_id: str = page.evaluate(SEAL, [str(assignment.id), photos, is_sealed])
    return visit_id


def stored(page: Page, store: str, key: str = "") -> Any:
    return page.evaluate(STORED, [store, key])


def send_now(page: Page) -> None:
    page.goto("/field/queue")
    page.get_by_role("button", name="Send now").first.click()


def expect_state(page: Page, visit_id: str, state: str) -> None:
    for _ in range(100):
        if (stored(page, "visits", visit_id) or {}).get("state") == state:
            return
        page.wait_for_timeout(60)
    raise AssertionError(f"never {state}: {stored(page, 'visits', visit_id)}")


def rows(model: Any) -> list[Any]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(db.select(model)))


def test_a_visit_sealed_offline_goes_out_by_itself(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.set_offline(True)
        visit_id = fill(page, assignment, photos=2)
        page.goto(f"/field/visits/{visit_id}/receipt")
        expect(page.get_by_role("heading", name="Your visit is complete")).to_be_visible()
        context.set_offline(False)
        expect(page.get_by_role("heading", name="Your visit has arrived")).to_be_visible()
        sealed = stored(page, "visits", visit_id)["sealed"]["sha256"]
    assert [row.sha256 for row in rows(Submission)] == [sealed]
    assert len(rows(Medium)) == 2


def test_photos_stay_when_the_receipt_names_another_hash(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.route("**/api/v1/visits/*", with_other_hash)
        visit_id = fill(page, assignment, photos=1)
        send_now(page)
        expect(page.get_by_text("The receipt does not agree with what was sent")).to_be_visible()
        assert (stored(page, "visits", visit_id)["state"], len(stored(page, "bytes"))) == ("attention", 1)


def with_other_hash(route: Route) -> None:
    answer = route.fetch()
    receipt = answer.json()["receipt"]
    media = dict.fromkeys(receipt["media"], "0" * 64)
    route.fulfill(response=answer, json={"receipt": {**receipt, "media": media}})


def test_an_answer_that_is_lost_makes_one_visit(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.route("**/api/v1/visits/*", lose_the_first)
        visit_id = fill(page, assignment)
        send_now(page)
        expect_state(page, visit_id, "sent")
    assert (lost, len(rows(Submission))) == ([201], 1)


def test_a_photo_goes_on_where_it_was_cut(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    ranges: list[str] = []

    def cut_the_second(route: Route) -> None:
        ranges.append(route.request.headers["content-range"].split("/")[0])
        route.abort() if len(ranges) == 2 else route.continue_()

    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.route("**/api/v1/media/*", cut_the_second)
        visit_id = fill(page, assignment, photos=1)
        send_now(page)
        expect_state(page, visit_id, "sent")
    assert (ranges[0], ranges[1] == ranges[2]) == ("bytes 0-262143", True)


def test_a_visit_that_cannot_go_holds_up_no_other(app: Flask, browser: Browser) -> None:
    one, other = tasks(2)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(one))
        context.set_offline(True)
        first, second = fill(page, one), fill(page, other)
        context.route(f"**/api/v1/visits/{first}", lambda route: route.fulfill(status=400, json={"error": "not_json"}))
        context.set_offline(False)
        send_now(page)
        expect_state(page, second, "sent")
        card = page.locator(f'[data-visit="{first}"]')
        expect(card).to_have_attribute("data-state", "attention")
        context.unroute(f"**/api/v1/visits/{first}")
        card.get_by_role("button", name="Send now").click()
        expect_state(page, first, "sent")


def test_a_server_that_stumbles_over_one_visit_takes_the_others(app: Flask, browser: Browser) -> None:
    one, other = tasks(2)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(one))
        context.set_offline(True)
        first, second = fill(page, one), fill(page, other)
        context.route(f"**/api/v1/*/{first}", lambda route: route.fulfill(status=500, body="sorry"))
        context.set_offline(False)
        send_now(page)
        expect_state(page, second, "sent")
        assert stored(page, "visits", first)["state"] == "sealed"


def test_the_whole_queue_rests_as_long_as_the_server_asks(app: Flask, browser: Browser) -> None:
    one, other = tasks(2)
    asked: list[str] = []

    def busy(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503, headers={"Retry-After": "600"}, json={"error": "busy"})

    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(one))
        context.route("**/api/v1/visits/*", busy)
        fill(page, one)
        fill(page, other)
        send_now(page)
        expect(page.get_by_text("The server is busy.")).to_be_visible()
        # The page before this one may have asked as well.
        heard = len(asked)
        page.get_by_role("button", name="Send now").first.click()
        page.wait_for_timeout(1_500)
    assert (len(asked), len(set(asked))) == (heard, 1)


def test_a_photo_that_is_too_large_is_made_smaller_once(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    ids: list[str] = []

    def refuse_the_first(route: Route) -> None:
        ids.append(route.request.url.rsplit("/", 1)[1])
        too_large = ids[-1] == ids[0]
        route.fulfill(status=413, json={"error": "too_large"}) if too_large else route.continue_()

    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.route("**/api/v1/media/*", refuse_the_first)
        visit_id = fill(page, assignment, photos=1)
        send_now(page)
        expect_state(page, visit_id, "sent")
    assert [str(medium.id) for medium in rows(Medium)] == [ids[-1]]
    assert ids[-1] != ids[0]


def test_a_photo_that_the_server_lost_is_sent_again(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        visit_id = fill(page, assignment, photos=1)
        page.evaluate(
            """async () => {
              const build = document.documentElement.dataset.build;
              const { open, signed } = await import(`/field/assets/${build}/js/field/database.js`);
              const db = open((await signed()).user);
              const [photo] = await db.list("photos");
              await db.put("photos", { ...photo, sent: true });
            }"""
        )
        send_now(page)
        expect_state(page, visit_id, "sent")
    assert len(rows(Medium)) == 1


def test_a_visit_of_an_assignment_that_was_taken_back_is_kept_for_review(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.set_offline(True)
        visit_id = fill(page, assignment)
        withdraw(assignment)
        context.set_offline(False)
        page.goto(f"/field/visits/{visit_id}/receipt")
        expect(page.get_by_text("Sent, under review")).to_be_visible()
    assert len(rows(Quarantined)) == 1


def withdraw(assignment: Assignment) -> None:
    assignment.state = State.VOID
    db.session.commit()


def test_the_text_of_a_draft_is_backed_up(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        visit_id = fill(page, assignment, is_sealed=False)
        page.reload()
        for _ in range(60):
            if stored(page, "visits", visit_id)["backed_up_at"]:
                break
            page.wait_for_timeout(100)
    [draft] = rows(Draft)
    assert draft.raw["q-greeted"] == ["yes"]


def password(person: User) -> None:
    person.password_hash = passwords.hashed(make.PASSWORD)
    db.session.commit()


def sign_in_here(page: Page, email: str) -> None:
    page.locator("#signed-out button, #other-person button").locator("visible=true").first.click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.locator("#sign-in button[value=enter]").click()


def test_an_expired_session_pauses_the_queue_until_its_author_signs_in(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    author, stranger = fieldworker(assignment), make.user(Role.SHOPPER)
    password(author)
    password(stranger)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, author)
        context.clear_cookies(name="session")
        visit_id = fill(page, assignment)
        send_now(page)
        expect(page.locator("#signed-out")).to_be_visible()
        sign_in_here(page, stranger.email)
        expect(page.get_by_text("That is another person’s account")).to_be_visible()
        assert stored(page, "visits", visit_id)["state"] == "sealed"
        page.locator("#sign-in button[value=close]").click()
        sign_in_here(page, author.email)
        expect_state(page, visit_id, "sent")
        expect(page.locator("#signed-out")).to_be_hidden()


def test_whoever_has_a_second_factor_is_led_to_the_page_that_asks_for_it(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    author = fieldworker(assignment)
    password(author)
    codes = protect(author)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, author)
        context.clear_cookies(name="session")
        visit_id = fill(page, assignment)
        send_now(page)
        expect(page.locator("#signed-out")).to_be_visible()
        sign_in_here(page, author.email)
        expect(page.get_by_text("Your account asks for a second step too")).to_be_visible()
        assert stored(page, "visits", visit_id)["state"] == "sealed"
        page.get_by_role("link", name="To the sign-in page").click()
        page.get_by_label("E-mail").fill(author.email)
        page.get_by_label("Password").fill(make.PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("link", name="Use a recovery code").click()
        page.get_by_label("Recovery code").fill(codes[0])
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect_state(page, visit_id, "sent")


def test_another_person_sees_nothing_and_the_first_ones_queue_waits(app: Flask, browser: Browser) -> None:
    [mine], [theirs] = tasks(1), tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(mine))
        context.set_offline(True)
        visit_id = fill(page, mine)
        # An answer that is still on its way would bring back the cookie of the one who is gone.
        page.goto("about:blank")
        context.set_offline(False)
        context.clear_cookies()
        tell(app, context, address, fieldworker(theirs))
        page.goto("/field/")
        expect(page.get_by_text(theirs.store.name)).to_be_visible()
        expect(page.get_by_text(mine.store.name)).to_have_count(0)
        assert (stored(page, "visits"), rows(Submission)) == ([], [])
        tell(app, context, address, fieldworker(mine))
        page.goto("/field/")
        expect_state(page, visit_id, "sent")


def tell(app: Flask, context: BrowserContext, address: str, user: User) -> None:
    """As signing in does it."""
    enter(app, context, address, user)
    context.add_cookies([{"name": "person", "value": str(user.id), "url": address}])


def test_signing_out_with_nothing_unsent_leaves_nothing(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(re.compile("/account/sign-in"))
        names = page.evaluate("indexedDB.databases().then((all) => all.map(({ name }) => name))")
        assert names == ["fieldstudy"]


def test_signing_out_warns_and_keeps_only_what_was_not_sent(app: Flask, browser: Browser) -> None:
    one, other = tasks(2)
    person = fieldworker(one)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, person)
        context.route("**/api/v1/visits/*", lambda route: route.abort())
        visit_id = fill(page, one, photos=1)
        page.reload()
        page.get_by_role("button", name="Sign out").click()
        expect(page.locator("#leaving [data-unsent]")).to_have_text(one.store.name)
        page.get_by_role("button", name="Sign out all the same").click()
        expect(page).to_have_url(re.compile("/account/sign-in"))
        page.goto("/field/sync")
        context.unroute("**/api/v1/visits/*")
        tell(app, context, address, person)
        page.goto("/field/")
        expect_state(page, visit_id, "sent")
    assert other.store.name


def test_nobody_is_shown_anything_after_signing_out(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(re.compile("/account/sign-in"))
        context.set_offline(True)
        page.goto("/field/")
        expect(page.get_by_text("Nobody is signed in on this phone.")).to_be_visible()
        expect(page.get_by_text(assignment.store.name)).to_have_count(0)


def test_a_saved_file_holds_every_byte(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.set_offline(True)
        visit_id = fill(page, assignment, photos=2)
        page.goto("/field/queue")
        with page.expect_download() as download:
            page.get_by_role("button", name="Save a file").click()
        content = json.loads(download.value.path().read_text())
        name = download.value.suggested_filename
    [visit] = content["visits"]
    hashes = [hashlib.sha256(base64.b64decode(medium["base64"])).hexdigest() for medium in content["media"]]
    assert (name, content["format"]) == (f"{visit_id}.fieldstudy.json", "fieldstudy-saved-1")
    assert hashlib.sha256(visit["body"].encode()).hexdigest() == visit["sha256"]
    assert hashes == [medium["sha256"] for medium in content["media"]]


def test_a_returned_visit_is_corrected_offline_as_revision_2(app: Flask, browser: Browser) -> None:
    made = make.received()
    visits.send_back(made, {"greeted": "Who greeted you?"}, None)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(made))
        context.set_offline(True)
        page.get_by_role("link", name="Correct it").click()
        page.get_by_role("link", name=re.compile("Who greeted you")).click()
        page.locator('#q-greeted .pick:has([value="no"])').click()
        page.goto("/field/")
        page.goto(f"/field/visits/{made.id}#check")
        page.locator('#check [value="submit"]').click()
        page.locator('#evidence [value="submit_anyway"]').click()
        expect_state(page, str(made.id), "sealed")
        context.set_offline(False)
        expect(page).to_have_url(re.compile("/receipt"))
    assert sorted(row.revision for row in rows(Submission)) == [1, 2]
    assert [(visit.revision, str(visit.state)) for visit in rows(Visit)] == [(2, "received")]


def test_a_saved_file_is_taken_in_whole(app: Flask, browser: Browser, tmp_path: Path) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.route("**/api/v1/**", lambda route: route.abort())
        visit_id = fill(page, assignment, photos=1)
        page.goto("/field/queue")
        with page.expect_download() as download:
            page.get_by_role("button", name="Save a file").click()
        download.value.save_as(tmp_path / "saved.json")
        page.get_by_role("link", name="Hand in a saved file").first.click()
        page.locator("main input[type=file]").set_input_files(tmp_path / "saved.json")
        page.locator("main form button").click()
        expect(page.get_by_text("It has arrived.")).to_be_visible()
    assert ([str(row.visit_id) for row in rows(Submission)], len(rows(Medium))) == ([visit_id], 1)
