"""The restore drill: an installation is brought back somewhere else, and holds what it held, to the last byte."""

import io
import json
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from click.testing import CliRunner, Result
from flask import Flask
from flask_migrate import upgrade
from pypdf import PdfReader

from fieldstudy.app import create_app
from fieldstudy.cli import main
from fieldstudy.config import Config
from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Medium, StoreEdition, User, triggers
from fieldstudy.reports import papers
from fieldstudy.services import backups, erasure, fsck
from fieldstudy.services.backups import BackupIsRefused
from tests import factories as make
from tests import inbox, world

pytestmark = pytest.mark.usefixtures("programs_of_the_server")


@pytest.fixture
def filled(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """In a data folder of its own: that of other tests holds what earlier ones left."""
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, data=tmp_path / "data")
    (tmp_path / "data").mkdir()
    world.fill(app)
    yield app
    app.extensions["fieldstudy"] = config


@pytest.fixture
def elsewhere(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """Another installation: its database has no table yet, its folder no file."""
    (tmp_path / "elsewhere").mkdir()
    config: Config = app.extensions["fieldstudy"]
    url = f"sqlite:///{tmp_path / 'elsewhere' / 'x.sqlite'}"
    if config.database_url.startswith("postgresql"):
        url = sqlalchemy.make_url(config.database_url).set(database="elsewhere").render_as_string(hide_password=False)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("DROP DATABASE IF EXISTS elsewhere WITH (FORCE)")
            connection.exec_driver_sql("CREATE DATABASE elsewhere")
    other = create_app(replace(config, data=tmp_path / "elsewhere", database_url=url), testing=True)
    yield other
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def counts() -> Mapping[str, int]:
    """Counted by SQL alone."""
    with db.engine.connect() as connection:
        names = [name for name in sqlalchemy.inspect(connection).get_table_names() if name != "alembic_version"]
        return {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in names}  # noqa: S608


def hashes(data: Path) -> Mapping[str, str]:
    paths = [path for folder in ("files", "inbox") for path in (data / folder).rglob("*") if path.is_file()]
    return {str(path.relative_to(data)): sha256(path.read_bytes()).hexdigest() for path in paths}


def texts() -> list[str]:
    """Of the reports of three stores, drawn anew from what is in the database and in the files."""
    editions = db.session.scalars(db.select(StoreEdition).order_by(StoreEdition.id)).all()
    return ["\n".join(page.extract_text() for page in _pages(edition)) for edition in editions]


def _pages(edition: StoreEdition) -> Any:
    return PdfReader(io.BytesIO(papers.draw_store(edition, "en"))).pages


def state(app: Flask) -> tuple[Any, ...]:
    with db.engine.connect() as connection:
        guarded = triggers.find(connection)
    return counts(), hashes(app.extensions["fieldstudy"].data), guarded


@pytest.mark.parametrize("is_prepared", [False, True])
def test_the_restore_drill(filled: Flask, elsewhere: Flask, tmp_path: Path, is_prepared: bool) -> None:
    backups.make(tmp_path / "set")
    before, told = state(filled), texts()
    assert (len(told), min(map(len, told)) > 1000) == (3, True)
    db.session.remove()
    with elsewhere.app_context():
        if is_prepared:
            upgrade()
        backups.restore(tmp_path / "set")
        assert state(elsewhere) == before
        assert texts() == told
        assert fsck.check().is_sound


def test_the_manifest_names_every_file_with_its_hash(filled: Flask, tmp_path: Path) -> None:
    backups.make(tmp_path / "set")
    manifest = json.loads((tmp_path / "set" / "manifest.json").read_bytes())
    lying = {
        str(path.relative_to(tmp_path / "set")): {"sha256": sha256(path.read_bytes()).hexdigest()}
        for path in (tmp_path / "set").rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert {name: {"sha256": file["sha256"]} for name, file in manifest["files"].items()} == lying
    assert {name: file for name, file in lying.items() if not name.startswith("database")} == {
        name: {"sha256": digest} for name, digest in hashes(filled.extensions["fieldstudy"].data).items()
    }
    assert manifest["tables"] == counts()


def test_a_photo_that_a_worker_takes_from_the_inbox_meanwhile_is_in_the_set(
    filled: Flask, elsewhere: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It came after the inbox was copied, the database of the set has it, and then it was gone."""
    visit = make.received()
    copied, calls = backups.database_copies.copied, []

    @contextmanager
    def busy(path: Path) -> Iterator[Any]:
        if not calls:
            inbox.send(visit, make.picture_bytes("pink"))
        with copied(path) as connection:
            yield connection
        if not calls:
            while filled.extensions["workshop"].work():
                continue
        calls.append(path)

    monkeypatch.setattr(backups.database_copies, "copied", busy)
    backups.make(tmp_path / "set")
    assert len(calls) == 2
    db.session.remove()
    with elsewhere.app_context():
        backups.restore(tmp_path / "set")
        assert fsck.check().is_sound


def test_nothing_is_restored_over_what_is_there(filled: Flask, tmp_path: Path) -> None:
    backups.make(tmp_path / "set")
    before = state(filled)
    db.session.remove()
    with pytest.raises(BackupIsRefused, match="the database holds something already"):
        backups.restore(tmp_path / "set")
    assert state(filled) == before


def change_manifest(folder: Path, **values: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **values}))


def rot(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def a_picture(folder: Path) -> Path:
    return min(path for path in (folder / "files").rglob("*") if path.is_file() and "-" not in path.name)


DAMAGES: list[tuple[Callable[[Path], object], str]] = [
    (lambda folder: rot(a_picture(folder)), "1 files of the backup are missing or damaged"),
    (lambda folder: a_picture(folder).unlink(), "1 files of the backup are missing or damaged"),
    (lambda folder: rot(next(folder.glob("database.*"))), "such as database"),
    (lambda folder: (folder / "manifest.json").unlink(), "has no manifest.json"),
    (lambda folder: (folder / "manifest.json").write_text("{"), "cannot be read"),
    (lambda folder: change_manifest(folder, format=2), "format 2"),
    (lambda folder: change_manifest(folder, database="oracle"), "is of oracle"),
    (lambda folder: change_manifest(folder, revision="9999"), "newer version"),
    (lambda folder: change_manifest(folder, files={"files/../../x": {"sha256": "", "size_bytes": 0}}), "outside"),
    (lambda folder: change_manifest(folder, files={"/x": {"sha256": "", "size_bytes": 0}}), "outside"),
]


def test_a_damaged_backup_is_refused_before_anything_is_written(
    filled: Flask, elsewhere: Flask, tmp_path: Path
) -> None:
    backups.make(tmp_path / "set")
    db.session.remove()
    with elsewhere.app_context():
        for number, (damage, reason) in enumerate(DAMAGES):
            copy = tmp_path / f"copy{number}"
            shutil.copytree(tmp_path / "set", copy)
            damage(copy)
            with pytest.raises(BackupIsRefused, match=reason):
                backups.restore(copy)
            assert (counts(), hashes(tmp_path / "elsewhere")) == ({}, {}), number


@pytest.fixture
def run(filled: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    def invoke(*words: str, code: int = 0) -> Result:
        db.session.remove()
        result = CliRunner().invoke(main, list(words), obj=lambda: filled)
        assert result.exit_code == code, result.output
        return result

    return invoke


def test_fsck_finds_what_is_missing_damaged_or_orphaned(run: Callable[..., Result], filled: Flask) -> None:
    data: Path = filled.extensions["fieldstudy"].data
    clean = run("fsck").output
    assert "0 missing, 0 damaged, 0 orphaned" in clean
    medium = db.session.scalars(db.select(Medium).where(Medium.photo_id.is_(None))).one()
    (data / "inbox" / str(medium.user_id) / str(medium.id)).unlink()
    picture = a_picture(data)
    rot(picture)
    orphan = data / "files" / "00" / sha256(b"nobody's").hexdigest()
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"nobody's")
    said = run("fsck", code=1).output
    assert f"missing\tinbox/{medium.user_id}/{medium.id}\n" in said
    assert f"damaged\t{picture.relative_to(data)}\n" in said
    assert f"orphaned\t{orphan.relative_to(data)}\n" in said
    assert "1 missing, 1 damaged, 1 orphaned" in said


def test_fsck_says_who_else_can_look_into_the_folder(run: Callable[..., Result], filled: Flask) -> None:
    """It changes nothing by itself: the command that it names does."""
    data: Path = filled.extensions["fieldstudy"].data
    data.chmod(0o755)
    said = run("fsck").output
    assert f"open\tother users of this machine can look into {data} (mode 755)" in said
    assert data.stat().st_mode & 0o777 == 0o755
    subprocess.run(shlex.split(said.partition("this shuts it: ")[2].splitlines()[0]), check=True)
    assert (data.stat().st_mode & 0o777, "open\t" in run("fsck").output) == (0o700, False)


def test_the_commands_say_what_they_did(run: Callable[..., Result], filled: Flask, tmp_path: Path) -> None:
    said = run("backup", str(tmp_path / "set")).output
    assert f"{sum(counts().values())} rows" in said
    assert oct((tmp_path / "set").stat().st_mode & 0o777) == "0o700"
    assert "is not an empty folder" in run("backup", str(tmp_path / "set"), code=1).output
    assert "restore into an empty one" in run("restore", str(tmp_path / "set"), code=1).output
    a_picture(filled.extensions["fieldstudy"].data).unlink()
    assert "missing before the backup\tfiles/" in run("backup", str(tmp_path / "second"), code=1).output


def test_who_was_erased_since_the_backup_is_erased_from_it_too(
    filled: Flask, elsewhere: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make.user(Role.SHOPPER, make.client(), email="gone@example.org")
    other = make.user(Role.SHOPPER, make.client(), email="there@example.org")
    backups.make(tmp_path / "old")
    erasure.erase_person(person)
    backups.make(tmp_path / "new")
    ids = person.id, other.id
    db.session.remove()
    with elsewhere.app_context():
        words = ["restore", str(tmp_path / "old"), "--erasures", str(tmp_path / "new" / "erasures")]
        said = CliRunner().invoke(main, words, obj=lambda: elsewhere).output
        assert "erased again: 1" in said
        found = [db.session.get(User, one).email for one in ids]
        assert found == [f"{ids[0]}@erased.invalid", "there@example.org"]
        db.session.remove()
        assert "erased again" not in CliRunner().invoke(main, ["upgrade"], obj=lambda: elsewhere).output
