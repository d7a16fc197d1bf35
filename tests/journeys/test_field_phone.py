"""The form on a phone: nothing is lost, whatever happens to the page, and little has to be tapped."""

import hashlib
import io
import re
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from fieldstudy.core.checklist import Checklist, EvidenceKind
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Medium, Photo, Submission, Visit
from fieldstudy.services import files, visits
from tests import factories as make
from tests import servers
from tests.core import judging
from tests.journeys import phones
from tests.journeys.phones import as_file, fieldworker, photo_of, stored, wait_for_acts
from tests.journeys.test_field import choose, current, demo_visit, form_of, phone, send_without_photos

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser

KEPT = re.compile("kept")
COUNT_TAPS = """addEventListener("pointerdown", () => {
  sessionStorage.setItem("taps", 1 + Number(sessionStorage.getItem("taps")));
}, true);"""


def visit_with(app: Flask, *sections: Any) -> Visit:
    app.config["WTF_CSRF_ENABLED"] = True
    wave = make.wave()
    make.version(wave.study, Checklist("shop", make.text("Shop"), sections))
    return make.visit(make.assignment(wave))


def wide_checklist(sections: int, questions: int) -> list[Any]:
    """Touchpoints with yes-or-no questions; the first question of each asks for a photo."""
    return [
        make.section(
            f"t{number}",
            make.question(f"q{number}_0", evidence=EvidenceKind.PHOTO, is_required=True),
            *(make.question(f"q{number}_{i}", is_required=True) for i in range(1, questions)),
        )
        for number in range(sections)
    ]


NO_STORE = "IDBFactory.prototype.open = () => { throw new DOMException('Not here', 'SecurityError'); }"
"""A browser that keeps nothing for this site."""


def kept(page: Page) -> None:
    expect(page.locator("#state")).to_have_class(KEPT)
    wait_for_acts(page)


def add_photo(page: Page, question: str, *files: Any) -> None:
    page.locator(f'[name="p-{question}"]').set_input_files(list(files))


def shots(page: Page) -> Any:
    return current(page).locator(".gallery .shot img")


def test_the_page_judges_as_the_server_does(app: Flask, browser: Browser) -> None:
    visit = visit_with(app, *judging.checklist().sections)
    cases = [{**case, "group": group["name"], "own": names(group)} for group, case in judging.cases()]
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit))
        kept(page)
        judged = page.evaluate(JUDGE, [cases, judging.TABLE["today"]])
    asked = [judging.expected(case, group) for group, case in judging.cases()]
    wrong = [
        (case["raw"], {name: found[name] for name in wanted}, wanted)
        for case, found, wanted in zip(cases, judged, asked, strict=True)
        if {name: found[name] for name in wanted} != wanted
    ]
    assert wrong == []


def names(group: dict[str, Any]) -> list[str]:
    return [question["name"] for question in group["questions"]]


JUDGE = """async ([cases, today]) => {
  const base = document.querySelector("script[src*='/form.js']").src;
  const { judge } = await import(new URL("judging.js", base));
  const { definitions } = await import(new URL("relevance.js", base));
  const sections = definitions(document.getElementById("visit"));
  const texts = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  return cases.map(({ raw, photos = {}, running = [], group, own, values = {} }) => {
    const found = judge(sections, raw, today, photos, { today }, running);
    const parts = ["feeling", "arousal", "met_at", "crowding"].map((part) => `${part}-${group}`);
    const fields = [...own.map((name) => `q-${name}`), ...parts];
    const mine = (all) => [...all].filter((name) => own.includes(name)).sort();
    return {
      problems: found.problems.filter((p) => fields.includes(p.field)).map((p) => [p.field, p.key, texts(p.values)]),
      missing: mine(found.missing), relevant: mine(found.relevant), given: mine(found.given),
      values: Object.fromEntries(Object.keys(values).map((name) => [name, found.typed.get(name)])),
    };
  });
}"""


def test_an_answer_is_on_the_phone_with_its_time(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "welcome"))
        kept(page)
        before = time.time()
        choose(page, "greeted", "no")
        page.wait_for_timeout(500)
        record = stored(page, fieldworker(visit))[0]
    assert (record["raw"]["q-greeted"], record["state"]) == (["no"], "draft")
    assert record["saved_at"] / 1000 >= before - 1
    assert list(record["given"]) == ["greeted"]


def test_a_photo_is_small_bare_and_whole_before_it_is_shown(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "window"))
        kept(page)
        add_photo(page, "window_photo", as_file(photo_of(size=(4000, 3000))))
        expect(shots(page)).to_have_count(1)
        photo = stored(page, fieldworker(visit), "photos")[0]
        content = bytes(page.evaluate(BYTES, [str(fieldworker(visit).id), photo["id"]]))
    image = Image.open(io.BytesIO(content))
    assert (image.size, dict(image.getexif()), photo["size"]) == ((2048, 1536), {}, len(content))
    assert photo["sha256"] == hashlib.sha256(content).hexdigest()


BYTES = """([user, id]) => new Promise((resolve) => {
  const opening = indexedDB.open(`fieldstudy-${user}`);
  opening.onsuccess = () => {
    const asking = opening.result.transaction("bytes").objectStore("bytes").get(id);
    asking.onsuccess = () => { opening.result.close(); resolve([...new Uint8Array(asking.result)]); };
  };
})"""


def test_the_same_picture_twice_is_two_photos(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    picture = photo_of(size=(400, 300))
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "window"))
        kept(page)
        add_photo(page, "window_photo", as_file(picture), as_file(picture), as_file(photo_of((9, 9, 200), (400, 300))))
        expect(shots(page)).to_have_count(3)
        found = stored(page, fieldworker(visit), "photos")
    assert (len({one["id"] for one in found}), len({one["sha256"] for one in found})) == (3, 2)


def test_a_file_that_is_no_picture_is_refused_in_words(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "window"))
        kept(page)
        add_photo(page, "window_photo", as_file(b"not a picture", "conto.heic"), as_file(photo_of(size=(400, 300))))
        expect(shots(page)).to_have_count(1)
        expect(current(page).locator(".gallery .error")).to_contain_text("conto.heic")


def test_a_removed_photo_can_be_brought_back(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "window"))
        kept(page)
        add_photo(page, "window_photo", as_file(photo_of(size=(400, 300))))
        shots(page).click()
        page.locator("[data-look=remove]").click()
        expect(shots(page)).to_have_count(0)
        current(page).locator("[data-back]").click()
        expect(shots(page)).to_have_count(1)


def painted(page: Page) -> bytes:
    expect(page.locator("#look canvas")).to_be_visible()
    box = page.locator("#look canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 40, box["y"] + box["height"] / 2)
    page.mouse.up()
    return page.locator("#look canvas").screenshot()


def test_a_blurred_face_is_burnt_in_and_the_first_picture_is_gone(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    user = fieldworker(visit)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "window"))
        kept(page)
        add_photo(page, "window_photo", as_file(photo_of(size=(800, 600))))
        shots(page).click()
        before = stored(page, user, "photos")
        painted(page)
        page.locator("[data-look=done]").click()
        expect(page.locator("#look")).to_be_hidden()
        after = stored(page, user, "photos")
        assert len(stored(page, user, "bytes")) == 1
        blurred = Image.open(io.BytesIO(bytes(page.evaluate(BYTES, [str(user.id), after[0]["id"]]))))
    assert (len(after), after[0]["id"] != before[0]["id"], after[0]["sha256"] != before[0]["sha256"]) == (1, True, True)
    middle = blurred.convert("L").crop((396, 296, 404, 304)).getextrema()
    corner = blurred.convert("L").crop((0, 0, 8, 8)).getextrema()
    assert middle[1] - middle[0] < 20 < corner[1] - corner[0]


def test_blurring_works_with_keys_and_can_be_undone(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "window"))
        kept(page)
        add_photo(page, "window_photo", as_file(photo_of(size=(800, 600))))
        shots(page).click()
        expect(page.locator("#look canvas")).to_be_visible()
        page.locator("#look canvas").focus()
        for key in ("ArrowRight", "ArrowDown", "Space"):
            page.keyboard.press(key)
        expect(page.locator("[data-look=undo]")).to_be_enabled()
        page.locator("[data-look=undo]").click()
        expect(page.locator("[data-look=undo]")).to_be_disabled()


def test_a_second_tab_says_so_and_can_only_read(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "welcome"))
        kept(page)
        other = page.context.new_page()
        other.goto(form_of(visit, "welcome"))
        expect(other.locator("#alarm")).to_be_visible()
        expect(other.locator('[name="q-greeted"][value="yes"]')).to_be_disabled()
        page.close()
        expect(other.locator('[name="q-greeted"][value="yes"]')).to_be_enabled()


def test_without_a_connection_the_visit_is_sealed_and_goes_by_itself(app: Flask, browser: Browser) -> None:
    visit = make.visit()
    app.config["WTF_CSRF_ENABLED"] = True
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit))
        kept(page)
        choose(page, "greeted", "yes")
        kept(page)
        page.context.set_offline(True)
        page.goto(form_of(visit) + "#check")
        send_without_photos(page)
        expect(current(page)).to_have_id("sealed")
        expect(page.locator("#sealed-state")).to_contain_text(re.compile(r"\d\d:\d\d"))
        page.context.set_offline(False)
        expect(page).to_have_url(re.compile("/receipt"), timeout=20_000)


NO_ROOM = """() => {
  IDBDatabase.prototype.transaction = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""


def test_without_a_store_the_answers_stay_and_it_is_said(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "welcome"))
        kept(page)
        page.evaluate(NO_ROOM)
        choose(page, "greeted", "no")
        expect(page.locator("#alarm")).to_be_visible()
        page.reload()
        expect(page.locator('[name="q-greeted"][value="no"]')).to_be_checked()


def test_thirty_questions_take_at_most_forty_five_taps(app: Flask, browser: Browser) -> None:
    """25 choices and 5 feelings at 5 touchpoints, 5 photos, moving about and sending."""
    visit = visit_with(app, *wide_checklist(5, 5))
    picture = as_file(photo_of(size=(800, 600)))
    with phone(app, browser, visit) as page:
        page.add_init_script(COUNT_TAPS)
        page.goto(form_of(visit))
        kept(page)
        for touchpoint in range(5):
            for number in range(5):
                page.locator(f'.pick:has([name="q-q{touchpoint}_{number}"][value="yes"])').tap()
            with page.expect_file_chooser() as chooser:
                current(page).locator(f"#q-q{touchpoint}_0 .add").tap()
            chooser.value.set_files([picture])
            page.locator(f'.pick:has([name="feeling-t{touchpoint}"][value="1"])').tap()
            current(page).locator(".bar .main").tap()
        expect(page.locator("#check .complete")).to_be_visible()
        page.locator('#check [value="submit"]').tap()
        expect(page).to_have_url(re.compile("/receipt"))
        taps = page.evaluate("Number(sessionStorage.getItem('taps'))")
    db.session.rollback()
    db.session.refresh(visit)
    assert (taps <= 45, visit.received_at is not None) == (True, True), taps


def test_a_returned_visit_is_corrected_without_a_connection(app: Flask, browser: Browser) -> None:
    visit = make.received()
    app.config["WTF_CSRF_ENABLED"] = True
    visits.send_back(visit, {"greeted": "Who greeted you?"}, None)
    with phone(app, browser, visit) as page:
        page.goto("/field/")
        expect(page.locator("[data-ready=yes]").first).to_be_visible(timeout=20_000)
        page.context.set_offline(True)
        page.goto(form_of(visit))
        expect(current(page)).to_have_id("returned")
        page.get_by_role("link", name=re.compile("Who greeted you")).click()
        expect(page.locator("#q-greeted .reason")).to_contain_text("Who greeted you?")
        choose(page, "greeted", "no")
        page.goto(form_of(visit) + "#check")
        send_without_photos(page)
        expect(current(page)).to_have_id("sealed")
        page.context.set_offline(False)
        expect(page).to_have_url(re.compile("/receipt"), timeout=20_000)
    db.session.rollback()
    db.session.refresh(visit)
    assert (visit.revision, visit.state) == (2, State.RECEIVED)


def fill_forty(page: Page) -> None:
    """40 answers, 5 photos and a note."""
    for touchpoint in range(5):
        page.goto(f"{page.url.split('#')[0]}#s-t{touchpoint}")
        add_photo(page, f"q{touchpoint}_0", as_file(photo_of(size=(800, 600))))
        expect(shots(page)).to_have_count(1)
        for number in range(8):
            choose(page, f"q{touchpoint}_{number}", "no")
    page.locator('[name="jotting-t4"]').evaluate("node => { node.closest('details').open = true }")
    page.locator('[name="jotting-t4"]').fill("Luci spente")


@pytest.mark.parametrize("is_online", [True, False], ids=["online", "offline"])
def test_a_killed_browser_has_lost_nothing(app: Flask, browser: Browser, tmp_path: Path, is_online: bool) -> None:
    visit = visit_with(app, *wide_checklist(5, 8))
    port = 0
    with servers.serve(app) as address, phones.profile(app, browser, visit, tmp_path, address) as context:
        port = int(address.rpartition(":")[2])
        page = context.pages[0]
        page.goto("/field/")
        if not is_online:
            expect(page.locator(".ready, [data-ready]").first).to_be_visible(timeout=20_000)
        page.goto(form_of(visit))
        wait_for_acts(page)
        fill_forty(page)
        page.wait_for_timeout(500)
        phones.kill(tmp_path)
    reopen(app, browser, visit, tmp_path, port, is_online)


def reopen(app: Flask, browser: Browser, visit: Visit, folder: Path, port: int, is_online: bool) -> None:
    address = f"http://127.0.0.1:{port}"
    with phones.profile(app, browser, visit, folder, address) as context:
        page = context.pages[0]
        if is_online:
            with servers.serve(app, port):
                check_forty(page, visit)
            return
        check_forty(page, visit)
        with servers.serve(app, port):
            page.goto(form_of(visit) + "#check")
            page.locator('#check [value="submit"]').click()
            # The form says it too, and leaves for the receipt in the same moment.
            expect(page).to_have_url(re.compile("/receipt$"), timeout=30_000)
            expect(page.get_by_role("heading", name="Your visit has arrived")).to_be_visible(timeout=30_000)
            (kept_here,) = stored(page, fieldworker(visit))
        check_arrival(app, visit, kept_here["sealed"]["sha256"])


def check_arrival(app: Flask, visit: Visit, sha256: str) -> None:
    """One visit with the hash that was sealed; every photo once, and its clean copy can be opened."""
    while app.extensions["workshop"].work():
        pass
    db.session.rollback()
    db.session.expire_all()
    assert [row.sha256 for row in db.session.scalars(db.select(Submission))] == [sha256]
    photos = db.session.scalars(db.select(Photo).where(Photo.visit_id == visit.id)).all()
    received = {medium.id: medium.sha256 for medium in db.session.scalars(db.select(Medium))}
    assert {photo.medium_id: photo.received_sha256 for photo in photos} == received
    assert [Image.open(files.path_of(photo.sha256)).convert("RGB").size for photo in photos] == [(800, 600)] * 5


def check_forty(page: Page, visit: Visit) -> None:
    page.goto(form_of(visit, "t4"))
    expect(page.locator("#visit.scripted")).to_be_attached()
    expect(page.locator("#visit [value=no]:checked")).to_have_count(40)
    expect(page.locator(".gallery .shot img")).to_have_count(5)
    expect(page.locator('[name="jotting-t4"]')).to_have_value("Luci spente")
