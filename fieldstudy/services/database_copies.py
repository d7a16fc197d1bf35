"""A copy of the whole database while it is in use, and the way back, on SQLite and on PostgreSQL."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import OperationalError

from fieldstudy.extensions import db
from fieldstudy.services import unit

NAMES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
PATIENCE_MILLISECONDS = 5_000


class ProgramFailed(Exception):
    """pg_dump or pg_restore is not installed, or refused; the message is its own."""


def path_in(folder: Path) -> Path:
    return folder / NAMES[db.engine.dialect.name]


@contextmanager
def copied(path: Path) -> Iterator[Connection]:
    """Writes the copy, and lets its state be read: the same rows, whatever others write meanwhile."""
    path.unlink(missing_ok=True)
    copy = _copied_sqlite if db.engine.dialect.name == "sqlite" else _copied_postgresql
    with copy(path) as connection:
        yield connection


@contextmanager
def _copied_sqlite(path: Path) -> Iterator[Connection]:
    with closing(db.engine.raw_connection()) as live, closing(sqlite3.connect(path)) as copy:
        _driver(live).backup(copy)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        yield connection
    engine.dispose()
    with closing(sqlite3.connect(path)) as copy:
        # Otherwise whoever reads it would leave further files beside it.
        copy.execute("PRAGMA journal_mode=DELETE")


def _driver(live: Any) -> sqlite3.Connection:
    found: sqlite3.Connection = live.driver_connection
    return found


@contextmanager
def _copied_postgresql(path: Path) -> Iterator[Connection]:
    """pg_dump sees what this transaction sees."""
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        _run("pg_dump", f"--snapshot={snapshot}", "--format=custom", f"--file={path}")
        yield connection


def put_back(path: Path) -> None:
    """In place of everything that the database holds."""
    if db.engine.dialect.name == "postgresql":
        _run("pg_restore", "--clean", "--if-exists", "--single-transaction", "--exit-on-error", str(path))
        return
    with unit.turn(), closing(db.engine.raw_connection()) as live, closing(sqlite3.connect(path)) as copy:
        copy.backup(_driver(live))


def compact() -> bool:
    """What was deleted lies in files of the database until the room is needed: written anew, they hold nothing of it.

    False where that has to wait: somebody else is at work, or the disk has no room for a second copy.
    """
    unit.rest()
    return _compact_sqlite() if db.engine.dialect.name == "sqlite" else _compact_postgresql()


def _compact_postgresql() -> bool:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"SET lock_timeout = {PATIENCE_MILLISECONDS}"))
        try:
            connection.execute(text("VACUUM FULL"))
        except OperationalError:
            return False
        finally:
            connection.execute(text("RESET lock_timeout"))
    return True


def _compact_sqlite() -> bool:
    with unit.turn(), closing(db.engine.raw_connection()) as live:
        try:
            _driver(live).execute("VACUUM")
            is_busy, *_ = _driver(live).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            return False
    return not is_busy


def _run(program: str, *arguments: str) -> None:
    """The password goes by the environment: a command line can be read by everybody on the machine."""
    found = shutil.which(program)
    if found is None:
        raise ProgramFailed(f"{program} is not installed; it comes with PostgreSQL's client programs")
    url: URL = db.engine.url.set(drivername="postgresql")
    password = {"PGPASSWORD": url.password} if url.password else {}
    address = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    command = [found, "--no-owner", "--no-privileges", f"--dbname={address.render_as_string()}", *arguments]
    done = subprocess.run(  # noqa: S603 the arguments are our own
        command, env={**os.environ, **password}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ProgramFailed(f"{program}: {done.stderr.strip()}")
