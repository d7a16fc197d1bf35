"""What is kept about a person, as a file for that person and nobody else."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.cli import main
from fieldstudy.core.access import Membership, Role, Viewer
from fieldstudy.extensions import db
from fieldstudy.models import Authenticator, Conflict, Photo, RecoveryCode, User, Visit
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries import personal_data
from fieldstudy.services import accounts, fieldnotes, files, media, photos, sendings, sessions, unit, visits
from fieldstudy.web.account.views import own_data
from tests import factories as make
from tests import phone, signing

SignIn = Callable[[User], FlaskClient]
DATABASES = ("sqlite",)
DOWNLOAD = "/account/own-data.zip"


@pytest.fixture(autouse=True)
def data(app: Flask, tmp_path: Path) -> Iterator[Path]:
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, data=tmp_path)
    yield tmp_path
    app.extensions["fieldstudy"] = config


def worked(words: str, colour: str = "teal") -> tuple[User, Visit]:
    """With a visit, a photo, a note, a photo in the inbox, a sending under review, second factors."""
    study = make.study()
    person = make.user(Role.SHOPPER, study.client)
    visit = make.visit(make.assignment(make.wave(study), person))
    photos.keep(visit, "window", make.picture(colour), person.id)
    fieldnotes.jot(visit, "welcome", f"{words} jotted", make.NOON, person.id)
    visits.submit(visit, 1, {**make.GOOD, "q-words": [f"{words} answered"]}, person.id, make.NOON)
    visits.send_back(visit, {"": f"{words}, look again"}, None)
    visits.save_draft(visit, {"q-words": [f"{words} drafted"]}, make.NOON)
    idle = make.picture_bytes("navy")
    media.put_whole(person.id, new_id(), idle, sha256(idle).hexdigest())
    sealed = phone.seal(new_id(), visit.checklist_version_id, {"q-words": [f"{words} doubtful"]})
    sendings.receive(person.id, UUID(sealed.visit), sealed.body, sealed.sha256, now())
    with unit.work():
        db.session.add(Authenticator(user_id=person.id, key_encrypted="secret-of-the-app"))
        db.session.add(RecoveryCode(user_id=person.id, salt="some-salt", code_hash="hash-of-code"))
    return person, visit


def opened(content: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        assert bundle.testzip() is None
        pictures = {name: bundle.read(name) for name in bundle.namelist() if name != "data.json"}
        return json.loads(bundle.read("data.json")), pictures


def test_the_file_holds_what_is_known_of_the_person(sign_in: SignIn) -> None:
    person, visit = worked("ours")
    answer = sign_in(person).post(DOWNLOAD)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    told, pictures = opened(answer.data)
    assert (told["account"]["email"], told["account"]["name"]) == (person.email, person.name)
    assert [one["role"] for one in told["memberships"]] == ["shopper"]
    assert len(told["sessions"]) == len(told["authenticators"]) == len(told["recovery_codes"]) == 1
    assert [(one["client"], one["code"]) for one in told["codes"]] == [(visit.study.client.name, "F01")]
    own = told["visits"][0]
    answers = {one["question"]: (one["value"], one["asked"]) for one in own["answers"]}
    assert answers["words"] == ("ours answered", {"en": "words", "it": "words"})
    for table, said in (
        ("jottings", "ours jotted"),
        ("return_reasons", "ours, look again"),
        ("drafts", "ours drafted"),
    ):
        assert said in json.dumps(own[table]), table
    assert "ours doubtful" in told["under_review"][0]["body"]
    assert "user.signed_in" in {line["verb"] for line in told["done"]}
    kept = own["photos"][0]["file"]
    assert pictures[kept] == files.path_of(db.session.scalars(db.select(Photo.sha256)).one()).read_bytes()
    assert pictures[told["inbox"][0]["file"]] == make.picture_bytes("navy")
    assert (told["photos_left_out"], len(pictures)) == (0, 2)


def test_nothing_of_anybody_else_and_nothing_that_opens_a_door(sign_in: SignIn, app: Flask) -> None:
    person, _ = worked("ours")
    other, _ = worked("theirs", "maroon")
    token = signing.token_of(app, person)
    told, pictures = opened(sign_in(person).post(DOWNLOAD).data)
    text = json.dumps(told)
    assert ("theirs" in text, other.email in text, len(pictures)) == (False, False, 2)
    hidden = (
        person.password_hash or "argon2",
        sessions.token_hash(token),
        "secret-of-the-app",
        "some-salt",
        "hash-of-c",
    )
    assert [one for one in hidden if one in text] == []
    assert re.findall(r'"(?:final|earned|state_reason)"', text) == []


def test_what_was_sent_twice_is_told_twice(sign_in: SignIn) -> None:
    """Another content under the same key waits beside the first, and is the sender's as well."""
    person, visit = worked("ours")
    fields = {"client_id": visit.client_id, "visit_id": visit.id, "revision": 1, "sha256": "0" * 64}
    with unit.work():
        db.session.add(Conflict(id=new_id(), content={"q-words": ["ours, otherwise"]}, received_at=now(), **fields))
    told, _ = opened(sign_in(person).post(DOWNLOAD).data)
    assert [one["content"] for one in told["visits"][0]["conflicts"]] == [{"q-words": ["ours, otherwise"]}]


def test_nobody_else_is_named_not_even_by_an_id(sign_in: SignIn) -> None:
    study = make.study()
    boss, person = make.user(Role.COORDINATOR, study.client), make.user(Role.SHOPPER, study.client)
    make.assignment(make.wave(study), person, author=boss.id)
    accounts.rename(person, "Nora", Viewer(boss.id, (Membership(Role.COORDINATOR, study.client.id),)))
    of_person, of_boss = (json.dumps(opened(sign_in(one).post(DOWNLOAD).data)[0]) for one in (person, boss))
    assert (str(person.id) in of_person, str(boss.id) in of_person) == (True, False)
    assert (str(boss.id) in of_boss, str(person.id) in of_boss, "user.renamed" in of_boss) == (True, False, True)


def test_photos_that_have_no_room_are_named(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_data, "PHOTOS_LIMIT_BYTES", 10)
    person, _ = worked("ours")
    told, pictures = opened(sign_in(person).post(DOWNLOAD).data)
    assert (told["photos_left_out"], pictures, told["visits"][0]["photos"][0]["file"] is None) == (2, {}, False)


def test_it_asks_for_the_password_when_somebody_has_been_in_for_long(sign_in: SignIn, monkeypatch: Any) -> None:
    person = make.user(Role.REVIEWER, make.client())
    client = sign_in(person)
    monkeypatch.setattr("fieldstudy.web.account.proof.is_fresh", lambda: False)
    assert client.post(DOWNLOAD).status_code == 403


def test_the_account_page_leads_to_it(sign_in: SignIn) -> None:
    for role in (Role.SHOPPER, Role.MANAGER):
        page = sign_in(make.user(role, make.client())).get("/account/").text
        assert f'action="{DOWNLOAD}"' in page


def test_the_command_writes_the_whole_file(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_data, "PHOTOS_LIMIT_BYTES", 0)
    person, _ = worked("ours")
    email, target = person.email, tmp_path / "person.zip"
    said = CliRunner().invoke(main, ["export-person", email, "-o", str(target)], obj=lambda: app)
    assert (said.exit_code, "1 visits, 2 photos" in said.output) == (0, True), said.output
    told, pictures = opened(target.read_bytes())
    assert (told["account"]["email"], len(pictures), target.stat().st_mode & 0o777) == (email, 2, 0o600)
    unknown = CliRunner().invoke(main, ["export-person", "no@example.org", "-o", str(target)], obj=lambda: app)
    assert (unknown.exit_code, "does not exist" in unknown.output) == (1, True)


def test_no_column_that_is_told_opens_a_door() -> None:
    """A look at all names: a new column of this kind has to be named so that it stays out."""
    told = {name for table in personal_data._others() for name in table.columns.keys() if personal_data._is_told(name)}  # noqa: SIM118
    assert told <= {
        "id", "role", "region", "store_id", "created_at", "last_seen_at", "ends_at", "browser", "system",
        "expires_at", "used_at", "last_step", "confirmed_at", "sign_count", "transports", "name", "last_used_at",
        "attempts", "kind", "state", "is_proof", "sent_at", "inviter_id", "ending",
    }, told  # fmt: skip
