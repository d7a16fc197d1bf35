"""Files with visits while others work: two files at once, a release that computes, somebody who assigns."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.exchange import visits as visit_files
from fieldstudy.extensions import db
from fieldstudy.models import ChecklistVersion, Fieldworker, User, Visit, Wave
from fieldstudy.queries import releases as release_queries
from fieldstudy.services import assignments, import_jobs, releases, visit_imports
from fieldstudy.services.assignments import Task
from tests import factories as make
from tests.papers import do_all_jobs

WRITE = visit_imports._write
LONG, WHILE = 30, 1.0
"""Seconds: until a test gives up, and for how long an import stands still in the middle of a batch."""


@pytest.fixture
def wave(app: Flask) -> Wave:
    study = make.study()
    make.version(study)
    make.store(study, "A")
    return make.wave(study)


def import_file(wave_id: UUID, *ids: str, code: str = "X1", **more: Any) -> None:
    wave = db.session.get_one(Wave, wave_id)
    version = db.session.scalars(select(ChecklistVersion)).one()
    lines = [f"A,{code},mystery_shopping,2026-03-{n + 2:02} 10:00,yes,no,{id_}" for n, id_ in enumerate(ids)]
    text = "\n".join(["store,fieldworker,method,started_at,greeted,receipt,id", *lines])
    read = visit_files.read_visits("visits.csv", text.encode(), version.content, {"A": "Europe/Rome"})
    visit_imports.import_visits(wave, version, read.rows, **more)


@pytest.fixture
def at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Two acts in sessions of their own; the first is an import and stands still before its first batch is in."""
    has_begun, may_go_on = Event(), Event()

    def stop_here(*asked: Any) -> int:
        monkeypatch.setattr(visit_imports, "_write", WRITE)
        done = WRITE(*asked)
        db.session.flush()
        has_begun.set()
        may_go_on.wait(LONG)
        return done

    def within(act: Callable[[], object], outcomes: list[str]) -> None:
        with app.app_context():
            try:
                act()
                outcomes.append("done")
            except Exception as error:
                outcomes.append(type(error).__name__)
            finally:
                has_begun.set()

    def run(first: Callable[[], object], second: Callable[[], object]) -> list[str]:
        db.session.commit()
        monkeypatch.setattr(visit_imports, "_write", stop_here)
        told: tuple[list[str], list[str]] = ([], [])
        threads = [Thread(target=within, args=(act, one)) for act, one in zip((first, second), told, strict=True)]
        threads[0].start()
        assert has_begun.wait(LONG)
        threads[1].start()
        threads[1].join(WHILE)
        may_go_on.set()
        for thread in threads:
            thread.join(LONG)
        db.session.expire_all()
        return [*told[0], *told[1]]

    return run


def counts(*waves: Wave) -> list[int]:
    db.session.rollback()
    return [db.session.scalar(select(func.count()).where(Visit.wave_id == wave.id)) or 0 for wave in waves]


def codes() -> list[str]:
    return list(db.session.scalars(select(Fieldworker.code).order_by(Fieldworker.code)))


def test_one_id_comes_into_one_wave(wave: Wave, at_once: Callable[..., list[str]]) -> None:
    first, second = wave.id, make.wave(wave.study).id
    told = at_once(lambda: import_file(first, "a", "b"), lambda: import_file(second, "b", "c"))
    assert told == ["done", "VisitsDiffer"]
    assert counts(wave, db.session.get_one(Wave, second)) == [2, 0]


def test_two_files_know_the_same_new_fieldworker(wave: Wave, at_once: Callable[..., list[str]]) -> None:
    first, second = wave.id, make.wave(wave.study).id
    told = at_once(lambda: import_file(first, "a"), lambda: import_file(second, "b"))
    assert (told, codes()) == (["done", "done"], ["X1"])


def test_the_same_file_twice_is_in_once(wave: Wave, at_once: Callable[..., list[str]]) -> None:
    """As where a worker stood still for so long that another took its job."""
    one = wave.id
    told = at_once(lambda: import_file(one, "a", "b"), lambda: import_file(one, "a", "b"))
    assert (told, counts(wave)) == (["done", "done"], [2])


def test_somebody_new_gets_a_code_that_no_file_brings(wave: Wave, at_once: Callable[..., list[str]]) -> None:
    one, person, store = wave.id, make.user(Role.SHOPPER, wave.study.client), make.store(wave.study, "B")
    person_id, store_id = person.id, store.id

    def assign() -> None:
        found = db.session.get_one(Wave, one)
        task = Task(Method.MYSTERY_SHOPPING, "shop", make.TODAY, make.TODAY + timedelta(days=7))
        people, places = [db.session.get_one(User, person_id)], [db.session.get_one(type(store), store_id)]
        assignments.assign(found, people, places, task)

    told = at_once(lambda: import_file(one, "a", code="F01"), assign)
    assert (told, codes()) == (["done", "done"], ["F01", "F02"])


def test_a_slow_machine_lets_others_in_sooner(wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row takes longer than others may have to wait."""
    said: list[int] = []
    monkeypatch.setattr(visit_imports, "HELD_SECONDS", -1)
    import_file(wave.id, "a", "b", "c", say=lambda done, total, present: said.append(done))
    assert (said, counts(wave)) == ([0, 1, 2, 3], [3])


# A release that computes


def act_once(app: Flask, act: Callable[[], object]) -> releases.Say:
    """While the first store is computed, in a session of its own."""
    done: list[int] = []

    def within() -> None:
        with app.app_context():
            act()

    def say(number: int, total: int) -> None:
        if not done:
            done.append(number)
            other = Thread(target=within)
            other.start()
            other.join(LONG)
            assert not other.is_alive(), "it had to wait for the release"

    return say


def test_what_comes_in_while_figures_are_computed_is_in_them(app: Flask, wave: Wave) -> None:
    make.visited(wave, make.store(wave.study, "B"))
    one = wave.id
    db.session.commit()
    edition = releases.carry_out(wave, releases.Order(), act_once(app, lambda: import_file(one, "a", "b")))
    assert edition.number == 1
    assert [len(frozen.snapshot.visits) for frozen in release_queries.list_frozen(wave)] == [2, 1]


def test_a_file_that_is_sent_while_figures_are_computed_keeps_them_from_being_released(app: Flask, wave: Wave) -> None:
    """Half of a file in an edition would be worse than an edition later."""
    make.visited(wave, make.store(wave.study, "B"))
    one = wave.id
    db.session.commit()

    def order() -> None:
        version = db.session.scalars(select(ChecklistVersion)).one()
        content = b"store,fieldworker,method,started_at,greeted\nA,X1,mystery_shopping,2026-03-02 10:00,yes\n"
        import_jobs.order(db.session.get_one(Wave, one), version, "visits.csv", content, None)

    with pytest.raises(releases.ImportIsOpen):
        releases.carry_out(wave, releases.Order(), act_once(app, order))
    do_all_jobs(app)
    assert counts(wave) == [2]
    assert releases.release(db.session.get_one(Wave, one)).number == 1
