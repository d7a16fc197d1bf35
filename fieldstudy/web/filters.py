"""What every template knows: the words of the reader's language and who is looking."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request, url_for
from flask_login import current_user
from jinja2 import StrictUndefined

from fieldstudy.config import LOCALES
from fieldstudy.core.access import Role
from fieldstudy.queries import letters
from fieldstudy.web import clock, guards, locale

ASSETS = ("static", "bootstrap.static")
FOR_EVER = "public, max-age=31536000, immutable"


def install(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["asset"] = _asset
    app.after_request(_keep_for_ever)
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    return {
        "words": locale.current_words(),
        "language": locale.current(),
        "locales": LOCALES,
        "viewer": guards.viewer() if current_user.is_authenticated else None,
        "Role": Role,
        "here": clock.local,
        "today": clock.today(),
        "is_demo": current_app.extensions["fieldstudy"].is_demo,
        "has_mail_folder": letters.has_folder(),
    }


def _asset(name: str, endpoint: str = "static") -> str:
    """The address of a static file, with its content's hash in the query so that it may be kept for good."""
    return url_for(endpoint, filename=name, v=_digest(_path(endpoint, name)))


def _path(endpoint: str, name: str) -> Path:
    of = current_app.blueprints.get(endpoint.rpartition(".")[0], current_app)
    return Path(of.static_folder or "") / name


def _digest(path: Path) -> str:
    return _digest_at(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _digest_at(path: Path, changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _keep_for_ever(response: Response) -> Response:
    """Only under the hash of what is sent: a page of an older program asks for another one."""
    endpoint = request.endpoint or ""
    if endpoint not in ASSETS or response.status_code not in (200, 304):
        return response
    if request.full_path == _asset((request.view_args or {})["filename"], endpoint):
        response.headers["Cache-Control"] = FOR_EVER
    return response
