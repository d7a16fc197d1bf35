"""A field to send from: a shopper with assignments, and what the server holds of what was sent."""

import hashlib
import io
import random
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

from flask import Flask
from PIL import Image

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, ChecklistVersion, Medium, Photo, Store, Study, Submission, User, Visit
from fieldstudy.models.columns import now
from fieldstudy.services import assignments, files, media, studies
from fieldstudy.services.assignments import Task
from tests import factories as make
from tests.phone import Phone, Sealed, Snapshot, cookie_of, seal

RAW = {"q-greeted": ["yes"], "q-receipt": ["no"], "q-words": ["Buongiorno, è aperto?"], "feeling-welcome": ["1"]}


@dataclass(frozen=True)
class Field:
    """One shopper's assignments, a store each, that may be visited today."""

    study: Study
    version: ChecklistVersion
    shopper: User
    assignments: list[Assignment]
    version_id: UUID
    assignment_ids: tuple[UUID, ...]
    """Read once: what signs a phone in expires every row, and a thread that sends could not read it again."""

    def phone(self, app: Flask, address: str, who: User | None = None, **options: object) -> Phone:
        return Phone(address, cookie_of(app, who or self.shopper), **options)  # type: ignore[arg-type]

    def sealed(self, number: int = 0, photos: int = 0, **fields: object) -> Sealed:
        """The visit of assignment `number`; the same number, the same photos."""
        pictures = [Snapshot("window", snapshot_bytes(number * 100 + n)) for n in range(photos)]
        return seal(self.assignment_ids[number], self.version_id, RAW, pictures, **fields)  # type: ignore[arg-type]


def field(count: int = 1) -> Field:
    study = make.study()
    version = make.version(study)
    wave = make.wave(study, starts_on=now().date() - timedelta(days=1))
    shopper = make.user(Role.SHOPPER, study.client)
    task = Task(Method.MYSTERY_SHOPPING, "shop", wave.starts_on, wave.ends_on)
    made, _ = assignments.assign(wave, [shopper], _stores(study, count), task)
    return Field(study, version, shopper, made, version.id, tuple(one.id for one in made))


def _stores(study: Study, count: int) -> list[Store]:
    place = {"city": "Verona", "region": "Veneto", "address": "", "latitude": None, "longitude": None}
    rows = [{"code": f"F{n}", "name": f"Store {n}", "timezone": "Europe/Rome", **place} for n in range(count)]
    studies.import_stores(study, [SimpleNamespace(**row) for row in rows])
    return list(db.session.scalars(db.select(Store).where(Store.client_id == study.client_id).order_by(Store.code)))


def snapshot_bytes(seed: int, side: int = 96, quality: int = 90) -> bytes:
    """A JPEG of noise, another one for every seed."""
    chance = random.Random(seed)  # noqa: S311
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), chance.randbytes(side * side * 3)).save(out, "JPEG", quality=quality)
    return out.getvalue()


def is_kept_once(sealed: Sealed) -> bool:
    """One visit, one submission with the hash that was sealed, and every photo once, in the inbox or cleaned."""
    db.session.rollback()
    visits = db.session.scalars(db.select(Visit.id).where(Visit.id == UUID(sealed.visit))).all()
    hashes = db.session.scalars(db.select(Submission.sha256).where(Submission.visit_id == UUID(sealed.visit))).all()
    return len(visits) == 1 and hashes == [sealed.sha256] and _media(sealed.visit) == _listed(sealed)


def _listed(sealed: Sealed) -> Counter[tuple[str, str]]:
    return Counter((photo.id, photo.sha256) for photo in sealed.photos)


def _media(visit: str) -> Counter[tuple[str, str]]:
    """What the server holds of the visit's photos; the hashes are those of the bytes that lie on its disk."""
    rows = db.session.scalars(db.select(Medium).where(Medium.visit_id == UUID(visit))).all()
    return Counter((str(row.id), _hash_on_disk(row)) for row in rows)


def _hash_on_disk(medium: Medium) -> str:
    path = media.path_of(medium.user_id, medium.id)
    if medium.photo_id is None:
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "lost"
    photo = db.session.get_one(Photo, medium.photo_id)
    Image.open(files.path_of(photo.sha256)).load()
    return photo.received_sha256


def waiting_media() -> int:
    db.session.rollback()
    waiting = db.select(db.func.count()).select_from(Medium).where(Medium.erased_at.is_(None))
    return db.session.scalar(waiting) or 0
