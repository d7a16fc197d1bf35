"""Reports before their release: the jobs that draw them, what they are of, and how the stores stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from fieldstudy.core import ordering
from fieldstudy.core.access import Role, Viewer
from fieldstudy.core.figures import Figure
from fieldstudy.extensions import db
from fieldstudy.models import Job, Photo, Store, Visit, Wave
from fieldstudy.queries import figures, reach, temporary_files

PREVIEW, WAVE_PREVIEW = "preview", "wave_preview"


@dataclass(frozen=True)
class StoreLine:
    """A store with visits that count, and its score as they stand."""

    store: Store
    visits: int
    score: Figure

    @property
    def texts(self) -> tuple[str, ...]:
        return self.store.code, self.store.name, self.store.city, self.store.region


def find_preview(viewer: Viewer, preview_id: UUID) -> Job | None:
    """For coordinators of the client: nobody else reads what is not released."""
    mine = reach.of_clients(viewer, Job.client_id, Role.COORDINATOR)
    return db.session.scalar(select(Job).where(Job.id == preview_id, Job.kind == PREVIEW, mine))


def find_store(viewer: Viewer, store_id: UUID) -> Store | None:
    mine = reach.of_clients(viewer, Store.client_id, Role.COORDINATOR)
    return db.session.scalar(select(Store).where(Store.id == store_id, mine))


def find_wave_preview(wave: Wave) -> Job | None:
    """The latest that was ordered, whatever became of it."""
    return temporary_files.find_latest(WAVE_PREVIEW, wave.client_id, wave_payload(wave))


def wave_payload(wave: Wave) -> dict[str, str | None]:
    return {"wave": str(wave.id)}


def payload(wave: Wave, store: Store | None, language: str) -> dict[str, str | None]:
    return {"wave": str(wave.id), "store": str(store.id) if store else None, "language": language}


def get_subject(job: Job) -> tuple[Wave, Store | None]:
    """Raises NoResultFound."""
    wave = db.session.scalars(select(Wave).where(Wave.id == UUID(job.payload["wave"]))).one()
    if job.payload["store"] is None:
        return wave, None
    return wave, db.session.scalars(select(Store).where(Store.id == UUID(job.payload["store"]))).one()


def list_stores(wave: Wave) -> Sequence[StoreLine]:
    """By code; only sums are read, no answers."""
    asked = figures.find_wave_checklist(wave)
    if asked is None:
        return ()
    scores = {found.store: found.score for found in figures.wave_figures(wave, asked)[0].stores}
    counted = select(Visit.store_id, func.count()).where(*figures.counting(wave)).group_by(Visit.store_id)
    visits = {row[0]: row[1] for row in db.session.execute(counted)}
    stores = db.session.scalars(select(Store).where(Store.client_id == wave.client_id, Store.code.in_(scores)))
    lines = [StoreLine(store, visits.get(store.id, 0), scores[store.code]) for store in stores]
    return ordering.by_code(lines, lambda line: line.store.code)


def list_photo_ids(wave: Wave, store: Store) -> dict[str, UUID]:
    """By hash: the photos of visits that count."""
    query = (
        select(Photo.sha256, Photo.id)
        .join(Visit, Visit.id == Photo.visit_id)
        .where(*figures.counting(wave), Visit.store_id == store.id, Photo.removed_at.is_(None))
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
