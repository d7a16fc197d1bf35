"""What every unsafe request of a phone has to bring: our own page, a fresh token, the right type, a bounded body."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import abort, current_app, make_response, request
from flask_login import current_user
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from fieldstudy.core import json_body
from fieldstudy.core.json_body import NotJson
from fieldstudy.extensions import login
from fieldstudy.services import unit
from fieldstudy.web import guards, session
from fieldstudy.web.api.answers import refuse

View = TypeVar("View", bound=Callable[..., Any])

JSON, BYTES = "application/json", "application/octet-stream"


def unsafe(content_type: str, limit_bytes: int) -> Callable[[View], View]:
    """Under the guard, so that a stranger and another role hear of nothing else."""

    def check(view: View) -> View:
        @wraps(view)
        def checked(**arguments: Any) -> Any:
            _check_token()
            _check_origin()
            _check_body(content_type, limit_bytes)
            if content_type == JSON:
                _check_once_it_came()
            return view(**arguments)

        return checked  # type: ignore[return-value]

    return check


def _check_once_it_came() -> None:
    """All of the body first: it may come slowly, and its writer be somebody no more."""
    is_somebody = current_user.is_authenticated
    unit.rest()
    request.get_data()
    if is_somebody:
        check_still_open()


def check_still_open() -> None:
    """By whoever reads a body piece by piece, once all of it is here."""
    if not session.is_open_still():
        abort(make_response(login.unauthorized()))


def read_json(limit_bytes: int, depth: int = json_body.DEPTH_LIMIT) -> Any:
    """The one way to a JSON body: whatever cannot be read ends here, with an answer that says so."""
    _check_body(JSON, limit_bytes)
    try:
        return json_body.parse(request.get_data(), depth)
    except NotJson:
        refuse(400, "not_json")


def _check_body(content_type: str, limit_bytes: int) -> None:
    """JSON is UTF-8 (RFC 8259); a body that says otherwise was written by somebody who tries something."""
    if request.mimetype != content_type or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        abort(415)
    request.max_content_length = limit_bytes
    if (request.content_length or 0) > limit_bytes:
        abort(413)


def _check_token() -> None:
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValidationError:
        refuse(400, "stale_token")


def _check_origin() -> None:
    if not guards.is_from_own_page():
        refuse(403, "foreign_page")
