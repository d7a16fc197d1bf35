"""How much a request may bring: what its page needs and who asks for, said before anything of it is read.

A form costs by its fields more than by its bytes, however it is encoded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any, TypeVar, cast

from flask import Flask, Request, current_app, request
from flask_login import current_user
from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.sansio.multipart import MultipartDecoder, NeedData

from fieldstudy.config import UPLOAD_LIMIT_BYTES

View = TypeVar("View", bound=Callable[..., Any])
KILOBYTE, MEGABYTE = 1024, 1024 * 1024


@dataclass(frozen=True)
class BodyLimit:
    total_bytes: int
    fields: int


AT_THE_DOOR = BodyLimit(32 * KILOBYTE, 100)
"""Public pages ask for an address, a password, a few choices."""

SIGNED_OUT = BodyLimit(256 * KILOBYTE, 1_000)
"""Whoever was signed out in the meantime gets back what was written, to copy."""

SIGNED_OUT_WITH_FILES = BodyLimit(16 * MEGABYTE, 5_000)
"""A whole visit without JavaScript: its texts can be copied, its photos have to be chosen again."""

OFFICE = BodyLimit(2 * MEGABYTE, 5_000)
FILES = BodyLimit(UPLOAD_LIMIT_BYTES, 5_000)


HEADER_BYTES = 128
"""Of the header of a part, on average; what our own forms say of a field or a photo takes about eighty."""


class BoundedFormParser(FormDataParser):
    """Counts the fields of an urlencoded body, and what is said of those of any other, before it takes them apart."""

    def _parse_multipart(self, stream: IO[bytes], mimetype: str, length: int | None, options: dict[str, str]) -> Any:
        boundary = options.get("boundary", "").encode("ascii")
        gauged = HeaderGauge(stream, boundary, (self.max_form_parts or 0) * HEADER_BYTES)
        return super()._parse_multipart(cast(IO[bytes], gauged), mimetype, length, options)

    def _parse_urlencoded(self, stream: IO[bytes], *rest: Any) -> Any:
        """A body that says no length ends at the limit without a word; whoever asks on is told."""
        body = stream.read()
        stream.read(1)
        if self.max_form_parts is not None and body.count(b"&") >= self.max_form_parts:
            raise RequestEntityTooLarge
        return super()._parse_urlencoded(BytesIO(body), *rest)


class HeaderGauge(MultipartDecoder):
    """Goes through a body ahead of whoever reads it: a header costs by its parameters far more than by its bytes."""

    def __init__(self, stream: IO[bytes], boundary: bytes, limit_bytes: int) -> None:
        super().__init__(boundary)
        self.stream, self.left = stream, limit_bytes

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.receive_data(data)
        while not isinstance(self.next_event(), NeedData):
            pass
        return data

    def _parse_headers(self, data: bytes | bytearray) -> Headers:
        """None of it is taken apart here."""
        self.left -= len(data)
        if self.left < 0:
            raise RequestEntityTooLarge
        return Headers({"content-disposition": "form-data"})


class BoundedRequest(Request):
    form_data_parser_class = BoundedFormParser


def takes_files(view: View) -> View:
    """Under the guard: a form that may bring files of up to 64 MB together."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def install(app: Flask) -> None:
    """Before anything that looks into a form."""
    app.request_class = BoundedRequest
    app.before_request(_limit)


def _limit() -> None:
    """The doors for phones have limits of their own, and ask for a person first."""
    if request.blueprint == "api" or not _has_body():
        return
    limit = _limit_of_request()
    request.max_content_length = limit.total_bytes
    request.max_form_parts = limit.fields
    if (request.content_length or 0) > limit.total_bytes:
        raise RequestEntityTooLarge


def _has_body() -> bool:
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def _limit_of_request() -> BodyLimit:
    view = current_app.view_functions.get(request.endpoint or "")
    policy = getattr(view, "policy", None)
    if policy is None or policy.is_public:
        return AT_THE_DOOR
    if is_for_files():
        return FILES if current_user.is_authenticated else SIGNED_OUT_WITH_FILES
    return OFFICE if current_user.is_authenticated else SIGNED_OUT


def is_for_files() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.mimetype == "multipart/form-data" and getattr(view, "takes_files", False)
