"""Are the files there that the database speaks of, are they what they were, and does it speak of all that are there?"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app

from fieldstudy.extensions import db
from fieldstudy.queries import stored_files
from fieldstudy.services import media, photos

FOLDERS = ("files", "inbox")
YOUNG = timedelta(days=1)
"""A file as young as this may still wait for the row that names it."""


@dataclass(frozen=True)
class Findings:
    """Names below the data folder. Orphans do no harm: a process that died between file and row leaves one."""

    checked: int
    missing: tuple[str, ...]
    rotten: tuple[str, ...]
    orphaned: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        return not self.missing and not self.rotten


def check() -> Findings:
    """The rows are read after the names of the files: what arrives meanwhile is no orphan."""
    data: Path = current_app.extensions["fieldstudy"].data
    present = set(list_files(data))
    with db.engine.connect() as connection:
        expected = stored_files.list_expected(connection)
        received = stored_files.list_received(connection)
    return _compared(data, present, expected, received)


def _compared(data: Path, present: set[str], expected: Mapping[str, str], received: set[str]) -> Findings:
    missing = [name for name in expected if not (data / name).is_file()]
    digests = {name: expected.get(name) or _own_digest(name) for name in sorted(present | expected.keys())}
    rotten = [name for name, digest in digests.items() if digest and _is_rotten(data / name, digest)]
    known = expected.keys() | received
    orphaned = [name for name in present if _original(name) not in known]
    return Findings(len(present), *(tuple(sorted(found)) for found in (missing, rotten, orphaned)))


def list_orphans(before: datetime) -> list[Path]:
    """Of those that were written before then: younger ones may wait for their row."""
    data: Path = current_app.extensions["fieldstudy"].data
    old = [name for name in list_files(data) if _is_older(data / name, before)]
    with db.engine.connect() as connection:
        known = stored_files.list_expected(connection).keys() | stored_files.list_received(connection)
    return [data / name for name in old if _original(name) not in known]


def _is_older(path: Path, before: datetime) -> bool:
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False


def list_files(data: Path) -> Iterator[str]:
    """Whole files alone: those still being written have another name."""
    for folder in FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file() and not path.name.startswith("tmp") and path.suffix != media.PART:
                yield path.relative_to(data).as_posix()


def _original(name: str) -> str:
    """A small copy belongs to the picture that it was made from."""
    return name.removesuffix(photos.SMALL)


def _own_digest(name: str) -> str:
    """A file in `files` is called what its content is; a small copy is not."""
    return "" if name.startswith("inbox/") or name.endswith(photos.SMALL) else name.rpartition("/")[2]


def _is_rotten(path: Path, digest: str) -> bool:
    try:
        return digest_of(path) != digest
    except FileNotFoundError:
        return False


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
