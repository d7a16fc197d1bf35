"""`make bench-import`: how long a file with 10,000 visits keeps others from writing, and its memory."""

import csv
import io
import os
from datetime import timedelta
from pathlib import Path

from flask_migrate import upgrade

from bench import beside, world
from bench.beside import Measured
from fieldstudy.app import create_app
from fieldstudy.core.answers import comment_field
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, ChecklistVersion, Wave
from fieldstudy.services import import_jobs
from tests import factories as make

VISITS, STORES, KINDS = int(os.environ.get("FIELDSTUDY_BENCH_IMPORT", "10000")), 50, 40


def measure(name: str, folder: Path, url: str) -> Measured:
    beside.in_process(lambda: _fill(folder, url))
    app = create_app(beside.config(folder, url))
    with app.app_context():
        wave, version = db.session.scalars(db.select(Wave)).one(), db.session.scalars(db.select(ChecklistVersion)).one()
        import_jobs.order(wave, version, "visits.csv", _file(), None)
        assignment_id = db.session.scalars(db.select(Assignment.id)).one()
        found = beside.work(app, f"import of {VISITS} visits, {name}", assignment_id)
        db.session.remove()
        db.engine.dispose()
    return found


def _fill(folder: Path, url: str) -> None:
    with create_app(beside.config(folder, url)).app_context():
        upgrade()
        study = make.study()
        make.version(study, world.checklist())
        wave = make.wave(study)
        for number in range(STORES):
            make.store(study, f"S{number}")
        make.assignment(wave, at=make.store(study, "OWN"))


def _file() -> bytes:
    raws = [world.raw(seed) for seed in range(KINDS)]
    given = [name for name in raws[0] if name.startswith("q-")]
    commented = [name for name in raws[0] if name.startswith(comment_field(""))]
    out = io.StringIO()
    writer = csv.writer(out)
    names = [name.removeprefix("q-") for name in given]
    comments = [f"{name.removeprefix(comment_field(''))}__comment" for name in commented]
    writer.writerow(["store", "fieldworker", "method", "started_at", "id", *names, *comments])
    for number in range(VISITS):
        raw, at = raws[number % KINDS], make.NOON + timedelta(minutes=number % 600)
        head = [f"S{number % STORES}", f"M{number % 30}", "mystery_shopping", at.isoformat(), f"V{number}"]
        writer.writerow([*head, *(raw[name][0] for name in (*given, *commented))])
    return out.getvalue().encode()


if __name__ == "__main__":
    with beside.databases() as found:
        for one in found:
            print(measure(*one), flush=True)
