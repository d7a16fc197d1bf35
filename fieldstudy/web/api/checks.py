"""What every unsafe request of a phone has to bring: our own page, a fresh token, the right type, a bounded body."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import abort, current_app, request
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

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
            if request.mimetype != content_type:
                abort(415)
            request.max_content_length = limit_bytes
            if (request.content_length or 0) > limit_bytes:
                abort(413)
            return view(**arguments)

        return checked  # type: ignore[return-value]

    return check


def _check_token() -> None:
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValidationError:
        refuse(400, "stale_token")


def _check_origin() -> None:
    """Browsers say where a request comes from, in one header or the other; who says nothing is none of ours."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "")
    is_ours = site == "same-origin" if site is not None else urlsplit(origin).netloc == request.host
    if not is_ours:
        refuse(403, "foreign_page")
