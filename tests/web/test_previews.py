"""Reports before their release: read by coordinators alone, marked on every page, drawn by a worker, kept by nobody."""

import io
import os
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from fieldstudy.core.access import Role
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Edition, Job, JobState, Paper, StoreEdition, User, Visit, Wave
from fieldstudy.queries import previews as preview_queries
from fieldstudy.services import jobs, people, photos, previews, releases, temporary_files, visits
from tests import factories as make
from tests.papers import do_all_jobs

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
PDF = "application/pdf"


@pytest.fixture
def wave(client: FlaskClient) -> Wave:
    """One store with a photo and the answers yes and no; one whose visit waits."""
    study = make.study()
    make.version(study)
    wave = make.wave(study)
    visit = make.visit(make.assignment(wave, at=make.store(study, "AA")))
    photos.keep(visit, "window", make.picture(), None)
    visits.submit(visit, 1, make.HALF, None, make.NOON)
    visits.approve(visit, None)
    make.received(make.assignment(wave, at=make.store(study, "BB")))
    return wave


def coordinator(wave: Wave, locale: str = "en") -> User:
    user = make.user(Role.COORDINATOR, wave.study.client, "boss@example.org")
    people.set_locale(user, locale)
    return user


def place(wave: Wave) -> str:
    line = preview_queries.list_stores(wave)[0]
    return f"/studio/waves/{wave.id}/preview/stores/{line.store.id}"


def addresses(wave: Wave) -> list[str]:
    return [f"/studio/waves/{wave.id}/preview/network", place(wave)]


def open_all(client: FlaskClient, wave: Wave, app: Flask) -> list[str]:
    """That of the network is computed by a worker first."""
    for address in addresses(wave):
        client.get(address)
    do_all_jobs(app)
    return [client.get(address).text for address in addresses(wave)]


def text(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def test_the_wave_leads_to_the_reports_of_the_stores_that_count(wave: Wave, sign_in: SignIn) -> None:
    client = sign_in(coordinator(wave))
    for way in (f"/studio/waves/{wave.id}", f"/studio/waves/{wave.id}/release"):
        assert f'href="/studio/waves/{wave.id}/preview"' in client.get(way).text
    assert f'href="{place(wave)}"' in client.get(f"/studio/waves/{wave.id}").text
    page = client.get(f"/studio/waves/{wave.id}/preview").text
    assert (f'href="{place(wave)}"' in page, "Store BB" in page) == (True, False)
    assert "50 %" in text(page) or "50%" in text(page)


@pytest.mark.parametrize(
    ("locale", "mark"),
    [
        ("en", "Preview, not released: as the visits stood on"),
        ("it", "Anteprima, non pubblicata. Visite aggiornate:"),
    ],
)
def test_the_page_says_that_it_is_a_preview(wave: Wave, sign_in: SignIn, app: Flask, locale: str, mark: str) -> None:
    client = sign_in(coordinator(wave, locale))
    assert [mark in text(page) for page in open_all(client, wave, app)] == [True, True]


def test_its_photos_open(wave: Wave, sign_in: SignIn) -> None:
    client = sign_in(coordinator(wave))
    shown = re.findall(r'src="(/desk/photos/[^"]*)"', client.get(place(wave)).text)
    assert [client.get(address).mimetype for address in shown] == ["image/jpeg"]


def test_managers_reviewers_and_other_coordinators_cannot_reach_it(wave: Wave, sign_in: SignIn, app: Flask) -> None:
    client = sign_in(coordinator(wave))
    ordered = client.post(place(wave), data={"locale": "en"}).location
    do_all_jobs(app)
    others = [make.user(role, wave.study.client) for role in (Role.MANAGER, Role.REVIEWER, Role.SHOPPER)]
    for other in [*others, make.user(Role.COORDINATOR, make.study().client), make.user(Role.ADMIN)]:
        client = sign_in(other)
        for address in (f"/studio/waves/{wave.id}/preview", *addresses(wave), ordered):
            assert client.get(address).status_code == 404
        for address in addresses(wave):
            assert client.post(address, data={"locale": "en"}).status_code == 404
    assert client.get(ordered).status_code == 404


def test_a_store_of_another_client_is_none_of_this_wave(wave: Wave, sign_in: SignIn) -> None:
    everywhere = sign_in(make.user(Role.COORDINATOR))
    foreign = make.store(make.study(), "ZZ")
    address = f"/studio/waves/{wave.id}/preview/stores/{foreign.id}"
    assert (everywhere.get(address).status_code, everywhere.post(address).status_code) == (404, 404)


@pytest.mark.parametrize(("locale", "mark"), [("en", "Preview, not released"), ("it", "Anteprima, non pubblicata")])
def test_the_pdf_is_drawn_by_a_worker_and_marked_on_every_page(
    wave: Wave, sign_in: SignIn, app: Flask, locale: str, mark: str
) -> None:
    client = sign_in(coordinator(wave))
    for address in addresses(wave):
        ordered = client.post(address, data={"locale": locale}).location
        assert client.get(ordered).status_code == 202
        assert client.post(address, data={"locale": locale}).location == ordered
        do_all_jobs(app)
        answer = client.get(ordered)
        assert (answer.status_code, answer.mimetype) == (200, PDF)
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages]
        assert [mark in " ".join(page.split()) for page in pages] == [True] * len(pages)


def test_nothing_of_it_counts_as_an_edition(wave: Wave, sign_in: SignIn, app: Flask) -> None:
    client = sign_in(coordinator(wave))
    for address in addresses(wave):
        client.get(address)
        client.post(address, data={"locale": "en"})
    do_all_jobs(app)
    db.session.rollback()
    assert [
        db.session.scalar(db.select(db.func.count()).select_from(kind)) for kind in (Edition, StoreEdition, Paper)
    ] == [0, 0, 0]
    assert db.session.get(Wave, wave.id).released_at is None
    data: Path = app.extensions["fieldstudy"].data
    assert {path.read_bytes()[:5] for path in (data / temporary_files.FOLDER).iterdir()} == {b"%PDF-", b'{"at"'}


def test_an_hour_later_it_is_gone_and_the_page_says_so(wave: Wave, sign_in: SignIn, app: Flask) -> None:
    client = sign_in(coordinator(wave))
    ordered = client.post(place(wave), data={"locale": "en"}).location
    do_all_jobs(app)
    data: Path = app.extensions["fieldstudy"].data
    temporary_files.sweep(data)
    assert client.get(ordered).mimetype == PDF
    for path in (data / temporary_files.FOLDER).iterdir():
        os.utime(path, (path.stat().st_mtime - temporary_files.KEPT_SECONDS - 1,) * 2)
    temporary_files.sweep(data)
    answer = client.get(ordered, follow_redirects=True)
    assert "have it drawn again, as the visits stand now" in text(answer.text)


def test_an_error_of_the_worker_is_told(wave: Wave, sign_in: SignIn) -> None:
    client = sign_in(coordinator(wave))
    ordered = client.post(place(wave), data={"locale": "en"}).location
    db.session.rollback()
    jobs.fail(jobs.take(60), "ReportIsTooLong: 9 characters")
    assert "It is too long for paper." in text(client.get(ordered, follow_redirects=True).text)


def test_a_preview_goes_before_the_papers_of_an_edition(wave: Wave) -> None:
    releases.release(wave)
    job = previews.order(wave, None, "en", coordinator(wave).id)
    assert jobs.take(60).job_id == job.id


def test_where_nothing_counts_the_way_back_says_so(wave: Wave, sign_in: SignIn, app: Flask) -> None:
    client, there = sign_in(coordinator(wave)), place(wave)
    ordered = client.post(there, data={"locale": "en"}).location
    db.session.rollback()
    for visit in db.session.scalars(db.select(Visit).where(Visit.state == State.APPROVED)):
        visits.set_aside(visit, State.EXCLUDED, "A double", None)
    do_all_jobs(app)
    assert db.session.scalar(db.select(Job.state).where(Job.kind == preview_queries.PREVIEW)) == JobState.DONE
    for address in (there, f"/studio/waves/{wave.id}/preview/network", ordered):
        assert "Nothing to preview yet" in text(client.get(address, follow_redirects=True).text)
