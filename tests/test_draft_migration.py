"""The drafts that were kept before each device had its own are still there afterwards, and the way back works."""

import sqlalchemy
from flask import Flask
from flask_migrate import downgrade, upgrade

from fieldstudy.core.drafts import PAGE
from fieldstudy.extensions import db
from fieldstudy.models import Draft
from fieldstudy.services import visits
from fieldstudy.services.visits import drafts
from tests import factories as make

COUNT = sqlalchemy.text("SELECT count(*) FROM drafts")


def test_every_draft_is_kept(app: Flask) -> None:
    visit = make.visit()
    visits.save_draft(visit, {"q-words": ["Prima"]}, make.NOON)
    visit_id = visit.id
    drafts.keep(visit, {"q-words": ["Dopo"]}, make.NOON.replace(hour=13), "phone")
    db.session.commit()
    db.session.remove()
    downgrade(revision="0007")
    assert db.session.execute(COUNT).scalar() == 1
    db.session.remove()
    upgrade()
    [row] = db.session.scalars(db.select(Draft))
    assert (row.visit_id, row.device, row.revision, row.raw) == (visit_id, PAGE, 1, {"q-words": ["Dopo"]})
    assert (row.content, row.saved_at) == ({}, make.NOON.replace(hour=13))
