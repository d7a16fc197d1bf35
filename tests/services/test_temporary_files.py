"""What is kept for an hour: whole or not at all, and not at all once everything was dropped meanwhile."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from fieldstudy.models.columns import new_id
from fieldstudy.services import temporary_files

DATABASES = ("sqlite",)


@pytest.fixture(autouse=True)
def folder(app: Flask, tmp_path: Path) -> Iterator[Path]:
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, data=tmp_path)
    yield tmp_path / temporary_files.FOLDER
    app.extensions["fieldstudy"] = config


def test_it_is_there_once_it_is_whole(folder: Path) -> None:
    id_ = new_id()
    with temporary_files.place(id_) as keep:
        assert temporary_files.read(id_) is None
        keep(b"whole")
    assert temporary_files.read(id_) == b"whole"
    assert [path.name for path in folder.iterdir()] == [str(id_)]
    assert ((folder / str(id_)).stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_newer_one_takes_its_place() -> None:
    id_ = new_id()
    for data in (b"the first, longer one", b"second"):
        temporary_files.keep(id_, data)
    assert temporary_files.read(id_) == b"second"


def test_what_was_read_before_all_was_dropped_is_not_kept(folder: Path) -> None:
    """An erasure ends between the reading and the keeping."""
    id_ = new_id()
    with temporary_files.place(id_) as keep:
        temporary_files.drop_all()
        keep(b"what was erased")
    assert (temporary_files.read(id_), list(folder.iterdir())) == (None, [])


def test_an_error_and_nothing_to_keep_leave_no_draft(folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), temporary_files.place(new_id()):
        raise ZeroDivisionError
    with temporary_files.place(new_id()):
        pass
    assert list(folder.iterdir()) == []
