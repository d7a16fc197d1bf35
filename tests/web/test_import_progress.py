"""A file with visits is read by a worker: some come in at a time, all that is wrong with it is told, and none twice."""

import io
import shutil
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.jobs import kinds
from fieldstudy.models import Edition, Job, JobState, User, Visit, Wave
from fieldstudy.queries import jobs as job_queries
from fieldstudy.services import jobs, releases, unit, visit_imports
from tests import factories as make
from tests.papers import do_all_jobs

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
HEAD = "store,fieldworker,method,started_at,greeted,receipt,id\n"


@pytest.fixture
def wave(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Wave:
    """In a data folder that other tests have used."""
    shutil.rmtree(app.extensions["fieldstudy"].data / "imports", ignore_errors=True)
    monkeypatch.setattr(visit_imports, "AT_ONCE", 2)
    study = make.study()
    make.version(study)
    make.store(study, "A")
    return make.wave(study)


@pytest.fixture
def coordinator(wave: Wave, sign_in: SignIn) -> FlaskClient:
    return sign_in(make.user(Role.COORDINATOR, wave.study.client))


def table(count: int, store: str = "A") -> str:
    rows = (f"{store},X1,mystery_shopping,2026-03-{n + 2:02} 10:00,yes,no,v{n}\n" for n in range(count))
    return HEAD + "".join(rows)


def send(coordinator: FlaskClient, wave: Wave, text: str) -> int:
    return sent(coordinator, wave, text).status_code


def sent(coordinator: FlaskClient, wave: Wave, text: str) -> TestResponse:
    db.session.rollback()
    fields = {"file": (io.BytesIO(text.encode()), "visits.csv"), "form_id": "shop"}
    answer = coordinator.post(f"/studio/waves/{wave.id}/visits/import", data=fields)
    db.session.rollback()
    return answer


def page(coordinator: FlaskClient, wave: Wave, name: str = "visits/import/progress") -> str:
    db.session.rollback()
    return " ".join(coordinator.get(f"/studio/waves/{wave.id}/{name}", follow_redirects=True).text.split())


def count(wave: Wave) -> int:
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(Visit).where(Visit.wave_id == wave.id)) or 0


def files(app: Flask) -> list[str]:
    return [path.name for path in (app.extensions["fieldstudy"].data / "imports").iterdir()]


class WorkerIsGone(BaseException):
    pass


def stop_after(rows: int, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object] = lambda: None) -> None:
    """The worker ends once so many are in."""
    say = kinds._Count.say

    def ended(self: kinds._Count, done: int, total: int, known: int) -> None:
        say(self, done, total, known)
        if done == rows:
            act()
            raise WorkerIsGone

    monkeypatch.setattr(kinds._Count, "say", ended)


def test_the_page_waits_and_then_says_what_came_in(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    assert send(coordinator, wave, table(5)) == 303
    said = page(coordinator, wave)
    assert ("The file waits for its turn" in said, "data-reload" in said, count(wave)) == (True, True, 0)
    assert "The file waits for its turn" in page(coordinator, wave, "visits/import")
    do_all_jobs(app)
    said = page(coordinator, wave)
    assert ("5 visits were imported and are approved." in said, "data-reload" in said, count(wave)) == (True, False, 5)
    assert files(app) == []


def test_the_same_file_twice_adds_nothing(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    for _ in range(2):
        assert send(coordinator, wave, table(3)) == 303
    assert len(db.session.scalars(db.select(Job)).all()) == 1
    do_all_jobs(app)
    send(coordinator, wave, table(4))
    do_all_jobs(app)
    said = page(coordinator, wave)
    assert "1 visit was imported and is approved. 3 visits were there already." in said


def test_a_worker_that_ends_in_the_middle_loses_and_doubles_nothing(
    app: Flask, coordinator: FlaskClient, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(coordinator, wave, table(5))
    with monkeypatch.context() as patched:
        stop_after(4, patched)
        with pytest.raises(WorkerIsGone):
            app.extensions["workshop"].work()
    assert (count(wave), len(files(app))) == (4, 1)
    lease = jobs.take(60)
    assert lease is not None
    assert "4 of 5 visits are in" in page(coordinator, wave)
    jobs.give_back(lease)
    do_all_jobs(app)
    assert count(wave) == 5
    said = page(coordinator, wave)
    assert ("5 visits were imported and are approved." in said, "there already" in said) == (True, False)


def test_a_worker_that_ends_when_all_is_in_leaves_nothing_to_do(
    app: Flask, coordinator: FlaskClient, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file is dropped already, and the job is not finished yet."""
    send(coordinator, wave, table(3))
    with monkeypatch.context() as patched:

        def end(lease: jobs.Lease) -> None:
            jobs.give_back(lease)
            raise WorkerIsGone

        patched.setattr(jobs, "finish", end)
        with pytest.raises(WorkerIsGone):
            app.extensions["workshop"].work()
    assert files(app) == []
    do_all_jobs(app)
    assert "3 visits were imported and are approved." in page(coordinator, wave)


def test_others_write_between_and_nobody_releases(
    app: Flask, coordinator: FlaskClient, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(coordinator, wave, table(5))
    told = []

    def act() -> None:
        told.append(coordinator.post(f"/studio/waves/{wave.id}/release").location)
        told.append(coordinator.get(told[0]).text)
        other = make.wave(wave.study)
        make.approved(make.assignment(other))

    with monkeypatch.context() as patched:
        stop_after(2, patched, act)
        with pytest.raises(WorkerIsGone):
            app.extensions["workshop"].work()
    assert "A file with visits is being imported into this wave." in told[1]
    assert db.session.scalars(db.select(Edition)).all() == []
    do_all_jobs(app)
    db.session.rollback()
    assert releases.release(wave).number == 1


def test_with_one_wrong_row_nothing_comes_in(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    send(coordinator, wave, table(5) + "Z,X1,mystery_shopping,2026-03-02 10:00,maybe,no,z\n")
    do_all_jobs(app)
    said = page(coordinator, wave)
    assert "Nothing was imported: 2 things in this file have to be corrected first." in said
    assert ("Row 7, column store" in said, "Row 7, column greeted" in said, count(wave)) == (True, True, 0)
    assert (f'action="/studio/waves/{wave.id}/visits/import"' in said, files(app)) == (True, [])
    send(coordinator, wave, table(5))
    do_all_jobs(app)
    assert count(wave) == 5


def test_one_known_with_another_answer_keeps_all_out(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    """Though it stands behind rows that would come in first."""
    send(coordinator, wave, HEAD + table(5).splitlines()[5] + "\n")
    do_all_jobs(app)
    send(coordinator, wave, table(4) + table(5).splitlines()[5].replace("yes", "no") + "\n")
    do_all_jobs(app)
    assert ("differs from it (greeted)" in page(coordinator, wave), count(wave)) == (True, 1)


def test_another_file_has_to_wait(coordinator: FlaskClient, wave: Wave) -> None:
    assert send(coordinator, wave, table(2)) == 303
    answer = sent(coordinator, wave, table(3))
    assert (answer.status_code, "Another file is being imported into this wave." in answer.text) == (422, True)


def test_a_file_that_was_given_up_waits_for_the_one_that_comes_in(
    app: Flask, coordinator: FlaskClient, wave: Wave
) -> None:
    send(coordinator, wave, table(2))
    first = job_queries.find_import(wave)
    with unit.work(first):
        first.state = JobState.FAILED
    send(coordinator, wave, table(3))
    with pytest.raises(jobs.AnotherIsOpen):
        jobs.retry(first, None)
    assert jobs.retry_failed(None) == 0
    do_all_jobs(app)
    db.session.rollback()
    jobs.retry(first, None)
    assert (job_queries.find_import(wave).id, job_queries.has_open_import(wave)) == (first.id, True)
    assert send(coordinator, wave, table(4)) == 422
    do_all_jobs(app)
    assert (count(wave), job_queries.has_open_import(wave)) == (3, False)


def test_an_error_of_the_program_is_told(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    """When it was tried often enough."""
    send(coordinator, wave, table(2))
    db.session.execute(db.update(Job).values(state=JobState.FAILED, error="KeyError: 'x'"))
    db.session.commit()
    assert "An error of the program (KeyError)." in page(coordinator, wave)


def test_a_wave_that_was_released_meanwhile_says_so(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    make.visited(wave, make.store(wave.study, "B"))
    send(coordinator, wave, table(2))
    job = job_queries.find_import(wave)
    db.session.execute(db.update(Job).values(state=JobState.DONE))
    db.session.commit()
    releases.release(wave)
    db.session.execute(db.update(Job).where(Job.id == job.id).values(state=JobState.WAITING))
    db.session.commit()
    while job_queries.find_import(wave).state not in jobs.OVER:
        app.extensions["workshop"].work()
        db.session.rollback()
    said = page(coordinator, wave)
    assert "This wave is released" in said or "released in the meantime" in said
    assert count(wave) == 1


def test_an_interrupted_import_says_what_is_in(
    app: Flask, coordinator: FlaskClient, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the command line; another file may be chosen at once."""
    send(coordinator, wave, table(5))
    with monkeypatch.context() as patched:
        stop_after(4, patched)
        with pytest.raises(WorkerIsGone):
            app.extensions["workshop"].work()
    jobs.cancel(job_queries.find_import(wave), None)
    said = page(coordinator, wave)
    assert "The import was interrupted." in said
    assert "4 of 5 visits are in and stay in: the same file once more goes on from there." in said
    assert ("data-reload" in said, f'action="/studio/waves/{wave.id}/visits/import"' in said) == (False, True)
    send(coordinator, wave, table(5))
    do_all_jobs(app)
    assert "1 visit was imported and is approved. 4 visits were there already." in page(coordinator, wave)


def test_what_one_job_drops_another_wave_has_still(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    """The same bytes, by mistake; no visit has a name of its own here, so that both waves may have them."""
    other, text = make.wave(wave.study), "".join(line.rpartition(",")[0] + "\n" for line in table(3).splitlines())
    send(coordinator, wave, text)
    send(coordinator, other, text)
    assert len(files(app)) == 2
    do_all_jobs(app)
    assert (count(wave), count(other), files(app)) == (3, 3, [])


def test_a_file_that_is_sent_twice_is_kept_once(app: Flask, coordinator: FlaskClient, wave: Wave) -> None:
    send(coordinator, wave, table(3))
    kept = files(app)
    send(coordinator, wave, table(3))
    send(coordinator, wave, table(4))
    assert files(app) == kept
