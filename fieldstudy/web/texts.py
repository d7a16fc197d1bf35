"""No view is given a text that no database can hold.

PostgreSQL keeps no NUL, and no half of a character. To leave it out would change in silence what somebody wrote.
"""

from collections.abc import Iterable, Iterator

from flask import Flask, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, NotFound

from fieldstudy.core import json_body
from fieldstudy.web.session import SAFE

JUDGED_BY_THE_VIEW = ("field.visit_form_post",)
"""A visit answers for each of its fields, so that the page comes back with all that was typed."""

NEXT = "next"
"""The address to go on to, and no text: what makes no sense there leads to the start page."""


class TextIsUnstorable(BadRequest):
    """Nothing was changed."""


def install(app: Flask) -> None:
    app.before_request(_check)


def _check() -> None:
    """Addresses of lists may say anything: what makes no sense there is left aside. The doors for phones read their
    bodies within bounds of their own, and ask the same of them.
    """
    if request.endpoint is None:
        return
    if not _are_storable(value for value in (request.view_args or {}).values() if isinstance(value, str)):
        raise NotFound
    if request.method not in SAFE and not _are_storable(_sent()):
        raise TextIsUnstorable


def _sent() -> Iterator[str]:
    yield from _parts(request.args)
    if request.blueprint != "api" and request.endpoint not in JUDGED_BY_THE_VIEW:
        yield from _parts(request.form)
        for name, file in request.files.items(multi=True):
            yield from (name, file.filename or "")


def _parts(texts: MultiDict[str, str]) -> Iterator[str]:
    for part in texts.items(multi=True):
        if part[0] != NEXT:
            yield from part


def _are_storable(texts: Iterable[str]) -> bool:
    return all(json_body.is_storable(text) for text in texts)
