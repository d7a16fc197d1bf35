"""`make bench-release`: how long a release of 1,000 stores × 8 visits keeps others from writing, and its memory."""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from bench import dashboards, world
from fieldstudy.app import create_app
from fieldstudy.config import Config
from fieldstudy.extensions import db
from fieldstudy.models import Fieldworker, Wave
from fieldstudy.models.columns import new_id
from fieldstudy.services import releases, unit
from tests import factories as make

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Measured:
    """Seconds of the whole and of the longest lock; megabytes of the process before and at its peak."""

    stores: int
    whole: float
    longest: float
    before: int
    peak: int

    def __str__(self) -> str:
        held = f"lock held for {self.longest:.2f} s at most, {self.longest / self.whole:.1%} of {self.whole:.1f} s"
        memory = f"memory {self.before} → {self.peak} MB"
        return f"release of {self.stores} stores × {dashboards.VISITS} visits: {held}; {memory}"


def measure() -> Measured:
    """In SQLite, where a writer keeps all others waiting; with a wave before it to compare with."""
    with tempfile.TemporaryDirectory(prefix="fieldstudy-bench-") as name:
        folder = Path(name)
        url, key = f"sqlite:///{folder / 'bench.sqlite'}", "only for measuring, and long enough"
        _in_process(lambda: _fill(create_app(Config(folder, url, key, is_secure=False))))
        app = create_app(Config(folder, url, key, is_secure=False))
        with app.app_context():
            found = _release(db.session.scalars(db.select(Wave).order_by(Wave.starts_on.desc())).first())
            db.session.remove()
            db.engine.dispose()
        return found


def _in_process(act: object) -> None:
    """What filling takes must not count as memory of the release."""
    child = os.fork()
    if not child:
        act()  # type: ignore[operator]
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError("the database could not be filled")


def _fill(app: Flask) -> None:
    with app.app_context():
        upgrade()
        study = make.study()
        version = make.version(study, world.checklist())
        stores = dashboards._stores(study)
        fieldworker = Fieldworker(id=new_id(), client_id=study.client_id, code="F1")
        db.session.add(fieldworker)
        db.session.commit()
        kinds = [dashboards._kind(version.content, seed) for seed in range(dashboards.KINDS)]
        for ago in (40, 0):
            wave = make.wave(study, f"Wave {ago}", make.TODAY - timedelta(days=ago))
            dashboards._visits(wave, stores, version.id, fieldworker.id, kinds)


def _release(wave: Wave) -> Measured:
    sizes, before = [_megabytes()], _megabytes()
    with _watched(sizes), _locks() as held:
        begun = time.perf_counter()
        releases.release(wave)
        whole = time.perf_counter() - begun
    return Measured(dashboards.STORES, whole, max(held), before, max(sizes))


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
def _locks() -> Iterator[list[float]]:
    """Seconds for which each unit of work kept the others waiting."""
    held: list[float] = []
    turn = unit.turn

    @contextmanager
    def timed() -> Iterator[None]:
        with turn():
            begun = time.perf_counter()
            yield
            held.append(time.perf_counter() - begun)

    unit.turn = timed
    yield held
    unit.turn = turn


if __name__ == "__main__":
    print(measure(), file=sys.stdout)
