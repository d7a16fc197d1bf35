"""A hostile study on the screen: hostile words in every place of the manager's pages, far too much, and nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from fieldstudy import words
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist, Critical, CriticalRule, ExPro, QuestionType, Text
from fieldstudy.core.lifecycle import State
from fieldstudy.models import Action, Store, Study, User, Visit, Wave
from fieldstudy.queries import reviews
from fieldstudy.reports import pdf
from fieldstudy.reports import visit as visit_reports
from fieldstudy.reports.visit import VisitReport
from fieldstudy.services import actions, fieldnotes, releases, visits
from fieldstudy.services.actions import Plan
from tests import factories as make
from tests import hostile
from tests.papers import do_all_jobs

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")

NAME_CHARACTERS, PLACE_CHARACTERS = 299, 119
"""What a database that counts them holds, with one sign more to tell two apart."""


@dataclass(frozen=True)
class World:
    """A released wave of a store A and perhaps others, and an action of A."""

    study: Study
    wave: Wave
    action: Action


def form(norm: int | None = 80) -> Checklist:
    """Every kind of answer that a page words in its own way; every question may be not applicable."""
    bound, told, timed = Decimal(norm) if norm else None, QuestionType.TEXT, QuestionType.TIMER
    rule, several = Critical(CriticalRule.FLAG), QuestionType.SELECT_MULTIPLE
    greeted = make.question("greeted", options=make.YES_NO_NA, is_required=True, expro=ExPro.PEOPLE, critical=rule)
    receipt = make.question("receipt", options=make.YES_NO_NA, norm=bound, hint=make.text("hint"))
    seen = make.question("seen", several, options=make.YES_NO_NA)
    welcome = make.section("welcome", greeted, make.question("words", told), norm=bound)
    till = make.section("till", receipt, seen, make.question("wait", timed), is_moment_of_truth=True)
    return Checklist("shop", make.text("Shop"), (welcome, till), version="1")


def study_of(text: str, mark: str = "1") -> tuple[Study, list[Store]]:
    """With this text in every place for one, as far as the place holds it; `mark` keeps two studies apart."""
    name, place = text[:NAME_CHARACTERS], text[:PLACE_CHARACTERS]
    study = make.study(make.client(name + mark), name=name, slug=f"study-{mark}")
    make.version(study, replace(hostile.said(form(), text), title=Text({"it": name, "en": name})))
    return study, [make.store(study, code, name=name, city=place, address=text, region=place + code) for code in "AB"]


def world(text: str, mark: str = "1") -> World:
    """The second of two waves of two stores, in its second edition; an action that is done."""
    study, stores = study_of(text, mark)
    name = text[:NAME_CHARACTERS]
    first, second = make.wave(study, f"{name}1"), make.wave(study, f"{name}2", make.TODAY + timedelta(days=60))
    for wave in (first, second):
        told = [visited(wave, store, text) for store in (*stores, stores[1])]
        releases.release(wave)
        action = actions.add(make.edition(wave, "A"), Plan(text, question="greeted", owner=name), None)
    actions.finish(action, make.TODAY, text, None)
    visits.set_aside(told[-1], State.EXCLUDED, text, None)
    releases.release_again(second, text)
    return World(study, second, action)


def visited(wave: Wave, store: Store, text: str) -> Visit:
    """Sent, sent back, sent again and approved."""
    visit = make.visit(make.assignment(wave, at=store, scenario=text, briefing=text))
    raw = {
        "q-greeted": ["no"],
        "c-greeted": [text],
        "q-words": [text],
        "q-receipt": ["yes"],
        "q-wait": ["130"],
        "feeling-welcome": ["1"],
    }
    for section in ("welcome", ""):
        fieldnotes.jot(visit, section, text, make.NOON, None)
    visits.submit(visit, 1, raw, None, make.NOON)
    visits.send_back(visit, {"": text, "greeted": text}, None)
    visits.submit(visit, 2, raw, None, make.NOON)
    visits.approve(visit, None)
    return visit


def addresses(of: World) -> Iterator[str]:
    """Of every page of a manager."""
    wave, store = f"waves/{of.wave.id}", f"stores/{make.edition(of.wave, 'A').id}"
    yield from ("", wave, f"{wave}?sort=score", f"{wave}/compare", f"{wave}/network", f"{wave}/editions")
    yield from (f"{wave}/touchpoints/{name}" for name in ("welcome", "till"))
    yield from (f"{wave}/questions/{name}" for name in ("greeted", "words", "receipt", "wait"))
    yield from (store, f"{store}/figures", f"{store}/figures/welcome", f"{store}/actions")
    yield from (f"{wave}/actions/new?about=question:greeted", f"actions/{of.action.id}")


def pages(of: World, sign_in: SignIn) -> list[str]:
    client = sign_in(make.user(Role.MANAGER, of.study.client))
    answers = [client.get(f"/manager/{address}", follow_redirects=True) for address in addresses(of)]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.text for answer in answers]


def test_no_word_becomes_an_element_of_a_page(sign_in: SignIn) -> None:
    text = hostile.text("referring")
    told, harmless = (pages(world(one, mark), sign_in) for one, mark in ((text, "1"), (hostile.twin(text), "2")))
    assert [hostile.bones(page) for page in told] == [hostile.bones(page) for page in harmless]


@pytest.mark.parametrize("kind", ["long", "turning"])
def test_names_of_any_length_and_direction_have_their_pages(kind: str, sign_in: SignIn) -> None:
    first = hostile.twin(hostile.text(kind)).strip("x").split()[0]
    assert all(first in page for page in pages(world(hostile.text(kind)), sign_in))


# The report of one visit


def report(text: str, mark: str = "1") -> VisitReport:
    study, stores = study_of(text, mark)
    review = reviews.take(visited(make.wave(study, text[:NAME_CHARACTERS]), stores[0], text))
    return visit_reports.build(review, words.of("en"), (), with_points=True)


def drawn(text: str, mark: str = "1") -> str:
    return pdf.html_of(report(text, mark), "en", visit_reports.TEMPLATE)


def test_no_word_becomes_an_element_of_a_visit_report() -> None:
    text = hostile.text("referring")
    assert hostile.bones(drawn(text)) == hostile.bones(drawn(hostile.twin(text), "2"))


@pytest.mark.parametrize("kind", ["leftwards", "turning"])
def test_what_runs_leftwards_keeps_to_itself_in_a_visit_report(kind: str) -> None:
    assert hostile.astray(drawn(hostile.text(kind))) == []


@pytest.mark.parametrize("kind", ["referring", "endless"])
def test_a_visit_report_asks_no_server_and_opens_no_file(kind: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("KEPT-IN-A-FILE")
    with hostile.listening() as url:
        found = report(hostile.text(kind, url, (tmp_path / "secret").as_uri()))
        reader = PdfReader(BytesIO(pdf.render_template(visit_reports.TEMPLATE, found, "en", {})))
    assert (hostile.sizes(reader), hostile.Asked.paths) == ({(595, 842)}, [])
    assert not hostile.holds(reader, "KEPT-IN-A-FILE")


# Next to nothing, and far too much

NOT_APPLICABLE = {"q-greeted": ["na"], "q-receipt": ["na"], "q-seen": ["na"], "na-words": ["1"], "na-wait": ["1"]}


@pytest.mark.parametrize("stores", ["A", "AB"])
def test_a_wave_to_which_nothing_applied_has_its_pages(stores: str, sign_in: SignIn) -> None:
    """One visit of each store, no norm, every answer not applicable, twice."""
    study = make.study()
    make.version(study, form(norm=None))
    places = [make.store(study, code) for code in stores]
    for wave in (make.wave(study), second := make.wave(study, starts_on=make.TODAY + timedelta(days=60))):
        for place in places:
            make.visited(wave, place, NOT_APPLICABLE)
        releases.release(wave)
    action = actions.add(make.edition(second, "A"), Plan("A sign", question="greeted"), None)
    found = pages(World(study, second, action), sign_in)
    assert ["n/a" in page for page in found[:2]] == [True, True]


def test_five_thousand_questions_have_their_page(sign_in: SignIn) -> None:
    names = [f"more{number}" for number in range(5000)]
    study, more = make.study(), make.section("more", *(make.question(name, label=make.text("More")) for name in names))
    make.version(study, replace(form(), sections=(*form().sections, more)))
    wave = make.wave(study)
    make.visited(wave, make.store(study, "A"), NOT_APPLICABLE | {f"q-{name}": ["yes"] for name in names})
    releases.release(wave)
    page = sign_in(make.user(Role.MANAGER, study.client)).get(f"/manager/stores/{make.edition(wave, 'A').id}").text
    assert page.count('<th scope="row">') > 5000


def test_a_report_that_is_too_long_for_paper_says_so(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "MOST_CHARACTERS", 1_000)
    wave = make.released(make.study(), "A")
    client = sign_in(make.user(Role.MANAGER, wave.study.client))
    do_all_jobs(app)
    answer = client.get(f"/manager/stores/{make.edition(wave, 'A').id}/report.pdf")
    assert (answer.status_code, "too long" in answer.text) == (503, True)
