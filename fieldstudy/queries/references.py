"""Reference pictures, for who sets them and for who needs them in the field."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from fieldstudy.core.access import Role, Viewer
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Reference, Wave
from fieldstudy.queries import reach


def list_for_wave(wave: Wave) -> Sequence[Reference]:
    return list_for_waves([wave.id])


def list_for_waves(wave_ids: Iterable[UUID]) -> Sequence[Reference]:
    query = select(Reference).where(Reference.wave_id.in_(set(wave_ids)), Reference.removed_at.is_(None))
    return db.session.scalars(query.order_by(Reference.created_at, Reference.id)).all()


def find_reference(viewer: Viewer, reference_id: UUID) -> Reference | None:
    """For the coordinators of its client."""
    query = select(Reference).where(Reference.id == reference_id, Reference.removed_at.is_(None))
    return db.session.scalar(query.where(reach.of_clients(viewer, Reference.client_id, Role.COORDINATOR)))


def find_reference_in_the_field(viewer: Viewer, reference_id: UUID) -> Reference | None:
    """For whoever has an assignment in its wave."""
    own = select(Assignment.wave_id).where(reach.own_assignment(viewer), Assignment.state != State.VOID)
    query = select(Reference).where(Reference.id == reference_id, Reference.removed_at.is_(None))
    return db.session.scalar(query.where(Reference.wave_id.in_(own)))
