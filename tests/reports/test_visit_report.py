"""The report of one visit: what whoever made it reads, and what only whoever checks it may see."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from fieldstudy import words
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Total
from fieldstudy.models import User, Visit
from fieldstudy.queries import reviews
from fieldstudy.reports import pdf
from fieldstudy.reports import visit as visit_reports
from fieldstudy.reports.visit import VisitReport
from fieldstudy.services import fieldnotes, photos, unit, visits
from tests import factories as make
from tests.papers import fetch

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")
SAID = {
    "q-greeted": ["yes"],
    "c-greeted": ["Sorridevano."],
    "q-receipt": ["no"],
    "q-wait": ["130"],
    "feeling-welcome": ["-1"],
    "met_at-welcome": ["12:05"],
}


def report(visit: Visit, with_points: bool = True, language: str = "en") -> VisitReport:
    review = reviews.take(visit)
    available = {photo.sha256 for question in review.questions for photo in question.photos}
    return visit_reports.build(review, words.of(language), available, with_points=with_points)


def sent(raw: dict[str, list[str]] | None = None) -> Visit:
    return make.received(raw=raw or SAID)


def row(found: VisitReport, label: str) -> visit_reports.Row:
    return next(row for place in found.touchpoints for row in place.rows if row.label == label)


def test_answers_are_said_in_the_words_of_the_form() -> None:
    found = report(sent())
    answers = {row.label: (row.answer, row.is_blank) for place in found.touchpoints for row in place.rows}
    assert answers == {
        "greeted": ("yes", False),
        "words": ("no answer", True),
        "window": ("no answer", True),
        "receipt": ("no", False),
        "wait": ("2\N{NO-BREAK SPACE}min 10\N{NO-BREAK SPACE}s", False),
    }


def test_whoever_checks_sees_the_points() -> None:
    """One of two points: 50 percent."""
    found = report(sent())
    assert (found.score, found.sign, row(found, "receipt").points) == ("50", "%", "0 / 1")
    assert (row(found, "receipt").is_missed, row(found, "greeted").is_missed) == (True, False)


def test_it_says_why_the_points_do_not_divide_to_the_score() -> None:
    wave = make.wave()
    make.version(wave.study, make.small_checklist(total=Total.SECTION_WEIGHTED))
    weighted = make.received(make.assignment(wave), SAID)
    said = "The whole score is the mean of the touchpoints by their weights, not of all points."
    assert (report(weighted).weighting, report(weighted, with_points=False).weighting) == (said, "")
    assert report(sent()).weighting == ""


def test_whoever_went_sees_none() -> None:
    found = report(sent(), with_points=False)
    assert (found.score, found.fired, [place.score for place in found.touchpoints]) == ("", (), ["", ""])
    assert {row.points for place in found.touchpoints for row in place.rows} == {""}
    assert not any(row.is_missed for place in found.touchpoints for row in place.rows)


def test_comments_times_and_feelings_stand_where_they_belong() -> None:
    found = report(sent())
    assert row(found, "greeted").comment == "Sorridevano."
    assert found.touchpoints[0].met == "at 12:05 · feeling −1"


def test_a_visit_without_points_has_no_percent() -> None:
    found = report(sent({"q-greeted": ["yes"], "q-receipt": ["na"]}))
    assert row(found, "receipt").answer == "not applicable"
    assert row(found, "receipt").points == ""


def test_a_visit_lasts_from_entry_to_exit_and_not_from_the_first_to_the_last_tap() -> None:
    """The form is open for an hour, the store was left after 25 minutes."""
    visit = make.visit()
    stay = {"entered_at": ["2026-03-02T13:05"], "left_at": ["2026-03-02T13:30"]}
    visits.submit(visit, 1, SAID | stay, None, make.NOON + timedelta(hours=1))
    facts = {fact.term: fact.text for fact in report(visit).facts}
    assert (facts["Entered the store"][-5:], facts["Left the store"][-5:]) == ("13:05", "13:30")
    assert facts["In the store for"] == "25\xa0min"


def test_how_long_is_not_stated_where_the_entry_is_not_known() -> None:
    visit = make.visit()
    visits.submit(visit, 1, SAID | {"left_at": ["2026-03-02T13:30"]}, None, make.NOON + timedelta(hours=1))
    facts = {fact.term: fact.text for fact in report(visit).facts}
    assert ("Left the store" in facts, "In the store for" in facts, "Lasted" in facts) == (True, False, False)


def test_jottings_stand_with_the_time_of_the_store() -> None:
    """Noon in UTC is one o'clock in Rome in March."""
    visit = make.visit()
    fieldnotes.jot(visit, "welcome", "Nobody looks up.", make.NOON, None)
    fieldnotes.jot(visit, "", "It rains.", make.NOON, None)
    visits.submit(visit, 1, SAID, None, make.NOON)
    found = report(visit)
    assert [(note.at, note.text) for note in found.touchpoints[0].notes] == [("13:00", "Nobody looks up.")]
    assert [(note.at, note.text) for note in found.notes] == [("13:00", "It rains.")]


def test_photos_are_numbered_and_named_at_their_question() -> None:
    visit = make.visit()
    photos.keep(visit, "window", make.picture(), None)
    photos.keep(visit, "window", make.picture("navy"), None)
    visits.submit(visit, 1, SAID, None, make.NOON)
    found = report(visit)
    window = row(found, "window")
    assert (window.answer, window.photos.replace("\N{NO-BREAK SPACE}", " ")) == ("2 photos", "photos 1, 2")
    assert [picture.number for picture in found.pictures] == [1, 2]


def test_reasons_of_a_return_are_told_word_by_word() -> None:
    visit = sent()
    visits.send_back(visit, {"": "One thing is missing.", "wait": "Seconds or minutes?"}, None)
    found = report(visit, with_points=False)
    assert found.reasons == ("Sent back after revision 1: One thing is missing.",)
    assert row(found, "wait").reasons == ("Sent back after revision 1: Seconds or minutes?",)


def test_the_receipt_has_the_whole_hash_of_what_arrived() -> None:
    visit = sent()
    submission = reviews.take(visit).submissions[0]
    receipt = report(visit).receipts[0]
    assert (receipt.revision, receipt.sha256, len(receipt.sha256)) == ("1", submission.sha256, 64)


def text_of(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split())


def test_the_reviewer_s_page_leads_to_the_pdf_with_points(app: Flask, sign_in: SignIn) -> None:
    visit = sent()
    client = sign_in(make.user(Role.REVIEWER, visit.study.client))
    path = f"/desk/visits/{visit.id}/report.pdf"
    assert path in client.get(f"/desk/visits/{visit.id}").text
    answer = fetch(app, client, f"{path}?locale=en")
    assert answer.mimetype == "application/pdf"
    assert "SCORE OF THIS VISIT" in text_of(answer.data)


def test_the_shopper_s_receipt_leads_to_the_pdf_without_points(app: Flask, sign_in: SignIn) -> None:
    wave = make.wave()
    shopper = make.user(Role.SHOPPER, wave.study.client)
    visit = make.received(make.assignment(wave, shopper), SAID)
    client = sign_in(shopper)
    path = f"/field/visits/{visit.id}/report.pdf"
    assert path in client.get(f"/field/visits/{visit.id}/receipt").text
    said = text_of(fetch(app, client, f"{path}?locale=en").data)
    assert ("Sorridevano." in said, "SCORE OF THIS VISIT" in said, "0 / 1" in said) == (True, False, False)


def test_the_shopper_reads_the_same_on_the_phone(sign_in: SignIn) -> None:
    wave = make.wave()
    shopper = make.user(Role.SHOPPER, wave.study.client)
    visit = make.visit(make.assignment(wave, shopper))
    photo = photos.keep(visit, "window", make.picture(), None)
    visits.submit(visit, 1, SAID, None, make.NOON)
    page = sign_in(shopper).get(f"/field/visits/{visit.id}/report").text
    assert ("Sorridevano." in page, f"/field/photos/{photo.id}" in page, "Score of this visit" in page) == (
        True,
        True,
        False,
    )


def test_before_it_is_sent_there_is_nothing_to_print(sign_in: SignIn) -> None:
    wave = make.wave()
    shopper = make.user(Role.SHOPPER, wave.study.client)
    visit = make.visit(make.assignment(wave, shopper))
    answer = sign_in(shopper).get(f"/field/visits/{visit.id}/report.pdf")
    assert (answer.status_code, answer.location) == (302, f"/field/visits/{visit.id}/receipt")


def test_hostile_texts_stay_texts(app: Flask, sign_in: SignIn) -> None:
    evil = '<b>bold</b> <img src="file:///etc/passwd"> שלום ' + "x" * 200
    visit = sent({**SAID, "q-words": [evil], "c-wait": [evil]})
    client = sign_in(make.user(Role.REVIEWER, visit.study.client))
    assert "<b>bold</b>" in text_of(fetch(app, client, f"/desk/visits/{visit.id}/report.pdf").data)


def test_the_client_s_logo_stands_in_the_place_of_its_letter() -> None:
    found = report(sent())
    plain, with_logo = (pdf.html_of(found, "en", visit_reports.TEMPLATE, has_logo=has) for has in (False, True))
    assert ('class="tile"' in plain, 'class="logo"' in plain) == (True, False)
    assert ('class="tile"' in with_logo, 'class="logo"' in with_logo) == (False, True)


def test_a_term_of_two_lines_keeps_what_is_said_beside_its_own_term() -> None:
    visit = sent()
    with unit.work():
        visit.entered_at, visit.left_at = make.NOON, make.NOON + timedelta(minutes=33)
    client = visit.study.client
    paper = pdf.render_template(visit_reports.TEMPLATE, report(visit, language="it"), "it", {}, client.accent, None)
    lines = PdfReader(BytesIO(paper)).pages[0].extract_text(extraction_mode="layout").splitlines()
    beside = {term: line.split()[1:] for line in lines for term in ("Revisione", "Punti") if line.split()[:1] == [term]}
    assert beside == {"Revisione": ["1"], "Punti": ["1", "/", "2"]}
