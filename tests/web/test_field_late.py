"""A page without script that comes after its visit was sent: what was written there is shown, as it is kept nowhere."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from fieldstudy.core.lifecycle import State
from fieldstudy.models import User, Visit
from fieldstudy.services import visits
from tests import factories as make
from tests.web.test_field_check import found, texts
from tests.web.test_field_elsewhere import page_of
from tests.web.test_field_stay_elsewhere import hidden
from tests.web.test_field_visits import GOOD, fieldworker, file, post, send

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")

LONG = "First line\n" + "and many words " * 20 + "to the end"
NOT_KEPT = "What you wrote on this page was not kept"


def sent_visit() -> Visit:
    visit = make.visit()
    visits.submit(visit, 1, {name: [value] for name, value in GOOD.items()}, None, make.NOON)
    return visit


def rows(page: str) -> list[tuple[str, str]]:
    return list(zip(texts(page, ".cards .card h2"), texts(page, ".cards .card p"), strict=True))


def test_what_was_written_is_named_as_not_kept_and_shown_whole_beside_the_receipt(sign_in: SignIn) -> None:
    visit = sent_visit()
    written = {**GOOD, "c-greeted": LONG, "q-wait": "130", "entered_at": "2026-03-02T13:05", "left_at": ""}
    note = {"jotting-till": "A queue of nine\nat noon"}
    answer = send(sign_in(fieldworker(visit)), visit, "save", **written, **note, **{"p-window": [file(), file()]})
    assert (answer.status_code, visit.state) == (410, State.RECEIVED)
    assert texts(answer.text, "h1") == [NOT_KEPT]
    assert rows(answer.text) == [
        ("Time you went in", "2 March 2026, 13:05"),
        ("greeted", " ".join(f"yes · Comment: {LONG}".split())),
        ("wait", "2:10"),
        ("Note: till", "A queue of nine at noon"),
        ("window", "2 photos"),
    ]
    assert LONG in answer.text
    assert [link.get("href") for link in found(answer.text, ".act a")] == [
        f"/field/visits/{visit.id}/receipt",
        "/field/",
    ]


@pytest.mark.parametrize("act", ["save", "leave", "notes"])
def test_what_is_in_the_visit_anyway_is_no_news(sign_in: SignIn, act: str) -> None:
    visit = sent_visit()
    answer = send(sign_in(fieldworker(visit)), visit, act, **GOOD)
    assert (answer.status_code, answer.location) == (303, f"/field/visits/{visit.id}/receipt")


def test_a_photo_alone_is_not_dropped_in_silence(sign_in: SignIn) -> None:
    """Nobody touched the page but to choose it."""
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    send(client, visit, "save", **GOOD)
    [mark] = found(page_of(client, visit), '[name="mark"]')
    send(client, visit, **GOOD)
    answer = send(client, visit, "save", **GOOD, mark=mark.get("value"), **{"p-window": file()})
    assert (answer.status_code, rows(answer.text)) == (410, [("window", "1 photo")])


def test_a_version_that_is_kept_beside_the_first_says_which_notes_and_photos_are_not(sign_in: SignIn) -> None:
    visit = sent_visit()
    other = {**GOOD, "q-greeted": "no", "jotting-till": "A queue of nine"}
    answer = send(sign_in(fieldworker(visit)), visit, **other, **{"p-window": file()})
    assert answer.status_code == 409
    assert rows(answer.text) == [("Note: till", "A queue of nine"), ("window", "1 photo")]


def test_a_note_that_comes_too_late_is_shown_too(sign_in: SignIn) -> None:
    visit = sent_visit()
    path = f"/field/visits/{visit.id}/jottings"
    answer = post(sign_in(fieldworker(visit)), path, {"section": "till", "text": "A queue of nine"})
    assert (answer.status_code, texts(answer.text, "h1")) == (410, [NOT_KEPT])
    assert rows(answer.text) == [("Note: till", "A queue of nine")]


def test_of_a_visit_that_was_taken_back_there_is_no_receipt(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    drawn = page_of(client, visit)
    visits.set_aside(visit, State.VOID, "Wrong store", None)
    answer = send(client, visit, "submit", **GOOD, **hidden(drawn))
    assert (answer.status_code, texts(answer.text, "h1")) == (410, [NOT_KEPT])
    assert ("greeted", "yes") in rows(answer.text)
    assert [link.get("href") for link in found(answer.text, ".act a")] == ["/field/"]
