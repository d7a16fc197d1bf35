"""Alembic's environment: the application's own engine and tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from alembic import context
from flask import current_app
from sqlalchemy import Connection, TypeDecorator

from fieldstudy.extensions import db
from fieldstudy.models import triggers
from fieldstudy.services import unit

LOCK = 0x6669656C64
"""The number under which PostgreSQL knows that a migration is under way."""


def plain_type(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our column types as what they are in the database: a migration must outlive today's code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


class RowsReferToNothing(Exception):
    """A migration left rows whose foreign keys point nowhere; nothing of it was kept."""

    def __init__(self, tables: set[str]) -> None:
        super().__init__(f"after the migration rows of {', '.join(sorted(tables))} refer to rows that are not there")


def run() -> None:
    """All the steps in one transaction, for one process at a time: whoever waited finds them done."""
    with unit.turn(), db.engine.connect() as connection, _foreign_keys_off(connection), connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sqlalchemy.select(sqlalchemy.func.pg_advisory_xact_lock(LOCK)))
        settings = current_app.extensions["migrate"].configure_args
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=plain_type,
            on_version_apply=_restore_triggers,
            **settings,
        )
        with context.begin_transaction():
            context.run_migrations()
        _check_foreign_keys(connection)


def _restore_triggers(ctx: Any, **_: object) -> None:
    """After every step, so that no later step meets a table without them."""
    triggers.restore(ctx.connection)


@contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying it and dropping the old one, which others refer to. It heeds this switch only
    outside a transaction, and so past SQLAlchemy, which would begin one.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.execution_options(writes=True).connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        tables = {row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
        if tables:
            raise RowsReferToNothing(tables)


run()
