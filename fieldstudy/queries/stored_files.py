"""Which files the rows of the database speak of, by their place in the data folder and the hash of their content."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, func, inspect, select, table, true

from fieldstudy.extensions import db
from fieldstudy.models import Client, Medium, Paper, Photo, Reference

KEPT = (
    (Photo.sha256, Photo.erased_at.is_(None)),
    (Reference.sha256, true()),
    (Paper.sha256, true()),
    (Client.logo_sha256, Client.logo_sha256 != ""),
)
"""Columns that name a file, and the rows of which that is true."""


def stored_name(sha256: str) -> str:
    return f"files/{sha256[:2]}/{sha256}"


def inbox_name(user_id: UUID, medium_id: UUID) -> str:
    return f"inbox/{user_id}/{medium_id}"


def list_expected(connection: Connection) -> dict[str, str]:
    """Every file that must be there, and its sha256."""
    kept = {sha256 for column, is_there in KEPT for sha256 in connection.scalars(select(column).where(is_there))}
    received = select(Medium.user_id, Medium.id, Medium.sha256).where(Medium.photo_id.is_(None))
    inbox = {inbox_name(user_id, id_): sha256 for user_id, id_, sha256 in connection.execute(received)}
    return {**{stored_name(sha256): sha256 for sha256 in kept}, **inbox}


def list_named(hashes: Sequence[str]) -> set[str]:
    """Those that some row still speaks of."""
    queries = (select(column).where(is_there, column.in_(hashes)) for column, is_there in KEPT)
    return {sha256 for query in queries for sha256 in db.session.scalars(query)}


def list_received(connection: Connection) -> set[str]:
    """Places in the inbox that a row knows, whether their file has gone already or not."""
    return {inbox_name(user_id, id_) for user_id, id_ in connection.execute(select(Medium.user_id, Medium.id))}


def count_rows(connection: Connection) -> Mapping[str, int]:
    """Of every table that the database has, whatever this version calls them."""
    names = sorted(inspect(connection).get_table_names())
    return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}
