"""Pictures of a visit: kept as soon as they are chosen, whatever becomes of the form."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import func, select

from fieldstudy.core import lifecycle
from fieldstudy.extensions import db
from fieldstudy.models import Medium, Photo, Visit
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import files, journal, media, unit
from fieldstudy.services.visits import VisitIsClosed

SMALL = "-small"
PER_VISIT = 200


class TooManyPhotos(Exception):
    pass


class InboxIsDamaged(Exception):
    """The file in the inbox is not what the phone sent."""


class MediumIsUnclaimed(Exception):
    """No visit has taken it in."""


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
    @property
    def is_one_colour(self) -> bool: ...


def keep(visit: Visit, question: str, picture: Picture, actor: UUID | None, taken_at: datetime | None = None) -> Photo:
    """The files go to disk first, the row after them; the same picture at the same question is kept once."""
    sha256 = _put(picture)
    with unit.work(visit):
        if visit.state not in lifecycle.WITH_FIELDWORKER:
            raise VisitIsClosed(visit.state)
        present = select(Photo).where(Photo.visit_id == visit.id, Photo.removed_at.is_(None))
        known = db.session.scalar(present.where(Photo.question == question, Photo.sha256 == sha256))
        if known is not None:
            return known
        if (db.session.scalar(select(func.count()).select_from(present.subquery())) or 0) >= PER_VISIT:
            raise TooManyPhotos
        photo = _photo(picture, sha256, visit.id, visit.client_id, question, taken_at or now())
        journal.write("photo.kept", photo, actor, visit=str(visit.id), question=question)
    return photo


def _put(picture: Picture) -> str:
    sha256 = files.put(picture.clean)
    files.put_beside(sha256, SMALL, picture.small)
    return sha256


def _photo(picture: Picture, sha256: str, visit_id: UUID, client_id: UUID, question: str, taken_at: datetime) -> Photo:
    photo = Photo(
        id=new_id(),
        client_id=client_id,
        visit_id=visit_id,
        question=question,
        sha256=sha256,
        received_sha256=picture.received_sha256,
        width=picture.width,
        height=picture.height,
        size_bytes=len(picture.clean),
        is_one_colour=picture.is_one_colour,
        taken_at=taken_at,
    )
    db.session.add(photo)
    return photo


def remove(photo: Photo, visit: Visit, actor: UUID | None) -> None:
    with unit.work(visit):
        if visit.state not in lifecycle.WITH_FIELDWORKER:
            raise VisitIsClosed(visit.state)
        photo.removed_at = now()
        journal.write("photo.removed", photo, actor, visit=str(visit.id), question=photo.question)


def take_in(medium: Medium, picture: Picture) -> Photo:
    """The clean copies of a photo in the inbox become a photo of its visit; the same medium again is the same photo.

    Two media with the same bytes are two photos: somebody took two.
    """
    if picture.received_sha256 != medium.sha256:
        raise InboxIsDamaged
    sha256 = _put(picture)
    with unit.work(medium):
        if medium.visit_id is None:
            raise MediumIsUnclaimed
        known = select(Photo).where(Photo.visit_id == medium.visit_id, Photo.medium_id == medium.id)
        photo = db.session.scalar(known) or _photo_of(medium, picture, sha256)
        medium.photo_id = photo.id
    return photo


def _photo_of(medium: Medium, picture: Picture, sha256: str) -> Photo:
    visit_id, client_id = db.session.execute(select(Visit.id, Visit.client_id).where(Visit.id == medium.visit_id)).one()
    taken_at = medium.taken_at or medium.received_at
    photo = _photo(picture, sha256, visit_id, client_id, medium.question, taken_at)
    photo.medium_id = medium.id
    db.session.flush()
    return photo


def refuse(medium: Medium, key: str) -> None:
    """It cannot be kept as a picture; what was sent stays in the inbox. `key` is one of PictureIsRefused."""
    with unit.work(medium):
        medium.refusal = key


def erase_received(medium: Medium) -> None:
    """Once the clean copies are kept, what was sent, with all that a camera writes into it, goes."""
    media.path_of(medium.user_id, medium.id).unlink(missing_ok=True)
    with unit.work(medium):
        medium.erased_at = medium.erased_at or now()


def erase_files(photos: Sequence[Photo]) -> int:
    """Inside a unit: that there was a photo stays, the picture goes, unless somebody else sent the same one."""
    for photo in photos:
        photo.erased_at = now()
    db.session.flush()
    return files.drop((photo.sha256 for photo in photos), SMALL)
