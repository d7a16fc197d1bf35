"""A fieldworker's phone in front of the test client."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, ChecklistVersion, User
from tests import factories as make
from tests import phone
from tests.phone import Sealed, Snapshot

OURS = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Scene:
    person: User
    assignment: Assignment
    version: ChecklistVersion

    def seal(self, raw: dict[str, list[str]] | None = None, **fields: Any) -> Sealed:
        version = fields.pop("version", self.version.id)
        return phone.seal(self.assignment.id, version, make.GOOD if raw is None else raw, **fields)


def scene() -> Scene:
    study = make.study()
    version = make.version(study)
    person = make.user(Role.SHOPPER, study.client)
    found = Scene(person, make.assignment(make.wave(study), person), version)
    # Loaded now: reading them later would begin a transaction, which sees nothing of what the door writes.
    for row in (found.person, found.assignment, found.version):
        db.session.refresh(row)
    db.session.commit()
    return found


def put_visit(client: FlaskClient, sealed: Sealed, **headers: str) -> TestResponse:
    told = {**OURS, "Upload-Sha256": sealed.sha256, "Sent-At": phone.iso(phone.datetime.now(phone.UTC)), **headers}
    return client.put(f"/api/v1/visits/{sealed.visit}", data=sealed.body, headers=told, content_type="application/json")


def put_piece(
    client: FlaskClient, photo: Snapshot, start: int = 0, end: int | None = None, **headers: str
) -> TestResponse:
    """One piece, by default the whole photo."""
    end = len(photo.content) if end is None else end
    told = {
        **OURS,
        "Content-Range": f"bytes {start}-{end - 1}/{len(photo.content)}",
        "Upload-Sha256": photo.sha256,
        **headers,
    }
    piece = photo.content[start:end]
    return client.put(f"/api/v1/media/{photo.id}", data=piece, headers=told, content_type="application/octet-stream")
