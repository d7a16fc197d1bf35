"""Releases clicked several times at once, while phones send, reviewers decide, and papers are drawn."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask

from fieldstudy.core import lifecycle
from fieldstudy.core.access import Role
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Edition, Job, JobState, Study, Visit, Wave
from fieldstudy.models.columns import now
from fieldstudy.queries import papers as paper_queries
from fieldstudy.queries import releases as release_queries
from fieldstudy.services import checklists
from tests import factories as make
from tests import processes
from tests.journeys.field import field, is_kept_once, waiting_media
from tests.phone import Phone, Sealed, cookie_of, until

APPROVED, SENT, CLICKS, ROUNDS = 6, 10, 3, 3
PAGE_WAS_OLD = 409


class Office:
    """Somebody who clicks, and all that the server answered."""

    def __init__(self, app: Flask, address: str, wave: Wave) -> None:
        for role in (Role.COORDINATOR, Role.REVIEWER):
            user = make.user(role, wave.study.client, "boss@example.org")
        self._cookie, self._address, self.wave_id = cookie_of(app, user), address, wave.id
        self._app = app
        self.statuses: list[int] = []

    def click(self, path: str, **fields: str) -> int:
        desk = Phone(self._address, self._cookie, tries=1)
        desk.session()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        reply = desk.once("POST", path, urlencode(fields).encode(), form)
        self.statuses.append(0 if reply is None else reply.status)
        return self.statuses[-1]

    def release(self) -> None:
        self.click(f"/studio/waves/{self.wave_id}/release")

    def release_again(self) -> None:
        self.click(f"/studio/waves/{self.wave_id}/release-again", reason="More visits arrived")

    def exclude(self, visit: UUID) -> None:
        self.decide(visit, "set-aside", state=State.EXCLUDED, reason="Another shop's receipt")

    def decide(self, visit: UUID, act: str, **fields: str) -> None:
        """As somebody who looks again when the page was old, and decides once more."""
        while self.click(f"/desk/visits/{visit}/{act}", seen=self._look(visit), **fields) == PAGE_WAS_OLD:
            pass

    def _look(self, visit: UUID) -> str:
        with self._app.app_context():
            return make.mark_of(db.session.get_one(Visit, visit))

    def approve_all(self) -> None:
        with self._app.app_context():
            waiting = ids(State.RECEIVED)
        for visit in waiting:
            self.decide(visit, "approve")


def ids(*states: State) -> list[UUID]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Visit.id).where(Visit.state.in_(states)).order_by(Visit.id)))


def at_once(*acts: Callable[[], Any]) -> None:
    threads = [Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


def test_nothing_is_lost_and_every_edition_is_one_state_of_the_wave(app: Flask) -> None:
    somewhere = field(APPROVED + SENT)
    for assignment in somewhere.assignments[:APPROVED]:
        make.approved(assignment, at=now())
    wave, sent = somewhere.assignments[0].wave, [somewhere.sealed(APPROVED + n, 1) for n in range(SENT)]
    with processes.server(app) as server, processes.worker(app):
        office = Office(app, server.address, wave)
        phones = Thread(target=send, args=(somewhere.phone(app, server.address, tries=200), sent))
        is_over = Event()
        editor = Thread(target=publish, args=(app, somewhere.study.id, is_over))
        for thread in (phones, editor):
            thread.start()
        first, second = ids(State.APPROVED)[:2]
        at_once(*[office.release] * CLICKS, lambda: office.exclude(first))
        for _ in range(ROUNDS):
            at_once(*[office.release_again] * CLICKS, office.approve_all, lambda: office.exclude(second))
        phones.join(60)
        is_over.set()
        editor.join(60)
        until(lambda: waiting_media() == 0, 60, "photos cleaned")
        until(lambda: not open_jobs("release"), 60, "releases ended")
        office.approve_all()
        office.release_again()
        until(lambda: not open_jobs(), 120, "papers drawn")
    assert [status for status in office.statuses if status not in (303, PAGE_WAS_OLD, 422)] == []
    assert [sealed.visit for sealed in sent if not is_kept_once(sealed)] == []
    db.session.rollback()
    numbers = db.session.scalars(db.select(Edition.number).order_by(Edition.number)).all()
    assert numbers == list(range(1, len(numbers) + 1))
    counting = ids(*lifecycle.COUNTING)
    assert (len(counting), len(ids(State.APPROVED)), len(ids(State.EXCLUDED))) == (APPROVED + SENT - 2, 0, 2)
    assert sum(len(one.snapshot.visits) for one in release_queries.list_frozen(wave)) == len(counting)
    newest = release_queries.find_newest_edition(wave)
    assert newest is not None
    assert not release_queries.count_pending(newest)
    assert paper_queries.count_missing(newest) == 0


def open_jobs(*kinds: str) -> int:
    """Of all kinds, if none is named. What failed was a release that found nothing new."""
    db.session.rollback()
    failed = db.session.scalars(db.select(Job.error).where(Job.state == JobState.FAILED)).all()
    assert set(failed) <= {"NothingChanged", "WaveIsReleased"}
    query = db.select(db.func.count()).where(Job.state.in_((JobState.WAITING, JobState.RUNNING)))
    return db.session.scalar(query.where(Job.kind.in_(kinds)) if kinds else query) or 0


def send(phone: Phone, sent: list[Sealed]) -> None:
    for sealed in sent:
        assert phone.send(sealed).status in (200, 201)


def publish(app: Flask, study_id: UUID, is_over: Event) -> None:
    """One version after the other, while phones hold the first."""
    number = 0
    with app.app_context():
        study = db.session.get_one(Study, study_id)
        while not is_over.wait(0.3):
            number += 1
            checklists.publish(study, make.small_checklist(), "shop.xlsx", b"file", f"{number:063x}b")
