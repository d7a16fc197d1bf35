"""Every route × everybody × {own, another's of the same client, another client's, none}, ids in bodies included.

What may be reached is said by `access_table.py`. A cell that may not be reached answers word for word like a row that
does not exist, and changes nothing. Cells that change something are undone by putting the database's file back.
"""

import difflib
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Membership, User
from fieldstudy.models.columns import new_id
from tests import factories as make
from tests import phone, signing
from tests.web import access_table as table
from tests.web import access_world
from tests.web.access_table import AUDIENCE, Aim, Audience, Looker
from tests.web.access_world import KEYS, Half

DATABASES = ("sqlite",)
OURS, THEIRS = "canaryalpha", "canarybeta"
WORDS: dict[str, Any] = {
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
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
LEAST_CELLS = 6_000


@dataclass
class World:
    app: Flask
    halves: dict[str, Half]
    tokens: dict[Looker, str]
    database: Path
    """Its file; beside it lies the copy to which it is put back."""

    def undo(self) -> None:
        db.session.remove()
        db.engine.dispose()
        for beside in ("-wal", "-shm"):
            self.database.with_name(self.database.name + beside).unlink(missing_ok=True)
        shutil.copy(self.database.with_suffix(".whole"), self.database)


@pytest.fixture
def world(app: Flask) -> World:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("every cell begins with a copy of SQLite's file")
    halves = {name: access_world.half(name) for name in (OURS, THEIRS)}
    keys = {
        OURS: [key for key in KEYS if key != "colleague"],
        THEIRS: ("shopper", "reviewer", "coordinator", "manager"),
    }
    lookers = {Looker(key, name): half.people[key] for name, half in halves.items() for key in keys[name]}
    lookers[Looker("admin", "*")] = make.user(Role.ADMIN)
    lookers[Looker("coordinator", "*")] = make.user(Role.COORDINATOR, email="everywhere@example.org")
    for key in ("roleless", "deactivated"):
        lookers[Looker(key, OURS)] = make.user(Role.COORDINATOR, halves[OURS].study.client, f"{key}@example.org")
    tokens = {looker: signing.token_of(app, person) for looker, person in lookers.items()}
    for half in halves.values():
        half.rows["session"] = access_world.session_of(half.people["manager"])
        half.second["session"] = access_world.session_of(half.people["reviewer"])
    leaver = lookers[Looker("roleless", OURS)].id
    db.session.execute(db.delete(Membership).where(Membership.user_id == leaver))
    gone = lookers[Looker("deactivated", OURS)].id
    db.session.execute(db.update(User).where(User.id == gone).values(is_active=False))
    db.session.commit()
    return World(app, halves, tokens, _kept(app))


def _kept(app: Flask) -> Path:
    path = Path(db.engine.url.database or "")
    db.session.execute(db.text("PRAGMA wal_checkpoint(TRUNCATE)"))
    db.session.remove()
    db.engine.dispose()
    shutil.copy(path, path.with_suffix(".whole"))
    return path


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        if not rule.endpoint.endswith("static"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


@dataclass(frozen=True)
class Cell:
    looker: Looker
    rule: Rule
    method: str
    aim: Aim | None

    def __str__(self) -> str:
        return f"{self.looker.key} of {self.looker.client or 'nowhere'}: {self.method} {self.rule.endpoint} {self.aim}"

    @property
    def audience(self) -> Audience:
        return AUDIENCE[self.rule.endpoint]

    @property
    def may(self) -> bool:
        return table.may(self.looker, self.audience, self.aim)


def aims(rule: Rule, looker: Looker) -> list[Aim | None]:
    """Of the own client the first row and the second, one of the other client, and none that exists."""
    if not any(name.endswith("_id") for name in rule.arguments):
        return [None]
    halves = [Aim(name) for name in (OURS, THEIRS)]
    seconds = [Aim(name, is_second=True) for name in (OURS, THEIRS) if looker.client in (name, "*")]
    return [*halves, *seconds, Aim("")]


def address(world: World, cell: Cell) -> str:
    values = {name: _value(world, cell, name) for name in cell.rule.arguments}
    with world.app.test_request_context():
        return world.app.url_for(cell.rule.endpoint, **values)


def _value(world: World, cell: Cell, name: str) -> Any:
    if not name.endswith("_id"):
        return WORDS[name]
    return _row(world, cell, name.removesuffix("_id")) if cell.aim and cell.aim.client else new_id()


def _row(world: World, cell: Cell, noun: str) -> UUID:
    assert cell.aim is not None
    half, room = world.halves[cell.aim.client], cell.rule.endpoint.split(".")[0]
    if room in ("field", "api") and noun in ("assignment", "visit", "photo"):
        return half.fields[_owner(cell)][noun]
    if noun == "medium":
        return new_id()
    key = "released_wave" if noun == "wave" and room == "manager" else noun
    return half.second.get(key, half.rows[key]) if cell.aim.is_second else half.rows[key]


def _owner(cell: Cell) -> str:
    """Whose visit: the looker's own where they have one of that client, else a shopper's; the second is another's."""
    assert cell.aim is not None
    is_own = cell.looker.client == cell.aim.client and cell.looker.key in access_world.FIELDWORKERS
    own = cell.looker.key if is_own else "shopper"
    return next(key for key in access_world.FIELDWORKERS if key != own) if cell.aim.is_second else own


def ask(world: World, client: FlaskClient, cell: Cell, **arguments: Any) -> TestResponse:
    return client.open(address(world, cell), method=cell.method, headers=FROM_HERE, **arguments)


def enter(world: World, looker: Looker) -> FlaskClient:
    client = world.app.test_client()
    if looker in world.tokens:
        client.set_cookie("session", world.tokens[looker])
    return client


CHANGING = re.compile(
    r'value="[\w.-]{40,}"|[0-9a-z]{4}(?:-[0-9a-z]{4}){3}|/invitation/[\w-]+|\b[0-9a-f]{16}\b'
    r"|[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+"
)
"""What differs between two answers to the same person: tokens, ids and times."""


def plain(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, CHANGING.sub("", answer.get_data().decode("utf-8", "replace"))


def foreign(looker: Looker) -> list[str]:
    """Canaries that must not reach this person."""
    return [] if looker.client == "*" else [name for name in (OURS, THEIRS) if name != looker.client]


def state_of(world: World) -> Counter[tuple[str, str]]:
    """All rows but those that tell who looked."""
    tables = [one for one in db.metadata.sorted_tables if one.name not in ("sessions", "throttles", "jobs")]
    with db.engine.connect() as connection:
        return Counter((one.name, str(row)) for one in tables for row in connection.execute(one.select()))


def faults(world: World, cell: Cell, answer: TestResponse, missing: tuple[int, str] | None) -> Iterator[str]:
    status, text = plain(answer)
    if status >= 500 and cell.rule.endpoint not in table.MAY_BE_BUSY:
        yield f"{cell}: {status}"
    yield from (f"{cell}: tells of {canary}" for canary in foreign(cell.looker) if canary in text)
    if not cell.may and not cell.looker.is_signed_in:
        if not _is_sent_to_the_door(answer):
            yield f"{cell}: {status} for a stranger"
    elif cell.may and status == 404 and cell.rule.endpoint not in table.MAY_LACK:
        yield f"{cell}: is not there for those whom it serves"
    elif not cell.may and status != 404:
        yield f"{cell}: {status}, should not be there"
    elif missing and _is_strange(cell) and (status, text) != missing:
        yield f"{cell}: answers otherwise than what is missing"


def _is_strange(cell: Cell) -> bool:
    """The phone's addresses are open to every fieldworker: what is foreign must answer there like what is missing."""
    is_of_phone = cell.audience == Audience.FIELD and cell.aim is not None and cell.aim.client != cell.looker.client
    return is_of_phone or not cell.may


def _is_sent_to_the_door(answer: TestResponse) -> bool:
    if answer.status_code == 401:
        return answer.get_json() == {"error": "signed_out"}
    return answer.status_code in (302, 303) and "/account/sign-in" in (answer.location or "")


def lookers(world: World) -> list[Looker]:
    return [Looker("stranger"), *world.tokens]


def test_nobody_reaches_what_is_not_theirs(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    cells, found = 0, []
    before = state_of(world)
    for looker in lookers(world):
        client = enter(world, looker)
        for rule, method in routes(world.app):
            missing = None
            for aim in reversed(aims(rule, looker)):
                cell = Cell(looker, rule, method, aim)
                answer = ask(world, client, cell)
                found += faults(world, cell, answer, missing)
                missing = plain(answer) if aim is not None and aim.client == "" else missing
                cells += 1
                if cell.may and (method != "GET" or answer.status_code in (302, 303)):
                    answer.close()
                    world.undo()
                    client = enter(world, looker)
        if state_of(world) != before:
            found.append(f"{looker}: something was changed by requests that were refused or only read")
            world.undo()
    with capsys.disabled():
        print(f" [{cells:,} cells]", end="")
    assert not found, "\n".join(found[:100])
    assert cells >= LEAST_CELLS


NOUNS = {
    "client": "client",
    "study": "study",
    "wave": "wave",
    "other": "released_wave",
    "store": "store",
    "stores": "store",
    "store_edition": "store_edition",
    "edition": "edition",
    "user": "user",
    "fieldworker": "user",
    "fieldworkers": "user",
    "membership": "membership",
    "assignment": "assignment",
    "visit": "visit",
    "photo": "photo",
    "version": "version",
    "action": "action",
    "session": "session",
    "preview": "preview",
}
"""Fields that could name a row, as they stand and with `_id`."""
VALID: dict[str, dict[str, str]] = {
    "studio.assign_post": {
        "form_id": "shop",
        "method": "mystery_shopping",
        "window_from": "2026-03-04",
        "window_to": "2026-03-09",
    },
    "studio.person_new_post": {"email": "new@example.org", "name": "New", "role": "manager"},
    "studio.role_new_post": {"role": "manager"},
    "studio.role_edit_post": {"role": "manager"},
    "manager.action_new_post": {"what": "A sign", "section": "welcome", "due_on": "2026-04-01"},
}
"""What else these forms need, so that the ids are looked at."""


def body_of(cell: Cell, rows: dict[str, UUID] | None) -> dict[str, str]:
    ids: dict[str, str] = {}
    for name, noun in NOUNS.items():
        value = str(rows[noun] if rows is not None else new_id())
        ids |= {name: value, f"{name}_id": value}
    if cell.rule.endpoint == "manager.action_new_post":
        ids["store"] = ids["store_edition"]
    return {**ids, **VALID.get(cell.rule.endpoint, {})}


def test_ids_in_bodies_and_addresses_reach_no_other_client(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """The same request with rows of the other client and with rows that do not exist: nobody can tell them apart."""
    cells, found = 0, []
    for looker in [Looker(key, OURS) for key in ("shopper", "reviewer", "coordinator", "storekeeper")]:
        for rule, method in routes(world.app):
            cell = Cell(looker, rule, method, Aim(OURS) if aims(rule, looker) != [None] else None)
            if not cell.may or cell.audience == Audience.PUBLIC or rule.endpoint.startswith("api."):
                continue
            said = []
            for rows in (world.halves[THEIRS].rows, None):
                where = "query_string" if method == "GET" else "data"
                answer = ask(world, enter(world, looker), cell, **{where: body_of(cell, rows)})
                found += [f"{cell}: {answer.status_code}"] * (answer.status_code >= 500)
                said.append(plain(answer))
                found += [f"{cell}: tells of {THEIRS}"] * (THEIRS in said[-1][1])
                found += [f"{cell}: {what}" for what in _reached(world) if method != "GET"]
                cells += 1
                if method != "GET" or answer.status_code in (302, 303):
                    world.undo()
            found += [f"{cell}: {_difference(*said)}"] * (said[0] != said[1])
    with capsys.disabled():
        print(f" [{cells:,} cells]", end="")
    assert not found, "\n".join(found[:100])
    assert cells >= 200


def _difference(foreign: tuple[int, str], missing: tuple[int, str]) -> str:
    lines = difflib.unified_diff(foreign[1].splitlines(), missing[1].splitlines(), "foreign", "missing", n=0)
    return f"{foreign[0]} and {missing[0]}, " + " ".join(lines)[:300]


def _reached(world: World) -> Iterator[str]:
    """Rows of the one client that name a row of the other, in any column."""
    theirs = {str(value) for value in world.halves[THEIRS].rows.values()}
    ours = world.halves[OURS].rows["client"]
    with db.engine.connect() as connection:
        for one in db.metadata.sorted_tables:
            if "client_id" in one.c:
                for row in connection.execute(one.select().where(one.c.client_id == ours)):
                    if theirs & {str(value) for value in row}:
                        yield f"{one.name} names a row of {THEIRS}"


def test_a_phone_can_name_no_row_of_another_client(world: World) -> None:
    ours, theirs = world.halves[OURS], world.halves[THEIRS]
    client = enter(world, Looker("shopper", OURS))
    own, other = ours.fields["shopper"], theirs.fields["shopper"]
    for visit in (own["visit"], other["visit"], ours.fields["colleague"]["visit"], new_id()):
        for assignment in (other["assignment"], ours.fields["colleague"]["assignment"], new_id()):
            for version in (theirs.rows["version"], ours.rows["version"]):
                sealed = phone.seal(assignment, version, make.GOOD, visit=str(visit))
                told = {
                    **FROM_HERE,
                    "Upload-Sha256": sealed.sha256,
                    "Sent-At": phone.iso(phone.datetime.now(phone.UTC)),
                }
                answer = client.put(
                    f"/api/v1/visits/{visit}", data=sealed.body, headers=told, content_type="application/json"
                )
                assert answer.status_code < 500
                assert THEIRS not in answer.text
    with db.engine.connect() as connection:
        sent = db.metadata.tables["submissions"].c.visit_id
        assert connection.execute(db.select(sent).where(sent == other["visit"])).all() == []
        visits = db.metadata.tables["visits"]
        kept = db.select(visits.c.assignment_id).where(visits.c.id == own["visit"])
        assert connection.execute(kept).scalar_one() == own["assignment"]
    assert list(_reached(world)) == []
