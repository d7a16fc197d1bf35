"""The application as it runs in life: gunicorn and the worker, each a process group that a test may kill."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from flask import Flask

START_SECONDS = 30


def environment(app: Flask) -> dict[str, str]:
    """The settings of a process that serves the same database and data folder as the test's own application."""
    config = app.extensions["fieldstudy"]
    return {
        **os.environ,
        "DATABASE_URL": config.database_url,
        "FIELDSTUDY_DATA": str(config.data),
        "SECRET_KEY": config.secret_key,
        "FIELDSTUDY_INSECURE_COOKIES": "1",
        **LEASE,
    }


LEASE = {"FIELDSTUDY_LEASE_SECONDS": "2"}
"""Short, so that a test need not wait long until the work of a killed worker is taken up again."""


class Process:
    """A command in a process group of its own; may be killed and started again as often as one likes."""

    def __init__(self, command: Sequence[str], settings: dict[str, str], log: Path) -> None:
        self.command, self.settings, self.log = command, settings, log
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, env=self.settings, stdout=log, stderr=log, start_new_session=True
            )

    def end(self) -> None:
        """By SIGKILL, the whole group: whoever was forked goes as well, and nobody is told."""
        if self.running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait(10)
            self.running = None

    def kill_one_child(self, chance: random.Random) -> None:
        """One of those that do the work; whoever watches over them starts another."""
        children = self.children()
        if children:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(children), signal.SIGKILL)

    def children(self) -> list[int]:
        if self.running is None:
            return []
        found = Path(f"/proc/{self.running.pid}/task/{self.running.pid}/children")
        return [int(pid) for pid in found.read_text().split()] if found.exists() else []


class Server(Process):
    """With gunicorn.conf.py, as `make run` and the README have it."""

    def __init__(self, app: Flask, more: Mapping[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        settings = {**environment(app), "FIELDSTUDY_BIND": f"127.0.0.1:{self.port}", **more}
        super().__init__([sys.executable, "-m", "gunicorn"], settings, log_of(app, "server"))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"the server did not start: {self.log.read_text()}") from None
                time.sleep(0.05)


def log_of(app: Flask, name: str) -> Path:
    path: Path = app.extensions["fieldstudy"].data / f"{name}.log"
    return path


@contextmanager
def server(app: Flask, **more: str) -> Iterator[Server]:
    made = Server(app, more)
    made.start()
    try:
        made.wait_until_it_answers()
        yield made
    finally:
        made.end()


@contextmanager
def worker(app: Flask) -> Iterator[Process]:
    program = Path(sys.executable).with_name("fieldstudy")
    made = Process([str(program), "worker"], environment(app), log_of(app, "worker"))
    made.start()
    try:
        yield made
    finally:
        made.end()
