"""What would be released now, while others decide."""

from threading import Thread
from typing import Any

import pytest
from flask import Flask

from fieldstudy.extensions import db
from fieldstudy.models import Visit
from fieldstudy.queries import snapshots
from fieldstudy.services import releases, visits
from tests import factories as make


def test_figures_and_visits_are_of_one_moment(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A visit of another store is approved after the figures were read and before the visits are."""
    study = make.study()
    make.version(study)
    wave = make.wave(study)
    make.visited(wave, make.store(study, "A"))
    late = make.received(make.assignment(wave, at=make.store(study, "B"))).id

    def approve() -> None:
        with app.app_context():
            visits.approve(db.session.get_one(Visit, late), None)

    def list_late(*of: Any) -> list[Visit]:
        thread = Thread(target=approve)
        thread.start()
        thread.join()
        return list_visits(*of)

    list_visits = snapshots._visits
    monkeypatch.setattr(snapshots, "_visits", list_late)
    assert [one.snapshot.store.code for one in releases.preview(wave).stores] == ["A"]
    monkeypatch.undo()
    assert [one.snapshot.store.code for one in releases.preview(wave).stores] == ["A", "B"]
