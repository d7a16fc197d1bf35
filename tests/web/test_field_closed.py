"""A store that was closed, on the page that works without script: what speaks against it is asked about first."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from fieldstudy.core.lifecycle import Outcome, State
from fieldstudy.extensions import db
from fieldstudy.models import Draft, User, Visit
from fieldstudy.models.columns import new_id
from tests import factories as make
from tests.web.test_field_check import found, texts
from tests.web.test_field_elsewhere import SINCE, back_up, page_of
from tests.web.test_field_stay import shown
from tests.web.test_field_stay_elsewhere import hidden
from tests.web.test_field_visits import GOOD, fieldworker, send

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")

NOTE = {"section": "till", "text": "A queue of nine", "at": "2026-03-02T12:00:00Z"}


def close(client: FlaskClient, visit: Visit, **fields: Any) -> Any:
    return send(client, visit, "closed", **fields)


def note(page: str) -> str:
    [text] = texts(page, "#evidence[autofocus] .note")
    return text


@pytest.mark.parametrize(
    ("raw", "content", "said"),
    [
        ({"q-greeted": ["no"]}, {}, "1 different answer. See what differs"),
        ({"q-words": ["Hello"]}, {}, "1 answer that is missing here, 1 answer only here. See what differs"),
        (
            {},
            {"photos": [{"id": str(new_id()), "question": "window"}]},
            "1 photo is still on the other phone. See which",
        ),
        ({}, {"timers": {"q-wait": SINCE}}, "A timer is still running on one of your phones."),
        ({}, {"jottings": [{"id": str(new_id()), **NOTE}]}, "1 note that you wrote elsewhere goes along."),
    ],
    ids=["other answer", "more answers", "photo", "timer", "note"],
)
def test_what_another_device_holds_is_asked_about_before_the_store_counts_as_closed(
    sign_in: SignIn, raw: dict[str, list[str]], content: dict[str, Any], said: str
) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    back_up(visit, raw, **content)
    answer = close(client, visit, **{"q-greeted": "yes"}, seen="{}")
    assert (answer.status_code, visit.state) == (200, State.IN_FIELD)
    assert texts(answer.text, "#evidence[autofocus] h2") == ["Was the store closed?"]
    assert note(answer.text).endswith(said)
    assert "recorded as closed, without any answers" in answer.text
    [button] = found(answer.text, "#evidence .bar button")
    sent = send(client, visit, button.get("value"), **{"q-greeted": "yes"}, **hidden(answer.text))
    assert sent.status_code == 303
    assert (visit.state, visit.outcome) == (State.RECEIVED, Outcome.STORE_CLOSED)


def test_the_other_devices_answers_stay_where_they_are(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    back_up(visit, {"q-greeted": ["no"]})
    send(client, visit, "closed_anyway", **{"q-greeted": "yes"}, seen="{}")
    assert visit.state == State.RECEIVED
    [draft] = db.session.scalars(db.select(Draft))
    assert (draft.device, draft.raw) == ("one", {"q-greeted": ["no"]})


def test_nothing_is_asked_where_no_other_device_holds_more(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    back_up(visit, {"q-greeted": ["yes"]})
    assert close(client, visit, **{"q-greeted": "yes"}, seen="{}").status_code == 303
    assert visit.state == State.RECEIVED


@pytest.mark.parametrize("act", ["closed", "closed_anyway"])
def test_an_exit_before_the_entry_is_refused_beside_its_field_and_nothing_is_lost(sign_in: SignIn, act: str) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    times = {"entered_at": "2026-03-02T10:00", "left_at": "2026-03-02T09:00"}
    answer = send(client, visit, act, **GOOD, **times, **{"c-greeted": "Nobody was there"})
    assert (answer.status_code, visit.state) == (422, State.IN_FIELD)
    assert "cannot come before the entry" in texts(answer.text, "#left_at .error")[0]
    assert texts(answer.text, "#errors[autofocus] .links a strong") == ["Time you left the store"]
    for page in (answer.text, page_of(client, visit)):
        assert shown(page) == times
        assert "Nobody was there" in page
        assert found(page, '[name="q-greeted"][value="yes"][checked]')
    assert not found(answer.text, "#q-greeted[hidden]")


def test_a_time_that_cannot_be_read_is_refused_too(sign_in: SignIn) -> None:
    visit = make.visit()
    answer = close(sign_in(fieldworker(visit)), visit, entered_at="at ten", left_at="")
    assert (answer.status_code, visit.state) == (422, State.IN_FIELD)
    assert shown(answer.text)["entered_at"] == "at ten"
