"""Reference pictures of a wave: how the window, the shelf or the counter should look."""

from uuid import UUID

from sqlalchemy import func, select

from fieldstudy.extensions import db
from fieldstudy.models import Reference, Wave
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import files, journal, unit
from fieldstudy.services.photos import SMALL, Picture

PER_WAVE = 20
"""All of them go to every phone of the wave."""


class TooManyReferences(Exception):
    pass


def add(wave: Wave, picture: Picture, caption: str, actor: UUID | None) -> Reference:
    """The files go to disk first, the row after them."""
    sha256 = files.put(picture.clean)
    files.put_beside(sha256, SMALL, picture.small)
    with unit.work(wave):
        present = select(func.count()).select_from(Reference)
        kept = db.session.scalar(present.where(Reference.wave_id == wave.id, Reference.removed_at.is_(None)))
        if (kept or 0) >= PER_WAVE:
            raise TooManyReferences
        reference = Reference(
            id=new_id(),
            client_id=wave.client_id,
            wave_id=wave.id,
            caption=caption.strip(),
            sha256=sha256,
            width=picture.width,
            height=picture.height,
            size_bytes=len(picture.clean),
        )
        db.session.add(reference)
        journal.write("reference.added", reference, actor, wave=str(wave.id))
    return reference


def remove(reference: Reference, actor: UUID | None) -> None:
    with unit.work(reference):
        reference.removed_at = reference.removed_at or now()
        journal.write("reference.removed", reference, actor, wave=str(reference.wave_id))
