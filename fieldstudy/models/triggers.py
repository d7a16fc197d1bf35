"""Tables that the database itself keeps from being changed."""

from typing import Any

from sqlalchemy import DDL, event

_ON_SQLITE = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION '{percent} is append-only', TG_TABLE_NAME; END $$"
)
_ON_POSTGRESQL = "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION append_only()"


def statements(dialect: str, table: str, *verbs: str, percent: str = "%") -> list[str]:
    """SQL that refuses these verbs ("update", "delete") on the table; for migrations and for `create_all`."""
    if dialect == "sqlite":
        return [_ON_SQLITE.format(table=table, verb=verb) for verb in verbs]
    triggers = [_ON_POSTGRESQL.format(table=table, verb=verb) for verb in verbs]
    return [_FUNCTION.format(percent=percent), *triggers]


def refuse(table: Any, *verbs: str) -> None:
    """`table` is the `__table__` of a model."""
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(dialect, table.name, *verbs, percent="%%%%"):
            event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))
