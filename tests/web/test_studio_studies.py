"""The coordinator's clients, studies and waves."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Client, Study, User, Wave
from fieldstudy.models.columns import now
from tests import factories as make

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
LOUD = "The staff notice is missing: without it no visit starts."


@pytest.fixture
def coordinator(sign_in: SignIn) -> FlaskClient:
    make.study(make.client("Somebody else"))
    return sign_in(make.user(Role.COORDINATOR, make.client("Lume")))


def lume() -> Client:
    """Read anew: what a request wrote is not in the picture that the test's own transaction has."""
    db.session.rollback()
    return db.session.scalars(db.select(Client).where(Client.name == "Lume")).one()


def test_the_list_shows_own_clients_only(coordinator: FlaskClient) -> None:
    page = coordinator.get("/studio/").text
    assert ("Lume" in page, "Somebody else" in page) == (True, False)


def test_an_empty_list_says_what_to_do(sign_in: SignIn) -> None:
    assert "No client yet" in sign_in(make.user(Role.COORDINATOR)).get("/studio/").text


def test_a_new_client_leads_to_its_first_study(coordinator: FlaskClient) -> None:
    answer = coordinator.post("/studio/clients/new", data={"name": "  Forno  "})
    made = db.session.scalars(db.select(Client).where(Client.name == "Forno")).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/studio/clients/{made.id}/studies/new")


def test_whoever_creates_a_client_may_enter_it(coordinator: FlaskClient) -> None:
    answer = coordinator.post("/studio/clients/new", data={"name": "Forno"})
    assert coordinator.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("   ", "Write the client's name."),
        ("Lume", "There is a client with this name already."),
        ("x" * 301, "This text is too long: 300 characters at most."),
    ],
)
def test_a_client_needs_a_name_of_its_own(coordinator: FlaskClient, name: str, said: str) -> None:
    answer = coordinator.post("/studio/clients/new", data={"name": name})
    assert (answer.status_code, said in answer.text) == (422, True)


def new_study(client: FlaskClient, **fields: str) -> tuple[int, str]:
    data = {"name": "Negozi", "purpose": "Servire meglio", "staff_notice": "", "staff_notice_on": "", **fields}
    answer = client.post(f"/studio/clients/{lume().id}/studies/new", data=data)
    return answer.status_code, answer.text


def slugs() -> list[str]:
    return list(db.session.scalars(db.select(Study.slug).where(Study.client_id == lume().id)))


def test_a_study_takes_its_slug_from_its_name(coordinator: FlaskClient) -> None:
    new_study(coordinator, name="Città & negozi")
    assert slugs() == ["citta-negozi"]


def test_two_clients_may_use_the_same_name_for_a_study(coordinator: FlaskClient) -> None:
    make.study(make.client("Third"), name="Negozi")
    new_study(coordinator)
    assert slugs() == ["lume-negozi"]


def test_one_client_may_not(coordinator: FlaskClient) -> None:
    new_study(coordinator)
    status, page = new_study(coordinator, name="negozi")
    assert (status, "This client has a study with this name already." in page) == (422, True)


def test_a_date_of_the_notice_needs_the_notice(coordinator: FlaskClient) -> None:
    status, page = new_study(coordinator, staff_notice_on="2026-01-01")
    assert (status, "There is a date: write what staff were told." in page) == (422, True)


def test_what_was_typed_is_not_lost(coordinator: FlaskClient) -> None:
    assert ">\r\nServire meglio</textarea>" in new_study(coordinator, name="")[1]


def test_a_missing_staff_notice_is_said_loudly(coordinator: FlaskClient) -> None:
    study = make.study(lume(), notice_on=None)
    assert LOUD in coordinator.get(f"/studio/studies/{study.id}").text


def test_a_notice_that_is_still_to_come_is_said(coordinator: FlaskClient) -> None:
    study = make.study(lume(), notice_on=now().date() + timedelta(days=2))
    assert "no visit starts before that day" in coordinator.get(f"/studio/studies/{study.id}").text


def test_editing_adds_the_notice(coordinator: FlaskClient) -> None:
    study = make.study(lume(), notice_on=None)
    data = {"name": study.name, "staff_notice": "Si guarda al servizio.", "staff_notice_on": "2026-02-01"}
    coordinator.post(f"/studio/studies/{study.id}/edit", data=data)
    page = coordinator.get(f"/studio/studies/{study.id}").text
    assert (LOUD in page, "Si guarda al servizio." in page) == (False, True)


def new_wave(client: FlaskClient, study: Study, **fields: str) -> tuple[int, str]:
    data = {"name": "Spring", "starts_on": "2026-03-01", "ends_on": "2026-03-31", **fields}
    answer = client.post(f"/studio/studies/{study.id}/waves/new", data=data)
    return answer.status_code, answer.text


def test_a_wave_is_made(coordinator: FlaskClient) -> None:
    new_wave(coordinator, make.study(lume()))
    assert db.session.scalars(db.select(Wave.ends_on)).all() == [date(2026, 3, 31)]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ends_on": "2026-02-01"}, "The last day lies before the first."),
        ({"name": "Taken"}, "This study has a wave with this name already."),
        ({"starts_on": "soon"}, "This is not a day: write it as 2026-12-31."),
        ({"starts_on": ""}, "Choose the first day."),
    ],
)
def test_a_wave_that_makes_no_sense_is_refused(coordinator: FlaskClient, fields: dict[str, str], said: str) -> None:
    study = make.study(lume())
    make.wave(study, "Taken")
    status, page = new_wave(coordinator, study, **fields)
    assert (status, said in page) == (422, True)


@pytest.mark.parametrize("path", ["", "/edit", "/waves/new", "/stores", "/checklists"])
def test_another_clients_study_is_like_a_missing_one(coordinator: FlaskClient, path: str) -> None:
    foreign = make.study(make.client())
    assert coordinator.get(f"/studio/studies/{foreign.id}{path}").status_code == 404
