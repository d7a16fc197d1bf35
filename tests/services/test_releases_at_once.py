"""A release while others go on working: it freezes one state of the wave, and what comes beside it is told after it."""

from collections.abc import Callable
from threading import Event, Thread
from uuid import UUID

import pytest
from flask import Flask

from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Edition, StoreEdition, Visit, Wave
from fieldstudy.queries import releases as release_queries
from fieldstudy.services import releases, visit_imports, visits
from fieldstudy.services.releases import TakenWave
from tests import factories as make

LONG, WHILE = 30, 1.0
"""Seconds: until a test gives up, and how long a release stands still in its middle."""


class Release(Thread):
    """In a session of its own; stands still between taking the figures and freezing them."""

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

    def stop_here(self, taken: TakenWave) -> None:
        self.has_taken.set()
        self.may_go_on.wait(LONG)


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
        monkeypatch.setattr(releases, "_check_sums", first.stop_here)
        first.start()
        assert first.has_taken.wait(LONG), first.outcome
        monkeypatch.setattr(releases, "_check_sums", lambda taken: None)
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
