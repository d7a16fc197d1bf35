"""How a wave stands, and its release, as the coordinator sees them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Edition, User, Wave
from fieldstudy.services import releases
from tests import factories as make
from tests.papers import do_all_jobs

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def wave(client: FlaskClient) -> Wave:
    make.received()
    study = make.study()
    make.version(study)
    return make.wave(study)


@pytest.fixture
def coordinator(wave: Wave, sign_in: SignIn) -> FlaskClient:
    return sign_in(make.user(Role.COORDINATOR, wave.study.client))


def test_the_list_can_be_narrowed(coordinator: FlaskClient, wave: Wave) -> None:
    first, second = make.assignment(wave), make.assignment(wave)
    page = coordinator.get(f"/studio/waves/{wave.id}/assignments?store={first.store_id}").text
    assert (f">{first.store.name} <" in page, f">{second.store.name} <" in page) == (True, False)


def test_an_address_that_makes_no_sense_shows_all(coordinator: FlaskClient, wave: Wave) -> None:
    make.assignment(wave)
    answer = coordinator.get(f"/studio/waves/{wave.id}/assignments?store=nonsense&state=asleep")
    assert (answer.status_code, "1 assignment" in answer.text) == (200, True)


def test_the_state_shown_is_that_of_the_visit(coordinator: FlaskClient, wave: Wave) -> None:
    make.received(make.assignment(wave))
    page = coordinator.get(f"/studio/waves/{wave.id}/assignments?state=received").text
    assert 'state-half">Received' in page


def figures(page: str) -> dict[str, str]:
    names = [part.split("</dt>")[0] for part in page.split("<dt>")[1:]]
    values = [part.split("</span>")[0] for part in page.split('figure-value">')[1:]]
    return dict(zip(names, values, strict=True))


def test_the_wave_says_how_it_stands(coordinator: FlaskClient, wave: Wave) -> None:
    make.assignment(wave)
    make.visit(make.assignment(wave))
    make.received(make.assignment(wave))
    make.approved(make.assignment(wave))
    page = coordinator.get(f"/studio/waves/{wave.id}").text
    expected = {"Assigned": "4", "Not started": "1", "In the field": "1", "To review": "1", "Approved": "1"}
    assert figures(page) == expected


def test_progress_is_told_store_by_store(coordinator: FlaskClient, wave: Wave) -> None:
    store = make.store(wave.study)
    make.assignment(wave, at=store)
    make.approved(make.assignment(wave, at=store))
    assert "1 of 2 approved" in coordinator.get(f"/studio/waves/{wave.id}").text


def test_before_the_release_it_is_said_what_will_be_frozen(coordinator: FlaskClient, wave: Wave) -> None:
    make.approved(make.assignment(wave))
    make.received(make.assignment(wave))
    page = coordinator.get(f"/studio/waves/{wave.id}/release").text
    assert (figures(page), "not approved yet" in page) == ({"Stores": "1", "Visits that count": "1"}, True)


def test_a_release_makes_edition_1(coordinator: FlaskClient, wave: Wave) -> None:
    make.approved(make.assignment(wave))
    db.session.rollback()
    answer = coordinator.post(f"/studio/waves/{wave.id}/release")
    do_all_jobs(coordinator.application)
    db.session.rollback()
    assert db.session.scalars(db.select(Edition.number)).all() == [1]
    assert "Released: edition 1." in coordinator.get(answer.headers["Location"]).text


def test_nothing_is_released_before_anything_is_approved(coordinator: FlaskClient, wave: Wave) -> None:
    make.received(make.assignment(wave))
    db.session.rollback()
    answer = coordinator.post(f"/studio/waves/{wave.id}/release")
    assert "no visit of this wave is approved" in coordinator.get(answer.headers["Location"]).text


def test_a_wave_is_released_once(coordinator: FlaskClient, wave: Wave) -> None:
    make.approved(make.assignment(wave))
    releases.release(wave)
    answer = coordinator.post(f"/studio/waves/{wave.id}/release")
    assert "This wave has been released already." in coordinator.get(answer.headers["Location"]).text


def test_the_way_to_the_results_is_there_once_they_are(coordinator: FlaskClient, wave: Wave) -> None:
    make.approved(make.assignment(wave))
    before = coordinator.get(f"/studio/waves/{wave.id}").text
    releases.release(wave)
    after = coordinator.get(f"/studio/waves/{wave.id}").text
    assert ("See the results" in before, "See the results" in after) == (False, True)


def count_queries(client: FlaskClient, path: str) -> int:
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    db.session.rollback()
    event.listen(db.engine, "before_cursor_execute", note)
    assert client.get(path).status_code == 200
    event.remove(db.engine, "before_cursor_execute", note)
    return len([statement for statement in statements if statement.startswith("SELECT")])


@pytest.mark.parametrize(
    ("page", "queries"),
    [
        ("/studio/", 7),
        ("/studio/waves/{wave}", 10),
        ("/studio/waves/{wave}/assignments", 8),
        ("/studio/clients/{client}/people", 7),
        ("/studio/studies/{study}/stores", 3),
        ("/studio/waves/{wave}/release", 15),
    ],
)
def test_longer_lists_cost_no_more_queries(coordinator: FlaskClient, wave: Wave, page: str, queries: int) -> None:
    path = page.format(wave=wave.id, client=wave.client_id, study=wave.study_id)
    make.received(make.assignment(wave))
    first = count_queries(coordinator, path)
    for _ in range(2):
        make.received(make.assignment(wave))
        make.wave(make.study(wave.study.client))
    assert (first, count_queries(coordinator, path)) == (queries, queries)
