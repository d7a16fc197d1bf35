"""What a phone keeps of a visit that lies on the server, as the page hands it over."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import url_for

from fieldstudy.core import stance
from fieldstudy.core.checklist import Method
from fieldstudy.core.moments import Stay
from fieldstudy.models import Draft, Jotting, Photo, ReturnReason, Study, Visit
from fieldstudy.services import visits
from fieldstudy.web import drafts as drafts_as_json
from fieldstudy.web.drafts import iso

CLIENT, AGENCY = "client", "agency"
"""Who reads the notes of a form."""


def of_visit(
    visit: Visit,
    language: str,
    drafts: Sequence[Draft],
    photos: Sequence[Photo],
    jottings: Sequence[Jotting],
    reasons: Sequence[ReturnReason],
    stay: Stay,
) -> dict[str, Any]:
    """Without the answers, which stand in the form. Instants are ISO text, as the phone writes them."""
    return {
        "id": str(visit.id),
        "assignment": str(visit.assignment_id),
        "version": str(visit.checklist_version_id),
        "method": str(visit.method),
        "form": form_address(visit.study, visit.checklist_version_id, visit.method, language),
        "store": visit.store.name,
        "timezone": visit.store.timezone,
        "today": visits.local(visit.started_at, visit.store.timezone).date().isoformat(),
        "revision": visit.revision,
        "started_at": iso(visit.started_at),
        "drafts": drafts_as_json.of(drafts),
        "entered_at": iso(stay.entered_at),
        "left_at": iso(stay.left_at),
        "server": kept(reasons, photos, jottings),
    }


def kept(
    reasons: Sequence[ReturnReason], photos: Sequence[Photo], jottings: Sequence[Jotting]
) -> dict[str, list[dict[str, Any]]]:
    """What the server holds of a visit besides its answers."""
    return {
        "reasons": [{"question": reason.question, "text": reason.text} for reason in reasons],
        "photos": [
            {"id": str(photo.id), "question": photo.question, "url": url_for("field.photo", photo_id=photo.id)}
            for photo in photos
        ],
        "jottings": [
            {"id": str(note.id), "section": note.section, "text": note.text, "at": iso(note.jotted_at)}
            for note in jottings
        ],
    }


def form_address(study: Study, version_id: UUID, method: Method, language: str) -> str:
    """Of the blank form. A phone keeps it under its address, so that another word on who reads notes is another one."""
    shares = study.shares_jottings_of(method)
    readers = None if shares == stance.jottings_reach_client(None, method) else CLIENT if shares else AGENCY
    return url_for("field.blank_form", version_id=version_id, method=method, locale=language, readers=readers)
