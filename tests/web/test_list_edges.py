"""Addresses of lists that nobody clicked together: never an error, never another client's rows."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.models import User, Wave
from fieldstudy.queries import studies
from fieldstudy.services import releases
from tests import factories as make

SignIn = Callable[[User], FlaskClient]
WORDS = ("%", "_", "\\", "\\%", "'", "\x00", "a\x00b", "x" * 5000, "(" * 90)
NUMBERS = ("0", "-1", "999999", "9" * 400, "abc", "", "1e3", "\x00", "٣")
FIELDS = {"search", "store", "fieldworker", "role", "state", "method", "source", "lacking", "sort", "region", "group"}
DAYS = ("0001-01-01", "9999-12-31", "2026-02-30", "nonsense", "\x00", "")


def edges(theirs: Wave) -> Iterator[dict[str, str]]:
    for number in NUMBERS:
        yield {"page": number}
    for word in (*WORDS, "asleep", str(theirs.id), str(uuid4())):
        yield dict.fromkeys(FIELDS, word)
    for day in DAYS:
        yield {"first_day": day, "last_day": day, "state": "all"}


@pytest.fixture
def waves(app: object) -> tuple[Wave, Wave]:
    """Ours and another client's, each with all that a list may hold."""
    return _wave("OURS"), _wave("THEIRS")


def _wave(code: str) -> Wave:
    study = make.study(make.client(f"Client {code}"))
    make.version(study)
    done, wave = (make.wave(study, f"{code} {day}", day) for day in (make.TODAY, make.TODAY.replace(month=5)))
    for number in (0, 1):
        make.visited(done, make.store(study, f"{code}{number}"))
    releases.release(done)
    make.received(make.assignment(wave, at=make.store(study, f"{code}2")))
    make.user(Role.SHOPPER, study.client, f"{code.lower()}.shopper@example.org")
    return wave


def lists(wave: Wave) -> tuple[str, ...]:
    done = studies.list_waves_for_study(wave.study)[0]
    return (
        "/desk/",
        f"/studio/waves/{wave.id}",
        f"/studio/waves/{wave.id}/assignments",
        f"/studio/studies/{wave.study_id}/stores",
        f"/studio/clients/{wave.client_id}/people",
        f"/manager/waves/{done.id}",
        f"/manager/waves/{done.id}/questions/greeted",
        f"/manager/waves/{done.id}/touchpoints/welcome",
    )


def boss(wave: Wave) -> User:
    """Whoever may see all lists of one client."""
    for role in (Role.COORDINATOR, Role.REVIEWER, Role.MANAGER):
        user = make.user(role, wave.study.client, "boss@example.org")
    return user


def test_no_address_of_a_list_is_an_error_or_shows_anothers_rows(waves: tuple[Wave, Wave], sign_in: SignIn) -> None:
    ours, theirs = waves
    client = sign_in(boss(ours))
    for address in lists(ours):
        for asked in edges(theirs):
            answer = client.get(address, query_string=asked)
            assert answer.status_code == 200, (address, asked)
            assert "THEIRS" not in answer.text, (address, asked)


@pytest.mark.parametrize("place", range(1, 8))
def test_another_clients_list_is_not_there(waves: tuple[Wave, Wave], sign_in: SignIn, place: int) -> None:
    ours, theirs = waves
    assert sign_in(boss(ours)).get(lists(theirs)[place]).status_code == 404
