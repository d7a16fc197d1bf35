"""Sealed visits, and the text of drafts."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from fieldstudy.core import sealed
from fieldstudy.core.sealed import Malformed, NotJson
from fieldstudy.services import sendings
from fieldstudy.web import guards
from fieldstudy.web.api.answers import receipt, refusal
from fieldstudy.web.api.checks import JSON, unsafe
from fieldstudy.web.api.room import blueprint, for_fieldworkers


@blueprint.put("/visits/<uuid:visit_id>")
@for_fieldworkers()
@unsafe(JSON, sealed.BYTES_LIMIT)
def visit_put(visit_id: UUID) -> ResponseReturnValue:
    body = request.get_data(cache=False)
    sha256 = hashlib.sha256(body).hexdigest()
    if request.headers.get("Upload-Sha256", "").lower() != sha256:
        return refusal(400, "hash_mismatch")
    try:
        return receipt(sendings.receive(guards.viewer().user_id, visit_id, body, sha256, _sent_at()))
    except NotJson:
        return refusal(400, "not_json")
    except sendings.MediaAreMissing as missing:
        return {"missing": [str(id) for id in missing.ids]}, 424
    except sendings.QuarantineIsFull:
        return refusal(429, "quota", retry_after_seconds=300)


def _sent_at() -> datetime | None:
    return sealed.read_instant(request.headers.get("Sent-At", ""))


@blueprint.put("/drafts/<uuid:visit_id>")
@for_fieldworkers()
@unsafe(JSON, sealed.BYTES_LIMIT)
def draft_put(visit_id: UUID) -> ResponseReturnValue:
    """Never an error for the phone: it keeps its own copy, this one is for the day it falls into the water."""
    try:
        draft = sealed.read_draft(_object())
    except Malformed:
        return "", 202
    is_kept = sendings.back_up(guards.viewer().user_id, visit_id, draft, _sent_at())
    return "", 204 if is_kept else 202


def _object() -> Any:
    return request.get_json(silent=True)
