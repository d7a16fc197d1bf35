"""Foreign files are opened in a child process with limits (docs/decisions/017-foreign-files-in-a-child.md).

A parser holds the interpreter's lock, so that one hostile file would stop every thread of the web process. The child is
a fresh interpreter, never a fork of a process with threads. It is told nothing but the file, and it answers in
MessagePack that is decoded by type: whatever takes the child over can only say something wrong about that file.
"""

import logging
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

CPU_SECONDS = 10
WALL_SECONDS = 17
"""Starting the child and drawing the answer take their time too: no answer comes later than after 20 s."""
MEMORY_BYTES = 1024**3
OUTPUT_BYTES = 128 * 1024**2
LINE_LIMIT = 3
"""The file that is being read and those that wait for it: fewer than the web process has threads."""
PATIENCE_SECONDS = 25

DONE, REFUSED = b"+", b"-"
MEMORY_CODE = 3
OUTPUT_CODE = 4
FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
"""Somebody ended the child, for example together with the whole service: no fault of the file."""
KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "TMPDIR", "LANG", "TZ")
ROOT = Path(__file__).parents[3]

T = TypeVar("T")
R = TypeVar("R")

log = logging.getLogger(__name__)


class Task(StrEnum):
    TABLE = "table"
    CHECKLIST = "checklist"
    PICTURE = "picture"


class Request(msgspec.Struct, frozen=True):
    task: Task
    name: str
    content: bytes


class Reason(StrEnum):
    """BUSY says nothing about the file: other files were in the way, or the machine was."""

    BUSY = "busy"
    LIMIT = "limit"
    CRASH = "crash"


class ChildHasFailed(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Refusal(Exception, Generic[R]):
    """The child read the file and refuses it; `facts` is what it says about it."""

    def __init__(self, facts: R) -> None:
        super().__init__(facts)
        self.facts = facts


class Errand(Generic[T, R]):
    """A task with the types of its two answers. Made at import: decoders of msgspec must not be made by two threads."""

    def __init__(self, task: Task, done: Any, refused: Any) -> None:
        self.task = task
        self._done = msgspec.msgpack.Decoder[T](done)
        self._refused = msgspec.msgpack.Decoder[R](refused)

    def run(self, name: str, content: bytes) -> T:
        """Raises Refusal, or ChildHasFailed."""
        request = msgspec.msgpack.encode(Request(self.task, name, content))
        with _turn():
            output = _run(request)
        try:
            if output[:1] == DONE:
                return self._done.decode(output[1:])
            refused = self._refused.decode(output[1:])
        except msgspec.DecodeError as error:
            raise ChildHasFailed(Reason.CRASH) from error
        raise Refusal(refused)


_line = threading.BoundedSemaphore(LINE_LIMIT)
_one = threading.Lock()


@contextmanager
def _turn() -> Iterator[None]:
    """One at a time, and few who wait: the other threads go on answering."""
    if not _line.acquire(blocking=False):
        raise ChildHasFailed(Reason.BUSY)
    try:
        if not _one.acquire(timeout=PATIENCE_SECONDS):
            raise ChildHasFailed(Reason.BUSY)
        try:
            yield
        finally:
            _one.release()
    finally:
        _line.release()


def _run(request: bytes) -> bytes:
    """Files and not pipes: nobody waits for a full pipe, and the size of a file can be limited."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as told:
        given.write(request)
        given.seek(0)
        command = [sys.executable, "-P", "-m", __name__]
        with subprocess.Popen(  # noqa: S603 the command is fixed
            command, stdin=given, stdout=told, stderr=subprocess.DEVNULL, env=_environment()
        ) as process:
            code = _wait(process)
        if code:
            log.warning("a file could not be read: the child ended with %s", code)
            raise ChildHasFailed(_reason(code))
        told.seek(0)
        return told.read()


def _wait(process: "subprocess.Popen[bytes]") -> int:
    before = _children_cpu_seconds()
    try:
        return process.wait(WALL_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        # On a machine that has other things to do, time passes before the child has used much of its own.
        is_hard = _children_cpu_seconds() - before > CPU_SECONDS / 3
        return -(signal.SIGXCPU if is_hard else signal.SIGKILL)
    finally:
        process.kill()


def _children_cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _reason(code: int) -> Reason:
    if -code in FROM_OUTSIDE:
        return Reason.BUSY
    return Reason.LIMIT if code in (-signal.SIGXCPU, MEMORY_CODE, OUTPUT_CODE) else Reason.CRASH


def _environment() -> dict[str, str]:
    """No setting, and so no secret, of the application. One heap: with one per thread the memory limit is soon full."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return kept | {"PYTHONPATH": path, "MALLOC_ARENA_MAX": "1", "PYTHONUTF8": "1"}
