"""The list of a fieldworker's assignments, the briefing and the start of a visit."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Channel, Checklist, EvidenceKind, Method, Phase
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Conflict, User, Visit
from fieldstudy.models.columns import new_id
from fieldstudy.services import assignments, visits
from tests import factories as make

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
TODAY = datetime.now(UTC).astimezone(ZoneInfo("Europe/Rome")).date()
"""In the stores, which are in Rome's time zone."""
COVERT = {
    "method": Method.NON_PARTICIPANT_OBSERVATION,
    "gold_role": "complete_observer",
    "disclosure": "covert",
    "covert_reason": "People act differently when watched",
}


def assignment_on(day: date, days: int = 7, **task: Any) -> Assignment:
    return make.assignment(window_from=day, window_to=day + timedelta(days=days), **task)


def fieldworker(assignment: Assignment) -> User:
    user = assignment.fieldworker.user
    assert user is not None
    return user


def start(client: FlaskClient, assignment: Assignment, visit_id: str = "") -> Any:
    answer = client.post(f"/field/assignments/{assignment.id}/start", data={"visit_id": visit_id or str(new_id())})
    # The test sees what the request wrote only in a new transaction, and only in rows that it reads again.
    db.session.rollback()
    db.session.expire_all()
    return answer


def visits_of(assignment: Assignment) -> list[Visit]:
    return list(db.session.scalars(db.select(Visit).where(Visit.assignment_id == assignment.id)))


def test_an_empty_list_says_what_happens_next(sign_in: SignIn) -> None:
    page = sign_in(make.user(Role.SHOPPER, make.client())).get("/field/")
    assert "When a coordinator gives you an assignment it appears here" in page.text


def test_somebody_elses_assignment_is_not_in_the_list(sign_in: SignIn) -> None:
    mine, other = assignment_on(TODAY), assignment_on(TODAY)
    page = sign_in(fieldworker(mine)).get("/field/")
    assert (mine.store.name in page.text, other.store.name in page.text) == (True, False)


@pytest.mark.parametrize(("days", "title"), [(0, "Today"), (1, "Coming up")])
def test_the_list_is_grouped_by_day(sign_in: SignIn, days: int, title: str) -> None:
    assignment = assignment_on(TODAY + timedelta(days=days))
    page = sign_in(fieldworker(assignment)).get("/field/")
    assert f">{title}</h2>" in page.text


def test_a_passed_window_is_said(sign_in: SignIn) -> None:
    assignment = assignment_on(TODAY - timedelta(days=9), days=2)
    assert "this window has passed" in sign_in(fieldworker(assignment)).get("/field/").text


def test_a_returned_visit_stands_first_with_its_reasons(sign_in: SignIn) -> None:
    assignment = make.assignment()
    visits.send_back(make.received(assignment), {"greeted": "Who greeted you?"}, None)
    page = sign_in(fieldworker(assignment)).get("/field/").text
    assert 0 < page.index("Sent back for correction") < page.index("Who greeted you?")


def test_a_sent_visit_leads_to_its_receipt(sign_in: SignIn) -> None:
    visit = make.received()
    page = sign_in(visit.fieldworker.user).get("/field/")
    assert f"/field/visits/{visit.id}/receipt" in page.text


def test_the_questions_can_be_read_before_the_visit_begins(sign_in: SignIn) -> None:
    assignment = make.assignment()
    page = sign_in(fieldworker(assignment)).get(f"/field/assignments/{assignment.id}").text
    asked = [question.label.say("en", "it") for question in make.small_checklist().questions if question.is_asked]
    assert ("Read the questions" in page, [label for label in asked if label not in page]) == (True, [])
    assert visits_of(assignment) == []


def test_a_sent_visit_says_its_day(sign_in: SignIn) -> None:
    visit = make.received()
    page = sign_in(visit.fieldworker.user).get("/field/").text
    day = visit.started_at.astimezone(ZoneInfo(visit.store.timezone))
    assert f"{day.day} {day:%B %Y} · Received, being checked" in page


ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"
DESKTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"


@pytest.mark.parametrize(
    ("device", "address"),
    [
        (ANDROID, "geo:45.4,10.9?q="),
        (IPHONE, "https://maps.apple.com/?ll="),
        (DESKTOP, "https://www.openstreetmap.org/?mlat=45.4&amp;mlon=10.9"),
    ],
    ids=["android", "iphone", "desktop"],
)
def test_the_map_opens_on_whatever_is_at_hand(sign_in: SignIn, device: str, address: str) -> None:
    assignment = make.assignment()
    assignment.store.latitude, assignment.store.longitude = 45.4, 10.9
    db.session.commit()
    page = sign_in(fieldworker(assignment)).get("/field/", headers={"User-Agent": device}).text
    assert f'href="{address}' in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_however_long_it_is(sign_in: SignIn, count: int) -> None:
    who, wave = make.user(Role.SHOPPER), make.wave()
    for _ in range(count):
        visits.send_back(make.received(make.assignment(wave, who)), {"greeted": "Why?"}, None)
    client = sign_in(who)
    assert queries_of(client, "/field/") == 4  # person with memberships, assignments, their visits, reasons


def queries_of(client: FlaskClient, path: str) -> int:
    seen: list[str] = []
    db.session.remove()

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    db.event.listen(db.engine, "before_cursor_execute", note)
    client.get(path)
    db.event.remove(db.engine, "before_cursor_execute", note)
    return len([statement for statement in seen if statement.startswith("SELECT")])


def test_the_briefing_says_how_much_is_asked(sign_in: SignIn) -> None:
    assignment = make.assignment(scenario="You look for a jumper", briefing="Come in the afternoon")
    page = sign_in(fieldworker(assignment)).get(f"/field/assignments/{assignment.id}").text
    assert all(
        words in page for words in ("You look for a jumper", "Come in the afternoon", "2 sections", "5 questions")
    )


def test_the_briefing_tells_what_to_prepare(sign_in: SignIn) -> None:
    wave = make.wave()
    site = make.section("Site", make.question("hours"), channel=Channel.WEB)
    till = make.section("Till", make.question("paid", evidence=EvidenceKind.RECEIPT))
    mail = make.section("Mail", make.question("came"), channel=Channel.EMAIL, phase=Phase.POST_SALE)
    make.version(wave.study, Checklist("shop", make.text("Shop"), (site, till, mail)))
    assignment = make.assignment(wave)
    page = sign_in(fieldworker(assignment)).get(f"/field/assignments/{assignment.id}").text
    assert all(words in page for words in ("Before you go: Site", "Keep the receipt", "Afterwards: Mail"))


def test_an_observer_reads_the_stance_in_words(sign_in: SignIn) -> None:
    stance = {"gold_role": "participant_as_observer", "disclosure": "partial"}
    assignment = make.assignment(method=Method.PARTICIPANT_OBSERVATION, **stance)
    page = sign_in(fieldworker(assignment)).get(f"/field/assignments/{assignment.id}").text
    assert "Participant as observer" in page
    assert "Partly disclosed" in page


def test_without_a_staff_notice_there_is_no_start(sign_in: SignIn) -> None:
    assignment = make.assignment(make.wave(make.study(notice_on=None)))
    page = sign_in(fieldworker(assignment)).get(f"/field/assignments/{assignment.id}").text
    assert ("The staff have not been told yet" in page, ">Start the visit</button>" in page) == (True, False)


def test_start_is_refused_without_a_staff_notice(sign_in: SignIn) -> None:
    assignment = make.assignment(make.wave(make.study(notice_on=None)))
    answer = start(sign_in(fieldworker(assignment)), assignment)
    assert (answer.status_code, visits_of(assignment)) == (422, [])


def test_a_covert_observation_waits_for_the_second_person(sign_in: SignIn) -> None:
    assignment = make.assignment(**COVERT)
    answer = start(sign_in(fieldworker(assignment)), assignment)
    assert answer.status_code == 422
    assert "waits for the approval of a second person" in answer.text


def test_a_covert_observation_that_waits_never_looks_ready(sign_in: SignIn) -> None:
    assignment = assignment_on(TODAY + timedelta(days=2), **COVERT)
    client = sign_in(fieldworker(assignment))
    told = "waits for the approval of a second person"
    listed, briefing = client.get("/field/").text, client.get(f"/field/assignments/{assignment.id}").text
    [task] = client.get("/field/sync").json["assignments"]
    assert (told in listed, told in briefing, told in task["obstacle"]) == (True, True, True)
    assert ("You can start now" in briefing, "You can start now" in task["briefing"]) == (False, False)
    assignments.approve_covert(assignment, make.user(Role.COORDINATOR).id)
    assert told not in client.get("/field/").text
    assert "You can start now" in client.get(f"/field/assignments/{assignment.id}").text


def test_an_approved_covert_observation_starts(sign_in: SignIn) -> None:
    assignment = make.assignment(**COVERT)
    assignments.approve_covert(assignment, make.user(Role.COORDINATOR).id)
    start(sign_in(fieldworker(assignment)), assignment)
    assert [visit.disclosure for visit in visits_of(assignment)] == ["covert"]


def test_start_leads_to_the_form_of_the_visit_that_the_page_minted(sign_in: SignIn) -> None:
    assignment, visit_id = make.assignment(), str(new_id())
    answer = start(sign_in(fieldworker(assignment)), assignment, visit_id)
    assert (answer.status_code, answer.location) == (303, f"/field/visits/{visit_id}")


def test_a_second_start_goes_on_with_the_open_visit(sign_in: SignIn) -> None:
    assignment = make.assignment()
    client = sign_in(fieldworker(assignment))
    first = start(client, assignment)
    assert (start(client, assignment).location, len(visits_of(assignment))) == (first.location, 1)


def test_a_visit_id_that_is_none_is_refused(sign_in: SignIn) -> None:
    assignment = make.assignment()
    assert start(sign_in(fieldworker(assignment)), assignment, "nonsense").status_code == 422


def test_a_window_that_is_not_open_yet_warns_and_does_not_block(sign_in: SignIn) -> None:
    assignment = assignment_on(TODAY + timedelta(days=3))
    page = sign_in(fieldworker(assignment)).get(f"/field/assignments/{assignment.id}").text
    assert ("The window opens" in page, ">Start the visit</button>" in page) == (True, True)


def test_an_open_visit_is_continued(sign_in: SignIn) -> None:
    assignment = make.assignment()
    visit = make.visit(assignment)
    page = sign_in(fieldworker(assignment)).get(f"/field/assignments/{assignment.id}").text
    assert (f"/field/visits/{visit.id}" in page, ">Start the visit</button>" in page) == (True, False)


def test_a_fieldworker_with_another_role_finds_its_room(sign_in: SignIn) -> None:
    person = make.user(Role.SHOPPER, email="both@example.org")
    make.user(Role.REVIEWER, email="both@example.org")
    db.session.expire_all()
    assert 'href="/desk/' in sign_in(person).get("/field/").text


def sent_by(who: User, *stores: str) -> list[Visit]:
    wave = make.wave()
    return [
        make.received(make.assignment(wave, who, make.store(wave.study, name=name, code=name[:2]))) for name in stores
    ]


def test_sent_visits_are_found_by_store_and_checklist(sign_in: SignIn) -> None:
    who = make.user(Role.SHOPPER)
    [forli, pisa] = sent_by(who, "Bottega di Forlì", "Pisa Centro")
    [other] = sent_by(make.user(Role.SHOPPER), "Bottega di Bari")
    client = sign_in(who)
    assert "/field/visits" in client.get("/field/").text
    for search, found in (("", [forli, pisa]), ("forli", [forli]), ("shop", [forli, pisa]), ("lucca", [])):
        page = client.get(f"/field/visits?search={search}").text
        assert [visit for visit in (forli, pisa, other) if f"/field/visits/{visit.id}/receipt" in page] == found
    assert ("0 visits" in page, 'value="lucca"' in page, "Show all visits" in page) == (True, True, True)


TWO_VERSIONS = "two versions have arrived; a person will choose"


def test_a_visit_that_arrived_in_two_versions_says_so_until_somebody_has_chosen(sign_in: SignIn) -> None:
    """In both lists, on the receipt, and in what a phone takes along."""
    visit = make.received()
    other = {**make.GOOD, "q-greeted": ["no"]}
    assert visits.submit(visit, 1, other, None).is_conflict
    client = sign_in(visit.fieldworker.user)
    pages = ("/field/", "/field/visits", f"/field/visits/{visit.id}/receipt")
    said = f"Received, being checked · {TWO_VERSIONS}"
    assert [said in client.get(page).text for page in pages] == [True] * 3
    [task] = client.get("/field/sync").json["assignments"]
    assert (task["visit"]["stage"], task["visit"]["is_double"], said in task["card"]) == (said, True, True)
    [conflict] = db.session.scalars(select(Conflict))
    visits.keep_first(visit, conflict, None)
    assert [TWO_VERSIONS in client.get(page).text for page in pages] == [False] * 3
    [task] = client.get("/field/sync").json["assignments"]
    assert (task["visit"]["stage"], task["visit"]["is_double"]) == ("Received, being checked", False)


def test_nobody_is_said_to_choose_where_nobody_can_any_more(sign_in: SignIn) -> None:
    visit = make.received()
    assert visits.submit(visit, 1, {**make.GOOD, "q-greeted": ["no"]}, None).is_conflict
    visits.approve(visit, None)
    page = sign_in(visit.fieldworker.user).get("/field/visits").text
    assert ("Checked and accepted" in page, TWO_VERSIONS in page) == (True, False)


def test_what_came_back_or_was_never_sent_is_no_sent_visit(sign_in: SignIn) -> None:
    visit = make.received()
    visits.send_back(visit, {"greeted": "By whom?"}, None)
    assert "0 visits" in sign_in(visit.fieldworker.user).get("/field/visits").text


@pytest.mark.parametrize("count", [1, 3])
def test_the_sent_visits_take_the_same_queries_however_many_they_are(sign_in: SignIn, count: int) -> None:
    who = make.user(Role.SHOPPER)
    sent_by(who, *(f"{n}-{n} Store" for n in range(count)))
    assert queries_of(sign_in(who), "/field/visits") == 2  # person with memberships, visits with store and title
