"""A file with visits as work for later: a page takes it, a worker reads it and brings its visits in."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app

from fieldstudy.models import ChecklistVersion, Job, Wave
from fieldstudy.models.columns import new_id
from fieldstudy.queries import jobs as job_queries
from fieldstudy.services import files, jobs, journal, unit
from fieldstudy.services.releases import WaveIsReleased

FOLDER = "imports"
KEPT_SECONDS = 7 * 24 * 60 * 60


class FileIsGone(Exception):
    """It lay beside the database, and no backup takes it along."""


def order(wave: Wave, version: ChecklistVersion, name: str, content: bytes, actor: UUID | None) -> Job:
    """One job, however often somebody sends the same file while it is open.

    Raises WaveIsReleased, jobs.AnotherIsOpen.
    """
    told = {
        "wave": str(wave.id),
        "version": str(version.id),
        "form_id": version.form_id,
        "name": name,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    own, is_kept = {"actor": str(actor) if actor else "", "file": new_id().hex}, False
    _write(_path(own), content)
    try:
        job = _find_or_add(wave, told, own, actor)
        is_kept = job.payload["file"] == own["file"]
    finally:
        if not is_kept:
            drop(own)
    return job


def _find_or_add(wave: Wave, told: Mapping[str, Any], own: Mapping[str, Any], actor: UUID | None) -> Job:
    with unit.work(wave):
        if wave.released_at is not None:
            raise WaveIsReleased(f"wave {wave.name!r} is released: nothing can be added to it")
        job = job_queries.find_import(wave)
        if job is None or job.state in jobs.OVER:
            job = jobs.add(job_queries.VISIT_IMPORT, {**told, **own}, wave.client_id)
            journal.write("import.ordered", wave, actor, sha256=told["sha256"])
        elif not told.items() <= job.payload.items():
            raise jobs.AnotherIsOpen
    return job


def read(payload: Mapping[str, Any]) -> bytes:
    path = _path(payload)
    if not path.is_file():
        raise FileIsGone
    return path.read_bytes()


def drop(payload: Mapping[str, Any]) -> None:
    """Once its visits are in, or it was refused: it names people, and nothing needs it any more."""
    _path(payload).unlink(missing_ok=True)


def count_waiting() -> int:
    return sum(_path(job.payload).exists() for job in job_queries.list_open_imports())


def drop_all() -> int:
    """But for those that wait to come in: a job that was given up keeps its file, which may name who was erased."""
    found = set(_folder().glob("*"))
    found -= {_path(job.payload) for job in job_queries.list_open_imports()}
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def sweep(data: Path) -> None:
    """What an error of the program left."""
    files.sweep(data / FOLDER, KEPT_SECONDS)


def _path(payload: Mapping[str, Any]) -> Path:
    """A file of its own for each job: one is dropped while the same bytes wait for another wave."""
    return _folder() / str(payload["file"])


def _folder() -> Path:
    data: Path = current_app.extensions["fieldstudy"].data
    return data / FOLDER


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path.with_suffix(".new"), path)
