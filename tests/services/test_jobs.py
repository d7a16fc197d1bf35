"""The rows of jobs: exactly one worker has a job, and none is lost with its worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask

from fieldstudy.extensions import db
from fieldstudy.models import Job, JobState, JournalLine
from fieldstudy.models.columns import now
from fieldstudy.services import jobs, unit
from fieldstudy.services.jobs import Lease

pytestmark = pytest.mark.usefixtures("app")


def added(kind: str = "picture", due_in: float = -1, **fields: object) -> Job:
    with unit.work():
        return jobs.add(kind, {"number": 1}, due_at=now() + timedelta(seconds=due_in), **fields)


def taken(seconds: float = 60) -> Lease:
    lease = jobs.take(seconds)
    assert lease is not None
    return lease


def again(job: Job) -> Job:
    db.session.rollback()
    db.session.refresh(job)
    return job


def let_its_lease_run_out(job: Job) -> None:
    with unit.work(job):
        job.lease_until = now() - timedelta(seconds=1)


def test_what_is_due_the_longest_is_taken_first() -> None:
    added(due_in=-5)
    older = added(due_in=-9)
    assert taken().job_id == older.id


def test_what_is_not_due_waits() -> None:
    added(due_in=60)
    assert jobs.take(60) is None


def test_a_taken_job_is_not_taken_twice() -> None:
    added()
    taken()
    assert jobs.take(60) is None


def test_a_job_whose_lease_ran_out_is_taken_up_again_before_others() -> None:
    job = added()
    taken()
    added(due_in=-99)
    let_its_lease_run_out(job)
    assert (taken().job_id, again(job).attempts) == (job.id, 2)


def test_many_workers_share_the_jobs_without_a_quarrel(app: Flask) -> None:
    made, found, start = {added().id for _ in range(24)}, [], Barrier(6)

    def work() -> None:
        start.wait()
        with app.app_context():
            while (lease := jobs.take(60)) is not None:
                found.append(lease.job_id)

    workers = [Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert (len(found), set(found)) == (24, made)


def test_a_finished_job_is_done() -> None:
    job = added()
    jobs.finish(taken())
    assert (again(job).state, job.lease_until, job.finished_at is None) == (JobState.DONE, None, False)


def test_a_lost_lease_changes_nothing_any_more() -> None:
    job = added()
    late = taken()
    let_its_lease_run_out(job)
    taken()
    with pytest.raises(jobs.LeaseIsLost):
        jobs.finish(late)


def test_progress_is_kept_and_renews_the_lease() -> None:
    job = added(total=3)
    lease = taken()
    let_its_lease_run_out(job)
    jobs.progress(lease, 1, 3)
    assert (again(job).done, job.total, job.lease_until > now()) == (1, 3, True)


@pytest.mark.parametrize(("errors", "seconds"), [(1, 5), (2, 30), (3, 180), (4, 1080)])
def test_the_wait_after_an_error_grows(errors: int, seconds: int) -> None:
    job = added()
    fail(job, errors)
    wait = (again(job).due_at - now()).total_seconds()
    assert (job.state, seconds - 3 < wait <= seconds) == (JobState.WAITING, True)


def fail(job: Job, times: int) -> None:
    for _ in range(times):
        with unit.work(job):
            job.due_at = now()
        jobs.fail(taken(), "OSError: the disk is full")


def test_the_fifth_error_is_the_last_and_is_kept() -> None:
    job = added()
    fail(job, 5)
    assert (again(job).state, job.error, jobs.take(60)) == (JobState.FAILED, "OSError: the disk is full", None)


def test_a_job_that_ends_every_worker_is_given_up() -> None:
    job = added()
    for _ in range(20):
        taken()
        let_its_lease_run_out(job)
    assert (jobs.take(60), again(job).state, job.error) == (None, JobState.FAILED, jobs.DIED)


def test_a_job_given_back_may_be_taken_at_once_as_if_untried() -> None:
    job = added()
    jobs.give_back(taken())
    assert (taken().job_id, again(job).attempts) == (job.id, 1)


def test_a_cancelled_job_is_not_taken() -> None:
    job = added()
    jobs.cancel(job, None)
    assert (jobs.take(60), again(job).state) == (None, JobState.CANCELLED)


def test_a_running_job_hears_of_being_cancelled_when_it_says_how_far_it_is() -> None:
    job = added()
    lease = taken()
    jobs.cancel(job, None)
    with pytest.raises(jobs.JobIsCancelled):
        jobs.progress(lease, 1, 2)


def test_a_cancelled_job_whose_worker_died_is_not_taken_up_again() -> None:
    job = added()
    taken()
    jobs.cancel(job, None)
    let_its_lease_run_out(job)
    assert (jobs.take(60), again(job).state) == (None, JobState.CANCELLED)


def test_a_job_that_is_over_cannot_be_cancelled() -> None:
    job = added()
    jobs.finish(taken())
    with pytest.raises(jobs.JobIsOver):
        jobs.cancel(job, None)


def test_a_failed_job_tried_again_has_all_its_attempts() -> None:
    job = added()
    fail(job, 5)
    jobs.retry(job, None)
    fail(job, 4)
    assert again(job).state == JobState.WAITING


def test_a_waiting_job_is_not_tried_again() -> None:
    with pytest.raises(jobs.JobIsNotOver):
        jobs.retry(added(), None)


def test_only_what_people_do_goes_into_the_journal() -> None:
    job = added()
    fail(job, 5)
    jobs.retry(job, None)
    jobs.cancel(job, None)
    assert list(db.session.scalars(db.select(JournalLine.verb).order_by(JournalLine.id))) == [
        "job.retried",
        "job.cancelled",
    ]


@pytest.fixture
def calls(app: Flask) -> Iterator[list[bool]]:
    """One entry for each time the workers were called: whether their job could be seen by then."""
    found: list[bool] = []
    wake = app.extensions["wake"]
    app.extensions["wake"] = lambda: found.append(jobs.take(60) is not None)
    yield found
    app.extensions["wake"] = wake


def test_workers_are_called_once_the_job_is_committed(calls: list[bool]) -> None:
    added()
    assert calls == [True]


def test_a_job_that_was_rolled_back_calls_nobody(calls: list[bool]) -> None:
    with pytest.raises(ZeroDivisionError):
        add_and_fail()
    with unit.work():
        pass
    assert calls == []


def add_and_fail() -> None:
    with unit.work():
        jobs.add("picture", {})
        raise ZeroDivisionError


def test_a_picture_goes_before_papers_that_are_due_longer() -> None:
    added("papers", due_in=-99)
    picture = added("picture", due_in=-1)
    assert [taken().job_id == picture.id, taken().kind] == [True, "papers"]


@contextmanager
def clock_ahead(monkeypatch: pytest.MonkeyPatch, **by: float) -> Iterator[None]:
    with monkeypatch.context() as ahead:
        ahead.setattr(jobs, "now", lambda: now() + timedelta(**by))
        yield


def test_a_job_made_while_the_clock_was_ahead_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock_ahead(monkeypatch, days=1), unit.work():
        job = jobs.add("picture", {"number": 1})
        jobs.add_all("picture", [{"number": 2}], None)
    assert taken().job_id == job.id
    assert taken().payload == {"number": 2}
    assert jobs.take(60) is None


def test_a_new_job_does_not_wait_for_a_clock_that_was_ahead_by_little(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock_ahead(monkeypatch, minutes=2), unit.work():
        job = jobs.add("picture", {"number": 1})
    assert taken().job_id == job.id


def test_an_attempt_set_by_a_clock_that_was_ahead_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    job = added()
    lease = taken()
    with clock_ahead(monkeypatch, days=1):
        jobs.fail(lease, "OSError")
    assert taken().job_id == job.id


def test_a_lease_given_by_a_clock_that_was_ahead_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock_ahead(monkeypatch, days=1):
        with unit.work():
            job = jobs.add("picture", {"number": 1})
        taken()
    assert taken().job_id == job.id
    assert jobs.take(60) is None


def test_the_longest_delay_is_waited_for() -> None:
    """18 minutes: 5 s, 30 s, 3 min, 18 min."""
    added(due_in=18 * 60 - 5)
    assert jobs.take(60) is None
