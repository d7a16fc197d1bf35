"""Jobs of papers, done on the spot; two stores to draw."""

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.extensions import db
from fieldstudy.models import Edition, Paper, Study, Wave
from fieldstudy.queries import releases
from fieldstudy.services import releases as release
from tests import factories as make

ALL = {"q-greeted": ["yes"], "q-receipt": ["yes"]}
NONE = {"q-greeted": ["no"], "q-receipt": ["no"]}


def do_all_jobs(app: Flask) -> None:
    while app.extensions["workshop"].work():
        continue


def fetch(app: Flask, client: FlaskClient, address: str) -> TestResponse:
    """The first answer says that it is being drawn."""
    waiting = client.get(address)
    assert (waiting.status_code, waiting.mimetype) == (202, "text/html")
    db.session.rollback()
    do_all_jobs(app)
    return client.get(address)


def released(of: Study | None = None) -> Wave:
    """Two stores, 50 percent each; AA in Veneto, BB in Lazio."""
    study = of or make.study()
    wave = make.wave(study)
    make.visited(wave, make.store(study, "AA"))
    make.visited(wave, make.store(study, "BB", region="Lazio"))
    release.release(wave)
    return wave


def newest(wave: Wave) -> Edition:
    found = releases.find_newest_edition(wave)
    assert found is not None
    return found


def count() -> int:
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(Paper)) or 0
