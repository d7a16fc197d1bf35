"""A release is ordered, done by a worker, and told on a page: how far, what came of it, and why nothing did."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.core.lifecycle import State
from fieldstudy.core.sums import Fault
from fieldstudy.extensions import db
from fieldstudy.models import Edition, Job, JournalLine, User, Visit, Wave
from fieldstudy.queries import jobs as job_queries
from fieldstudy.queries import snapshots
from fieldstudy.services import jobs, release_jobs, releases, unit, visits
from tests import factories as make
from tests.papers import do_all_jobs

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def wave(client: FlaskClient) -> Wave:
    study = make.study()
    make.version(study)
    made = make.wave(study)
    for code in ("A", "B", "B"):
        make.visited(made, make.store(study, code))
    return made


@pytest.fixture
def coordinator(wave: Wave, sign_in: SignIn) -> FlaskClient:
    return sign_in(make.user(Role.COORDINATOR, wave.study.client))


def order(coordinator: FlaskClient, wave: Wave) -> None:
    answer = coordinator.post(f"/studio/waves/{wave.id}/release")
    assert (answer.status_code, answer.location) == (303, f"/studio/waves/{wave.id}/release/progress")
    db.session.rollback()


def page(coordinator: FlaskClient, wave: Wave, name: str = "release/progress") -> str:
    db.session.rollback()
    return " ".join(coordinator.get(f"/studio/waves/{wave.id}/{name}", follow_redirects=True).text.split())


def numbers() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Edition.number).order_by(Edition.number)))


def take() -> jobs.Lease:
    lease = jobs.take(60)
    assert lease is not None
    return lease


def test_it_is_ordered_then_done(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    order(coordinator, wave)
    said = page(coordinator, wave)
    assert ("The release waits for its turn" in said, "data-reload" in said, numbers()) == (True, True, [])
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in said
    assert app.extensions["workshop"].work()
    said = page(coordinator, wave)
    assert "Released: edition 1. Managers see it from now on." in said
    assert ("data-reload" in said, "refresh" in said, numbers()) == (False, False, [1])
    verbs = list(db.session.scalars(db.select(JournalLine.verb).where(JournalLine.subject_id == wave.id)))
    assert [verb for verb in verbs if "release" in verb] == ["release.ordered", "wave.released"]
    assert db.session.scalar(db.select(Edition.released_by)) is not None


def test_two_presses_are_one_job(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    order(coordinator, wave)
    order(coordinator, wave)
    assert len(db.session.scalars(db.select(Job)).all()) == 1
    assert "The release waits for its turn" in page(coordinator, wave, "release")
    do_all_jobs(app)
    assert numbers() == [1]


def test_the_page_says_how_many_stores_are_computed(coordinator: FlaskClient, wave: Wave) -> None:
    order(coordinator, wave)
    lease = take()
    jobs.progress(lease, 1, 2)
    said = page(coordinator, wave)
    assert ("Figures of 1 of 2 stores are computed" in said, 'width="50.0"' in said) == (True, True)


def test_the_page_says_that_it_is_computed_once_more(
    app: Flask, coordinator: FlaskClient, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    order(coordinator, wave)
    visit_id = db.session.scalars(db.select(Visit.id).where(Visit.wave_id == wave.id)).first()
    said, progress = [], jobs.progress_beside

    def beside(lease: jobs.Lease, done: int, total: int, **told: Any) -> None:
        progress(lease, done, total, **told)
        with app.app_context():
            said.append("computed once more" in page(coordinator, wave))
            if len(said) == 1:
                visit = db.session.get_one(Visit, visit_id)
                visits.set_aside(visit, State.EXCLUDED, "Another shop's receipt", None)

    monkeypatch.setattr(jobs, "progress_beside", beside)
    assert app.extensions["workshop"].work()
    assert (said[0], said[-1], numbers()) == (False, True, [1])


def test_what_ends_a_worker_is_released_once(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    """It died after the edition was written, and before the job was."""
    order(coordinator, wave)
    lease = take()
    release_jobs.carry_out(wave, lease.payload, lambda done, total: None)
    assert release_jobs.carry_out(wave, lease.payload, lambda done, total: None).number == 1
    assert numbers() == [1]


def test_numbers_that_do_not_add_up_are_named(
    app: Flask, coordinator: FlaskClient, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases, "faults_of", lambda taken: (Fault("S-A", Decimal(1), None),))
    order(coordinator, wave)
    assert app.extensions["workshop"].work()
    said = page(coordinator, wave)
    assert ("Nothing was released" in said, "S-A: 1.0000 would have been printed" in said) == (True, True)
    monkeypatch.undo()
    coordinator.post(f"/studio/waves/{wave.id}/release/retry")
    do_all_jobs(app)
    assert numbers() == [1]


def test_what_another_try_would_meet_as_well_is_said_at_once(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    order(coordinator, wave)
    releases.release(wave)
    assert app.extensions["workshop"].work()
    assert "This wave has been released already." in page(coordinator, wave)


def test_an_error_of_the_program_is_tried_again_by_itself(
    app: Flask, coordinator: FlaskClient, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots.WaveReader, "stores", lambda _: 1 / 0)
    order(coordinator, wave)
    assert app.extensions["workshop"].work()
    said = page(coordinator, wave)
    assert "An error of the program (ZeroDivisionError)" in said
    assert ("It is tried again by itself" in said, "data-reload" in said) == (True, True)


def test_it_can_be_cancelled_and_begun_again(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    order(coordinator, wave)
    coordinator.post(f"/studio/waves/{wave.id}/release/cancel")
    do_all_jobs(app)
    assert ("The release was cancelled. Nothing was frozen." in page(coordinator, wave), numbers()) == (True, [])
    coordinator.post(f"/studio/waves/{wave.id}/release/retry")
    do_all_jobs(app)
    assert numbers() == [1]


def test_a_reason_that_was_typed_stays(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    releases.release(wave)
    for visit in db.session.scalars(db.select(Visit).where(Visit.wave_id == wave.id)).all():
        visits.set_aside(visit, State.EXCLUDED, "Another shop's receipt", None)
    answer = coordinator.post(f"/studio/waves/{wave.id}/release-again", data={"reason": "All were trials"})
    assert (answer.status_code, "All were trials" in answer.text) == (422, True)
    assert "No visit of this wave counts any more" in answer.text


def test_before_anything_was_ordered_the_page_leads_to_the_release(coordinator: FlaskClient, wave: Wave) -> None:
    assert "What is frozen" in page(coordinator, wave)


def test_releases_go_before_papers_and_after_pictures(app: Flask, wave: Wave) -> None:
    with unit.work():
        for kind in ("papers", job_queries.RELEASE, jobs.PICTURE):
            jobs.add(kind, {})
    assert [take().kind for _ in range(3)] == [jobs.PICTURE, job_queries.RELEASE, "papers"]
