"""Who reads the notes of a study: set by its coordinator, told to whoever writes them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.extensions import db
from fieldstudy.models import JournalLine, Study, User, Visit
from tests import factories as make

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")
OBSERVER = {"method": Method.PARTICIPANT_OBSERVATION, "gold_role": "participant_as_observer", "disclosure": "overt"}
READ = "The client will read this note in the store's report."
NOT_READ = "The client does not read this note: it stays with whoever runs the study."
SHOPPERS = (Method.MYSTERY_SHOPPING,)


def who(visit: Visit) -> User:
    user = visit.fieldworker.user
    assert user is not None
    return user


def told(page: str) -> tuple[bool, bool]:
    return READ in page, NOT_READ in page


@pytest.mark.parametrize(
    ("stance", "chosen", "is_read"),
    [({}, None, False), (OBSERVER, None, True), ({}, SHOPPERS, True), (OBSERVER, SHOPPERS, False)],
)
def test_every_box_for_a_note_says_who_reads_it(
    sign_in: SignIn, stance: dict[str, Any], chosen: tuple[Method, ...] | None, is_read: bool
) -> None:
    """The form of the visit, the page of all notes, and the blank form that a phone keeps."""
    visit = make.visit(make.assignment(make.wave(make.study(jotting_methods=chosen)), **stance))
    client = sign_in(who(visit))
    blank = next(task["form"] for task in client.get("/field/sync").json["assignments"])
    pages = [client.get(address).text for address in (*_pages(visit), blank)]
    assert [told(page) for page in pages] == [(is_read, not is_read)] * 3


def _pages(visit: Visit) -> tuple[str, str]:
    return f"/field/visits/{visit.id}", f"/field/visits/{visit.id}/jottings"


def test_a_phone_fetches_another_form_when_the_setting_changes(sign_in: SignIn) -> None:
    """It keeps a form under its address, and would go on saying what no longer holds."""
    visit = make.visit()
    client, coordinator = sign_in(who(visit)), make.user(Role.COORDINATOR, visit.study.client)
    before = client.get("/field/sync").json["assignments"][0]["form"]
    sign_in(coordinator).post(f"/studio/studies/{visit.study.id}/edit", data=fields(visit.study, *SHOPPERS))
    after = sign_in(who(visit)).get("/field/sync").json["assignments"][0]["form"]
    assert (before == after, told(client.get(before).text), told(client.get(after).text)) == (
        False,
        (False, True),
        (True, False),
    )


def fields(study: Study, *methods: Method) -> dict[str, Any]:
    return {"name": study.name, "jotting_methods": [method.value for method in methods]}


def checked(page: str) -> list[str]:
    boxes = re.findall(r'<input[^>]*name="jotting_methods"[^>]*>', page)
    return [method.value for method in Method for box in boxes if f'"{method}"' in box and " checked" in box]


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [(None, ["participant_observation", "non_participant_observation"]), ((), []), (SHOPPERS, ["mystery_shopping"])],
)
def test_the_studio_shows_what_holds(sign_in: SignIn, chosen: tuple[Method, ...] | None, shown: list[str]) -> None:
    study = make.study(jotting_methods=chosen)
    page = sign_in(make.user(Role.COORDINATOR, study.client)).get(f"/studio/studies/{study.id}/edit").text
    assert checked(page) == shown


def test_a_new_study_begins_as_the_house_has_it(sign_in: SignIn) -> None:
    client = make.client()
    page = sign_in(make.user(Role.COORDINATOR, client)).get(f"/studio/clients/{client.id}/studies/new").text
    assert checked(page) == ["participant_observation", "non_participant_observation"]


def test_a_change_is_in_the_journal(sign_in: SignIn) -> None:
    study = make.study()
    sign_in(make.user(Role.COORDINATOR, study.client)).post(
        f"/studio/studies/{study.id}/edit", data=fields(study, *SHOPPERS)
    )
    db.session.rollback()
    db.session.expire_all()
    line = db.session.scalars(db.select(JournalLine).where(JournalLine.verb == "study.changed")).one()
    assert (study.jotting_methods, line.details["jotting_methods"]) == (SHOPPERS, ["mystery_shopping"])
