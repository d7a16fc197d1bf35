"""What holds for every page of the field: accessible, usable with keys alone, light, and true to the server."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from fieldstudy.core import conditions
from fieldstudy.models import Visit
from fieldstudy.services import fieldnotes, photos, visits
from fieldstudy.web.field import assets
from tests import factories as make
from tests.journeys.phones import as_file
from tests.journeys.test_field import choose, current, demo_visit, fill_section, form_of, phone, write
from tests.journeys.test_field_phone import add_photo, kept, photo_of, visit_with, wide_checklist

DATABASES = ("sqlite",)
pytestmark = pytest.mark.browser

LEVELS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
CODE_BYTES = 40 * 1024
BUDGET_BYTES = 60 * 1024
SMALL: Any = {"viewport": {"width": 360, "height": 740}}
DESK: Any = {"viewport": {"width": 1280, "height": 900}, "is_mobile": False, "has_touch": False}
ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "static/js/field").glob("*.js"))


def violations(page: Page) -> list[str]:
    page.wait_for_load_state()
    found = Axe().run(page, options=LEVELS).response["violations"]
    return [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def overflow(page: Page) -> list[str]:
    is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [f"{page.url} scrolls sideways"] if is_wide else []


def form_states(page: Page, visit: Visit) -> Iterator[str]:
    """Empty, filled, the jump list, the check, and with problems."""
    for place in ("s-window", "s-till", "sections", "check"):
        page.goto(f"{form_of(visit)}#{place}")
        yield "empty"
    page.goto(form_of(visit, "welcome"))
    fill_section(page)
    page.locator('#s-welcome .pick:has([name="feeling-welcome"]) >> nth=1').click()
    page.locator("#s-welcome summary").first.click()
    yield "filled"
    write(page, "greeting_seconds", "a lungo")
    page.goto(f"{form_of(visit)}#check")
    page.locator('#check [value="submit"]').click()
    expect(current(page)).to_have_id("errors")
    yield "problems"
    page.locator('#errors a[href="#q-greeting_seconds"]').click()
    yield "a problem beside its question"


def comforts(page: Page, visit: Visit) -> Iterator[str]:
    """What is beside the questions: sections, pocket, sorting, a photo, a closed store."""
    page.goto(form_of(visit) + "#pocket")
    kept(page)
    page.locator("[data-pocket=time]").click()
    page.locator("[data-pocket=note]").click()
    yield "pocket"
    page.locator("#quick").fill("Nessuno alla cassa")
    page.locator("[data-pocket=keep]").click()
    for place in ("sorting", "sections", "closed", "check"):
        page.goto(f"{form_of(visit)}#{place}")
        yield place
    page.goto(form_of(visit, "window"))
    add_photo(page, "window_photo", as_file(photo_of(size=(400, 300))))
    page.locator("#s-window .shot").click()
    yield "a photo"
    page.locator("[data-look=remove]").click()
    yield "a photo that can come back"


def offline_states(page: Page, visit: Visit) -> Iterator[str]:
    """Without a connection, without a store, and sealed."""
    page.goto(form_of(visit, "welcome"))
    kept(page)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    choose(page, "greeted", "no")
    yield "offline"
    page.locator("#alarm").evaluate("node => { node.hidden = false; node.firstChild.textContent = 'x'; }")
    yield "alarm"
    page.goto(form_of(visit) + "#closed")
    page.locator("[value=closed]").click()
    expect(current(page)).to_have_id("sealed")
    yield "queue"
    page.context.set_offline(False)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("states", [comforts, offline_states])
def test_no_state_of_the_phone_breaks_a_rule_of_access(
    app: Flask, browser: Browser, states: Callable[[Page, Visit], Iterator[str]], scheme: str
) -> None:
    visit = demo_visit(app)
    found: list[str] = []
    with phone(
        app, browser, visit, color_scheme=scheme, **{**SMALL, "viewport": {"width": 320, "height": 640}}
    ) as page:
        for state in states(page, visit):
            found += [f"{state}: {one}" for one in violations(page) + overflow(page)]
    assert found == []


def other_pages(page: Page, visit: Visit) -> Iterator[str]:
    for path in (
        "/field/",
        f"/field/assignments/{visit.assignment_id}",
        f"/field/visits/{visit.id}/jottings",
        "/field/visits",
    ):
        page.goto(path)
        yield path


@pytest.mark.parametrize(
    ("screen", "scheme"),
    [(SMALL, "light"), (SMALL, "dark"), (DESK, "light")],
    ids=["360 light", "360 dark", "1280 light"],
)
def test_no_page_of_an_open_visit_breaks_a_rule_of_access(
    app: Flask, browser: Browser, screen: dict[str, Any], scheme: str
) -> None:
    visit = demo_visit(app)
    photos.keep(visit, "window_photo", make.picture(), None)
    fieldnotes.jot(visit, "welcome", "Nessuno alza gli occhi", make.NOON, None)
    found: list[str] = []
    with phone(app, browser, visit, color_scheme=scheme, **screen) as page:
        for _ in chain(other_pages(page, visit), form_states(page, visit)):
            found += violations(page) + overflow(page)
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_a_sent_or_returned_visit_breaks_a_rule_of_access(app: Flask, browser: Browser, scheme: str) -> None:
    visit = make.received()
    with phone(app, browser, visit, color_scheme=scheme, **SMALL) as page:
        page.goto(f"/field/visits/{visit.id}/receipt")
        found = violations(page) + overflow(page)
        visits.send_back(visit, {"greeted": "Who greeted you?", "": "More precise, please"}, None)
        for path in (form_of(visit), form_of(visit) + "#q-greeted", "/field/"):
            page.goto(path)
            found += violations(page) + overflow(page)
    assert found == []


def test_a_visit_is_filled_and_sent_with_keys_alone(app: Flask, browser: Browser) -> None:
    visit = make.visit()
    with phone(app, browser, visit, **DESK) as page:
        page.goto(form_of(visit))
        press_until(page, '[name="q-greeted"]', "Tab")
        page.keyboard.press("Space")
        expect(page.locator('[name="q-greeted"][value="yes"]')).to_be_checked()
        press_until(page, "#s-welcome .bar .main", "Tab")
        page.keyboard.press("Enter")
        expect(current(page)).to_have_id("s-till")
        press_until(page, '#s-till .bar [formaction="#check"]', "Tab")
        page.keyboard.press("Enter")
        press_until(page, '#check [value="submit"]', "Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#evidence")).to_be_focused()
        press_until(page, '#evidence [value="submit_anyway"]', "Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/receipt"))


def press_until(page: Page, selector: str, key: str) -> None:
    for _ in range(40):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} was never reached")


def test_enter_in_a_field_saves_and_sends_nothing(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "till"))
        write(page, "queue_people", "3")
        page.keyboard.press("Enter")
        expect(page.locator("#state")).to_have_class(re.compile("kept"))
        expect(current(page)).to_have_id("s-till")


def test_what_has_the_focus_is_never_under_a_bar(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit, **DESK) as page:
        page.goto(form_of(visit, "welcome"))
        for _ in range(25):
            page.keyboard.press("Tab")
            assert page.evaluate("""() => {
              const seen = document.activeElement.getBoundingClientRect();
              const bar = document.querySelector(".page:target .bar").getBoundingClientRect();
              const isInBar = document.activeElement.closest(".bar, .top") !== null;
              return isInBar || (seen.top >= 0 && seen.top < bar.top);
            }""")


def test_targets_are_large_enough_for_a_thumb(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit, **SMALL) as page:
        page.goto(form_of(visit, "welcome"))
        small = (
            current(page)
            .locator(".pick:visible, summary:visible, button:visible, .bar a:visible")
            .evaluate_all(
                "nodes => nodes.map(n => [n.textContent.trim(), n.getBoundingClientRect()])"
                ".filter(([, box]) => box.height < 48 || box.width < 48).map(([text]) => text)"
            )
        )
        assert small == []


def test_the_page_judges_conditions_as_the_server_does(app: Flask, browser: Browser) -> None:
    table = json.loads((ROOT / "tests/core/conditions.json").read_text())
    vectors = [{**vector, "tree": tree(vector["text"])} for vector in table["understood"]]
    with phone(app, browser, make.visit()) as page:
        page.goto("/field/")
        judged = page.evaluate(
            """async (vectors) => {
              const { holds } = await import("/static/js/field/conditions.js");
              return JSON.parse(vectors).map((v) => holds(v.tree, (name) => v.answers[name] ?? "", v.today, v.dot));
            }""",
            json.dumps(vectors),
        )
    wrong = [vector["text"] for vector, found in zip(vectors, judged, strict=True) if found is not vector["holds"]]
    assert (len(vectors) >= 80, wrong) == (True, [])


def tree(text: str) -> list[object]:
    return conditions.as_data(conditions.parse(text))


def test_the_page_counts_what_is_missing_as_the_server_does(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    for is_scripted in (False, True):
        with phone(app, browser, visit, java_script_enabled=is_scripted) as page:
            page.goto(form_of(visit) + "#sections")
            said = page.locator("#sections [data-missing]").all_inner_texts()
            if not is_scripted:
                of_server = said
    assert said == of_server


def test_a_choice_looks_the_same_whether_it_is_yes_or_no(app: Flask, browser: Browser) -> None:
    visit = demo_visit(app)
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "welcome"))
        choose(page, "greeted", "yes")
        choose(page, "eyes_to_door", "no")
        colours = page.locator("#s-welcome .pick :checked + span").evaluate_all(
            "spans => spans.map((span) => getComputedStyle(span).backgroundColor)"
        )
        assert len(set(colours)) == 1


def test_every_script_still_says_what_it_said(app: Flask, browser: Browser) -> None:
    """It can be read as a program, and differs from what we wrote by notes and spaces alone."""
    served = assets.bundle().files
    page = browser.new_page()
    told = page.evaluate(SAME, [[path.read_text(), served[f"js/field/{path.name}"].decode()] for path in SCRIPTS])
    page.close()
    wrong = [path.name for path, is_same in zip(SCRIPTS, told, strict=True) if not is_same]
    assert (len(told) > 30, wrong) == (True, [])


SAME = """(pairs) => {
  const body = (text) => text.replace(/^import .*$/gm, "").replace(/^export (\\{.*)?/gm, "");
  const bare = (text) => text.replace(/^\\s*(\\/\\/.*|\\/\\*[^]*?\\*\\/\\s*)$/gm, "").replace(/\\s+/g, "");
  return pairs.map(([written, served]) => {
    new (async () => {}).constructor(body(served));
    return bare(written) === bare(served);
  });
}"""


@pytest.mark.parametrize("entry", ["form", "acts", "home", "page"])
def test_the_list_of_modules_is_what_the_browser_fetches(app: Flask, browser: Browser, entry: str) -> None:
    bundle, name = assets.bundle(), f"js/field/{entry}.js"
    with phone(app, browser, make.visit()) as page:
        page.context.clear_cookies()
        page.goto("/account/sign-in")
        fetched = page.evaluate(FETCHED, f"/field/assets/{bundle.build}/{name}")
    assert sorted(fetched) == sorted(bundle.modules(name))


# The footer of a page brings a module of its own, later.
FETCHED = """async (address) => {
  document.querySelector(".foot")?.remove();
  await import(address).catch(() => {});
  const names = performance.getEntriesByType("resource").map(({ name }) => name);
  return names.filter((name) => /assets.*[.]js$/.test(name)).map((name) => name.replace(/.*[/]assets[/]\\w+[/]/, ""));
}"""


BEGINNING = ("js/field/form.js", "js/field/acts.js", "js/field/page.js")


def test_a_form_asks_for_all_its_modules_at_once(app: Flask, browser: Browser) -> None:
    visit = make.visit()
    with phone(app, browser, visit, java_script_enabled=False) as page:
        page.goto(form_of(visit))
        asked = page.locator("link[rel=modulepreload], script[type=module]").evaluate_all(
            "nodes => nodes.map((node) => (node.href ?? node.src).replace(/.*[/]assets[/]\\w+[/]/, ''))"
        )
    assert sorted(asked) == sorted(assets.bundle().modules(*BEGINNING))


def test_a_form_of_forty_questions_is_light(app: Flask, browser: Browser) -> None:
    """Every byte that opening and submitting takes, as it travels."""
    visit = visit_with(app, *wide_checklist(5, 8))
    blank = f"/field/forms/{visit.checklist_version_id}/{visit.method}/it"
    with phone(app, browser, visit, service_workers="block") as page:
        page.goto(form_of(visit))
        kept(page)
        code = page.evaluate(SENT_CODE)
        addresses = ("/field/manifest.webmanifest", blank, form_of(visit))
        manifest, empty, filled = (page.evaluate(SENT, address) for address in addresses)
        rest = manifest + max(empty, filled)
    print(f"JS and CSS {code} bytes, HTML and manifest {rest} bytes")
    assert (code <= CODE_BYTES, code + rest <= BUDGET_BYTES) == (True, True), (code, rest)


SENT_CODE = """performance.getEntriesByType("resource").filter(({ name }) => /\\.(js|css)$/.test(name))
    .reduce((sum, each) => sum + each.encodedBodySize, 0)"""
SENT = """async (address) => {
    await (await fetch(address, { cache: "no-store" })).text();
    return performance.getEntriesByType("resource").findLast(({ name }) => name.endsWith(address)).encodedBodySize;
}"""


LONG_NAME = "Reggio nell'Emilia, Centro commerciale «Le Porte d'Europa», primo piano, accanto alla fontana"


def test_a_long_name_takes_no_more_of_the_screen_than_a_short_one(app: Flask, browser: Browser) -> None:
    """Nor does the header jump when it says that an answer was saved."""
    visit = make.visit()
    with phone(app, browser, visit) as page:
        page.goto(form_of(visit, "welcome"))
        heights = [header_height(page)]
        page.evaluate("name => { document.querySelector('.top h1').textContent = name; }", LONG_NAME)
        heights.append(header_height(page))
        choose(page, "greeted", "yes")
        expect(page.locator("#state")).to_have_class(re.compile("kept"))
        heights.append(header_height(page))
    assert len(set(heights)) == 1, heights


ENDLESS = "Centrocommerciale" * 12


@pytest.mark.parametrize("width", [320, 390])
def test_a_name_without_a_space_breaks_no_page(app: Flask, browser: Browser, width: int) -> None:
    wave = make.wave()
    make.version(wave.study)
    endless = make.store(wave.study, name=ENDLESS)
    sent = make.received(make.assignment(wave, at=endless))
    visit = make.visit(make.assignment(make.wave(wave.study), sent.fieldworker.user, endless, scenario=ENDLESS))
    pages = ["/field/", "/field/visits", "/field/queue", "/field/saved-file", f"/field/visits/{sent.id}/receipt"]
    pages += [f"/field/assignments/{visit.assignment_id}", form_of(visit, "welcome"), form_of(visit) + "#sections"]
    found: list[str] = []
    for is_scripted in (False, True):
        with phone(
            app, browser, visit, viewport={"width": width, "height": 640}, java_script_enabled=is_scripted
        ) as page:
            for path in pages:
                page.goto(path)
                if is_scripted and path in ("/field/", "/field/queue"):
                    page.wait_for_timeout(1_500)
                for summary in page.locator("details.sent > summary").all():
                    summary.click()
                found += overflow(page) + page.evaluate(OUTSIDE)
    assert found == []


OUTSIDE = """[...document.querySelectorAll(".card")].filter((card) => card.scrollWidth > card.clientWidth + 1)
    .map((card) => `${location.pathname}: ${card.textContent.trim().slice(0, 40)} leaves its card`)"""


def header_height(page: Page) -> int:
    return int(page.locator(".top").evaluate("element => element.offsetHeight"))


def test_the_first_page_of_all_is_light(app: Flask, browser: Browser) -> None:
    """What a new shopper waits for on a slow line, as it travels: no script, no typeface."""
    with phone(app, browser, make.visit()) as page:
        page.context.clear_cookies()
        page.goto("/account/sign-in")
        expect(page.get_by_role("button", name="Entra")).to_be_visible()
        names, sent = page.evaluate(SENT_PAGE)
    heavy = [name for name in names if name.endswith((".js", ".otf", ".woff2"))]
    assert (heavy, sent <= ENTRANCE_BYTES) == ([], True), sent


ENTRANCE_BYTES = 20 * 1024
SENT_PAGE = """() => {
    const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    return [entries.map(({ name }) => name), entries.reduce((sum, each) => sum + each.encodedBodySize, 0)];
}"""
