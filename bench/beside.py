"""What a long job costs: locks and memory, and a phone beside it that begins one visit of the wave after another."""

import multiprocessing
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID

from flask import Flask

from fieldstudy.app import create_app
from fieldstudy.config import Config
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Job, JobState
from fieldstudy.models.columns import new_id
from fieldstudy.services import unit, visits
from tests import servers

PAUSE_SECONDS, ALONE_SECONDS, START_SECONDS = 0.1, 5, 60
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
LOOK_SECONDS = 0.05
KEY = "only for measuring, and long enough"


def config(folder: Path, url: str) -> Config:
    return Config(folder, url, KEY, is_secure=False)


@dataclass
class Phone:
    """Seconds of each visit's beginning; `alone` is the floor, from the seconds before the work began."""

    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        longest, floor = max(self.beside, default=0.0), max(self.alone)
        ratio = f"ratio {longest / floor:.0f}"
        return f"longest wait of a phone beside it {longest:.2f} s of {len(self.beside)}, alone {floor:.2f} s ({ratio})"


@contextmanager
def phone(folder: Path, url: str, assignment_id: UUID) -> Iterator[Phone]:
    processes = multiprocessing.get_context("spawn")
    ours, its = processes.Pipe()
    process = processes.Process(target=_send, args=(folder, url, assignment_id, its))
    process.start()
    if not ours.poll(START_SECONDS):
        raise RuntimeError("the phone did not start")
    ours.recv()
    time.sleep(ALONE_SECONDS)
    found, begun = Phone(), time.monotonic()
    yield found
    ours.send("over")
    for at, waited in ours.recv():
        (found.alone if at + waited < begun else found.beside).append(waited)
    process.join()


@dataclass(frozen=True)
class Measured:
    """Seconds of the whole, and of each lock by the clock and of CPU; megabytes of the process before and at its
    peak.
    """

    what: str
    whole: float
    locks: list[tuple[float, float]]
    before: int
    peak: int
    phone: Phone

    def __str__(self) -> str:
        (longest, cpu), middle = max(self.locks), statistics.median(wall for wall, _ in self.locks)
        median = f"median of {len(self.locks)} {middle:.3f} s"
        held = f"{self.whole:.1f} s, lock held for {longest:.2f} s at most (CPU {cpu:.2f} s; {median})"
        return f"{self.what}: {held}; memory {self.before} → {self.peak} MB; {self.phone}"


def work(app: Flask, what: str, assignment_id: UUID) -> Measured:
    """The job that waits, done here, with a phone beside it. Raises where it did not end well."""
    own = app.extensions["fieldstudy"]
    db.session.remove()
    with phone(own.data, own.database_url, assignment_id) as found:
        sizes, before = [_megabytes()], _megabytes()
        begun = time.perf_counter()
        with _watched(sizes), _locks() as held:
            app.extensions["workshop"].work()
        whole = time.perf_counter() - begun
    job = db.session.scalars(db.select(Job).order_by(Job.created_at)).first()
    if job is None or job.state != JobState.DONE:
        raise RuntimeError(f"the job is {job and job.state}: {job and job.error}")
    return Measured(what, whole, held, before, max(sizes), found)


def _send(folder: Path, url: str, assignment_id: UUID, told: Connection) -> None:
    app = create_app(config(folder, url))
    waits: list[tuple[float, float]] = []
    _begin_visit(app, assignment_id)
    told.send("begun")
    while not told.poll(PAUSE_SECONDS):
        begun = time.monotonic()
        _begin_visit(app, assignment_id)
        waits.append((begun, time.monotonic() - begun))
    told.send(waits)


def _begin_visit(app: Flask, assignment_id: UUID) -> None:
    with app.app_context():
        visits.start(db.session.get_one(Assignment, assignment_id), new_id(), None)


def _megabytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES // 2**20


@contextmanager
def _watched(sizes: list[int]) -> Iterator[None]:
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(LOOK_SECONDS):
            sizes.append(_megabytes())

    watcher = threading.Thread(target=look)
    watcher.start()
    yield
    is_over.set()
    watcher.join()


@contextmanager
def _locks() -> Iterator[list[tuple[float, float]]]:
    """Seconds for which each unit of work kept the others waiting."""
    held: list[tuple[float, float]] = []
    turn = unit.turn

    @contextmanager
    def timed() -> Iterator[None]:
        with turn():
            begun, cpu = time.perf_counter(), time.process_time()
            yield
            held.append((time.perf_counter() - begun, time.process_time() - cpu))

    unit.turn = timed
    yield held
    unit.turn = turn


@contextmanager
def databases() -> Iterator[Iterator[tuple[str, Path, str]]]:
    """Both, empty, with a data folder each."""
    prefix = "fieldstudy-bench-"
    with (
        tempfile.TemporaryDirectory(prefix=prefix) as one,
        tempfile.TemporaryDirectory(prefix=prefix) as two,
        servers.postgres_url() as url,
    ):
        yield iter([("SQLite", Path(one), f"sqlite:///{one}/bench.sqlite"), ("PostgreSQL", Path(two), url)])


def in_process(act: Callable[[], object]) -> None:
    """What filling takes must not count as memory of the job."""
    child = os.fork()
    if not child:
        act()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError("the database could not be filled")
