"""What managers may see: released waves and the frozen editions of their stores."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, type_coerce
from sqlalchemy.orm import joinedload, undefer

from fieldstudy.core.access import Viewer
from fieldstudy.core.figures import Figure
from fieldstudy.extensions import db
from fieldstudy.models import Edition, Store, StoreEdition, Wave
from fieldstudy.models.columns import Frozen
from fieldstudy.queries import reach


def list_released_waves(viewer: Viewer) -> Sequence[Wave]:
    """Waves with at least one store that the viewer may see, the newest first."""
    query = (
        select(Wave)
        .where(Wave.id.in_(select(Edition.wave_id).join(StoreEdition).join(Store).where(reach.of_manager(viewer))))
        .order_by(Wave.starts_on.desc(), Wave.id)
    )
    return db.session.scalars(query).all()


def find_released_wave(viewer: Viewer, wave_id: UUID) -> Wave | None:
    return next((wave for wave in list_released_waves(viewer) if wave.id == wave_id), None)


def list_store_editions(viewer: Viewer, wave: Wave) -> Sequence[StoreEdition]:
    """The stores of a released wave that the viewer may see, by code, in the newest edition."""
    newest = select(func.max(Edition.number)).where(Edition.wave_id == wave.id).scalar_subquery()
    query = (
        select(StoreEdition)
        .join(StoreEdition.edition)
        .join(StoreEdition.store)
        .where(Edition.wave_id == wave.id, Edition.number == newest, reach.of_manager(viewer))
        .order_by(Store.code)
    )
    return db.session.scalars(query).unique().all()


def find_store_edition(viewer: Viewer, store_edition_id: UUID) -> StoreEdition | None:
    query = (
        select(StoreEdition)
        .join(StoreEdition.store)
        .where(StoreEdition.id == store_edition_id, reach.of_manager(viewer))
        .options(undefer(StoreEdition.snapshot), joinedload(StoreEdition.checklist_version))
    )
    return db.session.scalar(query)


def list_earlier_editions(viewer: Viewer, store_edition: StoreEdition) -> Sequence[StoreEdition]:
    """The same store in the waves before, the oldest first: the score's history."""
    query = (
        select(StoreEdition)
        .join(StoreEdition.edition)
        .join(Wave, Wave.id == Edition.wave_id)
        .join(StoreEdition.store)
        .where(
            StoreEdition.store_id == store_edition.store_id,
            Wave.study_id == store_edition.edition.wave.study_id,
            Wave.starts_on < store_edition.edition.wave.starts_on,
            reach.of_manager(viewer),
        )
        .order_by(Wave.starts_on)
    )
    return db.session.scalars(query).unique().all()


@dataclass(frozen=True)
class _NetworkScore:
    mean_of_store_means: Figure


@dataclass(frozen=True)
class _Excerpt:
    """The little of a snapshot that a list needs; the rest of its bytes is skipped over."""

    network: _NetworkScore


EXCERPT = Frozen[_Excerpt](_Excerpt)


def list_network_scores(waves: Sequence[Wave]) -> dict[UUID, Figure]:
    """The network's score by wave, as its newest edition froze it: any store's snapshot carries it."""
    place = func.row_number().over(
        partition_by=Edition.wave_id, order_by=(Edition.number.desc(), StoreEdition.store_id)
    )
    ranked = (
        select(StoreEdition.id, place.label("place"))
        .join(StoreEdition.edition)
        .where(Edition.wave_id.in_([wave.id for wave in waves]))
        .subquery()
    )
    query = (
        select(Edition.wave_id, type_coerce(StoreEdition.snapshot, EXCERPT))
        .join(StoreEdition.edition)
        .join(ranked, ranked.c.id == StoreEdition.id)
        .where(ranked.c.place == 1)
    )
    return {wave_id: excerpt.network.mean_of_store_means for wave_id, excerpt in db.session.execute(query)}


def find_newest_edition(wave: Wave) -> Edition | None:
    query = select(Edition).where(Edition.wave_id == wave.id).order_by(Edition.number.desc()).limit(1)
    return db.session.scalar(query)


def find_frozen(wave: Wave, store: Store) -> StoreEdition | None:
    """The newest frozen values of one store, for the command line."""
    query = (
        select(StoreEdition)
        .join(StoreEdition.edition)
        .where(Edition.wave_id == wave.id, StoreEdition.store_id == store.id)
        .order_by(Edition.number.desc())
        .options(undefer(StoreEdition.snapshot), joinedload(StoreEdition.checklist_version))
        .limit(1)
    )
    return db.session.scalar(query)
