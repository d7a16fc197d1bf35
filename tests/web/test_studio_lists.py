"""The coordinator's lists: search, pages, what has to be done first, and visits that came by a file."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import Outcome, State
from fieldstudy.extensions import db
from fieldstudy.models import User, Visit, Wave
from fieldstudy.models.columns import now
from fieldstudy.queries import pages
from fieldstudy.services import visits
from tests import factories as make
from tests.papers import do_all_jobs

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def wave(client: FlaskClient) -> Wave:
    make.received()
    study = make.study()
    make.version(study)
    return make.wave(study)


@pytest.fixture
def coordinator(wave: Wave, sign_in: SignIn) -> FlaskClient:
    return sign_in(make.user(Role.COORDINATOR, wave.study.client, "boss@example.org"))


def codes(page: str) -> list[str]:
    return re.findall(r'<th scope="row" class="wide">.*?<span class="store-code">(\w+)</span>', page)


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def import_visits(client: FlaskClient, wave: Wave, code: str, count: int = 1) -> None:
    """As many as wanted, of one store that no assignment names."""
    make.store(wave.study, code)
    rows = [f"{code},X1,mystery_shopping,2026-03-{day + 2:02} 10:00,yes,no" for day in range(count)]
    data = "\n".join(["store,fieldworker,method,started_at,greeted,receipt", *rows]).encode()
    db.session.rollback()
    fields = {"file": (io.BytesIO(data), "visits.csv"), "form_id": "shop"}
    answer = client.post(f"/studio/waves/{wave.id}/visits/import", data=fields)
    assert answer.status_code == 303, answer.text
    do_all_jobs(client.application)
    db.session.rollback()


def test_words_over_lists_of_visits_bend_as_visits_do(coordinator: FlaskClient, wave: Wave) -> None:
    """In Italian a visit is feminine, and a list of anything can be shown as a whole."""
    for code in ("AA", "BB"):
        make.visited(wave, make.store(wave.study, code))
    coordinator.post("/account/language/it")
    assert "2 approvate" in text(coordinator, f"/studio/waves/{wave.id}")
    page = text(coordinator, f"/studio/waves/{wave.id}/assignments?dated=outside")
    assert ">qualunque giorno</option>" in page
    assert ">Mostra tutto</a>" in page


# Visits from a file


def test_visits_from_a_file_stand_on_the_page_of_the_wave(coordinator: FlaskClient, wave: Wave) -> None:
    import_visits(coordinator, wave, "FILE1", 2)
    page = text(coordinator, f"/studio/waves/{wave.id}")
    assert '<dt>From a file</dt><dd><span class="figure-value">2</span>' in page
    cells = re.findall(r'<td class="num"[^>]*>(.*?)</td>', page)
    assert [re.sub("<.*?>", "", cell) for cell in cells] == ["0", "0", "2", "2"]


def test_the_link_of_their_store_leads_to_them(coordinator: FlaskClient, wave: Wave) -> None:
    import_visits(coordinator, wave, "FILE1", 2)
    make.assignment(wave, at=make.store(wave.study, "PLAN1"))
    page = text(coordinator, f"/studio/waves/{wave.id}")
    address = re.search(r'href="(/studio/waves/[^"]*store=[^"]*)">Store FILE1', page)
    assert address is not None
    page = text(coordinator, address[1])
    assert (codes(page), "2 visits from a file" in page) == (["FILE1", "FILE1"], True)


def test_the_coordinator_opens_them(coordinator: FlaskClient, wave: Wave) -> None:
    import_visits(coordinator, wave, "FILE1")
    listed = text(coordinator, f"/studio/waves/{wave.id}/assignments?source=file")
    visit = db.session.scalars(db.select(Visit).where(Visit.wave_id == wave.id)).one()
    assert f'href="/desk/visits/{visit.id}"' in listed
    assert coordinator.get(f"/desk/visits/{visit.id}").status_code == 200
    assert coordinator.get(f"/desk/visits/{visit.id}").status_code == 200


# What has to be done comes first


def assigned(wave: Wave, code: str, first: int, last: int, **fields: object) -> object:
    """With a window of days from today."""
    today: date = now().date()
    window = {"window_from": today + timedelta(days=first), "window_to": today + timedelta(days=last)}
    return make.assignment(wave, at=make.store(wave.study, code), **window, **fields)


def test_what_has_to_be_done_comes_first(coordinator: FlaskClient, wave: Wave) -> None:
    make.approved(assigned(wave, "OVER", -9, -8))
    assigned(wave, "COMING", 5, 9)
    assigned(wave, "OPEN", -1, 3)
    covert = {"gold_role": "complete_observer", "disclosure": "covert", "covert_reason": "They would act."}
    assigned(wave, "COVERT", -1, 3, method=Method.NON_PARTICIPANT_OBSERVATION, **covert)
    returned = make.received(assigned(wave, "RETURNED", -9, -8))
    visits.send_back(returned, {"": "the receipt"}, None)
    make.received(assigned(wave, "REVIEW", -9, -8))
    assigned(wave, "LATE", -9, -1)
    page = text(coordinator, f"/studio/waves/{wave.id}/assignments")
    assert codes(page) == ["LATE", "REVIEW", "RETURNED", "COVERT", "OPEN", "COMING", "OVER"]
    assert (page.count("late</span>"), returned.state) == (1, State.RETURNED)


def test_codes_are_sorted_by_their_numbers(coordinator: FlaskClient, wave: Wave) -> None:
    for code in ("S10", "S2", "S1"):
        assigned(wave, code, 0, 3)
    assert codes(text(coordinator, f"/studio/waves/{wave.id}/assignments")) == ["S1", "S2", "S10"]
    assert codes(text(coordinator, f"/studio/waves/{wave.id}")) == ["S1", "S2", "S10"]


# Search and pages


@pytest.mark.parametrize(
    ("asked", "found"),
    [("", ["MI1", "VR1", "VR2"]), ("search=vr", ["VR1", "VR2"]), ("search=store+vr2", ["VR2"]), ("search=paris", [])],
)
def test_assignments_are_searched(coordinator: FlaskClient, wave: Wave, asked: str, found: list[str]) -> None:
    for code in ("VR2", "VR1", "MI1"):
        assigned(wave, code, 0, 3)
    assert codes(text(coordinator, f"/studio/waves/{wave.id}/assignments?{asked}")) == found


def test_assignments_have_pages(coordinator: FlaskClient, wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    for code in ("S1", "S2", "S3"):
        assigned(wave, code, 0, 3)
    first, second = (text(coordinator, f"/studio/waves/{wave.id}/assignments?page={number}") for number in (1, 2))
    assert (codes(first), codes(second), "3 assignments · 1 to 2" in first) == (["S1", "S2"], ["S3"], True)


def test_stores_of_a_wave_that_lack_a_visit_are_found(coordinator: FlaskClient, wave: Wave) -> None:
    assigned(wave, "NONE", 0, 3)
    make.received(assigned(wave, "CAME", 0, 3))
    make.approved(assigned(wave, "DONE", 0, 3))
    found = [codes(text(coordinator, f"/studio/waves/{wave.id}?lacking={one}")) for one in ("arrival", "approval")]
    assert found == [["NONE"], ["CAME", "NONE"]]


def test_stores_that_nobody_was_sent_to_are_found_too(coordinator: FlaskClient, wave: Wave) -> None:
    make.store(wave.study, "FORGOTTEN")
    assigned(wave, "NONE", 0, 3)
    make.received(assigned(wave, "CAME", 0, 3))
    make.approved(assigned(wave, "DONE", 0, 3))
    address = f"/studio/waves/{wave.id}"
    lacks = ("assignment", "arrival", "figures", "")
    found = {lack: codes(text(coordinator, f"{address}?lacking={lack}")) for lack in lacks}
    assert found == {
        "assignment": ["FORGOTTEN"],
        "arrival": ["FORGOTTEN", "NONE"],
        "figures": ["CAME", "FORGOTTEN", "NONE"],
        "": ["CAME", "DONE", "FORGOTTEN", "NONE"],
    }
    assert text(coordinator, address).count("not assigned<") == 1


def test_a_wave_of_which_nothing_is_planned_says_what_to_do(coordinator: FlaskClient, wave: Wave) -> None:
    make.store(wave.study, "S1")
    page = text(coordinator, f"/studio/waves/{wave.id}")
    assert ("No visit is planned yet" in page, codes(page)) == (True, [])


def test_the_page_before_a_release_leads_to_the_stores_that_it_leaves_out(coordinator: FlaskClient, wave: Wave) -> None:
    make.store(wave.study, "FORGOTTEN")
    make.approved(assigned(wave, "DONE", 0, 3))
    make.received(assigned(wave, "CAME", 0, 3))
    page = text(coordinator, f"/studio/waves/{wave.id}/release")
    link = re.search(r'2 stores have no visit that counts and get no report: <a href="([^"#]*)', page)
    assert link is not None
    assert codes(text(coordinator, link[1].replace("&amp;", "&"))) == ["CAME", "FORGOTTEN"]


def test_a_store_that_was_found_closed_is_not_said_to_be_frozen(coordinator: FlaskClient, wave: Wave) -> None:
    make.approved(assigned(wave, "DONE", 0, 3))
    closed = make.approved(assigned(wave, "CLOSED", 0, 3))
    closed.outcome = Outcome.STORE_CLOSED
    db.session.commit()
    page = text(coordinator, f"/studio/waves/{wave.id}/release")
    figures = re.findall(r'<span class="figure-value">(\d+)', page)
    assert (figures, "1 approved visit that found the store closed" in page) == (["1", "1"], True)


def names(page: str) -> list[str]:
    return [name.strip() for name in re.findall(r'<th scope="row" class="wide">(?:<a [^>]*>)?([^<]+)<', page)]


def test_the_stores_of_a_client_are_searched_and_have_pages(
    coordinator: FlaskClient, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    for code, city in (("A10", "Verona"), ("A2", "Verona"), ("A3", "Forlì"), ("A1", "Verona")):
        make.store(wave.study, code, city=city)
    address = f"/studio/studies/{wave.study_id}/stores"
    asked = ("", "page=2", "search=FORLÌ", "search=forli", "search=x")
    found = [names(text(coordinator, f"{address}?{one}")) for one in asked]
    assert found == [["Store A1", "Store A2"], ["Store A3", "Store A10"], ["Store A3"], ["Store A3"], []]


def test_the_people_of_a_client_are_searched_and_have_pages(
    coordinator: FlaskClient, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 3)
    for number in (10, 2, 1):
        make.user(Role.SHOPPER, wave.study.client, f"shopper{number}@example.org")
    address = f"/studio/clients/{wave.client_id}/people"
    found = [
        names(text(coordinator, f"{address}?{asked}")) for asked in ("", "page=2", "search=R1", "role=coordinator")
    ]
    assert found == [["Boss", "Shopper1", "Shopper2"], ["Shopper10"], ["Shopper1", "Shopper10"], ["Boss"]]


def test_fieldworkers_whom_a_file_named_are_among_the_people(coordinator: FlaskClient, wave: Wave) -> None:
    import_visits(coordinator, wave, "FILE1", 2)
    make.assignment(wave, make.user(Role.SHOPPER, wave.study.client, "sara@example.org"))
    address = f"/studio/clients/{wave.client_id}/people"
    pages = {one: text(coordinator, f"{address}?{one}") for one in ("", "search=x1", "search=f02", "role=none")}
    assert {one: names(page) for one, page in pages.items()} == {
        "": ["Boss", "Sara", "X1"],
        "search=x1": ["X1"],
        "search=f02": ["Sara"],
        "role=none": ["X1"],
    }
    assert 'named in files only</span></th> <td class="wide muted">2 visits</td>' in pages["role=none"]


def test_a_person_of_two_clients_has_each_role_once_and_only_those_of_this_one(
    coordinator: FlaskClient, wave: Wave
) -> None:
    make.version(wave.study)
    make.store(wave.study)
    other = make.client()
    for role, client in ((Role.SHOPPER, wave.study.client), (Role.SHOPPER, None), (Role.OBSERVER, other)):
        make.user(role, client, "sara@example.org")
    page = text(coordinator, f"/studio/waves/{wave.id}/assign")
    assert re.findall(r'Sara <span class="store-code">(.*?)</span>', page) == ["mystery shopper"]
