"""What a worker makes for somebody who waits for it: kept for an hour, in a folder that no backup takes along.

It has no row beside the one of its job: no count, letter or ZIP can find it. Whoever sends one has asked a guard first.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app

from fieldstudy.models import Job
from fieldstudy.queries import temporary_files
from fieldstudy.services import files, jobs, journal, unit

FOLDER = "temporary"
KEPT_SECONDS = 60 * 60


def order(kind: str, subject: Any, payload: Mapping[str, str | None], actor: UUID | None, total: int = 1) -> Job:
    """`subject` is the row that it is made of. Who asks twice waits for the same one."""
    with unit.work(subject):
        found = temporary_files.find_latest(kind, subject.client_id, payload)
        if found is not None and found.state in temporary_files.OPEN:
            return found
        job = jobs.add(kind, payload, subject.client_id, total)
        journal.write(f"{kind}.ordered", job, actor)
    return job


@contextmanager
def place(id_: UUID) -> Iterator[Callable[[bytes], None]]:
    """Taken before anything is read, and filled by what it gives: if all is dropped meanwhile, so is its draft, and
    nothing comes back of what was read before an erasure.
    """
    _folder().mkdir(mode=0o700, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=_folder())
    os.close(handle)
    draft = Path(name)

    def fill(data: bytes) -> None:
        with suppress(FileNotFoundError), draft.open("r+b") as file:
            file.write(data)
            os.replace(draft, _path(id_))

    try:
        yield fill
    finally:
        draft.unlink(missing_ok=True)


def keep(id_: UUID, data: bytes) -> None:
    """Under the id of its job, or of whatever there is one of: what names nobody, and needs no place before."""
    with place(id_) as fill:
        fill(data)


def read(id_: UUID) -> bytes | None:
    """None before it is made, and after it was swept away."""
    try:
        return _path(id_).read_bytes()
    except FileNotFoundError:
        return None


def drop_all() -> int:
    """Whatever shows what has just been erased goes with it; says how many. Whoever wants one has it made once more."""
    found = list(_folder().glob("*"))
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def sweep(data: Path) -> None:
    """What was true an hour ago may be otherwise by now, and nobody should find it lying about."""
    files.sweep(data / FOLDER, KEPT_SECONDS)


def _path(id_: UUID) -> Path:
    return _folder() / str(id_)


def _folder() -> Path:
    data: Path = current_app.extensions["fieldstudy"].data
    return data / FOLDER
