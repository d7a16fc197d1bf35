"""The figures of a wave as its visits stand: computed by a worker, shown with their moment, never released from."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Job, JobState, JournalLine, User, Visit, Wave
from fieldstudy.queries import previews as preview_queries
from fieldstudy.queries import snapshots
from fieldstudy.services import jobs, releases, temporary_files, unit, visits, wave_previews
from tests import factories as make
from tests.papers import do_all_jobs, newest

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def wave(client: FlaskClient) -> Wave:
    """Released with two stores of one visit each; a visit that came late is approved since."""
    study = make.study()
    make.version(study)
    made = make.wave(study)
    for code in ("AA", "BB"):
        make.visited(made, make.store(study, code))
    late = make.received(make.assignment(made, at=make.store(study, "CC")))
    releases.release(made)
    visits.approve(late, None)
    return made


@pytest.fixture
def coordinator(wave: Wave, sign_in: SignIn) -> FlaskClient:
    return sign_in(make.user(Role.COORDINATOR, wave.study.client))


def page(coordinator: FlaskClient, wave: Wave, name: str) -> tuple[int, str]:
    db.session.rollback()
    answer = coordinator.get(f"/studio/waves/{wave.id}/{name}")
    return answer.status_code, " ".join(answer.text.split())


def press(coordinator: FlaskClient, wave: Wave, of: str) -> str:
    answer = coordinator.post(f"/studio/waves/{wave.id}/preview/figures", data={"page": of})
    assert answer.status_code == 303
    return answer.location


def count_jobs() -> int:
    db.session.rollback()
    query = db.select(db.func.count()).select_from(Job).where(Job.kind == preview_queries.WAVE_PREVIEW)
    return db.session.scalar(query) or 0


def exclude_one(wave: Wave) -> None:
    visit = db.session.scalars(db.select(Visit).where(Visit.wave_id == wave.id)).first()
    visits.set_aside(visit, State.EXCLUDED, "another store", None)


@pytest.mark.parametrize(
    ("name", "shown"), [("preview/network", "of-network"), ("release-again", "What changes against edition 1")]
)
def test_no_page_computes_the_wave(
    app: Flask, wave: Wave, coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch, name: str, shown: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(snapshots.WaveReader, "__init__", lambda *_: pytest.fail("computed in a request"))
        status, said = page(coordinator, wave, name)
        assert (status, "The figures wait for their turn" in said, shown in said) == (202, True, False)
        assert ('data-reload="1000"' in said, '<noscript><meta http-equiv="refresh"' in said) == (True, True)
    do_all_jobs(app)
    with monkeypatch.context() as patch:
        patch.setattr(snapshots.WaveReader, "__init__", lambda *_: pytest.fail("computed in a request"))
        status, said = page(coordinator, wave, name)
    assert (status, shown in said, "Nothing has changed since." in said) == (200, True, True)


def test_both_pages_and_every_look_order_one_job(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    for name in ("preview/network", "release-again", "preview/network"):
        page(coordinator, wave, name)
    assert press(coordinator, wave, "edition") == f"/studio/waves/{wave.id}/release-again"
    assert count_jobs() == 1
    do_all_jobs(app)
    assert [page(coordinator, wave, name)[0] for name in ("preview/network", "release-again")] == [200, 200]
    assert count_jobs() == 1
    query = db.select(db.func.count()).where(JournalLine.verb == "wave_preview.ordered")
    assert db.session.scalar(query) == 1


def test_the_page_says_how_many_stores_are_computed(wave: Wave, coordinator: FlaskClient) -> None:
    page(coordinator, wave, "release-again")
    lease = jobs.take(60)
    while lease is not None and lease.kind != preview_queries.WAVE_PREVIEW:
        lease = jobs.take(60)
    jobs.progress(lease, 1, 3)
    assert "Figures of 1 of 3 stores are computed" in page(coordinator, wave, "preview/network")[1]


def test_the_worker_says_how_far_it_is(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    page(coordinator, wave, "release-again")
    do_all_jobs(app)
    db.session.rollback()
    job = preview_queries.find_wave_preview(wave)
    assert (job.done, job.total) == (3, 3)


def test_figures_out_of_date_say_so_and_are_computed_again(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    page(coordinator, wave, "release-again")
    do_all_jobs(app)
    exclude_one(wave)
    since = "Since then a visit, a store or the study has changed."
    assert since in page(coordinator, wave, "preview/network")[1]
    said = page(coordinator, wave, "release-again")[1]
    assert (since in said, "went out" in said, "also what changed since" in said) == (True, False, True)
    there = press(coordinator, wave, "edition")
    assert "The figures wait for their turn" in coordinator.get(there).text
    do_all_jobs(app)
    said = page(coordinator, wave, "release-again")[1]
    assert (since in said, "1 visit went out" in said) == (False, True)


def test_out_of_date_figures_do_not_say_that_nothing_would_change(
    app: Flask, wave: Wave, coordinator: FlaskClient
) -> None:
    releases.release_again(wave, "One came late")
    page(coordinator, wave, "release-again")
    do_all_jobs(app)
    assert "Nothing would change" in page(coordinator, wave, "release-again")[1]
    exclude_one(wave)
    said = page(coordinator, wave, "release-again")[1]
    assert ("Nothing would change" in said, "At that moment nothing would have" in said) == (False, True)


def test_the_moment_is_on_the_clock_of_the_stores(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    """Noon in Rome is eleven o'clock of UTC in winter."""
    preview = replace(wave_previews.compute(wave), at=make.NOON.replace(year=2199, month=1, hour=11, minute=0))
    wave_previews.keep(wave, preview)
    assert ", 12:00" in page(coordinator, wave, "release-again")[1]


def test_a_release_computes_its_own(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    """What is kept says that nothing changed; the edition holds what did."""
    false = replace(wave_previews.compute(wave), change=newest(wave).change, network=None)
    wave_previews.keep(wave, false)
    edition = releases.release_again(wave, "One came late")
    assert [store.code for store in edition.change.stores] == ["CC"]
    assert [line.code for line in edition.network.stores] == ["AA", "BB", "CC"]


def test_after_a_new_edition_nothing_of_before_is_shown(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    page(coordinator, wave, "release-again")
    do_all_jobs(app)
    releases.release_again(wave, "One came late")
    assert page(coordinator, wave, "release-again")[0] == 202
    do_all_jobs(app)
    assert "Nothing would change" in page(coordinator, wave, "release-again")[1]


def test_an_hour_later_it_is_computed_again(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    """Also where no worker sweeps; and the sweep takes its file."""
    page(coordinator, wave, "release-again")
    do_all_jobs(app)
    data: Path = app.extensions["fieldstudy"].data
    kept = data / temporary_files.FOLDER / str(wave.id)
    old = wave_previews.read(wave)
    wave_previews.keep(wave, replace(old, at=old.at - wave_previews.KEPT))
    assert page(coordinator, wave, "release-again")[0] == 202
    os.utime(kept, (time.time() - temporary_files.KEPT_SECONDS - 1,) * 2)
    temporary_files.sweep(data)
    assert not kept.exists()


def test_a_refused_reason_keeps_what_was_written_without_kept_figures(wave: Wave, coordinator: FlaskClient) -> None:
    answer = coordinator.post(f"/studio/waves/{wave.id}/release-again", data={"reason": "x" * 100_000})
    assert (answer.status_code, "x" * 100 in answer.text) == (422, True)
    assert "What would change is not kept any more." in answer.text


def test_what_failed_says_why_and_is_tried_again_by_hand(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    page(coordinator, wave, "preview/network")
    fail("MemoryError: no more")
    status, said = page(coordinator, wave, "preview/network")
    assert (status, "The machine had too little memory." in said, "data-reload" in said) == (202, True, False)
    assert count_jobs() == 1
    press(coordinator, wave, "network")
    do_all_jobs(app)
    assert page(coordinator, wave, "preview/network")[0] == 200


def test_what_failed_long_ago_is_tried_again_by_itself(wave: Wave, coordinator: FlaskClient) -> None:
    page(coordinator, wave, "preview/network")
    fail("MemoryError: no more", wave_previews.KEPT + timedelta(minutes=1))
    assert "The figures wait for their turn" in page(coordinator, wave, "preview/network")[1]


def fail(error: str, ago: timedelta = timedelta()) -> None:
    db.session.rollback()
    job = db.session.scalars(db.select(Job).where(Job.kind == preview_queries.WAVE_PREVIEW)).one()
    with unit.work(job):
        job.state, job.error, job.finished_at = jobs.JobState.FAILED, error, job.created_at - ago


def test_what_an_older_program_kept_is_computed_again(app: Flask, wave: Wave, coordinator: FlaskClient) -> None:
    page(coordinator, wave, "preview/network")
    do_all_jobs(app)
    kept: Path = app.extensions["fieldstudy"].data / temporary_files.FOLDER / str(wave.id)
    kept.write_text('{"at": 1}')
    assert page(coordinator, wave, "preview/network")[0] == 202


def test_the_pdf_rests_on_kept_figures_only_while_they_hold(
    wave: Wave, coordinator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = wave_previews.compute(wave)
    wave_previews.keep(wave, kept)
    assert wave_previews.take(wave) == kept
    exclude_one(wave)
    taken: Any = wave_previews.take(wave)
    assert [line.code for line in taken.network.stores] != [line.code for line in kept.network.stores]


def test_a_wave_without_stores_has_nothing_to_show_and_fails_at_nothing(app: Flask, sign_in: SignIn) -> None:
    empty = make.wave(make.study())
    boss = sign_in(make.user(Role.COORDINATOR, empty.study.client, "empty@example.org"))
    press(boss, empty, "network")
    do_all_jobs(app)
    db.session.rollback()
    states = [job.state for job in db.session.scalars(db.select(Job)).all() if job.client_id == empty.client_id]
    assert states == [JobState.DONE]
    assert page(boss, empty, "preview/network")[0] == 303
