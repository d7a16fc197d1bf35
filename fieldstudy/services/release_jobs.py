"""A release as work for later: a page orders it, a worker carries it out, the page says how far it is."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from fieldstudy.core.sums import Fault
from fieldstudy.models import Edition, Job, Wave
from fieldstudy.models.columns import new_id
from fieldstudy.queries import jobs as job_queries
from fieldstudy.queries import releases as release_queries
from fieldstudy.services import jobs, journal, releases, unit
from fieldstudy.services.releases import DoesNotAddUp, Order, Say

REFUSALS = (
    releases.NothingToRelease,
    releases.NothingChanged,
    releases.WaveIsReleased,
    releases.WaveIsNotReleased,
    releases.PhotosAreWaiting,
    releases.ImportIsOpen,
    releases.WaveKeepsChanging,
    DoesNotAddUp,
)
"""What another try would meet as well: somebody has to do something first."""


def order(wave: Wave, actor: UUID | None, reason: str | None = None) -> Job:
    """One job, however often somebody asks while it is open. Raises what keeps the wave from being released, as far as
    that is seen at once.
    """
    with unit.work(wave):
        job = job_queries.find_release(wave)
        if job is not None and job.state not in jobs.OVER:
            return job
        releases.check(wave, Order(actor, reason))
        if not release_queries.has_counting_visits(wave):
            raise releases.NothingToRelease
        job = jobs.add(job_queries.RELEASE, _payload(wave, actor, reason), wave.client_id)
        journal.write("release.ordered", wave, actor)
    return job


def _payload(wave: Wave, actor: UUID | None, reason: str | None) -> dict[str, Any]:
    return {
        "wave": str(wave.id),
        "actor": str(actor) if actor else None,
        "reason": reason,
        "edition": str(new_id()),
    }


def carry_out(wave: Wave, payload: Mapping[str, Any], say: Say) -> Edition:
    """Begun again after its worker ended, it finds what it has released, or begins anew. Raises JobIsRefused."""
    actor = UUID(payload["actor"]) if payload["actor"] else None
    wanted = Order(actor, payload["reason"], UUID(payload["edition"]))
    try:
        return release_queries.find_edition_by_id(wanted.edition_id) or releases.carry_out(wave, wanted, say)
    except REFUSALS as refusal:
        raise jobs.JobIsRefused(_said(refusal)) from refusal


def _said(refusal: Exception) -> str:
    name = type(refusal).__name__
    return f"{name}: {msgspec.json.encode(refusal.faults).decode()}" if isinstance(refusal, DoesNotAddUp) else name


def faults_in(error: str) -> tuple[Fault, ...]:
    """The numbers that do not add up, from the error of a job that ended for them."""
    name, _, facts = error.partition(": ")
    return msgspec.json.decode(facts, type=tuple[Fault, ...]) if name == DoesNotAddUp.__name__ else ()
