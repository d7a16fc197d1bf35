"""Pictures of a visit: kept as soon as they are chosen, whatever becomes of the form."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import func, select

from fieldstudy.core import lifecycle
from fieldstudy.extensions import db
from fieldstudy.models import Photo, Visit
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import files, journal, unit
from fieldstudy.services.visits import VisitIsClosed

SMALL = "-small"
PER_VISIT = 200


class TooManyPhotos(Exception):
    pass


class Picture(Protocol):
    """A re-encoded picture: JPEG bytes of the clean copy and of the small copy for paper."""

    @property
    def clean(self) -> bytes: ...
    @property
    def small(self) -> bytes: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def received_sha256(self) -> str: ...


def keep(visit: Visit, question: str, picture: Picture, actor: UUID | None, taken_at: datetime | None = None) -> Photo:
    """The files go to disk first, the row after them; the same picture at the same question is kept once."""
    sha256 = files.put(picture.clean)
    files.put_beside(sha256, SMALL, picture.small)
    with unit.work(visit):
        if visit.state not in lifecycle.WITH_FIELDWORKER:
            raise VisitIsClosed(visit.state)
        present = select(Photo).where(Photo.visit_id == visit.id, Photo.removed_at.is_(None))
        known = db.session.scalar(present.where(Photo.question == question, Photo.sha256 == sha256))
        if known is not None:
            return known
        if (db.session.scalar(select(func.count()).select_from(present.subquery())) or 0) >= PER_VISIT:
            raise TooManyPhotos
        photo = Photo(
            id=new_id(),
            client_id=visit.client_id,
            visit_id=visit.id,
            question=question,
            sha256=sha256,
            received_sha256=picture.received_sha256,
            width=picture.width,
            height=picture.height,
            size_bytes=len(picture.clean),
            taken_at=taken_at or now(),
        )
        db.session.add(photo)
        journal.write("photo.kept", photo, actor, visit=str(visit.id), question=question)
    return photo


def remove(photo: Photo, visit: Visit, actor: UUID | None) -> None:
    with unit.work(visit):
        if visit.state not in lifecycle.WITH_FIELDWORKER:
            raise VisitIsClosed(visit.state)
        photo.removed_at = now()
        journal.write("photo.removed", photo, actor, visit=str(visit.id), question=photo.question)
