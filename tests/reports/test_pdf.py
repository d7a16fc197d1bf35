"""The finished PDF: what it holds, what it refuses, and what never leaves the machine."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from fieldstudy import words
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.colours import ColourIsUnknown
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.reports import anchors, drawing, pdf, store, tokens
from fieldstudy.reports.store.actions import ActionLine
from tests.reports import content, pictures, snapshots

FORM = content.CHECKLIST
SHORT = replace(FORM, sections=FORM.sections[3:6])
"""Three touchpoints, for what does not depend on length."""


def small(**more: Any) -> StoreSnapshot:
    return snapshots.store_snapshot(SHORT, **{"visits": 2, "photos": 1, "stores": 2, **more})


def printed(snapshot: StoreSnapshot, form: Checklist = FORM, language: str = "en") -> bytes:
    photos = snapshots.photo_bytes(snapshot, (160, 120))
    return pdf.render(store.build(snapshot, form, words.of(language), 1, photos), language, photos)


@cache
def rich(language: str) -> PdfReader:
    return PdfReader(BytesIO(printed(snapshots.store_snapshot(), language=language)))


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def structure(reader: PdfReader) -> Iterator[Any]:
    """Every structure element of a tagged PDF, in reading order."""

    def walk(element: Any) -> Iterator[Any]:
        element = element.get_object()
        if not isinstance(element, dict):
            return
        yield element
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            yield from walk(kid)

    yield from walk(reader.trailer["/Root"]["/StructTreeRoot"])


def fonts(reader: PdfReader) -> set[str]:
    found = set()
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            found.add(font.get_object()["/BaseFont"].partition("+")[2])
    return found


@pytest.mark.parametrize("language", ["it", "en"])
def test_a_typical_report_has_four_to_eight_pages(language: str) -> None:
    assert 4 <= len(rich(language).pages) <= 8


@pytest.mark.parametrize("language", ["it", "en"])
def test_it_is_tagged_and_names_its_language_and_title(language: str) -> None:
    root = rich(language).trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert rich(language).metadata.title == "Verona, via Mazzini · Autunno 2026 · Bottega Lume"


@pytest.mark.parametrize("language", ["it", "en"])
def test_only_our_own_fonts_are_needed(language: str) -> None:
    assert fonts(rich(language)) == {
        "Source-Serif-Pro",
        "Source-Serif-Pro-Semi-Bold",
        "Source-Serif-Pro-Italic",
        "Source-Sans-Pro",
        "Source-Sans-Pro-Semi-Bold",
        "Source-Sans-Pro-Italic",
    }


@pytest.mark.parametrize("language", ["it", "en"])
def test_no_glyph_is_missing(language: str) -> None:
    assert "\N{REPLACEMENT CHARACTER}" not in text_of(rich(language))
    for page in rich(language).pages:
        assert "\x00" not in page.extract_text()


def test_every_drawing_and_photo_has_an_alternative_text() -> None:
    figures = [element for element in structure(rich("en")) if element.get("/S") == "/Figure"]
    assert len(figures) == 5 + 6
    assert all(len(figure.get("/Alt", "")) > 10 for figure in figures)


def test_headings_go_down_one_step_at_a_time() -> None:
    levels = [int(e["/S"][2:]) for e in structure(rich("en")) if str(e.get("/S")) in ("/H1", "/H2", "/H3", "/H4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_table_cells_know_their_headings() -> None:
    cells = [element for element in structure(rich("en")) if element.get("/S") == "/TD"]
    assert len(cells) > 300
    assert any(cell["/A"].get("/Headers") for cell in cells)


def test_bookmarks_lead_to_the_parts_and_the_touchpoints() -> None:
    def titles(items: list[Any]) -> Iterator[str]:
        for item in items:
            yield from titles(item) if isinstance(item, list) else [item.title]

    found = list(titles(rich("en").outline))
    assert {"What each visit found", "How this was measured", "Photos"} <= set(found)
    assert any(title.startswith("Welcome") for title in found)


def test_every_page_carries_its_foot() -> None:
    total = len(rich("it").pages)
    for number, page in enumerate(rich("it").pages, start=1):
        assert "Bottega Lume · Verona, via Mazzini · rilevazione 2 di 3" in page.extract_text()
        assert f"{number} / {total}" in page.extract_text()


def test_page_one_stands_alone() -> None:
    assert "Three priorities" in rich("en").pages[0].extract_text()
    assert "Where the experience rises" in rich("en").pages[1].extract_text()


def test_six_photos_of_eighty_kilobytes_stay_under_six_hundred() -> None:
    snapshot = snapshots.store_snapshot(visits=8)
    photos = {sha256: pictures.jpeg_of_bytes(i, 80_000) for i, sha256 in enumerate(snapshots.photo_bytes(snapshot))}
    report = store.build(snapshot, FORM, words.of("it"), 1, photos)
    assert 6 * 78_000 < sum(map(len, photos.values())) <= 6 * 80_000
    assert len(pdf.render(report, "it", photos)) <= 600_000


def test_the_accent_of_a_client_replaces_the_teal_everywhere() -> None:
    snapshot = small(photos=0)
    report = store.build(snapshot, SHORT, words.of("en"), 1, ())
    html = pdf.html_of(report, "en", accent="#5b2a86")
    assert 'fill="#5b2a86"' in html
    assert tokens.COLOURS["teal"] not in html
    assert "--teal:#5b2a86" in tokens.css("#5b2a86")


def test_an_accent_that_is_no_colour_is_refused() -> None:
    with pytest.raises(ColourIsUnknown):
        tokens.css("red;} body { background: url(http://elsewhere)")


def test_a_person_s_text_is_never_repainted() -> None:
    snapshot, form = snapshots.with_texts(small(photos=0), SHORT, 'fill="#0a635e"')
    html = pdf.html_of(store.build(snapshot, form, words.of("en"), 1, ()), "en", accent="#5b2a86")
    assert "fill=&#34;#0a635e&#34;" in html


def test_the_logo_stands_in_the_head_and_is_no_content() -> None:
    report = store.build(small(photos=0), SHORT, words.of("en"), 1, ())
    made = PdfReader(BytesIO(pdf.render(report, "en", {}, logo=pictures.jpeg(1, (120, 40)))))
    assert len(made.pages[0].images) == 1


def test_centred_words_stay_where_they_were() -> None:
    """A text of the drawings ends as far right of its middle as it begins left of it."""
    font = {"400": pdf.font_files()["SourceSansPro-Regular.ttf"][0]}
    drawn = str(drawing.text("50", 100.0, 10.0, 10.0))
    moved = anchors.released(drawn, font)
    assert "text-anchor" not in moved
    assert 'x="95.' in moved or 'x="94.' in moved


def test_words_that_the_font_lacks_keep_their_anchor() -> None:
    font = {"400": pdf.font_files()["SourceSansPro-Regular.ttf"][0]}
    drawn = str(drawing.text("تجربة", 100.0, 10.0))
    assert anchors.released(drawn, font) == drawn


class Canary(BaseHTTPRequestHandler):
    hits: list[str] = []  # noqa: RUF012 the list of one test server

    def do_GET(self) -> None:
        self.hits.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def canary() -> Iterator[str]:
    Canary.hits.clear()
    server = HTTPServer(("127.0.0.1", 0), Canary)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


HOSTILE = (
    '</title></svg><img src="{url}/img"><link rel=stylesheet href="{url}/css"><link rel=attachment href="{file}">'
    "<style>@import url({url}/import); @font-face {{ font-family: x; src: url({url}/font) }}</style>"
    '<svg><image href="{url}/svg"/><use href="{file}#x"/></svg><object data="{file}"></object>'
    '" style="background:url({url}/style)" onload="x" \' {{{{ 7 * 7 }}}} {{% include "{file}" %}} url({url}/u)'
)


def test_hostile_texts_reach_no_server_and_no_file(canary: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("CANARY-IN-A-FILE")
    text = HOSTILE.format(url=canary, file=secret.as_uri())
    reader = PdfReader(BytesIO(printed(*snapshots.with_texts(small(), SHORT, text))))
    assert Canary.hits == []
    assert "CANARY-IN-A-FILE" not in text_of(reader)
    assert "{{ 7 * 7 }}" in text_of(reader)
    assert not reader.attachments


@pytest.mark.parametrize("name", ["{url}/photo.jpg", "{file}", "data:image/png;base64,AA==", "paper.css", "../secret"])
def test_an_address_that_is_not_ours_stops_the_report(name: str, canary: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    address = name.format(url=canary, file=(tmp_path / "secret").as_uri())
    snapshot = small()
    report = store.build(snapshot, SHORT, words.of("en"), 1, snapshots.photo_bytes(snapshot, (8, 6)))
    assert report.pictures is not None
    pictures_with_it = replace(report.pictures, shown=(replace(report.pictures.shown[0], sha256=address),))
    with pytest.raises(pdf.AssetIsForeign):
        pdf.render(replace(report, pictures=pictures_with_it), "en", {})
    assert Canary.hits == []


def not_applicable(snapshot: StoreSnapshot, form: Checklist) -> tuple[StoreSnapshot, Checklist]:
    records = [
        snapshots.scored(form, visit, [replace(answer, value="", is_na=True) for answer in visit.answers])
        for visit in snapshot.visits
    ]
    return snapshots.refigured(snapshot, form, records), form


CASES = {
    "one visit": lambda: (small(visits=1, photos=0, has_last=False), SHORT),
    "no visit": lambda: (snapshots.refigured(small(), SHORT, []), SHORT),
    "no norms": lambda: (small(), snapshots.without_norms(SHORT)),
    "thirty touchpoints": lambda: (
        snapshots.store_snapshot(snapshots.many_sections(30), visits=2, stores=2),
        snapshots.many_sections(30),
    ),
    "thirty visits": lambda: (small(visits=30, photos=30), SHORT),
    "right to left": lambda: snapshots.with_texts(small(), SHORT, "تجربة العميل: هل رحّب بك أحد؟"),
    "names of 300 characters": lambda: snapshots.with_texts(small(), SHORT, "Nome " * 60),
    "all not applicable": lambda: not_applicable(small(), SHORT),
    "one endless word": lambda: snapshots.with_texts(small(), SHORT, "W" * 300),
}


@pytest.mark.parametrize("case", CASES)
def test_an_unusual_store_is_printed_too(case: str) -> None:
    snapshot, form = CASES[case]()
    assert PdfReader(BytesIO(printed(snapshot, form, "it"))).pages


def test_an_action_of_endless_words_is_printed_too() -> None:
    line = ActionLine("welcome", "W" * 300, "welcome_30", None, "<b>" * 100, date(2026, 9, 1))
    report = store.build(small(photos=0), SHORT, words.of("en"), 1, (), (line, replace(line, is_of_last_wave=True)))
    assert "<b><b>" in text_of(PdfReader(BytesIO(pdf.render(report, "en", {}))))


def test_five_thousand_rows_are_all_worded() -> None:
    form = snapshots.many_sections(1250)
    snapshot = snapshots.store_snapshot(form, visits=1, photos=0, stores=1, has_last=False)
    questions = store.build(snapshot, form, words.of("en"), 1, ()).questions
    assert questions is not None
    assert sum(len(group.rows) for group in questions.groups) > 4_800


def test_without_pango_it_says_what_to_install(tmp_path: Path) -> None:
    """A library that is missing shows as OSError when it is imported; this stand-in does just that."""
    (tmp_path / "weasyprint.py").write_text("raise OSError(\"cannot load library 'libpango-1.0-0'\")")
    script = (
        "from fieldstudy import words\n"
        "from fieldstudy.reports import pdf, store\n"
        "from tests.reports import content, snapshots\n"
        "snapshot = snapshots.store_snapshot(visits=1, photos=0, stores=1, has_last=False)\n"
        "report = store.build(snapshot, content.CHECKLIST, words.of('en'), 1, ())\n"
        "try:\n    pdf.render(report, 'en', {})\nexcept pdf.PdfIsUnavailable as missing:\n    print(missing)"
    )
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "libpango" in done.stdout


@pytest.mark.parametrize("filling", range(0, 60, 4))
def test_no_table_leaves_one_row_alone_at_the_foot_of_a_page(filling: int) -> None:
    """Rows that are numbered, after so many lines of text: wherever the page ends, three stay with the head."""
    rows = "".join(f"<tr><td>row {number}.</td></tr>" for number in range(9))
    lines = "<p>text</p>" * filling
    table = f"<h3>Visits</h3><table><thead><tr><th>head</th></tr></thead><tbody>{rows}</tbody></table>"
    press = pdf._press()
    page = press.weasyprint.HTML(string=f'<body class="report">{lines}{table}</body>')
    made = PdfReader(BytesIO(page.write_pdf(stylesheets=press.styles, font_config=press.fonts)))
    counts = [page.extract_text().count("row ") for page in made.pages]
    assert counts[0] not in (1, 2)
    assert 1 not in counts[1:]


@pytest.mark.parametrize("height", range(680, 720, 4))
def test_no_heading_of_facts_stays_alone_at_the_foot_of_a_page(height: int) -> None:
    """With a term beside it, whose fact went overleaf, it was not alone and yet led nowhere."""
    facts = "".join(f"<div><dt>term</dt>\n<dd><p>fact {number}</p></dd></div>" for number in range(9))
    above = f'<div style="height:{height}pt">text</div>'
    part = f'<section class="part">{above}<div class="stated"><h3>Formulas</h3><dl>{facts}</dl></div></section>'
    press = pdf._press()
    page = press.weasyprint.HTML(string=f'<body class="report of-network">{part}</body>')
    made = PdfReader(BytesIO(page.write_pdf(stylesheets=press.styles, font_config=press.fonts)))
    text = next(text for page in made.pages if "Formulas" in (text := page.extract_text()))
    assert "fact 0" in text


@pytest.mark.parametrize("lines", range(0, 56, 8))
def test_a_short_table_of_visits_stays_on_one_page(lines: int) -> None:
    """Wherever it comes to stand, its heading and all of its rows are on one page."""
    snapshot = small(visits=8)
    facts = replace(snapshot.facts, purpose="\n".join(["So it goes on and on. " * 6] * lines))
    reader = PdfReader(BytesIO(printed(replace(snapshot, facts=facts), SHORT)))
    days = [words.of("en").short_moment(visit.started_at) for visit in snapshot.visits]
    page = next(text for page in reader.pages if "stance" in (text := page.extract_text()))
    assert "The visits" in page
    assert [day for day in days if day not in page] == []
