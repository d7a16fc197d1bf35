"""Two clients with two of everything, and everybody who might look: the world of the access matrix.

Every text of a client holds its canary, so that a leak shows itself wherever it comes out.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from fieldstudy.core import access
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.extensions import db
from fieldstudy.models import (
    Assignment,
    Conflict,
    Invitation,
    Passkey,
    Quarantined,
    Session,
    StoreEdition,
    Study,
    User,
    Visit,
    Wave,
)
from fieldstudy.models.columns import new_id
from fieldstudy.services import (
    actions,
    fieldnotes,
    invitations,
    photos,
    previews,
    references,
    releases,
    sendings,
    studies,
    visits,
)
from fieldstudy.services.actions import Plan
from tests import factories as make
from tests import phone

FIELDWORKERS = ("shopper", "colleague", "observer")
MANAGERS = ("manager", "regional", "storekeeper")
KEYS = (*FIELDWORKERS, "reviewer", "coordinator", *MANAGERS)
SESSION_OF = {False: "manager", True: "reviewer"}
"""Whose session the first row and the second are."""


@dataclass
class Half:
    """One client. `rows` holds the first of everything, `second` another of the same client where there are two."""

    canary: str
    study: Study
    people: dict[str, User] = field(default_factory=dict)
    rows: dict[str, UUID] = field(default_factory=dict)
    second: dict[str, UUID] = field(default_factory=dict)
    fields: dict[str, dict[str, UUID]] = field(default_factory=dict)
    """By fieldworker: assignment, visit and photo of their own that are still open."""


def half(canary: str) -> Half:
    study = make.study(make.client(canary), name=f"Study {canary}")
    made = Half(canary, study)
    stores = {code: _store(made, code, region) for code, region in (("S1", "Veneto"), ("S2", "Lazio"))}
    made.people = {
        "shopper": _person(made, Role.SHOPPER, "shopper"),
        "colleague": _person(made, Role.SHOPPER, "colleague"),
        "observer": _person(made, Role.OBSERVER, "observer"),
        "reviewer": _person(made, Role.REVIEWER, "reviewer"),
        "coordinator": _person(made, Role.COORDINATOR, "coordinator"),
        "manager": _person(made, Role.MANAGER, "manager"),
        "regional": _person(made, Role.MANAGER, "regional", region="Veneto"),
        "storekeeper": _person(made, Role.MANAGER, "storekeeper", store_id=stores["S1"].id),
    }
    made.rows |= {"client": study.client_id, "study": study.id, "version": make.version(study).id}
    made.rows["user"], made.second["user"] = made.people["manager"].id, made.people["reviewer"].id
    for rows, key in ((made.rows, "manager"), (made.second, "reviewer")):
        rows["membership"] = made.people[key].memberships[0].id
        rows |= _of_person(made, made.people[key])
    studies.set_accent(study.client, "#0a635e", None)
    studies.set_logo(study.client, make.picture(), None)
    _release(made, stores)
    _plan(made, stores)
    return made


def _of_person(made: Half, person: User) -> dict[str, UUID]:
    """A passkey, a role offered by a third client, and an invitation of this one to somebody else."""
    passkey = Passkey(id=new_id(), user_id=person.id, credential_id=new_id().hex, public_key=b"none", name="A phone")
    db.session.add(passkey)
    db.session.commit()
    stranger, elsewhere = make.user(Role.SHOPPER, make.client()), make.client()
    invitations.invite(stranger.email, access.Membership(Role.OBSERVER, made.study.client_id), None)
    invitations.invite(person.email, access.Membership(Role.OBSERVER, elsewhere.id), None)
    newest = db.select(Invitation.id).order_by(Invitation.id.desc()).where(Invitation.role.is_not(None))
    invited = db.session.scalars(newest.where(Invitation.user_id == stranger.id)).first()
    offer = db.session.scalars(newest.where(Invitation.user_id == person.id)).first()
    return {"passkey": passkey.id, "invitation": invited, "offer": offer}


def _store(made: Half, code: str, region: str) -> Any:
    return make.store(made.study, code, region=region, city=f"City {made.canary} {code}")


def _person(made: Half, role: Role, key: str, **narrowed: Any) -> User:
    return make.user(role, made.study.client, f"{key}@{made.canary}.example.org", **narrowed)


def _release(made: Half, stores: dict[str, Any]) -> None:
    wave = make.wave(made.study, f"Released {made.canary}")
    for code, store in stores.items():
        _visit(made, make.assignment(wave, made.people["shopper"], store, allows_repeat=True), code, approved=True)
    releases.release(wave)
    made.rows["released_wave"] = made.second["released_wave"] = wave.id
    for rows, code in ((made.rows, "S1"), (made.second, "S2")):
        edition = db.session.scalars(db.select(StoreEdition).where(StoreEdition.store_id == stores[code].id)).one()
        rows["store_edition"], rows["store"], rows["edition"] = edition.id, edition.store_id, edition.edition_id
        rows["action"] = actions.add(edition, Plan(f"A sign {made.canary}", section="welcome"), None).id


def _visit(made: Half, assignment: Assignment, code: str, *, approved: bool = False) -> Visit:
    visit = make.visit(assignment)
    photos.keep(visit, "window", make.picture(), None)
    fieldnotes.jot(visit, "welcome", f"Note {made.canary} {code}", make.NOON, None)
    visits.submit(visit, 1, {**make.GOOD, "q-words": [f"Words {made.canary} {code}"]}, None, make.NOON)
    if approved:
        visits.approve(visit, None)
    return visit


def _plan(made: Half, stores: dict[str, Any]) -> None:
    wave = make.wave(made.study, f"Open {made.canary}")
    made.rows["wave"] = made.second["wave"] = wave.id
    made.rows["reference"] = references.add(wave, make.picture(), f"Window {made.canary}", None).id
    made.rows["preview"] = previews.order(wave, None, "en", made.people["coordinator"].id).id
    made.rows["job"] = made.rows["preview"]
    for rows, key, code in ((made.rows, "shopper", "S1"), (made.second, "colleague", "S2")):
        visit = _visit(made, make.assignment(wave, made.people[key], stores[code], allows_repeat=True), code)
        photo = db.session.scalars(db.select(photos.Photo.id).where(photos.Photo.visit_id == visit.id)).first()
        rows |= {"assignment": visit.assignment_id, "visit": visit.id, "photo": photo}
        rows |= _by_phone(made, make.wave(made.study, f"Phone {key} {made.canary}"), key, stores[code])
    for key in FIELDWORKERS:
        made.fields[key] = _in_the_field(made, wave, key, stores["S1"])


def _by_phone(made: Half, wave: Wave, key: str, store: Any) -> dict[str, UUID]:
    """A visit that came twice, and one that could not be taken in."""
    person = made.people[key]
    assignment = make.assignment(wave, person, store, allows_repeat=True)
    visit = make.visit(assignment)
    for answer in ("yes", "no"):
        visits.submit(visit, 1, {**make.GOOD, "q-greeted": [answer]}, None, make.NOON)
    conflict = db.session.scalars(db.select(Conflict.id).where(Conflict.visit_id == visit.id)).one()
    sealed = phone.seal(assignment.id, visit.checklist_version_id, {})
    sendings.receive(person.id, UUID(sealed.visit), sealed.body, sealed.sha256)
    quarantined = db.session.scalars(db.select(Quarantined.id).where(Quarantined.user_id == person.id)).one()
    return {"conflict": conflict, "quarantined": quarantined}


def _in_the_field(made: Half, wave: Wave, key: str, store: Any) -> dict[str, UUID]:
    stance = {"gold_role": "complete_participant", "disclosure": "overt"}
    method = Method.PARTICIPANT_OBSERVATION if key == "observer" else Method.MYSTERY_SHOPPING
    starts = {"window_from": make.TODAY.replace(day=3), "allows_repeat": True}
    assignment = make.assignment(wave, made.people[key], store, method=method, **stance, **starts)
    visit = make.visit(assignment)
    photo = photos.keep(visit, "window", make.picture(), None)
    return {"assignment": assignment.id, "visit": visit.id, "photo": photo.id}


def session_of(user: User) -> UUID:
    return db.session.scalars(db.select(Session.id).where(Session.user_id == user.id)).first()
