"""Alembic's environment: the application's own engine and tables."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import TypeDecorator

from fieldstudy.extensions import db


def plain_type(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our column types as what they are in the database: a migration must outlive today's code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def run() -> None:
    with db.engine.connect() as connection:
        settings = current_app.extensions["migrate"].configure_args
        context.configure(connection=connection, target_metadata=db.metadata, render_item=plain_type, **settings)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
