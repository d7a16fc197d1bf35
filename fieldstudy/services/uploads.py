"""Photos that a page sends: into the inbox like those of a phone, and claimed for their visit at once."""

from typing import BinaryIO
from uuid import UUID

from sqlalchemy import func, select

from fieldstudy.core import lifecycle
from fieldstudy.extensions import db
from fieldstudy.models import Medium, Photo, Visit
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries.jobs import PENDING
from fieldstudy.services import jobs, journal, media, unit
from fieldstudy.services.media import Piece
from fieldstudy.services.photos import PER_VISIT, TooManyPhotos
from fieldstudy.services.visits import VisitIsClosed


def receive(visit: Visit, question: str, stream: BinaryIO, actor: UUID) -> None:
    """All of the file is on disk before its row, and a worker makes the clean copies. The same bytes at the same
    question are kept once. What comes while the visit is sent stays in the inbox, belongs to nobody and is purged.

    Raises VisitIsClosed, TooManyPhotos, MediumIsTooLarge, InboxIsFull.
    """
    size, sha256 = media.measure(stream)
    if not _is_wanted(visit, question, sha256):
        return
    held = media.put(actor, new_id(), Piece(0, size, sha256, stream.read))
    if held.medium is None:
        raise EOFError("the file became shorter while it was read")
    with unit.work(visit):
        if _is_wanted(visit, question, sha256):
            _claim(held.medium, visit, question, actor)


def _is_wanted(visit: Visit, question: str, sha256: str) -> bool:
    """Looked at twice: before the file is kept, and with the visit locked."""
    if visit.state not in lifecycle.WITH_FIELDWORKER:
        raise VisitIsClosed(visit.state)
    kept = select(func.count()).where(Photo.visit_id == visit.id, Photo.removed_at.is_(None))
    waiting = select(func.count()).where(Medium.visit_id == visit.id, *PENDING)
    same = (
        kept.where(Photo.question == question, Photo.received_sha256 == sha256),
        waiting.where(Medium.question == question, Medium.sha256 == sha256),
    )
    if any(db.session.scalar(query) for query in same):
        return False
    if sum(db.session.scalar(query) or 0 for query in (kept, waiting)) >= PER_VISIT:
        raise TooManyPhotos
    return True


def _claim(medium: Medium, visit: Visit, question: str, actor: UUID) -> None:
    medium.visit_id, medium.question, medium.taken_at = visit.id, question, now()
    jobs.add(jobs.PICTURE, {"user": str(medium.user_id), "medium": str(medium.id)}, visit.client_id)
    journal.write("photo.received", medium, actor, visit.client_id, visit=str(visit.id), question=question)


def withdraw(medium: Medium, visit: Visit, actor: UUID) -> None:
    """Before it is a photo, or because it cannot become one: it belongs to no visit any more, and is purged."""
    with unit.work(visit, medium):
        if visit.state not in lifecycle.WITH_FIELDWORKER:
            raise VisitIsClosed(visit.state)
        photo = db.session.get(Photo, medium.photo_id) if medium.photo_id else None
        if photo is not None:
            photo.removed_at = photo.removed_at or now()
        else:
            medium.visit_id = None
        gone, details = photo or medium, {"visit": str(visit.id), "question": medium.question}
        journal.write("photo.removed", gone, actor, visit.client_id, **details)
