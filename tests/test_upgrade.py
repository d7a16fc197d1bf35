"""A database of version 0.3.0, with work under way, comes through the migrations with every value that it held."""

import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import MetaData

from fieldstudy.core.access import Role
from fieldstudy.core.drafts import PAGE
from fieldstudy.extensions import db
from fieldstudy.models import Draft, Study, Visit
from fieldstudy.services import releases, sendings, visits
from tests import factories as make

VERSION_0_3 = "0004"
Rows = Mapping[str, list[Mapping[str, Any]]]


def fill() -> Visit:
    """A released wave; in the next one a draft, a returned visit, and a body that nobody could take in."""
    study = make.study()
    make.version(study)
    released = make.wave(study)
    for code in ("A", "B"):
        make.visited(released, make.store(study, code))
    releases.release(released)
    wave = make.wave(study)
    returned = make.received(make.assignment(wave))
    visits.send_back(returned, {"": "The receipt is missing"}, None)
    begun = make.visit(make.assignment(wave))
    visits.save_draft(begun, {"q-words": ["Così, «però» %"], "c-greeted": ["\\ _"]}, make.NOON)
    body = '{"format": 1, "words": "perché"}'.encode()
    sender = make.user(Role.SHOPPER, study.client).id
    sendings.receive(sender, make.new_id(), body, hashlib.sha256(body).hexdigest())
    return begun


def rows() -> Rows:
    """All that every table holds, as the database has it; without a thought of what the code calls it today."""
    db.session.remove()
    tables = MetaData()
    tables.reflect(db.engine)
    with db.engine.connect() as connection:
        found = {name: connection.execute(sqlalchemy.select(table)).mappings().all() for name, table in _named(tables)}
    return {name: sorted(map(dict, lines), key=lambda line: str(line.get("id", line))) for name, lines in found.items()}


def _named(tables: MetaData) -> list[tuple[str, sqlalchemy.Table]]:
    return [(name, table) for name, table in tables.tables.items() if name != "alembic_version"]


def as_before(after: Rows, before: Rows) -> Rows:
    """Of every table the columns that it had."""
    return {
        name: [{column: row[column] for column in lines[0]} for row in after[name]] if lines else after[name]
        for name, lines in before.items()
    }


def test_every_row_of_version_0_3_comes_through_unchanged(app: Flask) -> None:
    begun = fill().id
    db.session.remove()
    downgrade(revision=VERSION_0_3)
    before = rows()
    assert {"visits": 4, "drafts": 2, "quarantined": 1, "store_editions": 2, "return_reasons": 1}.items() <= {
        name: len(lines) for name, lines in before.items()
    }.items()
    upgrade()
    after = as_before(rows(), before)
    links = after["invitations"]
    assert all(line["used_at"] for line in links), "links of that time were shown to whoever made them"
    open_again = [
        line | {"used_at": former["used_at"]} for line, former in zip(links, before["invitations"], strict=True)
    ]
    assert after | {"invitations": open_again} == before
    draft = db.session.scalars(db.select(Draft).where(Draft.visit_id == begun)).one()
    assert (draft.raw["q-words"], draft.device) == (["Così, «però» %"], PAGE)
    study = db.session.scalars(db.select(Study)).one()
    assert study.jotting_methods is None
