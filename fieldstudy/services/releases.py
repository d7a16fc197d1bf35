"""Releasing a wave: its figures are frozen as an edition."""

import hashlib
from uuid import UUID

import msgspec
from sqlalchemy import func, select, update

from fieldstudy.core import sums
from fieldstudy.core.lifecycle import State
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.core.sums import Fault
from fieldstudy.extensions import db
from fieldstudy.models import Edition, StoreEdition, Visit, Wave
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries import jobs, snapshots
from fieldstudy.queries.snapshots import Taken, TakenWave
from fieldstudy.services import journal, unit


class NothingToRelease(Exception):
    pass


class WaveIsReleased(Exception):
    pass


class PhotosAreWaiting(Exception):
    """Photos of visits that count have arrived and wait for their clean copies: they would be missing for good."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} photos are waiting")
        self.count = count


class DoesNotAddUp(Exception):
    """A printed number is not the sum of what lies under it; nothing is released."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{f.where}: {f.printed} is not {f.summed}" for f in faults[:5]))
        self.faults = faults


def release(wave: Wave, actor: UUID | None = None) -> Edition:
    """Edition 1 of the wave: what is frozen, and nothing else, becomes released; managers see it from now on."""
    with unit.work(wave):
        if wave.released_at is not None:
            raise WaveIsReleased
        if waiting := jobs.count_pending_media_for_wave(wave):
            raise PhotosAreWaiting(waiting)
        wave_taken = snapshots.take_wave(wave)
        taken = wave_taken.stores
        if not taken:
            raise NothingToRelease
        _check_sums(wave_taken)
        latest = db.session.scalar(select(func.max(Edition.number)).where(Edition.wave_id == wave.id)) or 0
        edition = Edition(
            id=new_id(),
            client_id=wave.client_id,
            wave_id=wave.id,
            number=latest + 1,
            released_at=now(),
            released_by=actor,
            network=wave_taken.network,
        )
        db.session.add(edition)
        db.session.flush()
        db.session.add_all(_store_edition(edition, one) for one in taken)
        wave.released_at = edition.released_at
        for one in taken:
            _release_visits(one.visit_ids)
        _release_closed(wave)
        journal.write("wave.released", wave, actor, edition=edition.number, stores=len(taken))
    return edition


def _check_sums(taken: TakenWave) -> None:
    faults = [f for one in taken.stores for f in sums.faults_of_store(one.snapshot, one.version.content)]
    if taken.network is not None:
        faults += sums.faults_of_network(taken.network)
    if faults:
        raise DoesNotAddUp(tuple(faults))


def _release_visits(ids: tuple[UUID, ...]) -> None:
    db.session.execute(
        update(Visit).where(Visit.id.in_(ids), Visit.state == State.APPROVED).values(state=State.RELEASED)
    )


def _release_closed(wave: Wave) -> None:
    """Visits that found the store closed are in no snapshot, and in its count."""
    found_closed = (Visit.wave_id == wave.id, Visit.state == State.APPROVED, Visit.outcome.is_not(None))
    db.session.execute(update(Visit).where(*found_closed).values(state=State.RELEASED))


def _store_edition(edition: Edition, taken: Taken) -> StoreEdition:
    return StoreEdition(
        client_id=edition.client_id,
        edition_id=edition.id,
        store_id=taken.store_id,
        checklist_version_id=taken.version.id,
        score=taken.snapshot.figures.score,
        snapshot=taken.snapshot,
        sha256=data_sha256(taken.snapshot),
    )


def data_sha256(snapshot: StoreSnapshot | NetworkSnapshot) -> str:
    """The hash that a report prints of its data, and that its edition keeps."""
    return hashlib.sha256(msgspec.json.encode(snapshot)).hexdigest()
