"""One store's report, on screen and on paper: the same values, its own photos, and nothing about people."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Edition, Store, StoreEdition, Study, User
from fieldstudy.reports import pdf
from fieldstudy.services import fieldnotes, files, photos, releases, visits
from fieldstudy.web import throttles
from tests import factories as make
from tests.papers import do_all_jobs

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")
HALF = {"q-greeted": ["yes"], "q-receipt": ["no"]}


def manager(study: Study, **narrowed: object) -> User:
    return make.user(Role.MANAGER, study.client, **narrowed)


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def test_screen_and_paper_say_the_same(app: Flask, sign_in: SignIn) -> None:
    """Welcome 100 against its norm of 80: the one strength, in the same words on both."""
    wave = make.released(make.study(), "AA")
    client, store = sign_in(manager(wave.study)), make.edition(wave, "AA")
    do_all_jobs(app)
    screen = client.get(f"/manager/stores/{store.id}").text
    paper = text_of(client.get(f"/manager/stores/{store.id}/report.pdf?locale=en").data)
    for sentence in ("Store AA", "One strength", "One visit: a snapshot, not yet a measurement."):
        assert (sentence in screen, sentence in " ".join(paper.split())) == (True, True), sentence


def test_a_report_leads_to_its_questions_and_to_every_other_wave(sign_in: SignIn) -> None:
    """Whoever sees one store only reads the older report and finds the newer one, and both side by side."""
    study = make.study()
    store = make.store(study, "AA")
    for starts_on in (make.TODAY, make.TODAY.replace(month=6)):
        wave = make.wave(study, starts_on=starts_on)
        make.visited(wave, store, HALF)
        releases.release(wave)
    older, newer = db.session.scalars(db.select(StoreEdition).join(Edition).order_by(Edition.released_at))
    client = sign_in(manager(study, store_id=store.id))
    page = client.get(f"/manager/stores/{older.id}").text
    way = f"/manager/waves/{older.edition.wave_id}"
    for address in (
        f"{way}/questions/receipt",
        f"{way}/touchpoints/till",
        f"{way}/compare",
        f"/manager/stores/{newer.id}",
    ):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200


def test_the_pdf_comes_as_a_file_with_a_speaking_name(app: Flask, sign_in: SignIn) -> None:
    study = make.study(make.client("Bottega Lume"))
    wave = make.wave(study, "Rilevazione 2")
    make.visited(wave, make.store(study, "VR1", name="Verona, via Mazzini"))
    releases.release(wave)
    do_all_jobs(app)
    answer = sign_in(manager(study)).get(f"/manager/stores/{make.edition(wave, 'VR1').id}/report.pdf")
    assert answer.mimetype == "application/pdf"
    name = "bottega-lume-verona-via-mazzini-rilevazione-2-1-en.pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_the_pdf_speaks_the_language_that_was_asked_for(app: Flask, sign_in: SignIn) -> None:
    wave = make.released(make.study(), "AA")
    path = f"/manager/stores/{make.edition(wave, 'AA').id}/report.pdf"
    client = sign_in(manager(wave.study))
    do_all_jobs(app)
    papers = [client.get(f"{path}?locale={locale}").data for locale in ("it", "en")]
    languages = [PdfReader(io.BytesIO(paper)).root_object["/Lang"] for paper in papers]
    assert languages == ["it", "en"]


def test_a_machine_without_pango_says_what_is_missing(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_pango(*arguments: object) -> bytes:
        raise pdf.PdfIsUnavailable

    wave = make.released(make.study(), "AA")
    monkeypatch.setattr(pdf, "render", no_pango)
    do_all_jobs(app)
    answer = sign_in(manager(wave.study)).get(f"/manager/stores/{make.edition(wave, 'AA').id}/report.pdf")
    assert (answer.status_code, "libpango" in answer.text) == (503, True)


def with_photo(study: Study, code: str, colour: str) -> tuple[StoreEdition, str]:
    wave = make.wave(study)
    visit = make.visit(make.assignment(wave, at=make.store(study, code)))
    photo = photos.keep(visit, "window", make.picture(colour), None)
    visits.submit(visit, 1, HALF, None, make.NOON)
    visits.approve(visit, None)
    releases.release(wave)
    return make.edition(wave, code), photo.sha256


def test_a_report_shows_its_own_photos_and_no_other(sign_in: SignIn) -> None:
    study = make.study()
    ours, own = with_photo(study, "AA", "teal")
    _, others = with_photo(study, "BB", "orange")
    client = sign_in(manager(study))
    answers = [client.get(f"/manager/stores/{ours.id}/photos/{sha256}").status_code for sha256 in (own, others, "0")]
    assert answers == [200, 404, 404]


def test_a_photo_that_was_purged_leaves_the_report(sign_in: SignIn) -> None:
    ours, own = with_photo(make.study(), "AA", "teal")
    files.path_of(own, photos.SMALL).unlink()
    page = sign_in(make.user(Role.MANAGER, ours.edition.wave.study.client)).get(f"/manager/stores/{ours.id}").text
    assert own not in page


CANARY = "canary"


def story(study: Study) -> None:
    """A released wave whose visits have a past that is nobody's business at the client, and one not yet released."""
    wave, store = make.wave(study), make.store(study, "AA")
    make.store(study, "BB")
    shopper = make.user(Role.SHOPPER, study.client, email=f"{CANARY}.shopper@example.org")
    assignment = make.assignment(wave, shopper, store, briefing=f"{CANARY} briefing")
    assignment.fieldworker.code = f"{CANARY}-code"
    db.session.commit()
    tell(assignment, shopper)
    aside = make.received(make.assignment(wave, at=store), {**HALF, "c-greeted": [f"{CANARY} excluded"]})
    visits.set_aside(aside, State.EXCLUDED, f"{CANARY} set aside", None)
    make.visited(wave, db.session.scalars(db.select(Store).where(Store.code == "BB")).one())
    releases.release(wave)
    make.approved(make.assignment(make.wave(study), at=store), {**HALF, "c-greeted": [f"{CANARY} unreleased"]})


def tell(assignment: Assignment, shopper: User) -> None:
    reviewer = make.user(Role.REVIEWER, email=f"{CANARY}.reviewer@example.org")
    visit = visits.start(assignment, make.new_id(), shopper.id, make.NOON)
    fieldnotes.jot(visit, "welcome", "A jotting that managers read.", make.NOON, shopper.id)
    photos.keep(visit, "window", make.picture(), shopper.id)
    visits.submit(visit, 1, {**HALF, "c-greeted": [f"{CANARY} first version"]}, shopper.id)
    visits.submit(visit, 1, {**HALF, "c-greeted": [f"{CANARY} conflict"]}, shopper.id)
    visits.send_back(visit, {"greeted": f"{CANARY} reason"}, reviewer.id)
    visits.submit(visit, 2, {**HALF, "c-greeted": ["A comment that managers read."]}, shopper.id)
    visits.approve(visit, reviewer.id)


def crawl(client: FlaskClient) -> str:
    """The text of everything that can be reached from the first page by its links, PDFs included."""
    todo, seen, texts = ["/manager/"], set(), []
    while todo:
        address = todo.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code in (200, 302), address
        texts += [str(answer.headers), text_of(answer.data) if answer.mimetype == "application/pdf" else ""]
        if answer.mimetype == "text/html":
            texts.append(answer.text)
            todo += re.findall(r'(?:href|src)="(/manager/[^"#]*)"', answer.text.replace("&amp;", "&"))
    assert len(seen) > 8
    return " ".join(" ".join(texts).split())


def test_nothing_about_people_or_the_inside_reaches_a_manager(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file that there is, which is more than a reader may take in a minute."""
    monkeypatch.setattr(throttles, "spend", lambda *shares: None)
    study, other = make.study(jotting_methods=tuple(Method)), make.study()
    story(study)
    make.visited(wave := make.wave(other), make.store(other), {**HALF, "c-greeted": [f"{CANARY} foreign"]})
    releases.release(wave)
    do_all_jobs(app)
    everything = crawl(sign_in(manager(study)))
    assert "A comment that managers read." in everything
    assert "A jotting that managers read." in everything
    assert CANARY not in everything.lower()
