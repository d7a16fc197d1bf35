"""A wave's fingerprint changes with everything that its figures and reports are read from."""

import re
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy
from flask import Flask

from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Client, Photo, Store, Visit, Wave
from fieldstudy.models.columns import now
from fieldstudy.queries import fingerprints, snapshots
from fieldstudy.services import photos, studies, unit, visits
from tests import factories as make

DATABASES = ("sqlite",)
STAND_IN = {"answers", "encounters", "scores", "section_scores", "fieldworkers"}
"""What a visit, its revision and its submission stand for."""


@pytest.fixture
def wave(app: Flask) -> Wave:
    """With a wave before it, a visit with a photo, and one that was set aside."""
    study = make.study()
    make.version(study)
    place = make.store(study, "A")
    make.visited(make.wave(study, starts_on=date(2026, 1, 1)), place)
    made = make.wave(study)
    for _ in range(2):
        make.visited(made, place)
    pictured = make.visit(make.assignment(made, at=place))
    photos.keep(pictured, "window", make.picture(), None)
    visits.submit(pictured, 1, make.GOOD, None, make.NOON)
    visits.approve(pictured, None)
    visits.set_aside(make.received(make.assignment(made, at=place)), State.EXCLUDED, "A trial", None)
    return made


def test_every_table_that_a_report_is_read_from_is_in_it(wave: Wave) -> None:
    read, marked = tables_of(lambda: snapshots.take_wave(wave)), tables_of(lambda: of(wave))
    assert read - marked <= STAND_IN
    assert marked >= {"submissions", "visits", "photos", "jottings", "stores", "assignments", "checklist_versions"}


def of(wave: Wave) -> str:
    return fingerprints.of_wave(wave)


def tables_of(act: Callable[[], object]) -> set[str]:
    """Named in the statements that this sends."""
    sent: list[str] = []

    def note(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    db.session.rollback()
    db.session.expire_all()
    sqlalchemy.event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        sqlalchemy.event.remove(db.engine, "before_cursor_execute", note)
    return set(re.findall(r"(?:FROM|JOIN) (\w+)", " ".join(sent)))


def visit_of(wave: Wave) -> Visit:
    return db.session.scalars(db.select(Visit).where(Visit.wave_id == wave.id, Visit.state == State.APPROVED)).first()


def change(row: object, **values: object) -> None:
    with unit.work(row):
        for name, value in values.items():
            setattr(row, name, value)


def approve_another(wave: Wave) -> None:
    make.visited(wave, make.store(wave.study, "B"))


def set_aside(wave: Wave) -> None:
    visits.set_aside(visit_of(wave), State.VOID, "A trial", None)


def make_again(wave: Wave) -> None:
    """Sent back, and then what it was."""
    visit = visit_of(wave)
    change(visit, state=State.IN_REVIEW)
    visits.send_back(visit, {"": "Really?"}, None)
    visits.submit(visit, 2, make.GOOD, None, make.NOON)
    visits.approve(visit, None)


def before(wave: Wave) -> Wave:
    return db.session.scalars(db.select(Wave).where(Wave.study_id == wave.study_id).order_by(Wave.starts_on)).first()


def plan(wave: Wave) -> None:
    make.assignment(wave, at=db.session.scalars(db.select(Store)).first())


CHANGES: dict[str, Callable[[Wave], object]] = {
    "one more": approve_another,
    "set aside": set_aside,
    "made again": make_again,
    "one more before": lambda wave: approve_another(before(wave)),
    "set aside before": lambda wave: set_aside(before(wave)),
    "planned": plan,
    "scenario": lambda wave: change(db.session.scalars(db.select(Assignment)).all()[-1], scenario="Other"),
    "photo": lambda wave: change(db.session.scalars(db.select(Photo)).one(), removed_at=now()),
    "store": lambda wave: change(db.session.scalars(db.select(Store)).first(), name="New name"),
    "client": lambda wave: change(db.session.get_one(Client, wave.client_id), name="New name"),
    "study": lambda wave: studies.change_study(wave.study, None, purpose="Other"),
    "wave": lambda wave: change(wave, name="New name"),
    "version": lambda wave: make.version(wave.study, make.small_checklist(is_capped=False)),
    "jottings": lambda wave: change(wave.study, jotting_methods=tuple(Method)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_a_report_changes_it(wave: Wave, name: str) -> None:
    was = of(wave)
    CHANGES[name](wave)
    db.session.expire_all()
    assert of(wave) != was


def test_what_arrives_and_waits_does_not(wave: Wave) -> None:
    """Else a release would never end while phones send."""
    assignment = make.assignment(wave, at=db.session.scalars(db.select(Store)).first())
    was = of(wave)
    make.received(assignment)
    db.session.expire_all()
    assert of(wave) == was
