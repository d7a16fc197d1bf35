"""The floor of the door for phones: the least that Flask and SQLite can do to keep a visit and its photo.

No sign-in, no token, no validation, no score: the body and one journal line in one commit, a photo in one file; with
the same flush to disk. Every request opens the database, as the tutorial of Flask has it.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, request
from flask.typing import ResponseReturnValue

PIECE_BYTES = 64 * 1024
TABLES = """
CREATE TABLE IF NOT EXISTS visits (id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS journal (id INTEGER PRIMARY KEY, at TEXT DEFAULT CURRENT_TIMESTAMP, verb TEXT, subject TEXT);
"""


def create(folder: Path) -> Flask:
    app = Flask(__name__)
    database = folder / "floor.sqlite"
    with _writing(database) as connection:
        connection.executescript(TABLES)

    @app.put("/api/v1/visits/<uuid:visit_id>")
    def visit(visit_id: object) -> ResponseReturnValue:
        body = request.get_data()
        sha256 = hashlib.sha256(body).hexdigest()
        with _writing(database) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO visits VALUES (?, ?, ?)", (str(visit_id), sha256, body))
            connection.execute("INSERT INTO journal (verb, subject) VALUES ('visit.received', ?)", (str(visit_id),))
            connection.execute("COMMIT")
        return {"receipt": {"visit": str(visit_id), "sha256": sha256}}, 201

    @app.put("/api/v1/media/<uuid:medium_id>")
    def medium(medium_id: object) -> ResponseReturnValue:
        """Whatever is appended is flushed; nothing looks at offsets."""
        with (folder / str(medium_id)).open("ab") as file:
            while piece := request.stream.read(PIECE_BYTES):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
            offset = file.tell()
        return {"offset": offset}, 201

    return app


@contextmanager
def _writing(database: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(database, isolation_level=None, timeout=10)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        yield connection
    finally:
        connection.close()


def from_environment() -> Flask:
    return create(Path(os.environ["FLOOR_DATA"]))
