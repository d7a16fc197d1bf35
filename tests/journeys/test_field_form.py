"""Finding one's way in the form: what is kept stays in sight, what blocks stands apart, and a way back is there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from fieldstudy.core.checklist import EvidenceKind, QuestionType
from fieldstudy.extensions import db
from fieldstudy.models import Visit
from fieldstudy.services import visits
from tests import factories as make
from tests.journeys.phones import as_file, fieldworker, photo_of, stored
from tests.journeys.test_field import choose, current, demo_visit, form_of, phone, write
from tests.journeys.test_field_phone import NO_STORE, add_photo, kept, shots, visit_with

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser
PICTURE = as_file(photo_of(size=(400, 300)))


def test_photos_under_a_question_are_in_sight_and_counted_after_a_reload(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "site"))
        kept(page)
        page.locator("#q-hours_match summary", has_text="Foto").click()
        add_photo(page, "hours_match", PICTURE)
        expect(shots(page)).to_have_count(1)
        page.locator("#q-hours_match summary").first.click()
        page.locator('[name="c-hours_match"]').fill("Sulla porta c'è un altro orario")
        page.wait_for_timeout(500)
        page.reload()
        expect(page.locator("#q-hours_match summary", has_text="Foto (1)")).to_be_visible()
        expect(page.locator("#q-hours_match .shot")).to_be_visible()
        expect(page.locator('[name="c-hours_match"]')).to_be_visible()


def test_a_saved_file_holds_the_notes_that_were_typed_and_not_kept(app: Flask, browser: Browser) -> None:
    """From the form of a phone that cannot save, and from a phone that leaves with a draft."""
    visit = demo_visit(app)
    with phone(app, browser, visit, service_workers="block") as page:
        page.goto(form_of(visit, "welcome"))
        kept(page)
        write_note(page, "Nessuno alla porta")
        kept(page)
        page.wait_for_timeout(500)
        draft = page.evaluate(FILE_OF_DRAFTS)
        page.context.add_init_script(NO_STORE)
        page.reload()
        write_note(page, "Ancora nessuno")
        with page.expect_download() as saved:
            page.locator("#alarm button").click()
        alarm = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
    assert (notes_in(draft), notes_in(alarm)[-1]) == (["Nessuno alla porta"], "Ancora nessuno")


def write_note(page: Page, text: str) -> None:
    """Without the button that keeps it."""
    box = page.locator('[name="jotting-welcome"]')
    box.evaluate("node => { node.closest('details').open = true }")
    box.fill(text)


def notes_in(file: Any) -> list[str]:
    [visit] = file["visits"]
    return [note["text"] for note in json.loads(visit["body"])["jottings"]]


FILE_OF_DRAFTS = """async () => {
  const at = (name) => import(`/field/assets/${document.documentElement.dataset.build}/js/field/${name}.js`);
  const [{ open, signed }, { fileOf }] = await Promise.all(["database", "savefile"].map(at));
  const db = open((await signed()).user);
  return JSON.parse(await (await fileOf(db, await db.list("visits"))).text());
}"""


def test_what_is_sorted_from_the_pocket_is_in_sight_and_counted(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit) + "#pocket")
        kept(page)
        page.locator("#pocket input[type=file]").set_input_files(PICTURE)
        expect(page.locator("#pocket .entries img")).to_have_count(1)
        page.locator("[data-pocket=note]").click()
        page.locator("#quick").fill("Nessuno alla cassa")
        page.locator("[data-pocket=keep]").click()
        page.goto(form_of(visit) + "#sorting")
        page.locator(".entries-to-sort select").nth(0).select_option("hours_match")
        page.locator(".entries-to-sort select").nth(1).select_option("site")
        page.goto(form_of(visit, "site"))
        expect(page.locator("#q-hours_match summary", has_text="Foto (1)")).to_be_visible()
        expect(page.locator("#q-hours_match .shot")).to_be_visible()
        expect(page.locator("#s-site .jot summary")).to_have_text("Appunti (1)")


def test_a_note_that_was_kept_stays_in_sight_with_those_before_it(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "display"))
        kept(page)
        card = page.locator("#s-display .jot")
        card.locator("summary").click()
        for count, text in enumerate(("Nessuno guarda", "Ora sì"), 1):
            card.get_by_label("Appunto", exact=True).fill(text)
            card.get_by_role("button", name="Conserva l'appunto").click()
            expect(card.locator("summary")).to_have_text(f"Appunti ({count})")
            expect(card.get_by_role("listitem")).to_have_count(count)
            expect(card.get_by_role("listitem").last).to_contain_text(text)
            expect(card.locator(".hint")).to_contain_text("appunto")


def test_a_note_that_nobody_kept_yet_is_in_sight_after_a_reload(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "display"))
        kept(page)
        page.locator("#s-display .jot summary").click()
        page.locator("#s-display .jot").get_by_label("Appunto", exact=True).fill("A metà")
        kept(page)
        page.wait_for_timeout(500)
        page.reload()
        expect(page.locator("#s-display .jot textarea")).to_have_value("A metà")
        expect(page.locator("#s-display .jot textarea")).to_be_visible()


def test_the_check_lists_what_cannot_be_sent_apart_from_photos(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "till"))
        kept(page)
        write(page, "queue_people", "tante")
        page.locator('[name="q-queue_people"]').blur()
        page.goto(form_of(visit) + "#check")
        expect(page.locator("#check .advisable a")).not_to_have_count(0)
        wrong = page.locator('#check .blocking a[href="#q-queue_people"]')
        expect(wrong).to_contain_text("«tante»")
        expect(page.locator('#check .advisable a[href="#q-queue_people"]')).to_have_count(0)
        wrong.click()
        expect(page.locator("#q-queue_people")).to_be_in_viewport()


def test_what_the_server_found_wrong_is_not_said_of_what_the_phone_holds(app: Flask, browser: Browser) -> None:
    visit = make.visit()
    with phone(app, browser, visit, service_workers="block") as page:
        page.goto(form_of(visit, "till"))
        write(page, "wait", "1:30")
        kept(page)
        page.wait_for_timeout(500)
        visits.save_draft(visit, {"q-wait": ["a while"]})
        with page.expect_response(re.compile("/field/visits/")) as answer:
            page.reload()
        assert "“a while” is not" in answer.value.text()
        expect(page.locator("#q-wait .timing button")).not_to_have_count(0)
        expect(page.locator('[name="q-wait"]')).to_have_value("1:30")
        expect(page.locator("#q-wait")).not_to_have_class(re.compile("wrong"))
        expect(page.locator("#q-wait > .error")).to_have_count(0)


def evidence_visit(app: Flask) -> Visit:
    return visit_with(
        app,
        make.section(
            "welcome",
            make.question("greeted"),
            make.question("sign", evidence=EvidenceKind.PHOTO),
            make.question("paid", evidence=EvidenceKind.RECEIPT),
        ),
    )


@pytest.mark.parametrize("is_online", [True, False], ids=["online", "offline"])
def test_missing_photos_are_asked_about_before_the_visit_is_sealed(
    app: Flask, browser: Browser, is_online: bool
) -> None:
    visit = evidence_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit))
        kept(page)
        choose(page, "greeted", "yes")
        kept(page)
        page.context.set_offline(not is_online)
        page.goto(form_of(visit) + "#check")
        page.locator('#check [value="submit"]').click()
        expect(current(page)).to_have_id("evidence")
        expect(page.locator("#evidence h2")).to_have_text("2 photos are missing")
        expect(page.locator('#evidence a[href="#q-paid"]')).to_contain_text("Till receipt")
        assert stored(page, fieldworker(visit))[0]["state"] == "draft"
        page.locator("#evidence .bar .soft").click()
        expect(current(page)).to_have_id("check")
        page.locator('#check [value="submit"]').click()
        page.locator('#evidence [value="submit_anyway"]').click()
        if not is_online:
            expect(current(page)).to_have_id("sealed")
            page.context.set_offline(False)
        expect(page).to_have_url(re.compile("/receipt"), timeout=20_000)
    db.session.rollback()


def test_a_reload_of_the_question_leads_back_to_the_check(app: Flask, browser: Browser) -> None:
    visit = evidence_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit) + "#check")
        kept(page)
        page.locator('#check [value="submit"]').click()
        expect(current(page)).to_have_id("evidence")
        page.reload()
        expect(current(page)).to_have_id("check")


def test_none_of_these_takes_the_others_back_and_they_take_it_back(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "display"))
        kept(page)
        for value in ("price", "care", "none"):
            choose(page, "tag_info", value)
        assert chosen(page) == ["none"]
        choose(page, "tag_info", "fibre")
        assert chosen(page) == ["fibre"]
        expect(page.locator("#q-tag_info .error")).to_have_count(0)


def test_the_pocket_screen_has_a_heading_of_the_first_level(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit) + "#pocket")
        kept(page)
        found = Axe().run(page, options={"runOnly": ["best-practice"]}).response["violations"]
        expect(page.locator(".bars")).to_be_hidden()
    assert [one["id"] for one in found if "heading" in one["id"]] == []


def chosen(page: Page) -> list[str]:
    values: list[str] = page.locator('[name="q-tag_info"]:checked').evaluate_all("all => all.map((one) => one.value)")
    return values


def test_a_multiple_choice_has_boxes_and_a_single_one_has_none(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "display"))
        boxes = page.locator("#s-display .pick:visible:not(.na)").evaluate_all(
            "all => all.map((one) => [one.querySelector('input').type,"
            " getComputedStyle(one.querySelector('span'), '::before').content !== 'none'])"
        )
        assert {tuple(box) for box in boxes} == {("checkbox", True), ("radio", False)}
        expect(page.locator("#m-tag_info")).to_have_text("puoi scegliere più risposte")


@pytest.mark.parametrize("is_scripted", [True, False], ids=["script", "no script"])
def test_every_section_but_the_first_has_a_way_back(app: Flask, browser: Browser, is_scripted: bool) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit, java_script_enabled=is_scripted) as page:
        page.goto(form_of(visit, "window"))
        page.locator("#s-window [data-step=back]").click()
        expect(current(page)).to_have_id("s-phone")
        page.locator("#s-phone [data-step=back]").click()
        expect(current(page)).to_have_id("s-site")
        expect(page.locator("#s-site [data-step=back]")).to_have_count(0)


def test_back_leads_past_a_section_of_which_nothing_is_asked(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "till"))
        choose(page, "bought", "no")
        page.goto(form_of(visit, "email"))
        kept(page)
        page.locator("#s-email [data-step=back]").click()
        expect(current(page)).to_have_id("s-till")


def test_the_ways_out_are_in_sight_without_scrolling(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit) + "#sections")
        kept(page)
        for way in ('[value="leave"]', 'a[href="#pocket"]', 'a[href="#closed"]'):
            expect(page.locator(f"#sections {way}")).to_be_in_viewport(ratio=1)
        page.locator('#sections [value="leave"]').click()
        expect(page).to_have_url(re.compile("/field/$"))


def test_a_long_text_scrolls_in_its_box_and_na_leaves_it_the_width(app: Flask, browser: Browser) -> None:
    visit = visit_with(app, make.section("door", make.question("words", QuestionType.TEXT)))
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit))
        kept(page)
        write(page, "words", "Una parola dopo l'altra. " * 1000)
        card, box, na = (
            page.locator(f"#q-words{part}").bounding_box() for part in (" .typed", " .typed textarea", " .pick.na")
        )
    assert card is not None
    assert box is not None
    assert na is not None
    assert (box["height"] <= 430, box["width"] / card["width"] > 0.99, na["height"] < 80) == (True, True, True)


def test_without_script_entry_and_exit_are_ordinary_fields(app: Flask, browser: Browser) -> None:
    visit = make.visit()
    with phone(app, browser, visit, java_script_enabled=False) as page:
        page.goto(form_of(visit, "welcome"))
        for words in ("Time you went in", "Time you left the store"):
            expect(page.get_by_label(words).and_(page.locator("input:visible"))).to_have_count(1)
            expect(page.locator(".stay :is(label, summary):visible", has_text=words)).to_have_count(1)
