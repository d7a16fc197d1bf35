"""A hostile study on paper: hostile words in every place, far too much of everything, and nothing at all."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from fieldstudy import words
from fieldstudy.core import networks
from fieldstudy.core.answers import Encounter
from fieldstudy.core.checklist import Checklist, ExPro
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.reports import network, pdf, store
from fieldstudy.reports.network import Source
from fieldstudy.reports.store.actions import ActionLine
from tests import hostile
from tests.reports import content, snapshots, waves

A4 = {(595, 842)}
FORM = replace(content.CHECKLIST, sections=(content.SECTIONS[3], content.SECTIONS[8]))
"""Two touchpoints: a question that is told, timers, photos, a critical rule."""
LINE = ActionLine("welcome", "A sign", "welcome_30", ExPro.PEOPLE, "Anna", date(2026, 9, 1))
LINES = (LINE, replace(LINE, question=""), replace(LINE, is_of_last_wave=True))
SECRET = "KEPT-IN-A-FILE"


@dataclass(frozen=True)
class Paper:
    """A report with its template and its photos."""

    report: Any
    template: str
    photos: Mapping[str, bytes] = field(default_factory=dict)

    def html(self) -> str:
        return pdf.html_of(self.report, "en", self.template)

    def reader(self, logo: bytes | None = None) -> PdfReader:
        return PdfReader(BytesIO(pdf.render_template(self.template, self.report, "en", self.photos, "", logo)))


def of_store(snapshot: StoreSnapshot, form: Checklist, text: str = "") -> Paper:
    """With this text in every place for one, if there is a text."""
    lines, reason, photos = LINES, "", snapshots.photo_bytes(snapshot, (8, 6))
    if text:
        snapshot, lines, reason = hostile.said(snapshot, text, hostile.in_words(form)), hostile.said(LINES, text), text
        form = hostile.said(form, text)
    report = store.build(snapshot, form, words.of("en"), 2, photos, lines, reason)
    return Paper(report, pdf.STORE, photos)


def of_network(snapshot: NetworkSnapshot, form: Checklist, text: str = "") -> Paper:
    if text:
        snapshot, form = hostile.said(snapshot, text), hostile.said(form, text)
    return Paper(network.build(snapshot, form, words.of("en"), Source(2, True, text)), network.TEMPLATE)


@cache
def some_store() -> StoreSnapshot:
    return snapshots.store_snapshot(FORM, visits=2, photos=2, stores=2)


@cache
def some_network() -> NetworkSnapshot:
    before, after = {"A": [1, 1], "B": [3, 2]}, {"A": [4, 4], "B": [0, 3], "C": [2]}
    met = [Encounter("door", feeling=1, met_at="10:00")]
    return waves.network(after, before, regions={"A": "Veneto", "B": "Lazio"}, encounters=met)


REPORTS: dict[str, Callable[[str], Paper]] = {
    "store": lambda text: of_store(some_store(), FORM, text),
    "network": lambda text: of_network(some_network(), waves.FORM, text),
}
each_report = pytest.mark.parametrize("of", REPORTS)


# Words in every place


@each_report
@pytest.mark.parametrize("kind", hostile.TEXTS)
def test_no_word_becomes_an_element(of: str, kind: str) -> None:
    text = hostile.text(kind)
    assert hostile.bones(REPORTS[of](text).html()) == hostile.bones(REPORTS[of](hostile.twin(text)).html())


@pytest.mark.parametrize("kind", ["markup", "leftwards"])
@pytest.mark.parametrize("draw", ["store", "network"])
def test_a_report_with_all_its_parts_keeps_words_words(draw: str, kind: str) -> None:
    text, (snapshot, form) = hostile.text(kind), waves.whole(3)
    told, harmless = (
        of_network(snapshot, form, one) if draw == "network" else of_store(snapshots.store_snapshot(), form, one)
        for one in (text, hostile.twin(text))
    )
    assert hostile.bones(told.html()) == hostile.bones(harmless.html())
    assert hostile.astray(told.html()) == []


@each_report
@pytest.mark.parametrize("kind", ["leftwards", "turning"])
def test_what_runs_leftwards_keeps_to_itself(of: str, kind: str) -> None:
    assert hostile.astray(REPORTS[of](hostile.text(kind)).html()) == []


# No request leaves, no file gets in


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with hostile.listening() as address:
        yield address


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("secret") / "secret.svg"
    file.write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><text id="x" y="5">{SECRET}</text></svg>')
    return file.as_uri()


@each_report
def test_no_text_asks_a_server_or_opens_a_file(of: str, url: str, secret: str) -> None:
    reader = REPORTS[of](hostile.text("referring", url, secret)).reader()
    assert hostile.sizes(reader) == A4
    assert (hostile.Asked.paths, hostile.holds(reader, SECRET), dict(reader.attachments)) == ([], False, {})


@each_report
@pytest.mark.parametrize("kind", ["endless", "turning"])
def test_texts_of_any_length_and_direction_are_printed(of: str, kind: str) -> None:
    assert hostile.sizes(REPORTS[of](hostile.text(kind)).reader()) == A4


def test_what_a_pdf_holds_is_found_wherever_it_stands() -> None:
    """Else the tests around this one would find nothing, whatever there was."""
    reader = of_store(some_store(), FORM, SECRET).reader()
    assert hostile.holds(reader, SECRET)


LOGOS = {
    "a picture": '<image href="{at}" width="9" height="9"/>',
    "a picture in the old way": '<image xlink:href="{at}" width="9" height="9"/>',
    "a part of another file": '<use href="{at}#x"/>',
    "a style": "<style>@import url({at}); text {{ font-family: url({at}) }}</style><text>x</text>",
    "a fill": '<rect width="9" height="9" style="fill: url({at}#x)"/>',
}


def logo(body: str, head: str = "") -> bytes:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9"'
    return f"{head}<svg {names}>{body}</svg>".encode()


def is_held(drawn: bytes) -> bool:
    """Does the paper with this logo hold the secret? One that is refused holds nothing."""
    try:
        return hostile.holds(nearly_empty().reader(drawn), SECRET)
    except (pdf.AssetIsForeign, pdf.PictureIsBroken):
        return False


@pytest.mark.parametrize("way", LOGOS)
def test_a_logo_that_refers_to_something_gets_nothing(way: str, url: str, secret: str) -> None:
    """A coordinator's SVG is refused when it is sent; this one was laid among the files by hand."""
    drawn = logo("".join(LOGOS[way].format(at=address) for address in (secret, url)))
    assert (is_held(drawn), hostile.Asked.paths) == (False, [])


def test_a_picture_in_a_logo_stops_the_report(url: str) -> None:
    with pytest.raises(pdf.AssetIsForeign, match="outside itself"):
        nearly_empty().reader(logo(LOGOS["a picture"].format(at=url)))


def test_a_logo_s_own_words_are_found() -> None:
    """Else nothing around this test would say anything: an SVG is drawn."""
    assert is_held(logo(f'<text y="5">{SECRET}</text>'))


@pytest.mark.parametrize("kind", ["SYSTEM", 'PUBLIC "x"'])
def test_an_entity_in_a_logo_is_not_read(kind: str, secret: str) -> None:
    drawn = logo('<text y="5">&told;</text>', f'<!DOCTYPE svg [<!ENTITY told {kind} "{secret}">]>')
    assert not is_held(drawn)


# Nothing, and next to nothing


def nothing_applied(form: Checklist) -> StoreSnapshot:
    found = some_store()
    records = [
        snapshots.scored(form, visit, [replace(answer, value="", is_na=True) for answer in visit.answers])
        for visit in found.visits
    ]
    return snapshots.refigured(found, form, records)


def alone(snapshot: StoreSnapshot, form: Checklist) -> Paper:
    """The network that is this one store."""
    return of_network(networks.gather(form, [snapshot], None, {}), form)


def nearly_empty() -> Paper:
    return of_store(snapshots.refigured(some_store(), FORM, []), FORM)


BARE = snapshots.without_norms(FORM)
SHAPES: dict[str, Callable[[], tuple[StoreSnapshot, Checklist]]] = {
    "without norms": lambda: (some_store(), BARE),
    "nothing applied": lambda: (nothing_applied(FORM), FORM),
    "nothing applied, without norms": lambda: (nothing_applied(BARE), BARE),
    "one visit": lambda: (snapshots.refigured(some_store(), FORM, some_store().visits[:1]), FORM),
    "no visit": lambda: (snapshots.refigured(some_store(), FORM, []), FORM),
    "one store": lambda: (snapshots.store_snapshot(FORM, visits=3, stores=1, has_last=False), FORM),
}
each_shape = pytest.mark.parametrize("shape", SHAPES)


@each_shape
def test_a_network_of_every_shape_is_printed(shape: str) -> None:
    assert hostile.sizes(alone(*SHAPES[shape]()).reader()) == A4


@pytest.mark.parametrize("shape", ["nothing applied, without norms", "one store"])
def test_a_store_of_a_shape_like_that_is_printed_too(shape: str) -> None:
    """The other shapes of a store are printed in test_pdf."""
    assert hostile.sizes(of_store(*SHAPES[shape]()).reader()) == A4


@each_shape
def test_every_shape_takes_hostile_words(shape: str) -> None:
    snapshot, form = SHAPES[shape]()
    html, harmless = (of_store(snapshot, form, text).html() for text in (hostile.MARKUP, hostile.twin(hostile.MARKUP)))
    assert hostile.bones(html) == hostile.bones(harmless)


@pytest.mark.parametrize("shape", ["nothing applied", "no visit"])
@pytest.mark.parametrize("draw", [of_store, alone])
def test_without_points_it_says_that_there_is_no_score(shape: str, draw: Callable[..., Paper]) -> None:
    html = draw(*SHAPES[shape]()).html()
    assert "There is no score yet." in html


# Far too much


@cache
def endless(questions: int) -> tuple[StoreSnapshot, Checklist]:
    """`questions` in touchpoints of four."""
    form = snapshots.many_sections(questions // 4)
    return snapshots.store_snapshot(form, visits=1, photos=0, stores=1, has_last=False), form


def test_five_thousand_questions_of_two_stores_make_a_page() -> None:
    (store, form), place = endless(5000), snapshots.PLACE
    both = [store, replace(store, store=replace(place, code="B"))]
    heat = of_network(networks.gather(form, both, None, {}), form).report.heat
    assert sum(len(table.columns) for table in heat.tables) == 1250


def test_six_hundred_questions_are_printed() -> None:
    assert hostile.sizes(of_store(*endless(600)).reader()) == A4


def test_what_is_too_long_for_paper_says_so_before_it_is_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_CHARACTERS", 1_000)
    with pytest.raises(pdf.ReportIsTooLong, match=r"too long for paper: \d+,\d{3} characters, of at most 1,000\."):
        nearly_empty().reader()
