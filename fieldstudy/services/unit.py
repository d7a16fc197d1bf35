"""One transaction for one intention. The only place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fieldstudy.extensions import db


@contextmanager
def work(*rows: Any) -> Iterator[None]:
    """A writing transaction; `rows` are locked and read again first, so that decisions rest on the present.

    The read transaction of the request ends here: SQLite lets a writer wait for its turn only at the beginning.
    """
    session = db.session
    session.commit()
    session.connection(execution_options={"writes": True})
    try:
        for row in rows:
            session.refresh(row, with_for_update={"of": type(row)})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
