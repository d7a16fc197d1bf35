"""Photos on the phone: refused files are told once, and faces can be covered before anything is sorted."""

import io
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.phones import as_file, fieldworker, photo_of, stored
from tests.journeys.test_field import current, demo_visit, form_of, phone
from tests.journeys.test_field_phone import BYTES, add_photo, kept, painted, shots

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser
GOOD = as_file(photo_of(size=(400, 300)))


def two_in_the_pocket(page: Page) -> None:
    for colour in ((200, 30, 30), (30, 30, 200)):
        page.locator("#pocket input[type=file]").set_input_files(as_file(photo_of(colour, (800, 600))))
        expect(page.locator("#pocket .entries .waiting")).to_have_count(0)
    expect(page.locator("#pocket .entries img")).to_have_count(2)


def test_a_pocket_photo_is_blurred_before_it_is_sorted_and_stays_there(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    user = fieldworker(visit)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit) + "#pocket")
        kept(page)
        two_in_the_pocket(page)
        page.goto(form_of(visit) + "#sorting")
        page.locator(".entries-to-sort .shot").first.click()
        painted(page)
        page.locator("[data-look=done]").click()
        expect(page.locator("#look")).to_be_hidden()
        expect(page.locator(".entries-to-sort .shot")).to_have_count(2)
        page.wait_for_timeout(500)
        ids = {photo["id"] for photo in stored(page, user, "photos")}
        pocket = stored(page, user)[0]["pocket"]
        page.locator(".entries-to-sort select").first.select_option("window_photo")
        page.locator(".entries-to-sort select").nth(1).select_option("window_photo")
        page.goto(form_of(visit, "window"))
        expect(shots(page)).to_have_count(2)
    assert (len(pocket), set(pocket)) == (2, ids)


def test_photos_chosen_before_the_form_is_whole_are_kept_all(app: Flask, browser: Browser) -> None:
    """A bad line brings late what takes photos: the second choice took the place of the first, which was lost."""
    visit = demo_visit(app)
    late: list[Route] = []
    with phone(app, browser, visit, service_workers="block") as page:
        page.route("**/field/photos.js", lambda route: late.append(route))
        page.goto(form_of(visit) + "#pocket", wait_until="commit")
        expect(page.locator("#visit.scripted")).to_be_attached()
        for colour in ((200, 30, 30), (30, 30, 200)):
            page.locator("#pocket input[type=file]").set_input_files(as_file(photo_of(colour, (800, 600))))
        for route in late:
            route.continue_()
        expect(page.locator("#pocket .entries img")).to_have_count(2)
    assert late


def test_a_refused_photo_is_still_told_after_the_next_tap(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit) + "#pocket")
        kept(page)
        page.locator("#pocket input[type=file]").set_input_files(as_file(b"not a picture", "conto.heic"))
        expect(page.locator("#pocket .error")).to_contain_text("conto.heic")
        page.locator("[data-pocket=time]").click()
        expect(page.locator("#pocket .entries time")).to_have_count(1)
        expect(page.locator("#pocket .error")).to_contain_text("conto.heic")


def test_a_face_can_be_looked_at_closer_and_covered_with_a_smaller_brush(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "window"))
        kept(page)
        add_photo(page, "window_photo", as_file(photo_of(size=(2048, 1536))))
        shots(page).click()
        expect(page.locator("#look canvas")).to_be_visible()
        whole = page.locator("#look canvas").bounding_box()
        large, small = covered(page, "large"), covered(page, "small")
        page.locator("[data-look=closer]").click()
        page.locator("[data-look=closer]").click()
        near = page.locator("#look canvas").bounding_box()
        assert whole is not None
        assert near is not None
        assert (large / small > 3, near["width"] / whole["width"] > 3.5) == (True, True)
        # The brush of one quarter on a photo four times as large: a face is a good deal larger than the fingertip.
        assert small * near["width"] / 2048 < 60
        expect(page.locator("[data-look=move]")).to_be_in_viewport(ratio=1)
        page.locator("[data-look=move]").click()
        box = page.locator("#look .stage").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 100, box["y"] + 100)
        page.mouse.down()
        page.mouse.move(box["x"] + 40, box["y"] + 100)
        page.mouse.up()
        expect(page.locator("[data-look=undo]")).to_be_disabled()


def covered(page: Page, brush: str) -> float:
    """How wide, in pixels of the photo, one tap with this brush is; it is taken back."""
    page.locator(f".brushes label:has([value={brush}])").click()
    before = pixels(page)
    box = page.locator("#look canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    row = [old != new for old, new in zip(before, pixels(page), strict=True)]
    page.locator("[data-look=undo]").click()
    return row[::-1].index(True) and len(row) - row[::-1].index(True) - row.index(True)


def pixels(page: Page) -> list[Any]:
    """The middle row of the canvas, as grey values."""
    found: list[Any] = page.locator("#look canvas").evaluate(
        "node => { const row = node.getContext('2d').getImageData(0, node.height / 2, node.width, 1).data;"
        " return Array.from({ length: node.width }, (_, x) => row[4 * x]); }"
    )
    return found


def test_a_blurred_photo_keeps_what_was_burnt_in_with_a_small_brush(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    user = fieldworker(visit)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "window"))
        kept(page)
        add_photo(page, "window_photo", as_file(photo_of(size=(800, 600))))
        shots(page).click()
        page.locator(".brushes label:has([value=small])").click()
        painted(page)
        page.locator("[data-look=done]").click()
        expect(page.locator("#look")).to_be_hidden()
        [photo] = stored(page, user, "photos")
        blurred = Image.open(io.BytesIO(bytes(page.evaluate(BYTES, [str(user.id), photo["id"]]))))
    middle = blurred.convert("L").crop((434, 302, 442, 310)).getextrema()
    assert middle[1] - middle[0] < 20


def test_a_refused_file_is_told_until_a_good_photo_comes(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "window"))
        kept(page)
        add_photo(page, "window_photo", as_file(b"not a picture", "conto.heic"))
        expect(current(page).locator(".gallery .error")).to_contain_text("conto.heic")
        add_photo(page, "window_photo", GOOD)
        expect(shots(page)).to_have_count(1)
        expect(current(page).locator(".gallery .error")).to_have_count(0)


def test_a_tap_sends_the_message_about_an_empty_file_away(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "window"))
        kept(page)
        add_photo(page, "window_photo", as_file(b"", "vuota.jpg"))
        told = current(page).locator(".gallery .error")
        expect(told).to_contain_text("«vuota.jpg» è vuoto")
        told.get_by_role("button").click()
        expect(told).to_have_count(0)
