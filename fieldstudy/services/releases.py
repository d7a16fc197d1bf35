"""Releasing a wave: its figures are frozen as an edition, and its papers are ordered."""

import hashlib
from uuid import UUID

import msgspec
from sqlalchemy import select, update

from fieldstudy.core import sums
from fieldstudy.core.editions import EditionChange
from fieldstudy.core.lifecycle import State
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.core.sums import Fault
from fieldstudy.extensions import db
from fieldstudy.models import Edition, StoreEdition, Visit, Wave
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries import jobs, releases, snapshots
from fieldstudy.queries.snapshots import Taken, TakenWave
from fieldstudy.services import journal, papers, unit


class NothingToRelease(Exception):
    pass


class WaveIsReleased(Exception):
    pass


class WaveIsNotReleased(Exception):
    pass


class NothingChanged(Exception):
    """What would be frozen is what the newest edition holds already."""


class ReasonIsMissing(Exception):
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
        taken = _take(wave)
        edition = _freeze(wave, taken, 1, actor)
        wave.released_at = edition.released_at
        journal.write("wave.released", wave, actor, edition=edition.number, stores=len(taken.stores))
    return edition


def preview(wave: Wave) -> TakenWave:
    """What an edition would hold if it were released now: the figures and the visits of one moment."""
    unit.read_one_state()
    return snapshots.take_wave(wave)


def release_again(wave: Wave, reason: str, actor: UUID | None = None) -> Edition:
    """The next edition, with the reason and with what it changed; those before it stay as they are."""
    if not reason.strip():
        raise ReasonIsMissing
    with unit.work(wave):
        latest = releases.find_newest_edition(wave)
        if latest is None:
            raise WaveIsNotReleased
        taken = _take(wave)
        change = releases.compare(latest, taken)
        if not change.stores:
            raise NothingChanged
        edition = _freeze(wave, taken, latest.number + 1, actor, reason.strip(), change)
        changed = len(change.stores)
        journal.write("wave.released_again", wave, actor, edition=edition.number, stores=changed, reason=edition.reason)
    return edition


def _take(wave: Wave) -> TakenWave:
    _hold_visits(wave)
    if waiting := jobs.count_pending_media_for_wave(wave):
        raise PhotosAreWaiting(waiting)
    taken = snapshots.take_wave(wave)
    if not taken.stores:
        raise NothingToRelease
    _check_sums(taken)
    return taken


def _hold_visits(wave: Wave) -> None:
    """Until they are frozen nobody decides about one of them: it would be in the figures and set aside, and no later
    edition would tell it. New ones cannot come either, since the wave is held. Only PostgreSQL has to be asked.
    """
    query = select(Visit.id).where(Visit.client_id == wave.client_id, Visit.wave_id == wave.id).order_by(Visit.id)
    db.session.execute(query.with_for_update(key_share=True)).all()


def _freeze(
    wave: Wave,
    taken: TakenWave,
    number: int,
    actor: UUID | None,
    reason: str = "",
    change: EditionChange | None = None,
) -> Edition:
    edition = Edition(
        id=new_id(),
        client_id=wave.client_id,
        wave_id=wave.id,
        number=number,
        released_at=now(),
        released_by=actor,
        reason=reason,
        network=taken.network,
        change=change,
    )
    db.session.add(edition)
    db.session.flush()
    stores = [_store_edition(edition, one) for one in taken.stores]
    db.session.add_all(stores)
    for one in taken.stores:
        _release_visits(one.visit_ids)
    _release_closed(wave)
    papers.order(edition, [store.id for store in stores])
    return edition


def _check_sums(taken: TakenWave) -> None:
    faults = [f for one in taken.stores for f in sums.faults_of_store(one.snapshot, one.checklist)]
    faults += [f for one in taken.stores for f in sums.faults_of_totals(one.snapshot, one.settings)]
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
        id=new_id(),
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
