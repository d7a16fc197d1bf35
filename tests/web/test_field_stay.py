"""Entry and exit on the page that works without script, in the store's own time."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from fieldstudy.extensions import db
from fieldstudy.models import Submission, User
from fieldstudy.services import visits
from tests import factories as make
from tests.web.test_field_visits import GOOD, fieldworker, send

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")

STAY = {"entered_at": "2026-03-02T13:05", "left_at": "2026-03-02T13:30"}


def shown(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="datetime-local" name="(\w+)" value="([^"]*)"', page))


def record(page: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(re.search(r'data-visit="([^"]*)"', page)[1].replace("&#34;", '"'))  # type: ignore[index]
    return found


def test_the_form_asks_for_both_and_keeps_them_with_the_draft(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    assert shown(client.get(f"/field/visits/{visit.id}").text) == {"entered_at": "", "left_at": ""}
    send(client, visit, "save", **STAY)
    page = client.get(f"/field/visits/{visit.id}").text
    assert shown(page) == STAY
    assert record(page)["entered_at"] == "2026-03-02T12:05:00.000+00:00"


def test_both_are_sent_with_the_visit(sign_in: SignIn) -> None:
    visit = make.visit()
    send(sign_in(fieldworker(visit)), visit, **GOOD, **STAY)
    entered_at, left_at = (datetime(2026, 3, 2, 12, minute, tzinfo=UTC) for minute in (5, 30))
    assert (visit.entered_at, visit.left_at) == (entered_at, left_at)


def test_an_exit_before_the_entry_is_refused_in_words_and_stays_in_its_field(sign_in: SignIn) -> None:
    visit = make.visit()
    wrong = STAY | {"left_at": "2026-03-02T13:04"}
    answer = send(sign_in(fieldworker(visit)), visit, **GOOD, **wrong)
    assert answer.status_code == 422
    assert "cannot come before the entry" in answer.text
    assert shown(answer.text) == wrong
    assert db.session.scalars(db.select(Submission)).all() == []


def test_a_phone_that_cannot_save_posts_instants_which_no_zone_can_change(sign_in: SignIn) -> None:
    """Also where the form is refused: the page then shows both in the store's own time, and posts that."""
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    instants = {"entered_at": "2026-03-02T12:05:00.000Z", "left_at": "2026-03-02T07:30:00-05:00"}
    refused = send(client, visit, **{**GOOD, "q-greeted": ""}, **instants)
    assert (refused.status_code, shown(refused.text)) == (422, STAY)
    assert shown(client.get(f"/field/visits/{visit.id}").text) == STAY
    send(client, visit, **GOOD, **instants)
    entered_at, left_at = (datetime(2026, 3, 2, 12, minute, tzinfo=UTC) for minute in (5, 30))
    assert (visit.entered_at, visit.left_at) == (entered_at, left_at)


def test_a_visit_that_came_back_knows_both(sign_in: SignIn) -> None:
    visit = make.visit()
    raw = {name: [value] for name, value in (GOOD | STAY).items()}
    visits.submit(visit, 1, raw, None, make.NOON)
    visits.send_back(visit, {"": "Once more."}, None)
    page = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}").text
    assert (shown(page), record(page)["left_at"]) == (STAY, "2026-03-02T12:30:00.000+00:00")


def test_a_phone_hears_of_both(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    send(client, visit, "save", **STAY)
    task = next(task for task in client.get("/field/sync").json["assignments"] if task["visit"])
    assert task["visit"]["entered_at"] == "2026-03-02T12:05:00.000+00:00"
