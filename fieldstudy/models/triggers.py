"""Tables that the database itself keeps from being changed. The only place that knows all their triggers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from sqlalchemy import DDL, Connection, event

_ON_SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION '{percent} is append-only', TG_TABLE_NAME; END $$"
)
_ON_POSTGRESQL = (
    "CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION append_only()"
)
_EXISTING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}

REFUSED: dict[str, tuple[str, ...]] = {}
"""By table, the verbs that the database refuses; filled by the models as they are imported."""


def statements(dialect: str, table: str, *verbs: str, percent: str = "%") -> list[str]:
    """SQL that refuses these verbs ("update", "delete") on the table; for migrations and for `create_all`."""
    if dialect == "sqlite":
        return [_ON_SQLITE.format(table=table, verb=verb) for verb in verbs]
    triggers = [_ON_POSTGRESQL.format(table=table, verb=verb) for verb in verbs]
    return [_FUNCTION.format(percent=percent), *triggers]


def refuse(table: Any, *verbs: str) -> None:
    """`table` is the `__table__` of a model."""
    REFUSED[table.name] = verbs
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(dialect, table.name, *verbs, percent="%%%%"):
            event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))


def find(connection: Connection) -> set[str]:
    """The names of the triggers that the database has."""
    return set(connection.exec_driver_sql(_EXISTING[connection.dialect.name]).scalars())


@contextmanager
def lifted(connection: Connection, table: str) -> Iterator[None]:
    """Inside a transaction, for an erasure alone: whoever holds it may update rows of the table."""
    is_refused = "update" in REFUSED.get(table, ())
    if is_refused:
        on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
        connection.exec_driver_sql(f"DROP TRIGGER {table}_no_update{on}")
    yield
    if is_refused:
        for statement in statements(connection.dialect.name, table, "update", percent="%%"):
            connection.exec_driver_sql(statement)


def restore(connection: Connection) -> None:
    """Create those that are missing: a migration that copies a table loses its triggers without a word."""
    tables, existing = set(sqlalchemy.inspect(connection).get_table_names()), find(connection)
    for table, verbs in REFUSED.items():
        missing = [verb for verb in verbs if f"{table}_no_{verb}" not in existing]
        if table in tables and missing:
            for statement in statements(connection.dialect.name, table, *missing, percent="%%"):
                connection.exec_driver_sql(statement)
