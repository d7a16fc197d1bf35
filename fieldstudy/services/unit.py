"""One transaction for one intention. The only place that commits."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

from flask import current_app
from sqlalchemy import ColumnElement, Executable, Insert, Table, delete, select

from fieldstudy.extensions import Model, db
from fieldstudy.models import User, Wave

WAKES, LATER, TURN, CONNECTION = "wakes_workers", "rows_at_the_end", "has_the_turn", "connection"
SWEPT_AT_ONCE = 100


@contextmanager
def work(*rows: Any) -> Iterator[None]:
    """A writing transaction; `rows` are locked and read again first, so that decisions rest on the present. Parents
    before children, whatever the order in which they are named, or two intentions could wait for each other.

    The read transaction of the request ends here: SQLite lets a writer wait for its turn only at the beginning.
    """
    session = db.session()
    session.commit()
    session.info[LATER] = []
    session.info.pop(WAKES, None)
    with turn():
        session.info[CONNECTION] = session.connection(execution_options={"writes": True})
        try:
            for row in sorted(rows, key=_place):
                session.refresh(row, with_for_update=_lock_of(row))
            yield
            _write_last(session)
            session.commit()
        except BaseException:
            session.rollback()
            raise
    if session.info.pop(WAKES, False):
        current_app.extensions["wake"]()


def _place(row: Any) -> tuple[int, str]:
    return _places()[row.__tablename__], str(row.id)


@cache
def _places() -> dict[str, int]:
    """People and clients come first, because all else refers to them."""
    return {table.name: place for place, table in enumerate(db.metadata.sorted_tables)}


def _lock_of(row: Any) -> dict[str, Any]:
    """Rows that refer to a person or to a wave may be written meanwhile. A line of the journal names who wrote it: two
    people who change each other at once must not wait for that. A release holds its wave for long, and visits begin.
    """
    return {"of": type(row), "key_share": isinstance(row, User | Wave)}


@contextmanager
def turn() -> Iterator[None]:
    """Writers of SQLite stand in a line. By itself it lets them sleep and try again: under load most of the time goes
    by while nobody writes, and the unlucky ones give up.
    """
    info = db.session().info
    if info.get(TURN) or db.engine.dialect.name != "sqlite":
        yield
        return
    handle = os.open(current_app.extensions["fieldstudy"].data / "writers", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        info[TURN] = True
        yield
    finally:
        info.pop(TURN, None)
        os.close(handle)


def rest() -> None:
    """Ends the reading transaction: none stays open while a slow phone sends, and what is read next is the present."""
    db.session.commit()


def read_one_state() -> None:
    """What is read from now on is of one moment, however many queries it takes: by itself PostgreSQL looks at the
    present with every one, and figures would not belong to the visits that are read after them.
    """
    rest()
    if db.engine.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def sweep(table: type[Model], is_over: ColumnElement[bool]) -> None:
    """Inside a unit: rows of anybody that mean nothing any more. What somebody else has locked is left to the next
    sweep, so that nobody waits for people whom they have nothing to do with.
    """
    rows = cast(Any, table)
    over = select(rows.id).where(is_over).limit(SWEPT_AT_ONCE).with_for_update(skip_locked=True)
    if ids := db.session.scalars(over).all():
        change(delete(rows).where(rows.id.in_(ids)))


def insert(table: type[Model], *rows: Mapping[str, Any]) -> None:
    """Inside a unit, in one statement and past the session, which would take three times as long.

    What the rows refer to has to be written already.
    """
    if rows:
        db.session.info[CONNECTION].execute(_insert_into(table), rows)


def insert_last(table: type[Model], row: Mapping[str, Any]) -> None:
    """Inside a unit: written at its end, when all that the row refers to is."""
    db.session.info[LATER].append((table, row))


def change(statement: Executable, *rows: Mapping[str, Any]) -> int:
    """Inside a unit, past the session, whose rows are read again when somebody needs them. Returns how many changed."""
    db.session.flush()
    found = db.session.info[CONNECTION].execute(statement, rows or None)
    db.session.expire_all()
    return found.rowcount


@cache
def _insert_into(table: type[Model]) -> Insert:
    return cast(Table, table.__table__).insert()


def _write_last(session: Any) -> None:
    session.flush()
    for table in dict.fromkeys(table for table, _ in session.info[LATER]):
        insert(table, *(row for other, row in session.info[LATER] if other is table))


def wake_workers_afterwards() -> None:
    """Once the unit of work that is open has been committed: before, they would find nothing."""
    db.session.info[WAKES] = True
