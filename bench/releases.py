"""`make bench-release`: how long a release of 1,000 stores × 8 visits keeps others from writing, and its memory."""

from datetime import timedelta
from pathlib import Path

from flask_migrate import upgrade

from bench import beside, dashboards, world
from bench.beside import Measured
from fieldstudy.app import create_app
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Fieldworker, Wave
from fieldstudy.models.columns import new_id
from fieldstudy.services import release_jobs
from tests import factories as make


def measure(name: str, folder: Path, url: str) -> Measured:
    """As a job, with a wave before it to compare with."""
    beside.in_process(lambda: _fill(folder, url))
    app = create_app(beside.config(folder, url))
    with app.app_context():
        wave = db.session.scalars(db.select(Wave).order_by(Wave.starts_on.desc())).first()
        release_jobs.order(wave, None)
        assignment_id = db.session.scalars(db.select(Assignment.id)).one()
        what = f"release of {dashboards.STORES} stores × {dashboards.VISITS} visits, {name}"
        found = beside.work(app, what, assignment_id)
        db.session.remove()
        db.engine.dispose()
    return found


def _fill(folder: Path, url: str) -> None:
    with create_app(beside.config(folder, url)).app_context():
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
        make.assignment(wave, at=stores[0])


if __name__ == "__main__":
    with beside.databases() as found:
        for one in found:
            print(measure(*one), flush=True)
