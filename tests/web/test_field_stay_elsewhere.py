"""Entry and exit that another device of the same person has noted, on the page that works without script."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from fieldstudy.core.lifecycle import State
from fieldstudy.models import User, Visit
from fieldstudy.services import photos
from tests import factories as make
from tests.web.test_field_check import texts
from tests.web.test_field_elsewhere import back_up, page_of
from tests.web.test_field_stay import shown
from tests.web.test_field_visits import GOOD, fieldworker, send

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")

EMPTY = {"entered_at": "", "left_at": ""}
"""What a page sends whose fields nobody filled."""


def hidden(page: str) -> dict[str, str]:
    """What the page says that it showed, as it comes back with it."""
    found = re.findall(r'<input type="hidden" name="(seen|stay)" value="([^"]*)"', page)
    return {name: value.replace("&#34;", '"') for name, value in found}


def pictured_visit() -> Visit:
    visit = make.visit()
    photos.keep(visit, "window", make.picture(), None)
    return visit


def local(clock: str) -> str:
    return f"2026-03-02T{clock}"


def utc(hour: int, minute: int) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC)


def save(client: FlaskClient, visit: Visit, drawn: str, **fields: Any) -> str:
    """From the page `drawn`; returns the next one."""
    answer = send(client, visit, "save", **{**EMPTY, **hidden(drawn), **fields})
    assert answer.status_code == 303
    return page_of(client, visit)


def test_an_exit_that_a_phone_noted_meanwhile_goes_along_with_a_page_that_never_showed_it(sign_in: SignIn) -> None:
    visit = pictured_visit()
    client = sign_in(fieldworker(visit))
    drawn = page_of(client, visit)
    back_up(visit, {}, entered_at=None, left_at="2026-03-02T12:40:00Z")
    entered = {"entered_at": local("13:05"), "left_at": ""}
    assert send(client, visit, "submit", **{**GOOD, **entered, **hidden(drawn)}).status_code == 303
    assert (visit.state, visit.entered_at, visit.left_at) == (State.RECEIVED, utc(12, 5), utc(12, 40))


def test_what_another_browser_noted_stands_in_the_field_and_goes_along(sign_in: SignIn) -> None:
    visit = pictured_visit()
    one, two = sign_in(fieldworker(visit)), sign_in(fieldworker(visit))
    first, second = page_of(one, visit), page_of(two, visit)
    save(one, visit, first, entered_at=local("10:00"))
    page = save(two, visit, second, **GOOD)
    assert shown(page)["entered_at"] == local("10:00")
    assert texts(page, "#versions .cards > li") == []
    send(two, visit, "submit", **{**GOOD, **shown(page), **hidden(page)})
    assert (visit.state, visit.entered_at) == (State.RECEIVED, utc(9, 0))


def test_an_old_page_of_the_same_browser_hides_no_time_and_the_other_one_is_still_named(sign_in: SignIn) -> None:
    visit = pictured_visit()
    one, two = sign_in(fieldworker(visit)), sign_in(fieldworker(visit))
    old, second = page_of(one, visit), page_of(two, visit)
    save(one, visit, old, entered_at=local("10:00"))
    save(two, visit, second, entered_at=local("10:20"))
    page = save(one, visit, old, **GOOD)
    both = {"10:00", "10:20"}
    here = shown(page)["entered_at"][-5:]
    assert here in both
    assert texts(page, "#versions summary")[0] == "1 different time of entry or exit"
    [row] = [text for text in texts(page, "#versions .links a") if text.startswith("Time you went in")]
    assert both - {here} == {clock for clock in both if row.endswith(clock)}
    answer = send(one, visit, "submit", **{**GOOD, **shown(page), **hidden(page)})
    assert (answer.status_code, visit.state) == (200, State.IN_FIELD)
    assert "1 different time of entry or exit" in texts(answer.text, "#evidence .note")[0]


def test_a_time_of_another_device_is_taken_out_of_the_field_that_showed_it(sign_in: SignIn) -> None:
    """It comes back neither on the page nor with the visit; the phone keeps its own."""
    visit = pictured_visit()
    client = sign_in(fieldworker(visit))
    send(client, visit, "save", **GOOD, **EMPTY, seen="{}")
    back_up(visit, {name: [value] for name, value in GOOD.items()}, entered_at="2026-03-02T12:05:00Z", left_at=None)
    page = page_of(client, visit)
    assert shown(page)["entered_at"] == local("13:05")
    page = save(client, visit, page, **GOOD, **EMPTY)
    assert shown(page) == EMPTY
    assert texts(page, "#versions .cards > li") == []
    assert send(client, visit, "submit", **{**GOOD, **EMPTY, **hidden(page)}).status_code == 303
    assert (visit.state, visit.entered_at) == (State.RECEIVED, None)


def test_a_time_that_the_page_had_never_seen_and_that_differs_is_asked_about(sign_in: SignIn) -> None:
    visit = pictured_visit()
    client = sign_in(fieldworker(visit))
    drawn = page_of(client, visit)
    back_up(visit, {}, entered_at="2026-03-02T12:20:00Z", left_at=None)
    fields = {**GOOD, "entered_at": local("13:05"), "left_at": ""}
    answer = send(client, visit, "submit", **{**fields, **hidden(drawn)})
    assert (answer.status_code, visit.state) == (200, State.IN_FIELD)
    assert texts(answer.text, "#evidence[autofocus] h2") == ["Part of this visit is only on another device"]
    assert "1 different time of entry or exit" in texts(answer.text, "#evidence .note")[0]
    send(client, visit, **{**fields, **hidden(answer.text)})
    assert (visit.state, visit.entered_at) == (State.RECEIVED, utc(12, 5))


def test_an_exit_from_elsewhere_before_the_entry_here_is_refused_where_both_stand(sign_in: SignIn) -> None:
    visit = pictured_visit()
    client = sign_in(fieldworker(visit))
    drawn = page_of(client, visit)
    back_up(visit, {}, entered_at=None, left_at="2026-03-02T12:00:00Z")
    fields = {**GOOD, "entered_at": local("13:05"), "left_at": ""}
    answer = send(client, visit, "submit", **{**fields, **hidden(drawn)})
    assert (answer.status_code, visit.state) == (422, State.IN_FIELD)
    assert shown(answer.text) == {"entered_at": local("13:05"), "left_at": local("13:00")}
    assert "cannot come before the entry" in texts(answer.text, "#left_at .error")[0]
    page = page_of(client, visit)
    assert "cannot come before the entry" in texts(page, '#check .blocking a[href="#left_at"]')[0]
    assert texts(page, "#versions .cards > li") == []


def test_a_form_that_does_not_ask_for_times_takes_none_away(sign_in: SignIn) -> None:
    """As a page posts that never got its script, and whose fields for those without script the browser left out."""
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    page = save(client, visit, page_of(client, visit), entered_at=local("13:05"))
    send(client, visit, "save", **GOOD, **hidden(page))
    assert shown(page_of(client, visit))["entered_at"] == local("13:05")
