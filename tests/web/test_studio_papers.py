"""The coordinator's page of reports, the later edition, and numbers that do not add up."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Edition, Job, JobState, User, Visit, Wave
from fieldstudy.models.columns import now
from fieldstudy.queries import papers, snapshots
from fieldstudy.reports import pdf
from fieldstudy.services import jobs, unit, visits
from tests import factories as make
from tests.papers import do_all_jobs, newest, released
from tests.services.test_releases_sums import wrong_score

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def wave(client: FlaskClient) -> Wave:
    released()
    return released()


@pytest.fixture
def coordinator(wave: Wave, sign_in: SignIn) -> FlaskClient:
    return sign_in(make.user(Role.COORDINATOR, wave.study.client))


def page(coordinator: FlaskClient, wave: Wave, name: str = "/papers") -> str:
    return " ".join(coordinator.get(f"/studio/waves/{wave.id}{name}").text.split())


def test_a_release_leads_to_its_reports(wave: Wave, coordinator: FlaskClient) -> None:
    other = make.wave(wave.study)
    make.approved(make.assignment(other))
    answer = coordinator.post(f"/studio/waves/{other.id}/release")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/studio/waves/{other.id}/release/progress")
    do_all_jobs(coordinator.application)
    assert f'href="/studio/waves/{other.id}/papers"' in page(coordinator, other, "/release/progress")


def test_the_page_says_how_far_it_is_and_looks_again(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    with unit.work():
        job = papers.list_jobs(newest(wave))[0]
        job.state, job.finished_at = JobState.DONE, now()
    said = page(coordinator, wave)
    assert ("1 of 3 reports are ready" in said, "data-reload" in said, "Refresh" in said) == (True, True, True)


def test_what_is_ready_is_not_asked_for_again(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    do_all_jobs(app)
    said = page(coordinator, wave)
    assert ("3 of 3 reports are ready" in said, "data-reload" in said, "Cancel" in said) == (True, False, False)


def test_the_head_counts_what_the_file_below_holds(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    """The worker keeps a paper a moment before it says that the job is done."""
    do_all_jobs(app)
    with unit.work():
        for job in papers.list_jobs(newest(wave))[:2]:
            job.state = JobState.RUNNING
    said = page(coordinator, wave)
    assert ("3 of 3 reports are ready" in said, "PDFs so far" in said) == (True, False)


def test_papers_drawn_again_say_so(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    do_all_jobs(app)
    coordinator.post(f"/studio/waves/{wave.id}/papers/again")
    said = page(coordinator, wave)
    assert ("is drawn again: 0 of 3 reports are ready" in said, "holds the earlier one" in said) == (True, True)


def fail_first(wave: Wave) -> None:
    def drawn_without_pango(lease: jobs.Lease) -> None:
        jobs.fail(lease, f"PdfIsUnavailable: {pdf.INSTALL_HINT}")

    job = db.session.scalars(db.select(Job).where(Job.id == papers.list_jobs(newest(wave))[0].id)).one()
    with unit.work(job):
        job.attempts, job.due_at = jobs.ATTEMPTS - 1, make.NOON
    lease = jobs.take(60)
    assert lease is not None
    drawn_without_pango(lease)


def test_a_failure_is_named_with_its_store_and_reason(wave: Wave, coordinator: FlaskClient) -> None:
    fail_first(wave)
    said = page(coordinator, wave)
    assert ("Store AA" in said, "lacks Pango" in said, "Start these again" in said) == (True, True, True)


def test_what_failed_begins_anew(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    fail_first(wave)
    coordinator.post(f"/studio/waves/{wave.id}/papers/retry")
    do_all_jobs(app)
    assert "3 of 3 reports are ready" in page(coordinator, wave)


def test_what_is_left_can_be_cancelled(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    coordinator.post(f"/studio/waves/{wave.id}/papers/cancel")
    do_all_jobs(app)
    said = page(coordinator, wave)
    assert ("0 of 3 reports are ready" in said, "Cancelled before it was drawn" in said) == (True, True)


def test_all_reports_come_as_one_file(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    do_all_jobs(app)
    answer = coordinator.get(f"/studio/editions/{newest(wave).id}/papers.zip?locale=en")
    bundle = zipfile.ZipFile(io.BytesIO(answer.data))
    names = [name.split("/")[1] for name in bundle.namelist()]
    assert (sorted(names), bundle.testzip()) == (["aa-store-aa.pdf", "bb-store-bb.pdf", "network-report.pdf"], None)


# A later edition


def exclude(wave: Wave) -> None:
    visit = db.session.scalars(db.select(Visit).where(Visit.wave_id == wave.id)).first()
    visits.set_aside(visit, State.EXCLUDED, "another store", None)


def test_the_wave_says_that_figures_would_change(wave: Wave, coordinator: FlaskClient) -> None:
    assert "The figures would change" not in page(coordinator, wave, "")
    exclude(wave)
    assert "1 visit was set aside after edition 1" in page(coordinator, wave, "")


def test_the_page_says_what_would_change(wave: Wave, coordinator: FlaskClient) -> None:
    exclude(wave)
    assert "The figures wait for their turn" in page(coordinator, wave, "/release-again")
    do_all_jobs(coordinator.application)
    assert '1 visit went out</td> <td class="num">50</td> <td class="num">not available' in page(
        coordinator, wave, "/release-again"
    )


def test_a_new_edition_needs_a_reason(wave: Wave, coordinator: FlaskClient) -> None:
    exclude(wave)
    answer = coordinator.post(f"/studio/waves/{wave.id}/release-again", data={"reason": " "})
    assert (answer.status_code, "every report of the edition says it" in answer.text) == (422, True)


def test_with_a_reason_it_is_released(wave: Wave, coordinator: FlaskClient) -> None:
    exclude(wave)
    answer = coordinator.post(f"/studio/waves/{wave.id}/release-again", data={"reason": "Another store"})
    do_all_jobs(coordinator.application)
    assert (answer.status_code, newest(wave).number, newest(wave).reason) == (303, 2, "Another store")


def test_where_nothing_changed_nothing_is_offered(wave: Wave, coordinator: FlaskClient) -> None:
    page(coordinator, wave, "/release-again")
    do_all_jobs(coordinator.application)
    said = page(coordinator, wave, "/release-again")
    assert ("Nothing would change" in said, "Release as edition" in said) == (True, False)


def test_numbers_that_do_not_add_up_are_named(
    wave: Wave, coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make.wave(wave.study)
    make.approved(make.assignment(other))
    taken = snapshots.take(other)[0]
    broken = replace(taken, snapshot=wrong_score(taken.snapshot))
    monkeypatch.setattr(snapshots.WaveReader, "stores", lambda _: iter([broken]))
    coordinator.post(f"/studio/waves/{other.id}/release")
    do_all_jobs(coordinator.application)
    said = page(coordinator, other, "/release/progress")
    assert ("Nothing was released" in said, "0.9900 would have been printed" in said) == (True, True)
    assert db.session.query(Edition).filter_by(wave_id=other.id).count() == 0
