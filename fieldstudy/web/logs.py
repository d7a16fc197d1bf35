"""Log lines as JSON, one each, with the id of the request that they came from; nothing personal in them."""

import logging
import secrets
import traceback
from collections.abc import Iterator
from itertools import islice
from typing import Any, TextIO, cast

from flask import Flask, Response, g, has_request_context, request
from flask.logging import wsgi_errors_stream
from pythonjsonlogger.json import JsonFormatter
from sqlalchemy.exc import OperationalError

LOGGER = "fieldstudy"
HEADER = "X-Request-ID"
CAUSES = 5
FRAMES = 30


def install(app: Flask) -> None:
    """To standard error, once for the whole process however many applications it makes."""
    log = logging.getLogger(LOGGER)
    if not log.handlers:
        handler = logging.StreamHandler(cast(TextIO, wsgi_errors_stream))
        handler.setFormatter(Formatter())
        log.addHandler(handler)
        log.setLevel(logging.INFO)
    app.after_request(_name)


def request_id() -> str:
    """Ours alone: what a header of the request says could be anything."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    found: str = g.request_id
    return found


def _name(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    return response


class Formatter(JsonFormatter):
    def __init__(self) -> None:
        names = {"levelname": "level", "name": "logger", "exc_info": "error"}
        super().__init__(["levelname", "name", "message"], rename_fields=names, timestamp="time")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """The route, not the address: that may hold a token."""
        if has_request_context():
            rule = request.url_rule.rule if request.url_rule else None
            log_data |= {"request": request_id(), "method": request.method, "route": rule}
        return log_data

    def formatException(self, ei: Any) -> str:  # noqa: N802 the name is logging's
        """Which kind and where. What an exception says is left out: it may quote an answer, an e-mail or a row."""
        return "\n".join(line for error in islice(_causes(ei[1]), CAUSES) for line in _told(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> Iterator[str]:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    reason = _reason(error)
    yield f"{kind}: {reason}" if reason else kind
    # The end of a stack is where it happened; an endless recursion has thousands of frames.
    for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]:
        yield f"{frame.filename}:{frame.lineno} {frame.name}"


def _reason(error: BaseException) -> str:
    """Full disks and locked databases say so, and nothing else."""
    if isinstance(error, OSError):
        return error.strerror or ""
    if isinstance(error, OperationalError):
        return str(error.orig).partition("\n")[0]
    return ""
