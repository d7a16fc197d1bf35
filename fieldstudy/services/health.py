"""Whether this installation can do its work, in facts that anybody may read."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from fieldstudy.config import SITE
from fieldstudy.extensions import db
from fieldstudy.models.columns import now
from fieldstudy.queries import jobs as job_queries

HEARTBEAT = "worker-heartbeat"
SILENCE_LIMIT_SECONDS = 30
"""The worker gives a sign of life every two seconds; a machine under load may keep it waiting for some of them."""
QUEUE_LIMIT_SECONDS = 60 * 60
"""The PDFs of a release of a thousand stores take half an hour."""
FREE_BYTES = 500 * 1024 * 1024
WRITE_WAIT_MS = 2000
"""Whoever asks gives up after a few seconds; no unit of work writes for so long."""


@dataclass(frozen=True)
class Check:
    """`seconds` since the last sign of life, or since the oldest job is due."""

    is_ok: bool
    seconds: int | None = None


def beat(data: Path) -> None:
    """The worker is alive. A file, so that idle workers write nothing into the database."""
    (data / HEARTBEAT).touch()


def check(data: Path) -> dict[str, Check]:
    """By name; what cannot be found out is not well."""
    return {
        "database": _found(_check_database),
        "schema": _found(_check_schema),
        "disk": Check(free_bytes(data) >= FREE_BYTES),
        "worker": _check_worker(data),
        "queue": _found(_check_queue),
    }


def _found(ask: Callable[[], Check]) -> Check:
    try:
        return ask()
    except SQLAlchemyError:
        db.session.rollback()
        return Check(is_ok=False)


def _check_database() -> Check:
    """Something is written, and taken back."""
    with _writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
    return Check(is_ok=True)


@contextmanager
def _writing() -> Iterator[Connection]:
    with db.engine.connect().execution_options(writes=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = {WRITE_WAIT_MS}"))
            yield connection
            return
        driver = connection.connection.dbapi_connection
        before = driver.execute("PRAGMA busy_timeout").fetchone()[0]  # type: ignore[union-attr]
        driver.execute(f"PRAGMA busy_timeout={WRITE_WAIT_MS}")  # type: ignore[union-attr]
        try:
            yield connection
        finally:
            driver.execute(f"PRAGMA busy_timeout={before}")  # type: ignore[union-attr]


def _check_schema() -> Check:
    is_at, newest = schema()
    return Check(is_at == newest)


def schema() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The version of the database, and the one that this program needs."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_heads(), _newest()


def free_bytes(data: Path) -> int:
    return shutil.disk_usage(data).free


@cache
def _newest() -> tuple[str, ...]:
    return tuple(ScriptDirectory(str(SITE / "migrations")).get_heads())


def is_at_head() -> bool:
    """Whether `fieldstudy upgrade` would find nothing to do."""
    return _check_schema().is_ok


def _check_worker(data: Path) -> Check:
    heartbeat = data / HEARTBEAT
    if not heartbeat.exists():
        return Check(is_ok=False)
    seconds = max(0, int(time.time() - heartbeat.stat().st_mtime))
    return Check(seconds <= SILENCE_LIMIT_SECONDS, seconds)


def _check_queue() -> Check:
    at = now()
    oldest = job_queries.find_oldest_due_at(at)
    seconds = int((at - oldest).total_seconds()) if oldest else 0
    return Check(seconds <= QUEUE_LIMIT_SECONDS, seconds)
