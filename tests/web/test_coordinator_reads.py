"""A coordinator reads what she answers for, visit by visit and figure by figure, and decides nothing of it."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import User, Visit, Wave
from fieldstudy.services import fieldnotes, photos, releases, visits
from tests import factories as make
from tests.papers import fetch

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def wave(client: FlaskClient) -> Wave:
    make.received()
    study = make.study()
    make.version(study)
    return make.wave(study)


def sent(wave: Wave) -> Visit:
    """With a photo, a note and a person who has a name."""
    shopper = make.user(Role.SHOPPER, wave.study.client, "sara.rossi@example.org")
    visit = make.visit(make.assignment(wave, shopper, make.store(wave.study, "TRENTO")))
    photos.keep(visit, "window", make.picture(), None)
    fieldnotes.jot(visit, "welcome", "The door was locked", make.NOON, None)
    visits.submit(visit, 1, {**make.GOOD, "q-words": ["They smiled at once"]}, None, make.NOON)
    return visit


def coordinator(wave: Wave) -> User:
    return make.user(Role.COORDINATOR, wave.study.client, "boss@example.org")


def text(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def test_she_comes_from_the_wave_to_the_answers_the_photos_and_the_history(
    wave: Wave, sign_in: SignIn, app: Flask
) -> None:
    visit = sent(wave)
    client = sign_in(coordinator(wave))
    received = re.search(r'href="([^"]*state=received)"', client.get(f"/studio/waves/{wave.id}").text)
    listed = client.get(unescape(received[1])).text
    assert f'href="/desk/visits/{visit.id}"' in listed
    page = client.get(f"/desk/visits/{visit.id}").text
    said = text(page)
    assert "They smiled at once" in said
    assert "The door was locked" in said
    assert "sent revision 1" in said
    assert f"Sara.Rossi · {visit.fieldworker.code}" in said
    addresses = re.findall(r'(?:href|src)="(/desk/photos/[^"]*)"', page)
    assert [client.get(address).mimetype for address in addresses] == ["image/jpeg"] * 2
    assert fetch(app, client, f"/desk/visits/{visit.id}/report.pdf").mimetype == "application/pdf"


def test_she_reads_a_visit_from_a_file(wave: Wave, sign_in: SignIn) -> None:
    visit = make.approved(make.assignment(wave))
    db.session.execute(db.update(Visit).where(Visit.id == visit.id).values(assignment_id=None))
    db.session.commit()
    assert sign_in(coordinator(wave)).get(f"/desk/visits/{visit.id}").status_code == 200


ACTS = ("take", "approve", "send-back", "set-aside", "release")


def test_she_is_offered_no_decision_and_none_is_taken_from_her(wave: Wave, sign_in: SignIn) -> None:
    visit = sent(wave)
    client = sign_in(coordinator(wave))
    page = client.get(f"/desk/visits/{visit.id}").text
    assert re.findall(r'action="(/desk[^"]*)"', page) == []
    assert "Ask for a correction" not in page
    for act in ACTS:
        sent_mark = {"seen": make.mark_of(visit), "reason": "x", "state": "excluded"}
        assert client.post(f"/desk/visits/{visit.id}/{act}", data=sent_mark).status_code == 404
    assert client.get("/desk/").status_code == 404


def test_who_is_a_reviewer_of_another_client_decides_nothing_here(wave: Wave, sign_in: SignIn) -> None:
    visit = sent(wave)
    coordinator(wave)
    both = make.user(Role.REVIEWER, make.study().client, "boss@example.org")
    client = sign_in(both)
    assert re.findall(r'action="(/desk[^"]*)"', client.get(f"/desk/visits/{visit.id}").text) == []
    assert client.post(f"/desk/visits/{visit.id}/approve", data={"seen": make.mark_of(visit)}).status_code == 404


def test_a_reviewer_reads_the_code_and_no_name(wave: Wave, sign_in: SignIn) -> None:
    visit = sent(wave)
    page = sign_in(make.user(Role.REVIEWER, wave.study.client)).get(f"/desk/visits/{visit.id}").text
    assert ("Sara.Rossi" in page, visit.fieldworker.code in page) == (False, True)


def test_what_arrived_in_two_versions_is_shown_to_her_without_a_choice(wave: Wave, sign_in: SignIn) -> None:
    visit = make.received(make.assignment(wave))
    visits.submit(visit, 1, {**make.GOOD, "q-greeted": ["no"]}, None, make.NOON)
    page = sign_in(coordinator(wave)).get(f"/desk/visits/{visit.id}").text
    assert ("This arrived twice" in page, "Use the other version" in page) == (True, False)


def test_a_visit_that_is_still_in_the_field_is_not_hers_to_read(wave: Wave, sign_in: SignIn) -> None:
    begun = make.visit(make.assignment(wave))
    photo = photos.keep(begun, "window", make.picture(), None)
    client = sign_in(coordinator(wave))
    assert client.get(f"/desk/visits/{begun.id}").status_code == 404
    assert client.get(f"/desk/photos/{photo.id}").status_code == 404


def test_she_reads_the_released_results_as_the_manager_of_all_stores_does(wave: Wave, sign_in: SignIn) -> None:
    make.approved(make.assignment(wave, at=make.store(wave.study, "A")))
    make.approved(make.assignment(wave, at=make.store(wave.study, "B")))
    releases.release(wave)
    manager = make.user(Role.MANAGER, wave.study.client)
    addresses = [f"/manager/waves/{wave.id}", f"/manager/waves/{wave.id}/network"]
    addresses.append(f"/manager/stores/{make.edition(wave, 'A').id}")
    seen = [
        text(re.sub(r"<header class=.topbar.*?</header>", "", sign_in(who).get(address).text, flags=re.DOTALL))
        for who in (manager, coordinator(wave))
        for address in addresses
    ]
    assert seen[:3] == seen[3:]
    assert 'href="/manager/"' in sign_in(coordinator(wave)).get("/studio/").text


def test_results_of_a_client_that_is_not_hers_do_not_exist(wave: Wave, sign_in: SignIn) -> None:
    make.approved(make.assignment(wave, at=make.store(wave.study, "A")))
    releases.release(wave)
    client = sign_in(make.user(Role.COORDINATOR, make.study().client))
    for address in (f"waves/{wave.id}", f"waves/{wave.id}/network", f"stores/{make.edition(wave, 'A').id}"):
        assert client.get(f"/manager/{address}").status_code == 404
