"""The figures of a wave as its visits stand: ordered by a page, computed by a worker, kept for an hour.

They are for reading. A release computes its own: nothing of what is kept here enters an edition.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from fieldstudy.core.editions import EditionChange
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.models import Job, JobState, Wave
from fieldstudy.models.columns import now
from fieldstudy.queries import fingerprints, previews, releases, studies
from fieldstudy.queries.snapshots import WaveReader
from fieldstudy.services import jobs, temporary_files, unit
from fieldstudy.services.releases import Say

KEPT = timedelta(seconds=temporary_files.KEPT_SECONDS)


@dataclass(frozen=True)
class WavePreview:
    """Of one moment. `network` and the version that explains it are None where no visit counts; `change` is against the
    edition, where there is one. It names stores, and no person.
    """

    at: datetime
    timezone: str
    fingerprint: str
    version_id: UUID | None = None
    network: NetworkSnapshot | None = None
    edition_id: UUID | None = None
    change: EditionChange | None = None

    @property
    def local_at(self) -> datetime:
        return self.at.astimezone(ZoneInfo(self.timezone))


_decoder = msgspec.json.Decoder(WavePreview)


def order(wave: Wave, actor: UUID | None) -> Job:
    """One job, however often and by whomever it is asked for while it is open."""
    job = previews.find_wave_preview(wave)
    if job is not None and job.waits_after_error:
        with suppress(jobs.JobIsNotOver):
            jobs.retry(job, actor)
        return job
    return temporary_files.order(previews.WAVE_PREVIEW, wave, previews.wave_payload(wave), actor, total=0)


def read_or_order(wave: Wave, actor: UUID | None) -> WavePreview | None:
    """None while it is being computed. What failed a moment ago is not ordered again: somebody has to read why."""
    job = previews.find_wave_preview(wave)
    if job is not None and (job.state not in jobs.OVER or has_failed(job)):
        return None
    kept = read(wave)
    if kept is None:
        order(wave, actor)
    return kept


def has_failed(job: Job) -> bool:
    """A moment ago; later it may be tried once more."""
    is_failed = job.state in (JobState.FAILED, JobState.REFUSED)
    return is_failed and job.finished_at is not None and now() - job.finished_at < KEPT


def read(wave: Wave) -> WavePreview | None:
    """None where none is kept any more, and where a newer edition is there than it knows."""
    with suppress(msgspec.ValidationError):
        kept = _decoder.decode(temporary_files.read(wave.id) or b"null")
        latest = releases.find_newest_edition(wave)
        if now() - kept.at < KEPT and kept.edition_id == (latest.id if latest is not None else None):
            return kept
    return None


def holds(preview: WavePreview, wave: Wave) -> bool:
    """Whether all that it rests on is as it was."""
    return fingerprints.of_wave(wave) == preview.fingerprint


def take(wave: Wave) -> WavePreview:
    """For workers: what is kept, while it holds, else computed now."""
    kept = read(wave)
    return kept if kept is not None and holds(kept, wave) else compute(wave)


def compute(wave: Wave, say: Say = lambda done, total: None) -> WavePreview:
    """Store by store, from one state of the database; others go on writing meanwhile."""
    unit.read_one_state()
    at, fingerprint, latest = now(), fingerprints.of_wave(wave), releases.find_newest_edition(wave)
    reader, comparison = WaveReader(wave), releases.Comparison(latest) if latest is not None else None
    stores: list[StoreSnapshot] = []
    version_id: UUID | None = None
    for number, one in enumerate(reader.stores()):
        say(number, len(reader))
        stores.append(one.snapshot)
        version_id = one.version.id
        if comparison is not None:
            comparison.add(one)
    network = reader.network(stores) if stores else None
    say(len(reader), len(reader))
    change = comparison.change() if comparison is not None else None
    edition_id = latest.id if latest is not None else None
    return WavePreview(at, _timezone(wave), fingerprint, version_id, network, edition_id, change)


def _timezone(wave: Wave) -> str:
    """On whose clock the moment is told; without a store there is nothing to tell it beside."""
    stores = studies.list_stores_for_client(wave.client_id)
    return stores[0].timezone if stores else "UTC"


def keep(wave: Wave, preview: WavePreview) -> None:
    temporary_files.keep(wave.id, msgspec.json.encode(preview))
