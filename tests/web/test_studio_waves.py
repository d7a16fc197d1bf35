"""A wave in the coordinator's room: assigning, withdrawing, approving."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func
from werkzeug.test import TestResponse

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, User, Wave
from fieldstudy.services import releases
from tests import factories as make

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
COVERT = {"gold_role": "complete_participant", "disclosure": "covert", "covert_reason": "They would act."}


@pytest.fixture
def wave(client: FlaskClient) -> Wave:
    make.received()
    study = make.study()
    make.version(study)
    return make.wave(study)


@pytest.fixture
def boss(wave: Wave) -> User:
    return make.user(Role.COORDINATOR, wave.study.client)


@pytest.fixture
def coordinator(boss: User, sign_in: SignIn) -> FlaskClient:
    return sign_in(boss)


def assign(client: FlaskClient, wave: Wave, store_count: int = 2, **fields: object) -> TestResponse:
    method = fields.get("method", Method.MYSTERY_SHOPPING)
    role = Role.SHOPPER if method == Method.MYSTERY_SHOPPING else Role.OBSERVER
    people = [make.user(role, wave.study.client) for _ in range(2)]
    chosen = [str(make.store(wave.study).id) for _ in range(store_count)]
    data = {
        "fieldworkers": [str(user.id) for user in people],
        "stores": chosen,
        "form_id": "shop",
        "method": Method.MYSTERY_SHOPPING,
        "window_from": "2026-03-02",
        "window_to": "2026-03-09",
        **fields,
    }
    db.session.rollback()
    return client.post(f"/studio/waves/{wave.id}/assign", data=data)


def assigned(wave: Wave) -> int:
    db.session.rollback()
    return db.session.scalar(db.select(func.count()).where(Assignment.wave_id == wave.id)) or 0


def test_every_fieldworker_goes_to_every_store(coordinator: FlaskClient, wave: Wave) -> None:
    assert (assign(coordinator, wave).status_code, assigned(wave)) == (303, 4)


def test_what_was_assigned_is_said(coordinator: FlaskClient, wave: Wave) -> None:
    address = assign(coordinator, wave).headers["Location"]
    assert "4 visits assigned." in coordinator.get(address).text


def test_the_same_again_is_skipped(coordinator: FlaskClient, wave: Wave) -> None:
    one = make.assignment(wave)
    fields = {"fieldworkers": [str(one.fieldworker.user_id)], "stores": [str(one.store_id)]}
    address = assign(coordinator, wave, 0, **fields).headers["Location"]
    assert "1 was there already and was skipped." in coordinator.get(address).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"fieldworkers": []}, "Choose at least one fieldworker."),
        ({"stores": []}, "Choose at least one store."),
        ({"stores": ["nonsense"]}, "Choose from the entries in the list."),
        ({"window_to": "2026-03-01"}, "The last day lies before the first."),
        ({"form_id": "other"}, "Choose from the entries in the list."),
        ({"method": "participant_observation"}, "An observation needs a role in the field and a disclosure."),
        (
            {"method": "non_participant_observation", **COVERT},
            "This role does not go with the chosen method.",
        ),
        (
            {"method": "participant_observation", **COVERT, "gold_role": "observer_as_participant"},
            "Whoever is known as an observer cannot work covertly",
        ),
        ({"method": "participant_observation", **COVERT, "covert_reason": " "}, "Covert work needs a written reason."),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(
    coordinator: FlaskClient, wave: Wave, fields: dict[str, object], said: str
) -> None:
    answer = assign(coordinator, wave, **fields)
    assert (answer.status_code, said in answer.text, assigned(wave)) == (422, True, 0)


def test_what_was_ticked_stays_ticked(coordinator: FlaskClient, wave: Wave) -> None:
    assert assign(coordinator, wave, window_to="").text.count("checked") == 2 + 2 + 1


def test_a_store_of_another_client_cannot_be_assigned(coordinator: FlaskClient, wave: Wave) -> None:
    foreign = make.store(make.study())
    assert assign(coordinator, wave, 0, stores=[str(foreign.id)]).status_code == 422


def test_a_released_wave_takes_no_assignment(coordinator: FlaskClient, wave: Wave) -> None:
    make.approved(make.assignment(wave))
    releases.release(wave)
    assert (assign(coordinator, wave).status_code, assigned(wave)) == (422, 1)


def test_before_anything_can_be_assigned_the_page_says_what_is_missing(coordinator: FlaskClient, wave: Wave) -> None:
    page = coordinator.get(f"/studio/waves/{wave.id}/assign").text
    assert ("Import stores" in page, "Import a checklist" in page) == (True, False)


def withdraw(client: FlaskClient, one: Assignment, reason: str = "The store is closed.") -> TestResponse:
    db.session.rollback()
    return client.post(f"/studio/assignments/{one.id}/withdraw", data={"reason": reason})


def test_an_assignment_is_withdrawn(coordinator: FlaskClient, wave: Wave) -> None:
    one = make.assignment(wave)
    withdraw(coordinator, one)
    db.session.refresh(one)
    assert one.state == State.VOID


def test_withdrawing_needs_a_reason(coordinator: FlaskClient, wave: Wave) -> None:
    answer = withdraw(coordinator, make.assignment(wave), " ")
    assert (answer.status_code, "Write why: it stands in the record." in answer.text) == (422, True)


def test_what_has_been_started_is_not_withdrawn(coordinator: FlaskClient, wave: Wave) -> None:
    one = make.visit(make.assignment(wave)).assignment
    assert one is not None
    withdraw(coordinator, one)
    db.session.refresh(one)
    assert one.state == State.ACCEPTED


def covert(wave: Wave, author: User) -> Assignment:
    return make.assignment(wave, method=Method.PARTICIPANT_OBSERVATION, author=author.id, **COVERT)


def test_a_second_person_approves_covert_work(coordinator: FlaskClient, wave: Wave, boss: User) -> None:
    one = covert(wave, make.user(Role.COORDINATOR, wave.study.client))
    coordinator.post(f"/studio/assignments/{one.id}/approve")
    db.session.refresh(one)
    assert one.approved_by == boss.id


def test_its_author_may_not(coordinator: FlaskClient, wave: Wave, boss: User) -> None:
    one = covert(wave, boss)
    address = coordinator.post(f"/studio/assignments/{one.id}/approve").headers["Location"]
    assert "Covert work needs the yes of a second person." in coordinator.get(address).text


def test_open_work_waits_for_nobody(coordinator: FlaskClient, wave: Wave) -> None:
    one = make.assignment(wave)
    coordinator.post(f"/studio/assignments/{one.id}/approve")
    db.session.refresh(one)
    assert one.approved_by is None


# Nobody is sent twice to one store


def assign_where_somebody_was(coordinator: FlaskClient, wave: Wave, **fields: object) -> str:
    one = make.approved(make.assignment(wave)).assignment
    chosen = {"fieldworkers": [str(one.fieldworker.user_id)], "stores": [str(one.store_id)]}
    address = assign(coordinator, wave, 0, window_from="2026-03-05", **chosen, **fields).headers["Location"]
    return coordinator.get(address).text


def test_nobody_is_sent_again_to_a_store_visited_in_this_wave(coordinator: FlaskClient, wave: Wave) -> None:
    said = assign_where_somebody_was(coordinator, wave)
    expected = "1 was skipped because the person has already been to that store in this wave."
    assert (expected in said, assigned(wave)) == (True, 1)


def test_whoever_wants_it_sends_them_all_the_same(coordinator: FlaskClient, wave: Wave) -> None:
    said = assign_where_somebody_was(coordinator, wave, allows_repeat="y")
    assert ("1 visit assigned." in said, assigned(wave)) == (True, 2)


def test_another_person_goes_to_a_store_that_was_visited(coordinator: FlaskClient, wave: Wave) -> None:
    one = make.approved(make.assignment(wave)).assignment
    assign(coordinator, wave, 0, stores=[str(one.store_id)])
    assert assigned(wave) == 3


# Choosing among many


def found(client: FlaskClient, wave: Wave, **fields: object) -> tuple[list[str], list[str]]:
    """Stores shown, and those ticked, after a search on the form."""
    db.session.rollback()
    page = client.post(f"/studio/waves/{wave.id}/assign", data={"find": "Search", **fields})
    assert page.status_code == 200
    boxes = re.findall(r'<input ([^>]*)>\s*<label class="form-check-label" for="stores-\d+">([^<]*) <', page.text)
    return [name for _, name in boxes], [name for box, name in boxes if "checked" in box]


def test_stores_are_searched_and_what_is_ticked_stays(coordinator: FlaskClient, wave: Wave) -> None:
    make.user(Role.SHOPPER, wave.study.client)
    chosen = make.store(wave.study, "B1", city="Bari")
    for code, city in (("A10", "Verona"), ("A2", "Verona"), ("C1", "Como")):
        make.store(wave.study, code, city=city)
    shown = found(coordinator, wave, find_store="verona", stores=[str(chosen.id)])
    assert shown == (["Store A2", "Store A10", "Store B1"], ["Store B1"])
    assert assigned(wave) == 0


def test_people_are_searched(coordinator: FlaskClient, wave: Wave) -> None:
    make.store(wave.study)
    for number in (10, 2, 1):
        make.user(Role.SHOPPER, wave.study.client, f"shopper{number}@example.org")
    page = coordinator.post(f"/studio/waves/{wave.id}/assign", data={"find": "Search", "find_person": "shopper1"}).text
    assert [page.count(f">Shopper{number} <") for number in (1, 2, 10)] == [1, 0, 1]


def sent(coordinator: FlaskClient, wave: Wave, role: Role, **fields: object) -> TestResponse:
    person = make.user(role, wave.study.client, email=f"oscar.{role}@example.org")
    return assign(coordinator, wave, fieldworkers=[str(person.id)], **fields)


def test_an_observer_is_not_sent_shopping(coordinator: FlaskClient, wave: Wave) -> None:
    answer = sent(coordinator, wave, Role.OBSERVER)
    said = "Oscar.Observer has no role for this method (mystery shopping)"
    assert (answer.status_code, said in answer.text, assigned(wave)) == (422, True, 0)


def test_a_shopper_is_not_sent_to_observe(coordinator: FlaskClient, wave: Wave) -> None:
    stance = {"gold_role": "observer_as_participant", "disclosure": "overt"}
    answer = sent(coordinator, wave, Role.SHOPPER, method="participant_observation", **stance)
    said = "Oscar.Shopper has no role for this method (participant observation)"
    assert (answer.status_code, said in answer.text, assigned(wave)) == (422, True, 0)
