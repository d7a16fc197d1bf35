"""Answers of the door, as the phone reads them."""

from datetime import UTC, datetime
from typing import Any, NoReturn

from flask import Response, abort, jsonify, make_response

from fieldstudy.services.sendings import Receipt, Standing


def refuse(status: int, key: str, retry_after_seconds: int = 0, **facts: Any) -> NoReturn:
    abort(refusal(status, key, retry_after_seconds, **facts))


def refusal(status: int, key: str, retry_after_seconds: int = 0, **facts: Any) -> Response:
    response = make_response(jsonify(error=key, **facts), status)
    if retry_after_seconds:
        response.headers["Retry-After"] = str(retry_after_seconds)
    return response


def receipt(found: Receipt) -> Response:
    told = {
        "visit": str(found.visit_id),
        "revision": found.revision,
        "sha256": found.sha256,
        "media": dict(found.media),
        "received_at": instant(found.received_at),
        "state": str(found.standing),
    }
    return make_response(jsonify(receipt=told), _status(found))


def _status(found: Receipt) -> int:
    if found.standing == Standing.RECEIVED:
        return 200 if found.is_replay else 201
    return 409 if found.standing == Standing.CONFLICT else 202


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
