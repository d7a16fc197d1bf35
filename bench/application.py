"""The application for measuring, on a database and data folder of its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from fieldstudy.app import create_app
from fieldstudy.config import Config
from fieldstudy.extensions import db


@contextmanager
def application() -> Iterator[tuple[Flask, Path]]:
    with tempfile.TemporaryDirectory(prefix="fieldstudy-bench-") as name:
        folder = Path(name)
        database, key = f"sqlite:///{folder / 'bench.sqlite'}", "only for measuring, and long enough"
        config = Config(folder, database, key, is_secure=False)
        app = create_app(config)
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            upgrade()
            yield app, folder
            db.session.remove()
            db.engine.dispose()
