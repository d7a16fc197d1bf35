"""A release while others go on working: it freezes one state of the wave, and what comes beside it is told after it.

Figures are computed while everybody writes; where that changed them, they are computed again.
"""

from collections.abc import Callable
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Edition, Store, StoreEdition, Visit, Wave
from fieldstudy.queries import releases as release_queries
from fieldstudy.services import releases, unit, visit_imports, visits
from tests import factories as make

CHECK = releases._check_unchanged
LONG, WHILE = 30, 1.0
"""Seconds: until a test gives up, and how long a release stands still in its middle."""


class Release(Thread):
    """In a session of its own; stands still while it holds the wave, before the figures are frozen."""

    def __init__(self, app: Flask, act: Callable[[], Edition]) -> None:
        super().__init__()
        self._app, self._act = app, act
        self.has_taken, self.may_go_on = Event(), Event()
        self.outcome: str = ""

    def run(self) -> None:
        with self._app.app_context():
            try:
                self.outcome = f"edition {self._act().number}"
            except Exception as error:
                self.outcome = type(error).__name__

    def stop_here(self, *asked: object) -> None:
        self.has_taken.set()
        self.may_go_on.wait(LONG)
        CHECK(*asked)


@pytest.fixture
def wave(app: Flask) -> Wave:
    made = make.wave(study := make.study())
    make.version(study)
    for code in ("A", "A", "B"):
        make.visited(made, make.store(study, code))
    return made


@pytest.fixture
def beside(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Does something while a release stands still; returns how the release ended."""

    def run(release: Callable[[], Edition], act: Callable[[], object]) -> str:
        db.session.commit()
        first = Release(app, release)
        monkeypatch.setattr(releases, "_check_unchanged", first.stop_here)
        first.start()
        assert first.has_taken.wait(LONG), first.outcome
        monkeypatch.setattr(releases, "_check_unchanged", CHECK)
        other = Thread(target=_within, args=(app, act))
        other.start()
        other.join(WHILE)
        first.may_go_on.set()
        first.join(LONG)
        other.join(LONG)
        assert (first.is_alive(), other.is_alive()) == (False, False)
        db.session.expire_all()
        return first.outcome

    return run


def _within(app: Flask, act: Callable[[], object]) -> None:
    with app.app_context():
        act()


def by_id(wave: Wave) -> Callable[[], Wave]:
    """Each thread reads it in its own session."""
    wave_id = wave.id
    return lambda: db.session.get_one(Wave, wave_id)


def frozen(wave: Wave) -> list[int]:
    """Visits in each store's report of the newest edition."""
    return [len(one.snapshot.visits) for one in release_queries.list_frozen(wave)]


@pytest.fixture
def visit_id(wave: Wave) -> UUID:
    return db.session.scalars(db.select(Visit.id).join(Visit.store).where(Visit.wave_id == wave.id).limit(1)).one()


def test_a_visit_that_is_set_aside_meanwhile_is_told_after_the_release(
    wave: Wave, visit_id: UUID, beside: Callable[..., str]
) -> None:
    get = by_id(wave)

    def exclude() -> None:
        visits.set_aside(db.session.get_one(Visit, visit_id), State.EXCLUDED, "Another shop's receipt", None)

    outcome = beside(lambda: releases.release(get()), exclude)
    pending = release_queries.count_pending(release_queries.find_newest_edition(wave))
    assert (outcome, frozen(wave), pending.set_aside) == ("edition 1", [2, 1], 1)
    assert db.session.get_one(Visit, visit_id).state == State.EXCLUDED


def test_a_visit_that_is_approved_meanwhile_counts_from_the_next_edition(
    wave: Wave, beside: Callable[..., str]
) -> None:
    get, late = by_id(wave), make.received(make.assignment(wave)).id

    def approve() -> None:
        visits.approve(db.session.get_one(Visit, late), None)

    outcome = beside(lambda: releases.release(get()), approve)
    pending = release_queries.count_pending(release_queries.find_newest_edition(wave))
    assert (outcome, frozen(wave), pending.approved) == ("edition 1", [2, 1], 1)
    releases.release_again(wave, "One came late")
    assert (frozen(wave), release_queries.find_newest_edition(wave).number) == ([2, 1, 1], 2)


def test_a_visit_that_arrives_meanwhile_is_received(wave: Wave, beside: Callable[..., str]) -> None:
    get, started = by_id(wave), make.visit(make.assignment(wave)).id

    def send() -> None:
        visits.submit(db.session.get_one(Visit, started), 1, make.GOOD, None, make.NOON)

    outcome = beside(lambda: releases.release(get()), send)
    assert (outcome, frozen(wave)) == ("edition 1", [2, 1])
    assert db.session.get_one(Visit, started).state == State.RECEIVED


def test_a_visit_that_begins_meanwhile_is_there(wave: Wave, beside: Callable[..., str]) -> None:
    get, assignment = by_id(wave), make.assignment(wave)
    assignment_id, visit_id = assignment.id, make.new_id()

    def start() -> None:
        visits.start(db.session.get_one(type(assignment), assignment_id), visit_id, None, make.NOON)

    assert beside(lambda: releases.release(get()), start) == "edition 1"
    assert db.session.get_one(Visit, visit_id).state == State.IN_FIELD


def test_a_visit_begins_while_the_wave_is_held(app: Flask, wave: Wave, database_url: str, monkeypatch: Any) -> None:
    """Where rows are locked, and not the whole database, no phone waits for a release."""
    if database_url.startswith("sqlite"):
        pytest.skip("one writer at a time")
    assignment_id, seen = make.assignment(wave).id, []

    def start() -> None:
        visits.start(db.session.get_one(Assignment, assignment_id), make.new_id(), None, make.NOON)
        seen.append("begun")

    def check(*asked: Any) -> None:
        other = Thread(target=_within, args=(app, start))
        other.start()
        other.join(WHILE)
        seen.append("checked")
        CHECK(*asked)

    monkeypatch.setattr(releases, "_check_unchanged", check)
    assert (releases.release(wave).number, seen) == (1, ["begun", "checked"])


def test_two_clicks_make_one_edition(wave: Wave, beside: Callable[..., str]) -> None:
    get, second = by_id(wave), []

    def release() -> None:
        try:
            releases.release(get())
        except releases.WaveIsReleased:
            second.append("released already")

    assert (beside(lambda: releases.release(get()), release), second) == ("edition 1", ["released already"])
    assert db.session.scalars(db.select(Edition.number)).all() == [1]
    assert db.session.scalar(db.select(db.func.count()).select_from(StoreEdition)) == 2


def test_two_clicks_make_one_more_edition(wave: Wave, visit_id: UUID, beside: Callable[..., str]) -> None:
    releases.release(wave)
    visits.set_aside(db.session.get_one(Visit, visit_id), State.EXCLUDED, "Another shop's receipt", None)
    get, second = by_id(wave), []

    def release() -> None:
        try:
            releases.release_again(get(), "A receipt")
        except releases.NothingChanged:
            second.append("nothing changed")

    assert (beside(lambda: releases.release_again(get(), "A receipt"), release), second) == (
        "edition 2",
        ["nothing changed"],
    )
    assert db.session.scalars(db.select(Edition.number).order_by(Edition.number)).all() == [1, 2]


def test_a_file_that_comes_second_adds_nothing(wave: Wave, beside: Callable[..., str]) -> None:
    """The page looked at the wave before the release, and the file was long."""
    get, version, second = by_id(wave), make.version(wave.study), []

    def import_file() -> None:
        try:
            visit_imports.import_visits(get(), db.session.get_one(type(version), version.id), ())
        except releases.WaveIsReleased:
            second.append("released already")

    assert (beside(lambda: releases.release(get()), import_file), second) == ("edition 1", ["released already"])


# Outside the lock


def act_once(app: Flask, act: Callable[[], object]) -> releases.Say:
    """While the first store is computed, in a session of its own, as another process would."""
    done: list[int] = []

    def say(number: int, total: int) -> None:
        if not done:
            done.append(number)
            other = Thread(target=_within, args=(app, act))
            other.start()
            other.join(LONG)
            assert not other.is_alive(), "it had to wait for the release"

    return say


def test_a_phone_writes_while_figures_are_computed(app: Flask, wave: Wave) -> None:
    """What arrives is in no figure, so that nothing is computed twice."""
    get, started, said = by_id(wave), make.visit(make.assignment(wave)).id, []
    db.session.commit()
    act = act_once(app, lambda: visits.submit(db.session.get_one(Visit, started), 1, make.GOOD, None, make.NOON))

    def say(number: int, total: int) -> None:
        said.append(number)
        act(number, total)

    edition = releases.carry_out(get(), releases.Order(), say)
    db.session.expire_all()
    assert (edition.number, frozen(wave), said) == (1, [2, 1], [0, 1, 2])
    assert db.session.get_one(Visit, started).state == State.RECEIVED


def test_what_is_set_aside_while_figures_are_computed_is_not_in_them(app: Flask, wave: Wave, visit_id: UUID) -> None:
    get = by_id(wave)
    db.session.commit()

    def exclude() -> None:
        visits.set_aside(db.session.get_one(Visit, visit_id), State.EXCLUDED, "Another shop's receipt", None)

    releases.carry_out(get(), releases.Order(), act_once(app, exclude))
    db.session.expire_all()
    assert sum(frozen(wave)) == 2
    assert release_queries.count_pending(release_queries.find_newest_edition(wave)).set_aside == 0


def test_a_wave_that_changes_every_time_is_not_released(app: Flask, wave: Wave) -> None:
    stores, get = [one.id for one in db.session.scalars(db.select(Store))], by_id(wave)
    db.session.commit()

    def rename(number: int, total: int) -> None:
        def act() -> None:
            with unit.work(store := db.session.get_one(Store, stores[0])):
                store.name += "!"

        act_once(app, act)(number, total)

    with pytest.raises(releases.WaveKeepsChanging):
        releases.carry_out(get(), releases.Order(), rename)
    assert db.session.scalars(db.select(Edition.number)).all() == []


def test_a_release_that_ends_in_its_middle_leaves_nothing(
    app: Flask, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = app.extensions["fieldstudy"].data
    before = {path.name for path in data.iterdir()}
    monkeypatch.setattr(releases, "_release_visits", lambda ids: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        releases.release(wave)
    assert {path.name for path in data.iterdir()} - before <= {"writers"}
    assert db.session.scalar(db.select(db.func.count()).select_from(StoreEdition)) == 0
    monkeypatch.undo()
    assert releases.release(wave).number == 1
