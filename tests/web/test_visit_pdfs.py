"""The PDF of one visit: ordered by whoever may read it, drawn by a worker, kept while nothing of it changed."""

import io
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Job, JobState, Photo, User, Visit
from fieldstudy.models.columns import now
from fieldstudy.queries.visit_pdfs import VISIT_PDF
from fieldstudy.reports import pdf
from fieldstudy.services import (
    erasure,
    fieldnotes,
    jobs,
    people,
    photos,
    purge,
    releases,
    studies,
    temporary_files,
    unit,
    visits,
)
from fieldstudy.web import throttles
from fieldstudy.web.throttles import Limit
from tests import factories as make
from tests.papers import do_all_jobs, fetch

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
PDF = "application/pdf"
SAID = {"q-greeted": ["yes"], "c-greeted": ["Sorridevano."], "q-receipt": ["no"]}


@pytest.fixture
def visit(app: Flask) -> Visit:
    wave = make.wave()
    made = make.visit(make.assignment(wave, make.user(Role.SHOPPER, wave.study.client)))
    photos.keep(made, "window", make.picture(), None)
    fieldnotes.jot(made, "", "It rains.", make.NOON, None)
    visits.submit(made, 1, SAID, None, make.NOON)
    for path in folder(app).glob("*"):
        path.unlink()
    return made


def folder(app: Flask) -> Path:
    data: Path = app.extensions["fieldstudy"].data
    return data / temporary_files.FOLDER


def own(visit: Visit) -> str:
    return f"/field/visits/{visit.id}/report.pdf?locale=en"


def of_desk(visit: Visit) -> str:
    return f"/desk/visits/{visit.id}/report.pdf?locale=en"


def reviewer(visit: Visit) -> User:
    return make.user(Role.REVIEWER, visit.study.client)


def orders() -> int:
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(Job).where(Job.kind == VISIT_PDF)) or 0


def text_of(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


@pytest.mark.parametrize(("locale", "said"), [("en", "The PDF is being drawn"), ("it", "Il PDF si sta preparando")])
def test_nothing_is_drawn_in_the_request_and_the_waiting_page_turns_into_the_file(
    app: Flask, visit: Visit, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, locale: str, said: str
) -> None:
    def draws(*_: object) -> bytes:
        raise AssertionError("drawn in the request")

    shopper = visit.fieldworker.user
    people.set_locale(shopper, locale)
    client = sign_in(shopper)
    with monkeypatch.context() as patched:
        patched.setattr(pdf, "render_template", draws)
        answers = [client.get(own(visit)) for _ in range(2)]
    assert [(answer.status_code, said in answer.text, 'href=""' in answer.text) for answer in answers] == [
        (202, True, True)
    ] * 2
    assert orders() == 1
    do_all_jobs(app)
    assert [client.get(own(visit)).mimetype for _ in range(2)] == [PDF, PDF]
    assert orders() == 1


def test_what_one_kind_of_reader_had_drawn_is_not_for_the_other(app: Flask, visit: Visit, sign_in: SignIn) -> None:
    mine = text_of(fetch(app, sign_in(visit.fieldworker.user), own(visit)).data)
    theirs = text_of(fetch(app, sign_in(reviewer(visit)), of_desk(visit)).data)
    assert ["SCORE OF THIS VISIT" in said for said in (mine, theirs)] == [False, True]
    assert ["It rains." in said for said in (mine, theirs)] == [True, False]


def test_the_way_to_a_kept_one_leads_through_the_same_guard(app: Flask, visit: Visit, sign_in: SignIn) -> None:
    client = sign_in(visit.fieldworker.user)
    assert fetch(app, client, own(visit)).mimetype == PDF
    assert client.get(of_desk(visit)).status_code == 404
    others = [make.user(Role.SHOPPER, visit.study.client), make.user(Role.REVIEWER, make.study().client)]
    for other in others:
        client = sign_in(other)
        assert [client.get(address(visit)).status_code for address in (own, of_desk)] == [404, 404]
    assert orders() == 1


def correct(visit: Visit) -> None:
    visits.send_back(visit, {"receipt": "Look again."}, None)
    visits.submit(visit, 2, {**SAID, "q-receipt": ["yes"]}, None, make.NOON)


CHANGES: dict[str, Callable[[Visit], object]] = {
    "answers": correct,
    "review": lambda visit: visits.approve(visit, None),
    "accent": lambda visit: studies.set_accent(visit.study.client, "#7a1f3d", None),
    "logo": lambda visit: studies.set_logo(visit.study.client, make.picture(), None),
    "name of the store": lambda visit: change(visit.store, "name", "Another name"),
    "a photo that is erased": lambda visit: erase_photos(),
}


def change(row: Any, column: str, value: str) -> None:
    with unit.work(row):
        setattr(row, column, value)


def erase_photos() -> None:
    with unit.work():
        photos.erase_files(db.session.scalars(db.select(Photo)).all())


@pytest.mark.parametrize("changed", CHANGES)
@pytest.mark.parametrize("address", [own, of_desk])
def test_a_kept_one_holds_while_nothing_changed(
    app: Flask, visit: Visit, sign_in: SignIn, address: Callable[[Visit], str], changed: str
) -> None:
    client = sign_in(visit.fieldworker.user if address is own else reviewer(visit))
    first = fetch(app, client, address(visit)).data
    CHANGES[changed](visit)
    assert fetch(app, client, address(visit)).data != first
    assert client.get(address(visit)).mimetype == PDF


def test_what_changed_since_it_was_ordered_is_not_kept(app: Flask, visit: Visit, sign_in: SignIn) -> None:
    client = sign_in(visit.fieldworker.user)
    assert client.get(own(visit)).status_code == 202
    db.session.rollback()
    correct(visit)
    do_all_jobs(app)
    assert list(folder(app).glob("*")) == []
    assert "yes" in text_of(fetch(app, client, own(visit)).data)


def test_what_is_erased_while_it_is_drawn_does_not_come_back(
    app: Flask, visit: Visit, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw, user_id = pdf.render_template, visit.fieldworker.user_id

    def erased_meanwhile(*arguments: Any) -> bytes:
        drawn = draw(*arguments)
        with app.app_context():
            erasure.erase_person(db.session.get(User, user_id), is_alone=False)
        return drawn

    assert sign_in(visit.fieldworker.user).get(own(visit)).status_code == 202
    db.session.rollback()
    monkeypatch.setattr(pdf, "render_template", erased_meanwhile)
    do_all_jobs(app)
    assert list(folder(app).glob("*")) == []
    db.session.rollback()
    assert db.session.scalar(db.select(Job.state).where(Job.kind == VISIT_PDF)) == JobState.DONE


def test_an_hour_later_it_is_gone_and_drawn_once_more(app: Flask, visit: Visit, sign_in: SignIn) -> None:
    client = sign_in(visit.fieldworker.user)
    fetch(app, client, own(visit))
    for path in folder(app).iterdir():
        os.utime(path, (path.stat().st_mtime - temporary_files.KEPT_SECONDS - 1,) * 2)
    temporary_files.sweep(app.extensions["fieldstudy"].data)
    assert fetch(app, client, own(visit)).mimetype == PDF


@pytest.mark.parametrize("gone", ["person", "purge"])
def test_it_goes_with_what_it_shows(app: Flask, visit: Visit, sign_in: SignIn, gone: str) -> None:
    visits.approve(visit, None)
    releases.release(visit.wave)
    do_all_jobs(app)
    fetch(app, sign_in(reviewer(visit)), of_desk(visit))
    fetch(app, sign_in(visit.fieldworker.user), own(visit))
    assert len(list(folder(app).glob("*"))) == 2
    db.session.rollback()
    if gone == "person":
        erasure.erase_person(visit.fieldworker.user)
    else:
        purge.run(now() + timedelta(days=5000))
    assert list(folder(app).glob("*")) == []


@pytest.mark.parametrize(
    ("locale", "why"),
    [
        ("en", "A photo of this report cannot be read: its file is damaged."),
        ("it", "Una foto di questo rapporto non si può leggere: il file è danneggiato."),
    ],
)
def test_a_failure_says_why_and_is_tried_again_later(visit: Visit, sign_in: SignIn, locale: str, why: str) -> None:
    shopper = visit.fieldworker.user
    people.set_locale(shopper, locale)
    client = sign_in(shopper)
    client.get(own(visit))
    db.session.rollback()
    job = db.session.scalars(db.select(Job).where(Job.kind == VISIT_PDF)).one()
    with unit.work(job):
        job.state, job.error, job.finished_at = JobState.FAILED, "PictureIsBroken: abc", now()
    answer = client.get(own(visit))
    assert (answer.status_code, why in answer.text) == (503, True)
    with unit.work(job):
        job.finished_at = now() - timedelta(minutes=2)
    assert client.get(own(visit)).status_code == 202
    assert orders() == 2


def test_orders_are_limited_and_looks_are_not(
    visit: Visit, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    monkeypatch.setattr(throttles, "PAPERS", Limit("papers", "1 per hour"))
    client = sign_in(reviewer(visit))
    assert [client.get(of_desk(visit)).status_code for _ in range(3)] == [202] * 3
    do_all_jobs(app)
    assert [client.get(of_desk(visit)).status_code for _ in range(3)] == [200] * 3
    assert client.get(of_desk(visit).replace("locale=en", "locale=it")).status_code == 429
    assert orders() == 1


def test_it_goes_before_the_papers_of_an_edition_and_the_jobs_page_names_it(visit: Visit, sign_in: SignIn) -> None:
    sign_in(reviewer(visit)).get(of_desk(visit))
    visits.approve(visit, None)
    releases.release(visit.wave)
    db.session.rollback()
    assert jobs.take(60).kind == VISIT_PDF
    assert "Visit: draw the PDF" in sign_in(make.user(Role.ADMIN)).get("/admin/jobs").text


def test_no_browser_is_told_to_save_the_waiting_page(visit: Visit, sign_in: SignIn) -> None:
    page = sign_in(visit.fieldworker.user).get(f"/field/visits/{visit.id}/receipt").text
    assert f'href="{own(visit)}">' in page


def test_a_waiting_page_shows_a_failure_in_its_place_and_looks_on_while_it_is_tried_again(
    visit: Visit, sign_in: SignIn
) -> None:
    client = sign_in(visit.fieldworker.user)
    assert 'id="papers" data-reload="3000"' in client.get(own(visit)).text
    db.session.rollback()
    jobs.fail(jobs.take(60), "MemoryError: ")
    assert 'id="papers" data-reload="3000"' in client.get(own(visit)).text
    job = db.session.scalars(db.select(Job).where(Job.kind == VISIT_PDF)).one()
    with unit.work(job):
        job.state, job.finished_at = JobState.FAILED, now()
    page = client.get(own(visit)).text
    assert ('id="papers"' in page, "data-reload" in page) == (True, False)
