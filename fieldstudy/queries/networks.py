"""What the network report of a released wave is made from, for whoever may see all stores of its client."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import LargeBinary, select, type_coerce
from sqlalchemy.orm import undefer

from fieldstudy.core.access import Viewer
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.extensions import db
from fieldstudy.models import ChecklistVersion, Edition, StoreEdition, Wave
from fieldstudy.queries import reach, snapshots


@dataclass(frozen=True)
class ReleasedNetwork:
    """Not frozen: the edition is older than frozen networks, and this one was computed from the visits of today."""

    edition: Edition
    is_frozen: bool
    snapshot: NetworkSnapshot
    checklist: Checklist


def find_wave(viewer: Viewer, wave_id: UUID) -> Wave | None:
    """A released wave, for whoever may see all its stores."""
    query = (
        select(Wave)
        .where(Wave.id == wave_id, reach.of_whole_clients(viewer, Wave.client_id))
        .where(Wave.id.in_(select(Edition.wave_id)))
    )
    return db.session.scalar(query)


def find_network(wave: Wave) -> ReleasedNetwork | None:
    """Of the newest edition."""
    query = (
        select(Edition)
        .where(Edition.wave_id == wave.id)
        .order_by(Edition.number.desc())
        .options(undefer(Edition.network))
        .limit(1)
    )
    edition = db.session.scalar(query)
    return None if edition is None else of_edition(edition)


def of_edition(edition: Edition) -> ReleasedNetwork | None:
    """None where no visit counts any more for an edition that froze no network."""
    if edition.network is not None:
        checklist = edition.network.facts.checklist(_checklist(edition))
        return ReleasedNetwork(edition, True, edition.network, checklist)
    taken = snapshots.take_wave(edition.wave)
    if taken.network is None:
        return None
    return ReleasedNetwork(edition, False, taken.network, taken.stores[0].checklist)


def frozen_sha256(edition: Edition) -> str:
    """Of the bytes that the release froze. A value that was read from them may know more than they do."""
    query = select(type_coerce(Edition.network, LargeBinary)).where(Edition.id == edition.id)
    return hashlib.sha256(db.session.scalars(query).one() or b"").hexdigest()


def frozen_hashes(frozen: Sequence[StoreEdition]) -> dict[str, str]:
    """Of all that one edition froze, by the store's code; the network under ""."""
    hashes = {one.store.code: one.sha256 for one in frozen}
    if frozen and frozen[0].edition.network is not None:
        hashes[""] = frozen_sha256(frozen[0].edition)
    return hashes


def _checklist(edition: Edition) -> Checklist:
    """All stores of an edition are explained by one version."""
    query = (
        select(ChecklistVersion)
        .join(StoreEdition, StoreEdition.checklist_version_id == ChecklistVersion.id)
        .where(StoreEdition.edition_id == edition.id)
        .limit(1)
    )
    return db.session.scalars(query).one().content
