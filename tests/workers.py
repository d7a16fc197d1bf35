"""`fieldstudy worker` in processes of its own, as somebody starts it in a shell."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from fieldstudy.config import Config

COMMAND = [sys.executable, "-c", "from fieldstudy.app import command_line; command_line()", "worker"]
ROOT = Path(__file__).parent.parent
WAIT_SECONDS = 40


@contextmanager
def started(app: Flask, queue: str = "", *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """In a process group of its own, with a short lease; ended by SIGTERM, unless the test ended it."""
    with _log(app).open("ab") as log:
        worker = subprocess.Popen(
            [*COMMAND, *options], cwd=ROOT, env=_settings(app, queue), stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield worker
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(WAIT_SECONDS)


def _settings(app: Flask, queue: str) -> dict[str, str]:
    config: Config = app.extensions["fieldstudy"]
    return {
        **os.environ,
        "FIELDSTUDY_DATA": str(config.data),
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
        "FIELDSTUDY_INSECURE_COOKIES": "1",
        "REDIS_URL": queue,
        "FIELDSTUDY_LEASE_SECONDS": "2",
    }


def _log(app: Flask) -> Path:
    path: Path = app.extensions["fieldstudy"].data / "worker.log"
    return path


def until(condition: Callable[[], object], app: Flask) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"it did not come about; the worker said: {_log(app).read_text()}"
        time.sleep(0.01)


def processes(group: int) -> list[int]:
    """The living processes of a group; one that ended and that nobody has asked for yet is not alive."""
    listed = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True)
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [int(pid) for pid, pgid, state in rows if int(pgid) == group and not state.startswith("Z")]
