"""What stores do about what they read, for whoever may see or write it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload, undefer

from fieldstudy.core import ordering
from fieldstudy.core.access import Viewer
from fieldstudy.extensions import db
from fieldstudy.models import Action, Edition, Store, StoreEdition, Wave
from fieldstudy.queries import reach, studies


def may_act(viewer: Viewer) -> ColumnElement[bool]:
    """Stores for which the viewer may write: a manager's own, a coordinator's clients."""
    return reach.of_results(viewer)


def find_action(viewer: Viewer, action_id: UUID) -> Action | None:
    query = select(Action).join(Action.store).where(Action.id == action_id, may_act(viewer))
    return db.session.scalar(query)


def find_store_edition(viewer: Viewer, store_edition_id: UUID) -> StoreEdition | None:
    """The frozen store whose report an action answers."""
    query = (
        select(StoreEdition)
        .join(StoreEdition.store)
        .where(StoreEdition.id == store_edition_id, may_act(viewer))
        .options(undefer(StoreEdition.snapshot), joinedload(StoreEdition.checklist_version))
    )
    return db.session.scalar(query)


def find_wave(viewer: Viewer, wave_id: UUID) -> Wave | None:
    """A released wave with a store for which the viewer may write."""
    seen = select(Edition.id).join(StoreEdition).join(Store).where(Edition.wave_id == Wave.id, may_act(viewer))
    return db.session.scalar(select(Wave).where(Wave.id == wave_id, seen.exists()))


def list_for_store(wave: Wave, store: Store) -> Sequence[Action]:
    """By due date, those without one last."""
    return _sorted(and_(Action.wave_id == wave.id, Action.store_id == store.id, Action.client_id == wave.client_id))


def list_for_report(store_edition: StoreEdition) -> tuple[Sequence[Action], Sequence[Action]]:
    """What the store will do about this report, and what it did about the one before."""
    wave, store = store_edition.edition.wave, store_edition.store
    before = studies.find_wave_before(wave)
    return list_for_store(wave, store), list_for_store(before, store) if before else ()


def list_for_wave(viewer: Viewer, wave: Wave, section: str = "", question: str = "") -> Sequence[Action]:
    """Of the stores within reach; about one touchpoint (its questions too) or one question where asked for."""
    conditions = [Action.client_id == wave.client_id, Action.wave_id == wave.id, may_act(viewer)]
    conditions += [Action.section == section] if section else []
    conditions += [Action.question == question] if question else []
    return _sorted(and_(*conditions))


def _sorted(condition: ColumnElement[bool]) -> Sequence[Action]:
    found = db.session.scalars(select(Action).join(Action.store).where(condition).order_by(Action.id))
    by_store = ordering.by_code(found, lambda action: action.store.code)
    return sorted(by_store, key=lambda action: action.due_on or date.max)


def list_stores_to_act(viewer: Viewer, wave: Wave) -> Sequence[StoreEdition]:
    """The stores of the newest edition for which the viewer may write, by code."""
    newest = select(Edition.id).where(Edition.wave_id == wave.id).order_by(Edition.number.desc()).limit(1)
    query = (
        select(StoreEdition)
        .join(StoreEdition.store)
        .where(StoreEdition.edition_id == newest.scalar_subquery(), may_act(viewer))
    )
    return ordering.by_code(db.session.scalars(query), lambda frozen: frozen.store.code)
