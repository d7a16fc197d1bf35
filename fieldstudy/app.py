"""Composition root: configuration, extensions, blueprints, error pages. Nothing else wires."""

import os
import sqlite3
from typing import Any

import msgspec
from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.middleware.proxy_fix import ProxyFix

from fieldstudy import cli, jobs, settings
from fieldstudy.config import PACKAGE, SITE, Config
from fieldstudy.extensions import babel, bootstrap, compress, csrf, db, login, migrate
from fieldstudy.models import columns
from fieldstudy.web import (
    account,
    admin,
    api,
    bodies,
    body_limits,
    compression,
    desk,
    errors,
    field,
    filters,
    form_words,
    headers,
    health,
    home,
    locale,
    logs,
    manager,
    metrics,
    second_factor,
    security_log,
    session,
    studio,
    texts,
    throttles,
)


def create_app(config: Config | None = None, testing: bool = False) -> Flask:
    config = config or Config.from_environment()
    app = Flask(
        "fieldstudy",
        template_folder=str(SITE / "templates"),
        static_folder=str(SITE / "static"),
        instance_path=str(config.data),
    )
    app.config.update(_settings(config), TESTING=testing)
    app.extensions["fieldstudy"] = config
    _believe_proxies(app, config.trusted_proxies)
    body_limits.install(app)
    _bind_extensions(app)
    for room in (health, metrics, home, account, field, studio, desk, manager, admin, api):
        app.register_blueprint(room.blueprint)
    asking = (errors, session, texts, second_factor, security_log, throttles)
    for part in (metrics, bodies, logs, filters, form_words, headers, compression, *asking, jobs):
        part.install(app)
    return app


def command_line() -> None:
    """The command `fieldstudy`. What it writes is for whoever runs it, and for nobody else on this machine."""
    os.umask(settings.OWN_UMASK)
    cli.main(obj=create_app)


def _settings(config: Config) -> dict[str, Any]:
    return {
        "SECRET_KEY": config.secret_key,
        "SECRET_KEY_FALLBACKS": list(config.secret_key_fallbacks),
        "TRUSTED_HOSTS": list(config.trusted_hosts) or None,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(config.database_url),
        "MAX_CONTENT_LENGTH": body_limits.FILES.total_bytes,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "MAX_FORM_PARTS": body_limits.FILES.fields,
        "SESSION_COOKIE_NAME": "__Host-session" if config.is_secure else "session",
        "SESSION_COOKIE_SECURE": config.is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": config.is_secure,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SECRET_KEY": [*config.secret_key_fallbacks, config.secret_key],
        "WTF_CSRF_SSL_STRICT": config.is_secure,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_TRANSLATION_DIRECTORIES": str(PACKAGE / "translations"),
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_STREAMS": False,
    }


def _believe_proxies(app: Flask, number: int) -> None:
    """Each adds the address that it was asked from; the nearest says the scheme. No host is taken from them."""
    if number:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=number, x_proto=1, x_host=0)  # type: ignore[method-assign]


def _engine_options(url: str) -> dict[str, Any]:
    json = {"json_serializer": columns.write_json, "json_deserializer": msgspec.json.decode}
    # Bound values are answers and e-mails: no error may say them.
    options = {**json, "hide_parameters": True}
    return options if url.startswith("sqlite") else {**options, "pool_pre_ping": True}


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(SITE / "migrations"), render_as_batch=True)
    login.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=locale.select)
    bootstrap.init_app(app)
    compress.init_app(app)


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: Any, record: object) -> None:
    """FULL: an answer that was acknowledged survives a power cut. The driver must not begin transactions itself."""
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    """A writer takes the lock at once; a later upgrade of a read lock could not wait and would fail."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")
