"""The reviewer's queue, and covert observations that wait for a second person."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Client, Store, User, Visit, Wave
from fieldstudy.queries import pages
from fieldstudy.services import visits
from fieldstudy.web import clock
from tests import factories as make

SignIn = Callable[[User], FlaskClient]

pytestmark = pytest.mark.usefixtures("app")
COVERT = {
    "method": Method.NON_PARTICIPANT_OBSERVATION,
    "gold_role": "complete_observer",
    "disclosure": "covert",
    "covert_reason": "People act differently when watched.",
}


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def reviewer(of: Client) -> User:
    return make.user(Role.REVIEWER, of)


def owner(visit: Visit) -> Client:
    return visit.wave.study.client


def arrive(wave: Wave, code: str, hours: int = 0) -> Visit:
    return make.received(make.assignment(wave, at=store(wave, code)), at=make.NOON + timedelta(hours=hours))


def store(wave: Wave, code: str) -> Store:
    return make.store(wave.study, code)


def test_the_longest_waiting_comes_first(sign_in: SignIn) -> None:
    wave = make.wave()
    arrive(wave, "LATE", hours=5)
    arrive(wave, "EARLY")
    page = sign_in(reviewer(wave.study.client)).get("/desk/").text
    assert page.index("Store EARLY") < page.index("Store LATE")


def test_another_clients_visits_are_not_there(sign_in: SignIn) -> None:
    theirs, ours = make.received(), make.received()
    page = sign_in(reviewer(owner(ours))).get("/desk/").text
    assert (ours.store.name in page, theirs.store.name in page) == (True, False)


def test_the_filter_shows_one_state(sign_in: SignIn) -> None:
    wave = make.wave()
    waiting, held = arrive(wave, "AA"), arrive(wave, "BB")
    visits.set_aside(held, State.HELD, "the receipt is another shop's", None)
    page = sign_in(reviewer(wave.study.client)).get("/desk/?state=held").text
    assert (held.store.name in page, waiting.store.name in page) == (True, False)


def test_an_unknown_state_shows_what_waits(sign_in: SignIn) -> None:
    visit = make.received()
    assert visit.store.name in sign_in(reviewer(owner(visit))).get("/desk/?state=nonsense").text


def test_an_empty_queue_says_what_comes_next(sign_in: SignIn) -> None:
    assert "Nothing is waiting." in sign_in(reviewer(make.client())).get("/desk/").text


def test_a_visit_that_came_twice_is_marked(sign_in: SignIn) -> None:
    visit = make.received()
    visits.submit(visit, 1, {**make.GOOD, "q-greeted": ["no"]}, None)
    assert "arrived twice, different" in sign_in(reviewer(owner(visit))).get("/desk/").text


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_reads_a_fixed_number_of_times(sign_in: SignIn, count: int) -> None:
    wave = make.wave()
    for number in range(count):
        arrive(wave, f"S{number}")
    client = sign_in(reviewer(wave.study.client))
    db.session.expunge_all()
    with statements() as seen:
        client.get("/desk/")
    assert len(seen) == 6


def approve(client: FlaskClient, assignment: Assignment) -> str:
    return client.post(f"/desk/assignments/{assignment.id}/approve", follow_redirects=True).text


def test_covert_work_waits_on_the_desk_with_its_reason(sign_in: SignIn) -> None:
    assignment = make.assignment(**COVERT)
    page = sign_in(reviewer(assignment.wave.study.client)).get("/desk/").text
    assert "People act differently when watched." in page


def test_a_second_person_approves_covert_work(sign_in: SignIn) -> None:
    assignment = make.assignment(**COVERT)
    second = reviewer(assignment.wave.study.client)
    approve(sign_in(second), assignment)
    db.session.rollback()
    assert assignment.approved_by == second.id


def test_the_author_of_covert_work_may_not_approve_it(sign_in: SignIn) -> None:
    wave = make.wave()
    author = reviewer(wave.study.client)
    assignment = make.assignment(wave, author=author.id, **COVERT)
    page = approve(sign_in(author), assignment)
    assert ("needs the yes of a second person" in page, assignment.approved_at) == (True, None)


def test_an_approval_is_given_once(sign_in: SignIn) -> None:
    assignment = make.assignment(**COVERT)
    first, second = (reviewer(assignment.wave.study.client) for _ in range(2))
    approve(sign_in(first), assignment)
    page = approve(sign_in(second), assignment)
    db.session.expire_all()
    assert ("does not wait" in page, assignment.approved_by) == (True, first.id)


# Search and pages


def shown(client: FlaskClient, address: str) -> set[str]:
    """The codes of the stores on one page."""
    return set(re.findall(r'</a> <span class="code">(\w+)</span>', client.get(address).text))


@pytest.fixture
def three(sign_in: SignIn) -> FlaskClient:
    """VR1 on 2 March, VR2 at one at night on 3 March in Verona (midnight in UTC), MI1 on 5 March."""
    wave = make.wave()
    for code, hours in (("VR1", 0), ("VR2", 12), ("MI1", 72)):
        arrive(wave, code, hours)
    return sign_in(reviewer(wave.study.client))


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("store=vr", {"VR1", "VR2"}),
        ("store=Store+MI", {"MI1"}),
        ("store=%25", set()),
        ("first_day=2026-03-03", {"VR2", "MI1"}),
        ("last_day=2026-03-02", {"VR1"}),
        ("first_day=2026-03-03&last_day=2026-03-04&store=vr", {"VR2"}),
        ("first_day=nonsense", {"VR1", "VR2", "MI1"}),
        ("state=all&store=mi", {"MI1"}),
        ("state=held", set()),
    ],
)
def test_the_queue_is_searched_by_store_and_day(three: FlaskClient, asked: str, codes: set[str]) -> None:
    assert shown(three, f"/desk/?{asked}") == codes


def test_the_queue_is_searched_by_person(sign_in: SignIn) -> None:
    wave = make.wave()
    first, _ = arrive(wave, "AA"), arrive(wave, "BB")
    assert shown(sign_in(reviewer(wave.study.client)), f"/desk/?fieldworker={first.fieldworker.code}") == {"AA"}


@pytest.mark.parametrize("searched", ["FORLÌ", "forlì", "forli", "Forli'", "store forli"])
def test_capitals_and_accents_make_no_difference(sign_in: SignIn, searched: str) -> None:
    wave = make.wave()
    make.received(make.assignment(wave, at=make.store(wave.study, "FO1", city="Forlì")))
    make.received(make.assignment(wave, at=make.store(wave.study, "VR1")))
    assert shown(sign_in(reviewer(wave.study.client)), f"/desk/?store={searched}") == {"FO1"}


def test_days_the_wrong_way_round_are_told_and_stay(three: FlaskClient) -> None:
    page = three.get("/desk/?first_day=2026-03-05&last_day=2026-03-02&store=vr").text
    assert page.count("The last day lies before the first.") == 2
    assert [f'value="{text}"' in page for text in ("2026-03-05", "2026-03-02", "vr")] == [True, True, True]
    assert '<div class="field-error" id="last_day-error">' in page
    assert '<input type="hidden" name="last_day" value="2026-03-02">' in page


def test_a_text_that_is_no_day_is_told_and_stays(three: FlaskClient) -> None:
    page = three.get("/desk/?first_day=2.3.2026").text
    assert ("This is not a day" in page, 'value="2.3.2026"' in page) == (True, True)


@pytest.mark.parametrize(("year", "said"), [(2026, ">2 Mar<"), (2027, ">2 Mar 2026<")])
def test_a_visit_of_another_year_says_so(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, year: int, said: str
) -> None:
    visit = make.received()
    monkeypatch.setattr(clock, "now", lambda: make.NOON.replace(year=year))
    assert said in sign_in(reviewer(owner(visit))).get("/desk/").text


def test_every_pile_counts_what_the_search_finds(three: FlaskClient) -> None:
    page = three.get("/desk/?state=held&store=vr").text
    assert ('Waiting <span class="count">2</span>' in page, "Nothing fits this search" in page) == (True, True)


def test_every_visit_can_be_opened(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    wave = make.wave()
    for number in range(5):
        arrive(wave, f"S{number}X")
    client = sign_in(reviewer(wave.study.client))
    found = [shown(client, f"/desk/?store=X&page={number}") for number in (1, 2, 3)]
    assert (found, shown(client, "/desk/?page=99")) == ([{"S0X", "S1X"}, {"S2X", "S3X"}, {"S4X"}], {"S4X"})


def test_the_search_stays_in_the_address_of_the_next_page(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 1)
    wave = make.wave()
    for code in ("VR1", "VR2"):
        arrive(wave, code)
    page = sign_in(reviewer(wave.study.client)).get("/desk/?state=all&store=vr").text
    assert ('href="/desk/?page=2&amp;state=all&amp;store=vr"' in page, "2 visits · 1 to 1" in page) == (True, True)


@pytest.mark.parametrize("days", ["first_day=0001-01-01", "last_day=9999-12-31", "first_day=9999-12-31"])
def test_days_at_the_ends_of_the_calendar_are_no_error(sign_in: SignIn, days: str) -> None:
    visit = make.received()
    page = sign_in(make.user(Role.REVIEWER, visit.study.client)).get(f"/desk/?state=all&{days}")
    assert (page.status_code, visit.store.name in page.text) == (200, not days.startswith("first_day=9"))
