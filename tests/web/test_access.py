"""Every route × role × {own, foreign, missing}; a route without a policy, or with an unknown object, fails."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from fieldstudy.core import access
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.extensions import db
from fieldstudy.models import Conflict, Invitation, Job, Passkey, Quarantined, Session, StoreEdition, Study, User
from fieldstudy.models.columns import new_id
from fieldstudy.services import (
    actions,
    invitations,
    photos,
    previews,
    references,
    releases,
    sendings,
    sessions,
    studies,
    visits,
)
from fieldstudy.services.actions import Plan
from fieldstudy.services.sessions import Device
from fieldstudy.web import guards
from tests import factories as make
from tests import phone, signing

DATABASES = ("sqlite",)
WORDS = {
    "sha256": "0" * 64,
    "token": "none",
    "locale": "it",
    "name": "none",
    "filename": "none",
    "section": "welcome",
    "question": "greeted",
    "method": "mystery_shopping",
    "build": "none",
    "path": "none",
    "readers": "client",
}
SHARED = {"version", "reference"}
"""What two fieldworkers of one study both need."""
SignIn = Callable[[User], FlaskClient]


@dataclass(frozen=True)
class Side:
    """One client with one of everything, and a person in every role."""

    people: dict[Role, User]
    rows: dict[str, UUID]

    def of(self, role: Role) -> dict[str, UUID]:
        """The objects that are this role's own: a fieldworker's visit is still open, a reviewer's has arrived."""
        if role in (Role.SHOPPER, Role.OBSERVER):
            mine = {noun: self.rows[f"{role}_{noun}"] for noun in ("assignment", "visit", "photo")}
            return {**self.rows, **mine}
        return self.rows


def side() -> Side:
    study = make.study()
    people = {role: make.user(role, study.client) for role in Role if role != Role.ADMIN}
    people[Role.ADMIN] = make.user(Role.ADMIN)
    rows: dict[str, UUID] = {"client": study.client_id, "study": study.id, "version": make.version(study).id}
    released = make.wave(study)
    make.approved(make.assignment(released))
    releases.release(released)
    edition = db.session.scalars(db.select(StoreEdition).where(StoreEdition.client_id == study.client_id)).one()
    studies.set_accent(study.client, "#0a635e", None)
    studies.set_logo(study.client, make.picture(), None)
    rows["action"] = actions.add(edition, Plan("A sign", section="welcome"), None).id
    wave = make.wave(study)
    sent = make.assignment(wave, people[Role.SHOPPER])
    rows["reference"] = references.add(wave, make.picture(), "The window", None).id
    rows |= {"released_wave": released.id, "wave": wave.id, "store_edition": edition.id, "store": edition.store_id}
    rows["edition"] = edition.edition_id
    rows["preview"] = previews.order(wave, None, "en", people[Role.COORDINATOR].id).id
    rows |= {
        "assignment": sent.id,
        "user": people[Role.MANAGER].id,
        "membership": people[Role.MANAGER].memberships[0].id,
        "job": db.session.scalars(db.select(Job.id).limit(1)).one(),
        "passkey": _passkey(people[Role.MANAGER]),
        "session": _signed_in(people[Role.MANAGER]),
        **_offered(study, people[Role.MANAGER]),
        **_received(sent),
        **_sent_by_phone(people[Role.SHOPPER], study),
    }
    for role, method in ((Role.SHOPPER, Method.MYSTERY_SHOPPING), (Role.OBSERVER, Method.PARTICIPANT_OBSERVATION)):
        stance = {"gold_role": "complete_participant", "disclosure": "overt"}
        assignment = make.assignment(wave, people[role], method=method, **stance)
        visit = make.visit(assignment)
        photo = photos.keep(visit, "window", make.picture(), None)
        rows |= {f"{role}_assignment": assignment.id, f"{role}_visit": visit.id, f"{role}_photo": photo.id}
    return Side(people, rows)


def _offered(study: Study, person: User) -> dict[str, UUID]:
    """A role that somebody was invited to, as the client and as the person sees it."""
    for owner, who in ((study.client, make.user(Role.SHOPPER, make.client())), (make.client(), person)):
        invitations.invite(who.email, access.Membership(Role.OBSERVER, owner.id), None)
    of_client = db.select(Invitation.id).where(Invitation.client_id == study.client_id)
    of_person = db.select(Invitation.id).where(Invitation.user_id == person.id, Invitation.role.is_not(None))
    return {"invitation": db.session.scalars(of_client).one(), "offer": db.session.scalars(of_person).one()}


def _passkey(person: User) -> UUID:
    row = Passkey(id=new_id(), user_id=person.id, credential_id=new_id().hex, public_key=b"none", name="A phone")
    db.session.add(row)
    db.session.commit()
    return row.id


def _signed_in(person: User) -> UUID:
    sessions.sign_in(person, Device(), signing.LIMITS)
    return db.session.scalars(db.select(Session.id).where(Session.user_id == person.id)).one()


def _received(assignment: Any) -> dict[str, UUID]:
    visit = make.visit(assignment)
    photo = photos.keep(visit, "window", make.picture(), None)
    visits.submit(visit, 1, make.GOOD, None, make.NOON)
    return {"visit": visit.id, "photo": photo.id}


def _sent_by_phone(person: User, study: Study) -> dict[str, UUID]:
    """A visit that came twice, one that could not be taken in, and a photo in the inbox."""
    assignment = make.assignment(make.wave(study), person)
    visit = make.visit(assignment)
    for answer in ("yes", "no"):
        visits.submit(visit, 1, {**make.GOOD, "q-greeted": [answer]}, None, make.NOON)
    conflict = db.session.scalars(db.select(Conflict.id).where(Conflict.visit_id == visit.id)).one()
    sealed = phone.seal(assignment.id, visit.checklist_version_id, {})
    sendings.receive(person.id, UUID(sealed.visit), sealed.body, sealed.sha256)
    quarantined = db.session.scalars(db.select(Quarantined.id).where(Quarantined.user_id == person.id)).one()
    return {"conflict": conflict, "quarantined": quarantined, "medium": new_id()}


def routes(app: Flask) -> Iterator[tuple[Rule, str, guards.Policy]]:
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.endswith("static"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, app.view_functions[rule.endpoint].policy


def address(app: Flask, rule: Rule, rows: dict[str, UUID], endpoint_rows: dict[str, str]) -> str:
    values: dict[str, Any] = {}
    for name in rule.arguments:
        noun = name.removesuffix("_id")
        values[name] = rows[endpoint_rows.get(noun, noun)] if name.endswith("_id") else WORDS[name]
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def nouns(rule: Rule) -> dict[str, str]:
    """A manager's wave is a released one."""
    return {"wave": "released_wave"} if rule.endpoint.startswith("manager.") else {}


def body(text: str) -> str:
    """Without what differs between two answers to the same person: tokens and addresses."""
    text = re.sub(r'value="[\w.-]{40,}"', "", text)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", text)


def missing() -> dict[str, UUID]:
    class Anything(dict[str, UUID]):
        def __missing__(self, noun: str) -> UUID:
            return new_id()

    return Anything()


def test_every_route_keeps_strangers_out(app: Flask, client: FlaskClient) -> None:
    for rule, method, policy in routes(app):
        if not policy.is_public:
            answer = client.open(address(app, rule, missing(), nouns(rule)), method=method)
            if rule.endpoint.startswith("api."):
                assert (answer.status_code, answer.json) == (401, {"error": "signed_out"}), rule
            else:
                assert (answer.status_code, "/account/sign-in" in answer.location) == (302, True), rule


def test_every_route_answers_other_roles_like_a_missing_page(app: Flask, sign_in: SignIn) -> None:
    ours = side()
    for role, person in ours.people.items():
        client = sign_in(person)
        for rule, method, policy in routes(app):
            if not policy.is_public and role not in policy.roles:
                found = client.open(address(app, rule, ours.of(role), nouns(rule)), method=method)
                assert found.status_code == 404, (role, method, rule)


def test_what_is_foreign_answers_like_what_is_missing(app: Flask, sign_in: SignIn) -> None:
    ours, theirs = side(), side()
    cells = 0
    for role, person in ours.people.items():
        client = sign_in(person)
        for rule, method, policy in routes(app):
            if role in policy.roles and policy.finders:
                cells += 1
                rows = theirs.of(role)
                foreign = client.open(address(app, rule, rows, nouns(rule)), method=method)
                gone = client.open(address(app, rule, missing(), nouns(rule)), method=method)
                if role != Role.ADMIN:  # an admin runs the installation: no client is foreign
                    assert foreign.status_code == 404, (role, method, rule)
                    assert body(foreign.text) == body(gone.text), (role, method, rule)
                assert gone.status_code == 404, (role, method, rule)
    assert cells > 40


def test_another_fieldworkers_visit_of_the_same_client_is_foreign(app: Flask, sign_in: SignIn) -> None:
    ours = side()
    client = sign_in(ours.people[Role.OBSERVER])
    rows = ours.of(Role.SHOPPER)
    for rule, method, policy in routes(app):
        if rule.endpoint.startswith("field.") and set(policy.finders) - SHARED:
            assert client.open(address(app, rule, rows, nouns(rule)), method=method).status_code == 404, rule


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_what_is_own_opens(app: Flask, sign_in: SignIn, role: Role) -> None:
    ours = side()
    client = sign_in(ours.people[role])
    for rule, method, policy in routes(app):
        if role in policy.roles and method == "GET" and not set(rule.arguments) & set(WORDS):
            answer = client.get(address(app, rule, ours.of(role), nouns(rule)))
            # 202: a paper that is still being drawn.
            assert answer.status_code in (200, 202, 302, 303), (role, rule, answer.status_code)


def test_an_unsafe_request_without_token_is_refused(app: Flask, sign_in: SignIn) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    ours = side()
    for role, person in ours.people.items():
        client = sign_in(person)
        for rule, method, policy in routes(app):
            if method != "GET" and (policy.is_public or role in policy.roles):
                answer = client.open(address(app, rule, ours.of(role), nouns(rule)), method=method)
                assert answer.status_code == 400, (role, rule, answer.status_code)


HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy")


def test_every_answer_carries_the_security_headers(app: Flask, sign_in: SignIn) -> None:
    client = sign_in(side().people[Role.COORDINATOR])
    for path in ("/", "/nowhere", "/static/css/tokens.css", "/studio/", "/account/sign-in"):
        answer = client.get(path)
        answer.close()
        assert [name for name in HEADERS if name not in answer.headers] == [], path
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
