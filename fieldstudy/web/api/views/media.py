"""Photos, piece by piece: the body goes from the stream to the disk and is never whole in memory."""

import re
from typing import NoReturn
from uuid import UUID

from flask import Response, g, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected

from fieldstudy.services import media
from fieldstudy.services.media import Held, Piece
from fieldstudy.web import guards, throttles
from fieldstudy.web.api.answers import refusal, refuse
from fieldstudy.web.api.checks import BYTES, check_still_open, unsafe
from fieldstudy.web.api.room import blueprint, for_fieldworkers
from fieldstudy.web.bodies import REST_SECONDS, BodyIsSlow

_RANGE = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


@blueprint.route("/media/<uuid:medium_id>", methods=["HEAD"])
@for_fieldworkers()
def medium(medium_id: UUID) -> ResponseReturnValue:
    held = media.look(guards.viewer().user_id, medium_id)
    response = make_response("")
    response.headers["Upload-Offset"] = str(held.offset)
    response.headers["Upload-Complete"] = "?1" if held.medium else "?0"
    return response


@blueprint.put("/media/<uuid:medium_id>")
@for_fieldworkers()
@unsafe(BYTES, media.BYTES_LIMIT)
@throttles.limit(throttles.SENDINGS)
def medium_put(medium_id: UUID) -> ResponseReturnValue:
    """A piece that came too slowly is ended where it is: the phone goes on from there, or has to rest first."""
    piece = _piece()
    try:
        held = media.put(guards.viewer().user_id, medium_id, piece, check_still_open)
        return _rest_first(held, piece) or _held(held)
    except media.PieceIsMisplaced as misplaced:
        return {"offset": misplaced.offset}, 409
    except media.HashDiffers:
        return refusal(422, "hash_mismatch")
    except media.ContentDiffers:
        return refusal(409, "other_content")
    except media.MediumIsTooLarge:
        return refusal(413, "too_large")
    except media.InboxIsFull:
        return refusal(429, "quota", retry_after_seconds=300)


def _piece() -> Piece:
    found = _RANGE.fullmatch(request.headers.get("Content-Range", ""))
    if found is None:
        _refuse_range()
    start, end, total = (int(number) for number in found.groups())
    if not start <= end < total or (request.content_length or 0) > end - start + 1:
        _refuse_range()
    sha256 = request.headers.get("Upload-Sha256", "").lower()
    if not _SHA256.fullmatch(sha256):
        refuse(400, "bad_hash")
    return Piece(start, total, sha256, _read)


def _refuse_range() -> NoReturn:
    refuse(400, "bad_range")


def _read(size: int) -> bytes:
    """What came before the connection broke is kept: the phone goes on from there."""
    try:
        return request.stream.read(size)
    except BodyIsSlow as slow:
        g.slow = slow
        return b""
    except (ClientDisconnected, ConnectionError, TimeoutError):
        return b""


def _rest_first(held: Held, piece: Piece) -> Response | None:
    """For one that would only come again at once: it brought nothing, or too many do the same."""
    slow: BodyIsSlow | None = g.get("slow")
    if slow is None or held.medium or (held.offset > piece.start and not slow.is_crowd):
        return None
    return refusal(503, "slow", retry_after_seconds=REST_SECONDS)


def _held(held: Held) -> Response:
    if held.medium is None:
        return make_response({"offset": held.offset})
    told = {"id": str(held.medium.id), "sha256": held.medium.sha256, "size": held.medium.size_bytes}
    return make_response(told, 201 if held.is_new else 200)
