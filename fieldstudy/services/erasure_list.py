"""Who was erased, by id, in a file beside the database: a backup that is brought back knows nothing of it."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from flask import current_app

NAME = "erasures"


@dataclass(frozen=True)
class Erased:
    """One of the two ids: a person with an account, or a field code without one."""

    at: datetime
    user: UUID | None = None
    fieldworker: UUID | None = None
    with_photos: bool = False


class ListIsDamaged(Exception):
    pass


def path() -> Path:
    data: Path = current_app.extensions["fieldstudy"].data
    return data / NAME


def read(source: Path) -> list[Erased]:
    if not source.exists():
        return []
    try:
        return [msgspec.json.decode(line, type=Erased) for line in source.read_bytes().splitlines() if line]
    except msgspec.DecodeError as error:
        raise ListIsDamaged(f"{source} is no list of erasures: {error}") from None


def add(entries: Iterable[Erased]) -> None:
    """On disk before anything is erased; what it holds already is not written again."""
    known = {(one.user, one.fieldworker, one.with_photos) for one in read(path())}
    new = [one for one in entries if (one.user, one.fieldworker, one.with_photos) not in known]
    if not new:
        return
    handle = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "ab") as file:
        for one in new:
            file.write(msgspec.json.encode(one) + b"\n")
        file.flush()
        os.fsync(file.fileno())
