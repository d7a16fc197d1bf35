"""Sealed visits, and the text of drafts."""

import hashlib
from datetime import datetime
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from fieldstudy.core import drafts, sealed
from fieldstudy.core.lifecycle import WITH_FIELDWORKER
from fieldstudy.core.sealed import Malformed, NotJson, OpenDraft
from fieldstudy.models import Draft
from fieldstudy.queries import visits as visit_queries
from fieldstudy.services import sendings, visits
from fieldstudy.web import drafts as drafts_as_json
from fieldstudy.web import guards, throttles
from fieldstudy.web.api.answers import receipt, refusal
from fieldstudy.web.api.checks import JSON, read_json, unsafe
from fieldstudy.web.api.room import blueprint, for_fieldworkers


@blueprint.put("/visits/<uuid:visit_id>")
@for_fieldworkers()
@unsafe(JSON, sealed.BYTES_LIMIT)
@throttles.limit(throttles.SENDINGS)
def visit_put(visit_id: UUID) -> ResponseReturnValue:
    body = request.get_data()
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
@throttles.limit(throttles.DRAFTS)
def draft_put(visit_id: UUID) -> ResponseReturnValue:
    """What is JSON is never an error for the phone: it keeps its own copy, this one is for the day it falls into the
    water.
    """
    try:
        draft = sealed.read_draft(read_json(sealed.BYTES_LIMIT))
    except Malformed:
        return "", 202
    if not sendings.back_up(guards.viewer().user_id, visit_id, draft, _sent_at()):
        return _not_kept(visit_id, draft)
    news = _news(visit_id, draft)
    return ({"drafts": drafts_as_json.of(news)}, 200) if news else ("", 204)


def _not_kept(visit_id: UUID, mine: OpenDraft) -> ResponseReturnValue:
    """Sent from another device of the same person, or from a page: a phone that fills the visit has to hear of it.
    200 where all of its draft arrived with that.
    """
    visit = visit_queries.find_own_visit(guards.viewer(), visit_id)
    if visit is None or (visit.state in WITH_FIELDWORKER and not 0 < mine.revision < visit.revision):
        return "", 202
    return {"sent": True}, 200 if visits.has_arrived(visit, mine) else 202


def _news(visit_id: UUID, mine: OpenDraft) -> list[Draft]:
    """What other devices of the same person hold and this one has not seen; a phone that names no device asks for
    nothing.
    """
    visit = visit_queries.find_own_visit(guards.viewer(), visit_id) if mine.device else None
    others = visit_queries.list_drafts(visit) if visit else ()
    return [draft for draft in others if draft.device != mine.device and not drafts.knows(mine, draft)]
