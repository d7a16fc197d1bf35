"""Files under the hash of their content, on disk before anybody is told that they are kept."""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from flask import current_app

from fieldstudy.queries import stored_files


def put(data: bytes) -> str:
    """Write once, flush to disk, and name by sha256; the same bytes again are the same file."""
    digest = hashlib.sha256(data).hexdigest()
    path = path_of(digest)
    if path.exists():
        return digest
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, data)
    return digest


def path_of(digest: str, suffix: str = "") -> Path:
    root: Path = current_app.extensions["fieldstudy"].data / "files"
    return root / digest[:2] / f"{digest}{suffix}"


def put_beside(digest: str, suffix: str, data: bytes) -> None:
    """A derived copy (the small picture) beside its original."""
    path = path_of(digest, suffix)
    if not path.exists():
        _write(path, data)


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, whatever happens to the machine."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)
    sync_folder(path.parent)


def read_all(digests: Iterable[str], suffix: str = "") -> dict[str, bytes]:
    """The files that are there, by digest; a missing one is left out, for the reader to say so."""
    paths = {digest: path_of(digest, suffix) for digest in digests}
    return {digest: path.read_bytes() for digest, path in paths.items() if path.is_file()}


def drop(digests: Iterable[str], *suffixes: str) -> int:
    """Inside a unit, after the rows that named them are gone or say so: what another row names stays. How many went."""
    asked = set(digests)
    free = asked - stored_files.list_named(sorted(asked))
    for digest in free:
        for suffix in ("", *suffixes):
            path_of(digest, suffix).unlink(missing_ok=True)
    return len(free)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path, kept_seconds: int) -> None:
    """What has lain there for longer goes."""
    oldest = time.time() - kept_seconds
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):  # another worker sweeps as well
            if path.stat().st_mtime < oldest:
                path.unlink()
