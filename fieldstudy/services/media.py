"""The inbox: photos as they are sent, by phones piece by piece, in a private folder that nothing serves.

The file's own size says how much of a photo is here. A row is written once all of it lies on disk under its name.
"""

import fcntl
import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from flask import current_app

from fieldstudy.extensions import db
from fieldstudy.models import Medium
from fieldstudy.models.columns import now
from fieldstudy.services import files, journal, unit

BYTES_LIMIT = 15 * 1024 * 1024
PERSON_BYTES_LIMIT = 4 * 1024**3
PERSON_FILES_LIMIT = 4_000
BLOCK_BYTES = 64 * 1024
PART = ".part"


class PieceIsMisplaced(Exception):
    """The piece does not begin where the file ends; `offset` is where to go on."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"go on at byte {offset}")
        self.offset = offset


class HashDiffers(Exception):
    """All bytes are here and they are not what was announced: they were thrown away."""


class ContentDiffers(Exception):
    """This id belongs to another, complete content."""


class MediumIsTooLarge(Exception):
    pass


class InboxIsFull(Exception):
    """This person's quota."""


REFUSALS = (PieceIsMisplaced, HashDiffers, ContentDiffers, MediumIsTooLarge, InboxIsFull)


@dataclass(frozen=True)
class Piece:
    """`read(size)` gives the next bytes of the request and b"" at its end, even when the connection broke."""

    start: int
    total_bytes: int
    sha256: str
    read: Callable[[int], bytes]


@dataclass(frozen=True)
class Held:
    """How much of a medium is here; `medium` once it is complete, `is_new` when this piece completed it."""

    offset: int
    medium: Medium | None = None
    is_new: bool = False


def path_of(user_id: UUID, medium_id: UUID) -> Path:
    return _folder(user_id) / str(medium_id)


def _folder(user_id: UUID) -> Path:
    root: Path = current_app.extensions["fieldstudy"].data
    return root / "inbox" / str(user_id)


def look(user_id: UUID, medium_id: UUID) -> Held:
    """A file that lost its row to a crash counts as nothing: the next piece, whichever, finds it again."""
    medium = db.session.get(Medium, (user_id, medium_id))
    if medium is not None:
        return Held(medium.size_bytes, medium)
    part = path_of(user_id, medium_id).with_suffix(PART)
    return Held(part.stat().st_size if part.exists() else 0)


def put(user_id: UUID, medium_id: UUID, piece: Piece, check_again: Callable[[], None] = lambda: None) -> Held:
    """Append one piece. Its bytes go to a file of their own first, so that a slow phone holds no lock.

    Once they have come, `check_again` raises where their sender may send no more: nothing of them is kept then.

    Raises PieceIsMisplaced, HashDiffers, ContentDiffers, MediumIsTooLarge, InboxIsFull.
    """
    if piece.total_bytes > BYTES_LIMIT:
        raise MediumIsTooLarge
    known = db.session.get(Medium, (user_id, medium_id))
    if known is not None:
        return _again(known, piece)
    folder = _folder(user_id)
    if piece.start == 0:
        _open_folder(folder)
    if not folder.exists():
        raise PieceIsMisplaced(0)
    _check_quota(folder, piece)
    unit.rest()
    with tempfile.TemporaryFile(dir=folder) as spool:
        _receive(piece, spool)
        check_again()
        if not folder.exists():
            # Whoever sends it was erased while it came.
            raise PieceIsMisplaced(0)
        with _locked(folder / f"{medium_id}{PART}") as part:
            return _append(user_id, medium_id, piece, spool, part)


def put_whole(user_id: UUID, medium_id: UUID, content: bytes, sha256: str) -> Held:
    """A medium that is all here, from a saved file; raises one of REFUSALS."""
    try:
        return put(user_id, medium_id, _rest(content, look(user_id, medium_id).offset, sha256))
    except PieceIsMisplaced as misplaced:
        return put(user_id, medium_id, _rest(content, misplaced.offset, sha256))


def _rest(content: bytes, start: int, sha256: str) -> Piece:
    return Piece(start, len(content), sha256, io.BytesIO(content[start:]).read)


def _again(known: Medium, piece: Piece) -> Held:
    if known.sha256 != piece.sha256:
        raise ContentDiffers
    return Held(known.size_bytes, known)


def _open_folder(folder: Path) -> None:
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def _check_quota(folder: Path, piece: Piece) -> None:
    """For every piece: a later one may say a larger whole than the first did, and others grow meanwhile."""
    sizes = list(_sizes(folder))
    files = len(sizes) + (piece.start == 0)
    if files > PERSON_FILES_LIMIT or sum(sizes) + piece.total_bytes - piece.start > PERSON_BYTES_LIMIT:
        raise InboxIsFull


def _sizes(folder: Path) -> Iterator[int]:
    """A growing file may get its own name meanwhile."""
    for entry in os.scandir(folder):
        with suppress(FileNotFoundError):
            yield entry.stat().st_size


def _receive(piece: Piece, spool: BinaryIO) -> None:
    """Never more than the announced whole."""
    left = piece.total_bytes - piece.start
    while left > 0 and (block := piece.read(min(BLOCK_BYTES, left))):
        spool.write(block)
        left -= len(block)
    spool.seek(0)


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    """The growing file, for one request at a time; whoever waited begins again if it was renamed meanwhile."""
    while True:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_still(path, file):
                yield file
                return


def _is_still(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _append(user_id: UUID, medium_id: UUID, piece: Piece, spool: BinaryIO, part: BinaryIO) -> Held:
    final, growing = path_of(user_id, medium_id), path_of(user_id, medium_id).with_suffix(PART)
    known = db.session.get(Medium, (user_id, medium_id), populate_existing=True)
    if known is not None or final.exists():
        growing.unlink()
        return _again(known, piece) if known is not None else _adopt(user_id, medium_id, piece, final)
    size = part.seek(0, os.SEEK_END)
    if size == piece.total_bytes:
        # Whoever wrote the last byte died before giving the file its name: any piece of it brings it home.
        return _complete(user_id, medium_id, piece, part, final)
    if size != piece.start:
        if size == 0:
            growing.unlink()
        raise PieceIsMisplaced(size)
    shutil.copyfileobj(spool, part, BLOCK_BYTES)
    part.flush()
    size = part.tell()
    if size < piece.total_bytes:
        return Held(size)
    return _complete(user_id, medium_id, piece, part, final)


def _complete(user_id: UUID, medium_id: UUID, piece: Piece, part: BinaryIO, final: Path) -> Held:
    growing = final.with_suffix(PART)
    if _sha256(part) != piece.sha256:
        growing.unlink()
        raise HashDiffers
    os.fsync(part.fileno())
    os.rename(growing, final)
    files.sync_folder(final.parent)
    return Held(piece.total_bytes, _write(user_id, medium_id, piece), is_new=True)


def _adopt(user_id: UUID, medium_id: UUID, piece: Piece, final: Path) -> Held:
    """A complete file whose row was lost with the process that should have written it."""
    with final.open("rb") as file:
        is_same = _sha256(file) == piece.sha256
    if not is_same:
        final.unlink()
        raise HashDiffers
    return Held(piece.total_bytes, _write(user_id, medium_id, piece), is_new=True)


def measure(file: BinaryIO) -> tuple[int, str]:
    """How many bytes it has, and their hash; it is at its beginning again."""
    sha256, size = _sha256(file), file.tell()
    file.seek(0)
    return size, sha256


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(BLOCK_BYTES):
        digest.update(block)
    return digest.hexdigest()


def _write(user_id: UUID, medium_id: UUID, piece: Piece) -> Medium:
    with unit.work():
        medium = Medium(
            user_id=user_id, id=medium_id, sha256=piece.sha256, size_bytes=piece.total_bytes, received_at=now()
        )
        db.session.add(medium)
        journal.write("medium.received", medium, user_id, size_bytes=piece.total_bytes)
    return medium


def drop(medium: Medium) -> None:
    """Inside a unit: the file and its row."""
    path_of(medium.user_id, medium.id).unlink(missing_ok=True)
    db.session.delete(medium)


def list_parts(before: datetime) -> list[Path]:
    """Photos that never became whole."""
    root: Path = current_app.extensions["fieldstudy"].data / "inbox"
    return [path for path in root.glob(f"*/*{PART}") if path.stat().st_mtime < before.timestamp()]
