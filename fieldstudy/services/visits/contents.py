"""What a phone sends along with the answers: photos, jottings, and which photos of before are gone."""

from collections.abc import Iterable, Sequence
from typing import Protocol, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, select, update

from fieldstudy.core.answers import TEXT_LIMIT
from fieldstudy.core.answers.readers import clean_text
from fieldstudy.core.sealed import Sealed, SealedJotting, SealedPhoto
from fieldstudy.extensions import db
from fieldstudy.models import Jotting, Medium, Photo, Visit
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import jobs, unit
from fieldstudy.services.visits.judging import Pictured


class Arrived(Protocol):
    """A photo in the inbox, as a row or as the columns that matter."""

    @property
    def user_id(self) -> UUID: ...
    @property
    def id(self) -> UUID: ...
    @property
    def visit_id(self) -> UUID | None: ...


def list_kept(visit_id: UUID, sealed: Sealed) -> list[Pictured]:
    """Photos of the visit from before this content, those included that still wait for their clean copy."""
    listed = {photo.id for photo in sealed.photos}
    photos = select(Photo).where(Photo.visit_id == visit_id, Photo.removed_at.is_(None))
    waiting = select(Medium).where(Medium.visit_id == visit_id, Medium.photo_id.is_(None), Medium.refusal == "")
    kept: list[Pictured] = [
        photo
        for photo in db.session.scalars(photos)
        if photo.id not in sealed.removed and photo.medium_id not in listed
    ]
    return kept + [medium for medium in db.session.scalars(waiting) if medium.id not in listed]


def keep(visit: Visit, sealed: Sealed, media: Iterable[Arrived]) -> None:
    """Inside a unit that holds the visit."""
    claim(visit, sealed, media)
    jot(visit, sealed.jottings)
    if sealed.removed:
        gone = update(Photo).where(Photo.visit_id == visit.id, Photo.id.in_(sealed.removed), Photo.removed_at.is_(None))
        db.session.execute(gone.values(removed_at=now()), execution_options={"synchronize_session": False})


def claim(visit: Visit, sealed: Sealed, media: Iterable[Arrived]) -> None:
    """The photos belong to the visit from now on, and a worker is asked for their clean copies."""
    listed = {photo.id: photo for photo in sealed.photos}
    free = [medium for medium in media if medium.visit_id is None]
    if not free:
        return
    unit.change(_CLAIM, *(_claimed(visit, medium, listed[medium.id]) for medium in free))
    payloads = [{"user": str(medium.user_id), "medium": str(medium.id)} for medium in free]
    jobs.add_all(jobs.PICTURE, payloads, visit.client_id)


_OURS = Medium.user_id == bindparam("of_user"), Medium.id == bindparam("of_id")
_CLAIM = update(cast(Table, Medium.__table__)).where(*_OURS)


def _claimed(visit: Visit, medium: Arrived, photo: SealedPhoto) -> dict[str, object]:
    key = {"of_user": medium.user_id, "of_id": medium.id}
    return {**key, "visit_id": visit.id, "question": photo.question, "taken_at": photo.taken_at}


def jot(visit: Visit, jottings: Sequence[SealedJotting]) -> None:
    """Inside a unit. Each is kept once, whatever number of revisions brings it."""
    written = {jotting.id: jotting for jotting in jottings if jotting.text.strip()}
    if not written:
        return
    query = select(Jotting.origin_id).where(Jotting.visit_id == visit.id, Jotting.origin_id.in_(written))
    known = set(db.session.scalars(query))
    rows = [_jotting(visit, id, jotting) for id, jotting in written.items() if id not in known]
    if rows:
        db.session.execute(insert(Jotting), rows)


def _jotting(visit: Visit, origin_id: UUID, jotting: SealedJotting) -> dict[str, object]:
    return {
        "id": new_id(),
        "client_id": visit.client_id,
        "visit_id": visit.id,
        "section": jotting.section,
        "text": clean_text([jotting.text])[:TEXT_LIMIT],
        "jotted_at": jotting.jotted_at,
        "origin_id": origin_id,
    }
