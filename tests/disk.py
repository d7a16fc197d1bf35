"""A disk that is full, as each database meets one."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event, text

from fieldstudy.extensions import db

REFUSAL = """CREATE FUNCTION could_not_extend() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$"""


@contextmanager
def full() -> Iterator[None]:
    """Nothing more can be written, until the test has seen what becomes of that."""
    engine = db.engine
    with ungrowing(engine) if engine.dialect.name == "sqlite" else refusing(engine):
        yield


@contextmanager
def ungrowing(engine: Engine) -> Iterator[None]:
    """The database may not grow by a single page."""

    def forbid_growth(connection: object, record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]  # SQLite: never below its size

    event.listen(engine, "connect", forbid_growth)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", forbid_growth)
        engine.dispose()


@contextmanager
def refusing(engine: Engine) -> Iterator[None]:
    """PostgreSQL has no limit to set: its server raises what it raises when it cannot extend a file."""
    with engine.begin() as connection:
        connection.execute(text(REFUSAL))
        connection.execute(
            text("CREATE TRIGGER full_disk BEFORE INSERT ON submissions EXECUTE FUNCTION could_not_extend()")
        )
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(text("DROP FUNCTION could_not_extend CASCADE"))
