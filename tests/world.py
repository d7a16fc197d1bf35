"""A small world with a row in every table, for what must not lose any: migrations, and a backup that is restored."""

import hashlib
from uuid import UUID

from flask import Flask

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import StoreEdition, Wave
from fieldstudy.models.columns import new_id
from fieldstudy.services import actions, fieldnotes, photos, references, releases, sendings, studies, visits
from fieldstudy.services.actions import Plan
from tests import factories as make
from tests import inbox

LATER = {"q-greeted": ["no"], "q-words": ["perché «no» %"], "q-receipt": ["no"], "feeling-welcome": ["-1"]}


def fill(app: Flask) -> UUID:
    """Three stores whose reports are drawn, and in the next wave work in every state; returns the study."""
    study = make.study()
    make.version(study)
    released = make.wave(study)
    for code in ("A", "B", "C"):
        make.visited(released, make.store(study, code))
    releases.release(released)
    shown = db.session.scalars(db.select(StoreEdition).where(StoreEdition.client_id == study.client_id)).first()
    actions.add(shown, Plan("A sign", section="welcome"), None)
    while app.extensions["workshop"].work():
        continue
    studies.set_logo(study.client, make.picture(), None)
    wave = make.wave(study)
    references.add(wave, make.picture("navy"), "The window", None)
    _leave_work(make.wave(study))
    return study.id


def _leave_work(wave: Wave) -> None:
    """Begun, sent twice with different answers, sent back, not understood, and a photo on its way."""
    begun = make.visit(make.assignment(wave))
    photos.keep(begun, "window", make.picture("olive"), None)
    visits.save_draft(begun, LATER, make.NOON)
    fieldnotes.jot(begun, "welcome", "The door was locked", make.NOON, None)
    twice = make.received(make.assignment(wave))
    visits.submit(twice, 1, LATER, None, make.NOON)
    visits.send_back(make.received(make.assignment(wave)), {"": "The receipt is missing"}, None)
    body = b'{"format": 1, "words": "perche"}'
    sender = make.user(Role.SHOPPER, wave.study.client)
    sendings.receive(sender.id, new_id(), body, hashlib.sha256(body).hexdigest())
    inbox.send(make.received(make.assignment(wave)), make.picture_bytes("maroon"))
