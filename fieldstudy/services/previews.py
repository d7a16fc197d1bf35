"""A report before its release, on paper: ordered by whoever answers for the wave, drawn by a worker, gone in an hour.

It is no edition and no paper of one: its file lies in a folder of its own, which no backup takes along.
"""

import os
import time
from pathlib import Path
from uuid import UUID

from flask import current_app

from fieldstudy.models import Job, Store, Wave
from fieldstudy.queries import previews
from fieldstudy.services import jobs, journal, unit

FOLDER = "previews"
KEPT_SECONDS = 60 * 60


def order(wave: Wave, store: Store | None, language: str, actor: UUID) -> Job:
    """Of a store, or without one of the network. Who asks twice waits for the same one."""
    with unit.work(wave):
        found = previews.find_open(wave, store, language)
        if found is not None:
            return found
        job = jobs.add(previews.PREVIEW, previews.payload(wave, store, language), wave.client_id, total=1)
        journal.write("preview.ordered", wave, actor, language=language, store=str(store.id) if store else "")
    return job


def keep(job_id: UUID, data: bytes) -> None:
    path = _path(job_id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    written = path.with_suffix(".new")
    written.write_bytes(data)
    os.replace(written, path)


def read(job: Job) -> bytes | None:
    """None before it is drawn, and after it was swept away."""
    path = _path(job.id)
    return path.read_bytes() if path.is_file() else None


def sweep(data: Path) -> None:
    """The figures of an hour ago may be others by now, and nobody should find them lying about."""
    oldest = time.time() - KEPT_SECONDS
    for path in (data / FOLDER).glob("*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _path(job_id: UUID) -> Path:
    data: Path = current_app.extensions["fieldstudy"].data
    return data / FOLDER / f"{job_id}.pdf"
