"""The database and the files that it speaks of, as one set in a folder, and the way back.

Files are on disk before a row speaks of them and never change: those of a moment are found after the database of that
moment was copied. Only the inbox loses files, when a worker has made a photo of one: it is copied before as well.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import msgspec
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection, inspect, text

from fieldstudy.config import SITE
from fieldstudy.extensions import db
from fieldstudy.models.columns import now
from fieldstudy.queries import stored_files
from fieldstudy.services import database_copies, erasure_list, files, fsck
from fieldstudy.services.fsck import FOLDERS

MANIFEST = "manifest.json"
FORMAT = 1
ATTEMPTS = 3
BLOCK_BYTES = 1024 * 1024
VERSION_TABLE = "alembic_version"
MARK, RESTORED = "last-backup", "restored"
LONGEST_UNIT = timedelta(minutes=2)
"""Something may be written after the copy of the database and bear an earlier time; no unit of work lasts so long."""


class BackupIsRefused(Exception):
    """With the reason in one sentence."""


@dataclass(frozen=True)
class Stored:
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Manifest:
    """What the set holds. `missing` and `rotten` were so before: the set was made from what there was."""

    format: int
    made_at: datetime
    version: str
    database: str
    revision: str
    tables: Mapping[str, int]
    files: Mapping[str, Stored]
    missing: tuple[str, ...] = ()
    rotten: tuple[str, ...] = ()


@dataclass
class _State:
    """What the database said at the moment of its copy."""

    revision: str = ""
    tables: Mapping[str, int] = field(default_factory=dict)
    expected: Mapping[str, str] = field(default_factory=dict)


def make(target: Path) -> Manifest:
    """While everybody goes on working. The manifest is written last: a folder without one is no backup."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupIsRefused(f"{target} is not an empty folder")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = _data()
    stored: dict[str, Stored] = {}
    for _ in range(ATTEMPTS):
        began_at = now()
        _copy_new(data, target, stored)
        state = _copy_database(target)
        _copy_new(data, target, stored)
        missing = [name for name in state.expected if name not in stored]
        if not any(name.startswith("inbox/") for name in missing):
            break
    rotten = [name for name, sha256 in state.expected.items() if name in stored and stored[name].sha256 != sha256]
    copy = database_copies.path_in(target)
    _sync(copy)
    stored[copy.name] = Stored(fsck.digest_of(copy), copy.stat().st_size)
    kind, software = db.engine.dialect.name, version("fieldstudy")
    found = tuple(sorted(missing)), tuple(sorted(rotten))
    manifest = Manifest(FORMAT, now(), software, kind, state.revision, state.tables, stored, *found)
    _write_manifest(target, manifest)
    if erasure_list.path().exists():
        shutil.copyfile(erasure_list.path(), target / erasure_list.NAME)
    if not missing and not rotten:
        _mark(data / MARK, began_at - LONGEST_UNIT)
    return manifest


def _mark(mark: Path, at: datetime) -> None:
    """Beside the files and not in the set: an installation that was restored has no backup yet."""
    draft = mark.with_suffix(".new")
    draft.write_text(at.isoformat())
    _sync(draft)
    draft.rename(mark)


def until() -> datetime | None:
    """Whatever was received before is in the newest backup that was whole."""
    return _read_mark(MARK)


def restored_at() -> datetime | None:
    """When this installation was brought back from a backup, if it ever was."""
    return _read_mark(RESTORED)


def _read_mark(name: str) -> datetime | None:
    try:
        return datetime.fromisoformat((_data() / name).read_text())
    except (FileNotFoundError, ValueError):
        return None


def _data() -> Path:
    found: Path = current_app.extensions["fieldstudy"].data
    return found


def _copy_database(target: Path) -> _State:
    with database_copies.copied(database_copies.path_in(target)) as connection:
        tables = _counts(connection)
        return _State(_revision(connection), tables, stored_files.list_expected(connection))


def _counts(connection: Connection) -> Mapping[str, int]:
    return {name: count for name, count in stored_files.count_rows(connection).items() if name != VERSION_TABLE}


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table(VERSION_TABLE):
        raise BackupIsRefused("there is no database yet: fieldstudy upgrade makes one")
    return str(connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")))  # noqa: S608 a constant


def _copy_new(data: Path, target: Path, stored: dict[str, Stored]) -> None:
    """What is there and not in the set yet; a file of the inbox may go before its turn comes."""
    for name in fsck.list_files(data):
        if name not in stored:
            try:
                stored[name] = _copy(data / name, target / name)
            except FileNotFoundError:
                (target / name).unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> Stored:
    digest = hashlib.sha256()
    with source.open("rb") as reader:
        _open_folder(target.parent)
        with target.open("wb") as writer:
            while block := reader.read(BLOCK_BYTES):
                digest.update(block)
                writer.write(block)
            writer.flush()
            os.fsync(writer.fileno())
    return Stored(digest.hexdigest(), target.stat().st_size)


def _open_folder(folder: Path) -> None:
    """Photos as they came are nobody else's business, nor are the folders of a backup."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _write_manifest(target: Path, manifest: Manifest) -> None:
    draft = target / f"{MANIFEST}.new"
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    _sync(draft)
    draft.rename(target / MANIFEST)
    files.sync_folder(target)


def restore(source: Path, erasures: Path | None = None) -> Manifest:
    """Into an installation that holds nothing. All is checked before anything is written.

    `erasures`: the newest list of who was erased, where this installation has lost its own; see erasure.catch_up.
    """
    manifest = _read(source)
    erased = [one for path in (source / erasure_list.NAME, erasures) if path for one in erasure_list.read(path)]
    _check_that_it_fits(manifest)
    _check_that_nothing_is_here()
    _check_files(source, manifest)
    erasure_list.add(erased)
    data, copy = _data(), database_copies.path_in(source)
    for name in manifest.files:
        if name != copy.name:
            _copy(source / name, data / name)
    db.session.remove()
    database_copies.put_back(copy)
    db.engine.dispose()
    with db.engine.connect() as connection:
        if _counts(connection) != manifest.tables:
            raise BackupIsRefused("the restored tables do not hold as many rows as the manifest says")
    (data / MARK).unlink(missing_ok=True)
    _mark(data / RESTORED, now())
    return manifest


def _read(source: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode((source / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BackupIsRefused(f"{source} is no backup: it has no {MANIFEST}") from None
    except msgspec.DecodeError as error:
        raise BackupIsRefused(f"{MANIFEST} cannot be read: {error}") from None
    if any(not _is_inside(name) for name in manifest.files):
        raise BackupIsRefused(f"{MANIFEST} names files outside the backup")
    return manifest


def _is_inside(name: str) -> bool:
    folder, *rest = Path(name).parts or ("",)
    return name in database_copies.NAMES.values() or (folder in FOLDERS and ".." not in rest)


def _check_that_it_fits(manifest: Manifest) -> None:
    kind = db.engine.dialect.name
    if manifest.format != FORMAT:
        raise BackupIsRefused(f"this version of Fieldstudy does not know backups of format {manifest.format}")
    if manifest.database != kind:
        raise BackupIsRefused(f"the backup is of {manifest.database}, and DATABASE_URL names {kind}")
    try:
        ScriptDirectory(str(SITE / "migrations")).get_revision(manifest.revision)
    except CommandError:
        raise BackupIsRefused(f"the backup is of a newer version of Fieldstudy ({manifest.version})") from None


def _check_that_nothing_is_here() -> None:
    with db.engine.connect() as connection:
        full = [name for name, count in _counts(connection).items() if count]
    if full:
        raise BackupIsRefused(
            f"the database holds something already, in {', '.join(full[:3])}: restore into an empty one"
        )


def _check_files(source: Path, manifest: Manifest) -> None:
    damaged = [name for name, stored in manifest.files.items() if not _is_whole(source / name, stored)]
    if damaged:
        raise BackupIsRefused(f"{len(damaged)} files of the backup are missing or damaged, such as {damaged[0]}")


def _is_whole(path: Path, stored: Stored) -> bool:
    return path.is_file() and fsck.digest_of(path) == stored.sha256
