"""What managers may see: released waves and the frozen editions of their stores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select, type_coerce
from sqlalchemy.orm import joinedload, undefer

from fieldstudy.core import editions, internal, lifecycle, ordering
from fieldstudy.core.access import Role, Viewer
from fieldstudy.core.editions import EditionChange, StoreChange
from fieldstudy.core.figures import Figure
from fieldstudy.core.lifecycle import State
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.extensions import db
from fieldstudy.models import Edition, JournalLine, Store, StoreEdition, Visit, Wave
from fieldstudy.models.columns import Frozen
from fieldstudy.queries import figures, reach
from fieldstudy.queries.snapshots import Taken


def list_released_waves(viewer: Viewer) -> Sequence[Wave]:
    """Waves with at least one store that the viewer may see, the newest first."""
    query = select(Wave).where(_has_a_store_for(viewer)).order_by(Wave.starts_on.desc(), Wave.id)
    return db.session.scalars(query).all()


def find_released_wave(viewer: Viewer, wave_id: UUID) -> Wave | None:
    return db.session.scalar(select(Wave).where(Wave.id == wave_id, _has_a_store_for(viewer)))


def _has_a_store_for(viewer: Viewer) -> ColumnElement[bool]:
    """`exists` stops at the first store; a list of all stores of all waves would grow with them."""
    query = select(Edition.id).join(StoreEdition).join(Store)
    return query.where(Edition.wave_id == Wave.id, reach.of_results(viewer)).exists()


def list_store_editions(viewer: Viewer, wave: Wave) -> Sequence[StoreEdition]:
    """The stores of a released wave that the viewer may see, by code, in the newest edition."""
    newest = select(func.max(Edition.number)).where(Edition.wave_id == wave.id).scalar_subquery()
    query = (
        select(StoreEdition)
        .join(StoreEdition.edition)
        .join(StoreEdition.store)
        .where(Edition.wave_id == wave.id, Edition.number == newest, reach.of_results(viewer))
    )
    return _by_code(query)


def _by_code(query: Select[Any]) -> list[StoreEdition]:
    return ordering.by_code(db.session.scalars(query).unique(), lambda frozen: frozen.store.code)


def find_store_edition(viewer: Viewer, store_edition_id: UUID) -> StoreEdition | None:
    query = (
        select(StoreEdition)
        .join(StoreEdition.store)
        .where(StoreEdition.id == store_edition_id, reach.of_results(viewer))
        .options(undefer(StoreEdition.snapshot), joinedload(StoreEdition.checklist_version))
    )
    return db.session.scalar(query)


def list_editions_of_other_waves(viewer: Viewer, store_edition: StoreEdition) -> Sequence[StoreEdition]:
    """The same store in the waves before and after, the oldest first: the score's history."""
    query = (
        select(StoreEdition)
        .join(StoreEdition.edition)
        .join(Wave, Wave.id == Edition.wave_id)
        .join(StoreEdition.store)
        .where(
            StoreEdition.store_id == store_edition.store_id,
            Wave.study_id == store_edition.edition.wave.study_id,
            Wave.id != store_edition.edition.wave_id,
            reach.of_results(viewer),
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


def list_frozen(wave: Wave) -> Sequence[StoreEdition]:
    """The newest frozen values of every store, by code; empty before the release."""
    newest = select(func.max(Edition.number)).where(Edition.wave_id == wave.id).scalar_subquery()
    query = (
        select(StoreEdition)
        .join(StoreEdition.edition)
        .join(StoreEdition.store)
        .where(Edition.wave_id == wave.id, Edition.number == newest)
        .options(undefer(StoreEdition.snapshot), joinedload(StoreEdition.checklist_version))
    )
    return _by_code(query)


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


def list_editions(wave: Wave) -> Sequence[Edition]:
    """The newest first."""
    query = select(Edition).where(Edition.wave_id == wave.id).order_by(Edition.number.desc())
    return db.session.scalars(query).all()


def find_edition(viewer: Viewer, edition_id: UUID) -> Edition | None:
    """For readers with at least one store in it."""
    seen = select(StoreEdition.id).join(Store).where(StoreEdition.edition_id == Edition.id, reach.of_results(viewer))
    return db.session.scalar(select(Edition).where(Edition.id == edition_id, seen.exists()))


def find_whole_edition(viewer: Viewer, edition_id: UUID) -> Edition | None:
    """For readers who see every store of the client."""
    whole = reach.of_whole_clients(viewer, Edition.client_id)
    return db.session.scalar(select(Edition).where(Edition.id == edition_id, whole))


def find_planned_edition(viewer: Viewer, edition_id: UUID) -> Edition | None:
    """For coordinators of the client."""
    mine = reach.of_clients(viewer, Edition.client_id, Role.COORDINATOR)
    return db.session.scalar(select(Edition).where(Edition.id == edition_id, mine))


def list_stores_of(viewer: Viewer, edition: Edition) -> Sequence[StoreEdition]:
    """The stores of this edition that the viewer may see, by code."""
    query = select(StoreEdition).join(StoreEdition.store)
    return _by_code(query.where(StoreEdition.edition_id == edition.id, reach.of_results(viewer)))


def find_edition_by_id(edition_id: UUID) -> Edition | None:
    """For workers, which have no reach."""
    return db.session.get(Edition, edition_id)


def has_counting_visits(wave: Wave) -> bool:
    return bool(db.session.scalar(select(exists().where(*figures.counting(wave)))))


def get_edition(edition_id: UUID) -> Edition:
    """Raises NoResultFound."""
    query = select(Edition).where(Edition.id == edition_id).options(undefer(Edition.network))
    return db.session.scalars(query).one()


def get_store_edition(store_edition_id: UUID) -> StoreEdition:
    """With what its report is made from. Raises NoResultFound."""
    query = select(StoreEdition).where(StoreEdition.id == store_edition_id)
    return db.session.scalars(
        query.options(undefer(StoreEdition.snapshot), joinedload(StoreEdition.checklist_version))
    ).one()


class Comparison:
    """What an edition of these stores would change against this one. Both sides of a store are read and let go."""

    def __init__(self, edition: Edition) -> None:
        self._frozen = select(StoreEdition.snapshot).where(StoreEdition.edition_id == edition.id)
        self._missing = set(
            db.session.scalars(select(StoreEdition.store_id).where(StoreEdition.edition_id == edition.id))
        )
        self._stores: list[StoreChange] = []
        self._hidden: Mapping[str, bool] = {}
        self._before = self._score_of(db.session.scalar(self._frozen.limit(1)))
        self._after: Decimal | None = None

    @staticmethod
    def _score_of(snapshot: StoreSnapshot | None) -> Decimal | None:
        """The network's, which every store carries."""
        return snapshot.network.mean_of_store_means.value if snapshot is not None else None

    def add(self, taken: Taken) -> None:
        if self._after is None:
            self._hidden, self._after = _hidden(taken), self._score_of(taken.snapshot)
        frozen = db.session.scalar(self._frozen.where(StoreEdition.store_id == taken.store_id))
        self._missing.discard(taken.store_id)
        self._stores.append(editions.compare_store(frozen, taken.snapshot, self._hidden))

    def change(self) -> EditionChange:
        gone = db.session.scalars(self._frozen.where(StoreEdition.store_id.in_(self._missing)))
        stores = [*self._stores, *(editions.compare_store(frozen, None, self._hidden) for frozen in gone)]
        by_code = ordering.by_code((store for store in stores if store.is_change), lambda store: store.code)
        return EditionChange(tuple(by_code), self._before, self._after)


def _hidden(taken: Taken) -> dict[str, bool]:
    """Questions that the client does not see today and an older edition may have shown; were people asked them?"""
    return {
        question.name: question.is_asked
        for question in taken.version.content.questions
        if internal.is_internal(question) or question.name in taken.snapshot.facts.internal
    }


@dataclass(frozen=True)
class Pending:
    """Visits whose decision came after the newest edition; a hint, which compares no figures."""

    approved: int
    set_aside: int

    def __bool__(self) -> bool:
        return bool(self.approved or self.set_aside)


ASIDE = tuple(f"visit.{state}" for state in (State.EXCLUDED, State.VOID, State.HELD))


def count_pending(edition: Edition) -> Pending:
    """A visit that counts and is in no edition is still approved; one that left is told by the journal."""
    visits = select(func.count()).select_from(Visit).where(Visit.wave_id == edition.wave_id)
    approved = visits.where(Visit.state.in_([State.APPROVED, State.AMENDED]))
    told = select(JournalLine.id).where(
        JournalLine.client_id == edition.client_id,
        JournalLine.subject_id == Visit.id,
        JournalLine.at > edition.released_at,
        JournalLine.verb.in_(ASIDE),
    )
    gone = visits.where(
        Visit.state.not_in(sorted(lifecycle.COUNTING)), Visit.started_at < edition.released_at, told.exists()
    )
    return Pending(db.session.scalar(approved) or 0, db.session.scalar(gone) or 0)
