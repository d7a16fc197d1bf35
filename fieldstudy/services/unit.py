"""One transaction for one intention. The only place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app

from fieldstudy.extensions import db

WAKES = "wakes_workers"


@contextmanager
def work(*rows: Any) -> Iterator[None]:
    """A writing transaction; `rows` are locked and read again first, so that decisions rest on the present.

    The read transaction of the request ends here: SQLite lets a writer wait for its turn only at the beginning.
    """
    session = db.session
    session.commit()
    session.connection(execution_options={"writes": True})
    session.info.pop(WAKES, None)
    try:
        for row in rows:
            session.refresh(row, with_for_update={"of": type(row)})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    if session.info.pop(WAKES, False):
        current_app.extensions["wake"]()


def rest() -> None:
    """Ends the reading transaction: none stays open while a slow phone sends, and what is read next is the present."""
    db.session.commit()


def wake_workers_afterwards() -> None:
    """Once the unit of work that is open has been committed: before, they would find nothing."""
    db.session.info[WAKES] = True
