"""Folders in which servers counted that were killed: the next start takes them away, and nobody else's."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fieldstudy.web import metrics_folder


@pytest.fixture
def gone() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def folder(parent: Path, name: str, *files: str) -> str:
    made = parent / f"fieldstudy-metrics-{name}"
    made.mkdir()
    for file in files:
        (made / file).touch()
    return made.name


def test_a_start_takes_away_what_the_dead_left(tmp_path: Path, gone: int) -> None:
    folder(tmp_path, f"{gone}-abc", f"counter_{gone}.db")
    folder(tmp_path, f"{gone}-empty")
    folder(tmp_path, "00976uhj", f"counter_{gone}.db", f"histogram_{gone}.db")
    kept = {
        folder(tmp_path, f"{os.getppid()}-abc"),
        # A server that replaced the one that made it; one of whom nothing is known.
        folder(tmp_path, f"{gone}-def", f"counter_{gone}.db", f"counter_{os.getppid()}.db"),
        folder(tmp_path, "unknown"),
    }
    (tmp_path / "other-metrics-1-a").mkdir()
    made = Path(metrics_folder.make(str(tmp_path)))
    assert {path.name for path in tmp_path.iterdir()} == {*kept, "other-metrics-1-a", made.name}
    assert made.stat().st_mode & 0o777 == 0o700


def test_what_is_another_s_or_leads_elsewhere_is_left(
    tmp_path: Path, gone: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / f"counter_{gone}.db").touch()
    (tmp_path / f"fieldstudy-metrics-{gone}-link").symlink_to(elsewhere)
    metrics_folder.sweep(tmp_path)
    assert (elsewhere / f"counter_{gone}.db").exists()
    kept = tmp_path / folder(tmp_path, f"{gone}-abc")
    other = os.geteuid() + 1
    monkeypatch.setattr("fieldstudy.web.metrics_folder.os.geteuid", lambda: other)
    metrics_folder.sweep(tmp_path)
    assert kept.exists()
