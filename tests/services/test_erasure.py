"""Erasing: who, what, how often; a canary person in full stands in tests/test_canary_person.py."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import Table

from fieldstudy.cli import main
from fieldstudy.core.access import Membership, Role, Viewer
from fieldstudy.extensions import Model, db
from fieldstudy.models import (
    AnswerRow,
    Draft,
    Fieldworker,
    JobState,
    Jotting,
    JournalLine,
    Medium,
    Photo,
    Session,
    Store,
    Submission,
    User,
    Visit,
)
from fieldstudy.queries import accounts as account_queries
from fieldstudy.queries import people as people_queries
from fieldstudy.services import (
    erasure,
    erasure_list,
    fieldnotes,
    files,
    fsck,
    import_jobs,
    people,
    photos,
    purge,
    unit,
    visits,
)
from fieldstudy.services.erasure import WorkersAreBusy
from tests import factories as make
from tests import inbox, signing, world
from tests.papers import do_all_jobs

ACTING = re.compile(r"[a-z]+_by|actor_id|inviter_id")


@pytest.fixture(autouse=True)
def data(app: Flask, tmp_path: Path) -> Iterator[Path]:
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, data=tmp_path)
    yield tmp_path
    app.extensions["fieldstudy"] = config


def count(table: type[Model]) -> int:
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(table))


def test_every_column_that_names_a_person_says_whose_row_it_is_or_who_did_something() -> None:
    """By its name: rows with a `user_id` go with the person, the others keep an id that is nobody's. New tables too."""
    tables: list[Table] = Model.metadata.sorted_tables
    naming = [
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.c
        if column.references(User.__table__.c.id)
    ]
    assert [name for name in naming if not re.fullmatch(rf"[a-z_]+\.(?:user_id|{ACTING.pattern})", name)] == []
    owned = {table.name for table in tables if "user_id" in table.c}
    above = [
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.c
        for key in column.foreign_keys
        if key.column.table.name in owned - {"fieldworkers"} and table.name not in owned
    ]
    assert above == [], "rows that refer to a row that goes have to go too: give them a user_id"


def test_an_address_is_kept_with_its_account_and_nowhere_else() -> None:
    found = [f"{table.name}.{column.name}" for table in Model.metadata.sorted_tables for column in table.c
             if "mail" in column.name]  # fmt: skip
    assert found == ["users.email"]


def person(name: str = "Maria Rossi") -> tuple[User, Visit]:
    """With a visit that was received."""
    study = make.study()
    shopper = make.user(Role.SHOPPER, study.client)
    with unit.work(shopper):
        shopper.name = name
    task = make.assignment(make.wave(study), shopper)
    visit = make.visit(task)
    photos.keep(visit, "window", make.picture(), None)
    fieldnotes.jot(visit, "welcome", "A queue", make.NOON, None)
    visits.submit(visit, 1, {**make.GOOD, "q-words": [f"{name} was here"]}, None, make.NOON)
    return shopper, visit


def test_the_code_stays_and_leads_to_nobody() -> None:
    shopper, visit = person()
    report = erasure.erase_person(shopper)
    db.session.expire_all()
    assert (visit.fieldworker.user_id, [(one.code, one.visits) for one in report.stays.codes]) == (None, [("F01", 1)])
    assert db.session.get(AnswerRow, (visit.id, 1, "words")).value == "[…] was here"
    assert (count(Jotting), count(Submission)) == (0, 1)


def test_the_account_opens_no_door_and_its_address_is_free() -> None:
    shopper, _ = person()
    email = shopper.email
    people.create_user(email, make.access.Membership(Role.ADMIN))
    erasure.erase_person(shopper)
    assert people_queries.find_user_by_email(email) is None
    again, _ = people.create_user(email, make.access.Membership(Role.ADMIN))
    assert again.id != shopper.id


def test_an_erased_account_is_in_no_list_and_cannot_be_opened_again() -> None:
    shopper, _ = person()
    erasure.erase_person(shopper)
    viewer = Viewer(make.user(Role.ADMIN).id, (Membership(Role.ADMIN),))
    assert account_queries.find_account(viewer, shopper.id) is None
    assert shopper.id not in {line.id for line in account_queries.list_accounts()}


def test_it_may_be_repeated_by_the_id() -> None:
    shopper, _ = person()
    erasure.erase_person(shopper)
    first = db.session.get(User, shopper.id).erased_at
    report = erasure.erase_person(db.session.get(User, shopper.id))
    assert (sum(report.gone.values()), db.session.get(User, shopper.id).erased_at) == (0, first)
    assert len(erasure_list.read(erasure_list.path())) == 1


def test_photos_of_what_was_sent_go_when_they_are_asked_for() -> None:
    shopper, _ = person()
    path = files.path_of(db.session.scalars(db.select(Photo.sha256)).one())
    assert (erasure.erase_person(shopper).stays.photos, path.exists()) == (1, True)
    again = erasure.erase_code(db.session.scalars(db.select(Fieldworker)).one(), with_photos=True)
    assert (again.gone["photos"], again.stays.photos, path.exists()) == (1, 0, False)
    assert fsck.check().is_sound


def test_a_picture_that_somebody_else_sent_too_stays() -> None:
    shopper, _ = person()
    other, _ = person("Carla Bianchi")
    path = files.path_of(db.session.scalars(db.select(Photo.sha256).distinct()).one())
    erasure.erase_person(shopper, with_photos=True)
    assert path.exists()
    erasure.erase_person(other, with_photos=True)
    assert not path.exists()


def test_photos_that_wait_for_a_worker_are_waited_for(app: Flask) -> None:
    medium = inbox.send(make.received(), make.picture_bytes())
    sender = db.session.get(User, medium.user_id)
    with pytest.raises(WorkersAreBusy):
        erasure.erase_person(sender)
    assert (sender.is_active, count(Medium)) == (True, 1)
    do_all_jobs(app)
    db.session.rollback()
    erasure.erase_person(sender)
    assert (count(Medium), count(Photo)) == (0, 1)


def test_a_file_with_visits_is_waited_for_and_goes_if_it_did_not_come_in(app: Flask) -> None:
    shopper, visit = person()
    job = import_jobs.order(visit.wave, visit.checklist_version, "visits.csv", b"Maria Rossi", None)
    folder = app.extensions["fieldstudy"].data / "imports"
    with pytest.raises(WorkersAreBusy, match=r"photos that were sent \(0\), files with visits \(1\)"):
        erasure.erase_person(shopper)
    with unit.work(job):
        job.state = JobState.FAILED
    report = erasure.erase_person(shopper)
    assert (report.gone["files with visits that did not come in"], list(folder.iterdir())) == (1, [])


def test_a_code_without_an_account_loses_its_notes() -> None:
    shopper, visit = person()
    with unit.work(visit.fieldworker):
        visit.fieldworker.user_id = None
    report = erasure.erase_code(visit.fieldworker)
    assert (report.gone["jottings"], report.gone["sendings emptied"], count(Jotting)) == (1, 1, 0)
    assert db.session.get(User, shopper.id).erased_at is None


def test_a_first_name_is_not_taken_out_of_what_others_wrote() -> None:
    """A shop and a person may have the same name."""
    shopper, _ = person("Verona")
    make.store(make.study(), "V", name="Verona")
    erasure.erase_person(shopper)
    assert db.session.scalars(db.select(Store.name).where(Store.code == "V")).one() == "Verona"


@pytest.mark.parametrize("name", ["Maria Rossi", "Maria"])
def test_what_waits_to_be_said_to_others_does_not_name_the_person(app: Flask, name: str) -> None:
    user, _ = person(name)
    boss = make.user(Role.COORDINATOR)
    signing.token_of(app, boss)
    row = db.session.scalars(db.select(Session).where(Session.user_id == boss.id)).one()
    said = [["message", f"The name is now {name}."], ["message", f"A letter to {user.email}."], ["message", "Saved."]]
    row.data = {"_flashes": said, "device": "Maria"}
    db.session.commit()
    erasure.erase_person(user)
    db.session.rollback()
    row = db.session.scalars(db.select(Session).where(Session.user_id == boss.id)).one()
    assert row.data == {"_flashes": [["message", "Saved."]], "device": "Maria"}


def test_others_lose_nothing(app: Flask) -> None:
    world.fill(app)
    shopper, _ = person()
    before = {table: count(table) for table in (Jotting, Draft, Submission, Photo, Medium)}
    erasure.erase_person(shopper)
    after = {table: count(table) for table in before}
    assert {table.__tablename__: before[table] - after[table] for table in before} == {
        "jottings": 1, "drafts": 0, "submissions": 0, "photos": 0, "media": 0,
    }  # fmt: skip
    assert fsck.check().is_sound


def test_the_journal_says_that_somebody_went_and_how_much() -> None:
    shopper, _ = person()
    boss = make.user(Role.ADMIN)
    erasure.erase_person(shopper, boss.id)
    line = db.session.scalars(db.select(JournalLine).where(JournalLine.verb == "user.erased")).one()
    assert (line.actor_id, line.subject_id, line.details["counts"]["jottings"]) == (boss.id, shopper.id, 1)


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    def invoke(*words: str, code: int = 0, typed: str = "") -> Result:
        db.session.remove()
        result = CliRunner().invoke(main, list(words), obj=lambda: app, input=typed)
        assert result.exit_code == code, result.output
        return result

    return invoke


def test_the_command_asks_and_tells(run: Callable[..., Result]) -> None:
    shopper, visit = person()
    email, client = shopper.email, visit.study.client.name
    assert "Erase" in run("erase", email, code=1, typed="n\n").output
    assert db.session.get(User, shopper.id).erased_at is None
    said = run("erase", "F01", "--client", client, typed="y\n").output
    assert "erased\t1\tjottings\n" in said
    assert f"stays\t1\tvisits of F01 at {client}" in said
    assert "stays\t1\tphotos of visits that were sent" in said
    assert "does not exist" in run("erase", email, code=1).output
    assert "does not exist" in run("erase", "F99", "--client", client, code=1).output
    run("erase", str(shopper.id), "--yes")


def test_the_purge_after_an_erasure_finds_nothing_left(app: Flask) -> None:
    shopper, _ = person()
    erasure.erase_person(shopper, with_photos=True)
    assert purge.run()[purge.ORPHANS] == 0
