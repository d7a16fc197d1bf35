"""What every template knows: the words of the reader's language and who is looking."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, url_for
from flask_login import current_user
from jinja2 import StrictUndefined

from fieldstudy.config import LOCALES
from fieldstudy.core.access import Role
from fieldstudy.models.columns import now
from fieldstudy.web import guards, locale


def install(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["asset"] = _asset
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    return {
        "words": locale.current_words(),
        "language": locale.current(),
        "locales": LOCALES,
        "viewer": guards.viewer() if current_user.is_authenticated else None,
        "Role": Role,
        "today": now().date(),
        "is_demo": current_app.extensions["fieldstudy"].is_demo,
    }


def _asset(name: str) -> str:
    """The address of one of our static files, with its content in the query so that it may be cached for long."""
    folder = current_app.static_folder or ""
    return url_for("static", filename=name, v=_digest(str(Path(folder) / name), current_app.debug))


@lru_cache(maxsize=256)
def _digest(path: str, debug: bool) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]
