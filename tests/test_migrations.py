"""Every migration goes down and up again over rows in every table, and the database guards what it guarded."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import Any

import pytest
import sqlalchemy
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import DatabaseError

from fieldstudy.config import SITE
from fieldstudy.extensions import db
from fieldstudy.models import triggers
from tests import world
from tests.processes import environment

REVISIONS = [step.revision for step in ScriptDirectory(str(SITE / "migrations")).walk_revisions()]
"""From the newest to the first."""
FIRST, OLD = REVISIONS[-1], "0008"
GUARDED = {"journal": ("update", "delete"), "jottings": ("update",)}
CHANGE = {"update": "UPDATE {} SET id = id", "delete": "DELETE FROM {}"}


def counts() -> Mapping[str, int]:
    tables = sqlalchemy.inspect(db.engine).get_table_names()
    with db.engine.connect() as connection:
        return {
            table: connection.scalar(sqlalchemy.select(sqlalchemy.func.count()).select_from(sqlalchemy.table(table)))
            for table in tables
            if table != "alembic_version"
        }


def found_triggers() -> set[str]:
    with db.engine.connect() as connection:
        return triggers.find(connection)


def refused(table: str, verb: str) -> bool:
    try:
        with db.engine.begin() as connection:
            connection.execute(sqlalchemy.text(CHANGE[verb].format(table)))
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


def all_is_guarded() -> bool:
    return all(refused(table, verb) for table, verbs in GUARDED.items() for verb in verbs)


def content(table: str) -> list[Any]:
    with db.engine.connect() as connection:
        return sorted(
            map(
                str,
                connection.execute(
                    sqlalchemy.select(sqlalchemy.column("id")).select_from(sqlalchemy.table(table))
                ).scalars(),
            )
        )


@pytest.fixture
def filled(app: Flask) -> Flask:
    world.fill(app)
    db.session.remove()
    return app


def test_every_step_goes_down_and_up_over_rows_in_every_table(filled: Flask) -> None:
    guarded = found_triggers()
    assert len(guarded) == 3
    newest, journal, visits = counts(), content("journal"), content("visits")
    downgrade(revision=OLD)
    assert [table for table, count in counts().items() if count == 0] == []
    for revision in REVISIONS[REVISIONS.index(OLD) + 1 :]:
        downgrade(revision=revision)
        assert (found_triggers(), all_is_guarded()) == (guarded, True), revision
    assert (content("journal"), content("visits")) == (journal, visits)
    oldest = counts()
    assert {table: newest[table] for table in oldest} == oldest
    for revision in reversed(REVISIONS[:-1]):
        upgrade(revision=revision)
        assert (found_triggers(), all_is_guarded()) == (guarded, True), revision
    assert {table: counts()[table] for table in oldest} == oldest
    assert (content("journal"), content("visits")) == (journal, visits)


def test_foreign_keys_are_on_again_after_a_migration(filled: Flask) -> None:
    downgrade(revision=FIRST)
    upgrade()
    with pytest.raises(DatabaseError), db.engine.begin() as connection:
        connection.execute(sqlalchemy.text("DELETE FROM clients"))


def test_a_migration_that_leaves_rows_without_their_parent_is_undone(filled: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL never stops checking")
    raw = db.engine.raw_connection()
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("DELETE FROM clients")
    raw.execute("PRAGMA foreign_keys=ON")
    raw.close()
    with pytest.raises(Exception, match=r"rows of .*studies.* refer to rows that are not there"):
        downgrade(revision="0006")
    assert revision() == REVISIONS[0]
    assert "jotting_methods" in {column["name"] for column in sqlalchemy.inspect(db.engine).get_columns("studies")}


def revision() -> str:
    with db.engine.connect() as connection:
        return connection.scalar(sqlalchemy.text("SELECT version_num FROM alembic_version"))


def test_upgrades_at_the_same_time_wait_for_each_other(filled: Flask) -> None:
    kept = counts()["journal"]
    downgrade(revision=FIRST)
    db.engine.dispose()
    command = [str(Path(sys.executable).with_name("fieldstudy")), "upgrade"]
    started = [
        subprocess.Popen(command, env=environment(filled), stdout=PIPE, stderr=STDOUT, text=True) for _ in range(3)
    ]
    ended = [(process.communicate(timeout=60)[0].splitlines()[-1], process.returncode) for process in started]
    assert ended == [("The database is up to date.", 0)] * 3
    assert (revision(), counts()["journal"], all_is_guarded()) == (REVISIONS[0], kept, True)
