"""Releasing a wave: its figures are frozen as an edition, and its papers are ordered."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, cast
from uuid import UUID

import msgspec
from flask import current_app
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
from fieldstudy.queries import fingerprints, jobs, releases, snapshots
from fieldstudy.queries.snapshots import Taken, TakenWave, WaveReader
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


class ImportIsOpen(Exception):
    """A file brings visits into the wave, and some of them are in."""


class DoesNotAddUp(Exception):
    """A printed number is not the sum of what lies under it; nothing is released."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{f.where}: {f.printed} is not {f.summed}" for f in faults[:5]))
        self.faults = faults


class WaveKeepsChanging(Exception):
    """Each time that its figures were computed, somebody had changed something meanwhile."""


class _HasChanged(Exception):
    """The wave is not what its figures were computed from."""


Say = Callable[[int, int], None]
"""Told how many stores of how many are computed; what it raises ends the work."""
ROUNDS = 4
"""How often figures are computed before it is given up: while a reviewer decides, the next time may be the last."""
ROWS_AT_ONCE, VISITS_AT_ONCE = 50, 500


@dataclass(frozen=True)
class Order:
    """What somebody wants released: edition 1, or the next one, which has a reason. `edition_id` makes it the same
    release, however often a worker begins with it.
    """

    actor: UUID | None = None
    reason: str | None = None
    edition_id: UUID = field(default_factory=new_id)


def release(wave: Wave, actor: UUID | None = None) -> Edition:
    """Edition 1 of the wave: what is frozen, and nothing else, becomes released; managers see it from now on."""
    return carry_out(wave, Order(actor))


def release_again(wave: Wave, reason: str, actor: UUID | None = None) -> Edition:
    """The next edition, with the reason and with what it changed; those before it stay as they are."""
    return carry_out(wave, Order(actor, reason))


def carry_out(wave: Wave, order: Order, say: Say = lambda done, total: None) -> Edition:
    """Figures are computed while others go on writing; the lock is held only to see that they still hold, and to write
    them. Where they do not, they are computed again.
    """
    for _ in range(ROUNDS):
        unit.read_one_state()
        with _computed(wave, order, say) as computed, suppress(_HasChanged):
            return _write(wave, order, computed)
    raise WaveKeepsChanging


def preview(wave: Wave) -> TakenWave:
    """What an edition would hold if it were released now: the figures and the visits of one moment."""
    unit.read_one_state()
    return snapshots.take_wave(wave)


def check(wave: Wave, order: Order) -> Edition | None:
    """Returns the edition before the wanted one. Raises what keeps it from being released, as far as that is seen
    without computing anything.
    """
    if order.reason is not None and not order.reason.strip():
        raise ReasonIsMissing
    latest = releases.find_newest_edition(wave)
    if order.reason is None and wave.released_at is not None:
        raise WaveIsReleased
    if order.reason is not None and latest is None:
        raise WaveIsNotReleased
    if waiting := jobs.count_pending_media_for_wave(wave):
        raise PhotosAreWaiting(waiting)
    if jobs.has_open_import(wave):
        raise ImportIsOpen
    return latest


@dataclass(frozen=True)
class _Line:
    """A store's row, whose snapshot lies in a file as the bytes that are frozen."""

    row: Mapping[str, Any]
    size: int
    visit_ids: tuple[UUID, ...]


@dataclass
class _Computed:
    """What an edition will hold: of one state of the wave, and on disk, where all of a large wave has room."""

    fingerprint: str
    latest: Edition | None
    file: BinaryIO
    lines: list[_Line] = field(default_factory=list)
    network: NetworkSnapshot | None = None
    change: EditionChange | None = None

    def add(self, taken: Taken) -> None:
        data = msgspec.json.encode(taken.snapshot)
        row = {
            "id": new_id(),
            "store_id": taken.store_id,
            "checklist_version_id": taken.version.id,
            "score": taken.snapshot.figures.score,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        self.file.write(data)
        self.lines.append(_Line(row, len(data), taken.visit_ids))

    def rows(self, edition: Edition) -> Iterator[dict[str, Any]]:
        own = {"client_id": edition.client_id, "edition_id": edition.id}
        self.file.seek(0)
        for line in self.lines:
            yield {**line.row, **own, "snapshot": msgspec.Raw(self.file.read(line.size))}


@contextmanager
def _computed(wave: Wave, order: Order, say: Say) -> Iterator[_Computed]:
    """The file has no name: whatever happens to this process, nothing is left of it."""
    latest = check(wave, order)
    with tempfile.TemporaryFile(dir=current_app.extensions["fieldstudy"].data) as file:
        computed = _Computed(fingerprints.of_wave(wave), latest, cast(BinaryIO, file))
        _compute(wave, computed, say)
        yield computed


def _compute(wave: Wave, computed: _Computed, say: Say) -> None:
    reader = WaveReader(wave)
    stores: list[StoreSnapshot] = []
    faults: list[Fault] = []
    comparison = releases.Comparison(computed.latest) if computed.latest is not None else None
    for number, one in enumerate(reader.stores()):
        say(number, len(reader))
        faults += faults_of(one)
        computed.add(one)
        stores.append(one.snapshot)
        if comparison is not None:
            comparison.add(one)
    if not stores:
        raise NothingToRelease
    computed.network = reader.network(stores)
    faults += sums.faults_of_network(computed.network)
    if faults:
        raise DoesNotAddUp(tuple(faults))
    if comparison is not None:
        computed.change = comparison.change()
        if not computed.change.stores:
            raise NothingChanged
    say(len(reader), len(reader))


def faults_of(taken: Taken) -> tuple[Fault, ...]:
    """Of one store."""
    own = sums.faults_of_store(taken.snapshot, taken.checklist)
    return (*own, *sums.faults_of_totals(taken.snapshot, taken.settings))


def _write(wave: Wave, order: Order, computed: _Computed) -> Edition:
    with unit.work(wave):
        latest = check(wave, order)
        _hold_visits(wave)
        closed = _find_closed(wave)
        _check_unchanged(wave, computed, latest)
        edition = _freeze(wave, order, computed, closed, latest.number + 1 if latest is not None else 1)
        stores = len(computed.lines if computed.change is None else computed.change.stores)
        if latest is None:
            wave.released_at = edition.released_at
            journal.write("wave.released", wave, order.actor, edition=edition.number, stores=stores)
        else:
            journal.write(
                "wave.released_again", wave, order.actor, edition=edition.number, stores=stores, reason=edition.reason
            )
    return edition


def _hold_visits(wave: Wave) -> None:
    """Until they are frozen nobody decides about one of them: it would be in the figures and set aside, and no later
    edition would tell it. Others may begin meanwhile, and count from the next edition. Only PostgreSQL has to be asked.
    """
    if db.engine.dialect.name == "postgresql":
        query = select(Visit.id).where(Visit.client_id == wave.client_id, Visit.wave_id == wave.id).order_by(Visit.id)
        db.session.execute(query.with_for_update(key_share=True)).all()


def _check_unchanged(wave: Wave, computed: _Computed, latest: Edition | None) -> None:
    is_next = (latest and latest.id) == (computed.latest and computed.latest.id)
    if not is_next or fingerprints.of_wave(wave) != computed.fingerprint:
        raise _HasChanged


def _freeze(wave: Wave, order: Order, computed: _Computed, closed: Sequence[UUID], number: int) -> Edition:
    """All in one transaction: there is never half an edition."""
    edition = Edition(
        id=order.edition_id,
        client_id=wave.client_id,
        wave_id=wave.id,
        number=number,
        released_at=now(),
        released_by=order.actor,
        reason=(order.reason or "").strip(),
        network=computed.network,
        change=computed.change,
    )
    db.session.add(edition)
    db.session.flush()
    rows = computed.rows(edition)
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        unit.insert(StoreEdition, *batch)
    _release_visits([visit_id for line in computed.lines for visit_id in line.visit_ids])
    _release_visits(closed)
    papers.order(edition, [line.row["id"] for line in computed.lines])
    return edition


def _release_visits(ids: Sequence[UUID]) -> None:
    approved = update(Visit).where(Visit.state == State.APPROVED).values(state=State.RELEASED)
    for start in range(0, len(ids), VISITS_AT_ONCE):
        db.session.execute(approved.where(Visit.id.in_(ids[start : start + VISITS_AT_ONCE])))


def _find_closed(wave: Wave) -> Sequence[UUID]:
    """Visits that found the store closed are in no snapshot, and in its count."""
    query = select(Visit.id).where(Visit.wave_id == wave.id, Visit.state == State.APPROVED, Visit.outcome.is_not(None))
    return db.session.scalars(query).all()


def data_sha256(snapshot: StoreSnapshot | NetworkSnapshot) -> str:
    """The hash that a report prints of its data, and that its edition keeps."""
    return hashlib.sha256(msgspec.json.encode(snapshot)).hexdigest()
