"""The last page before sending: what blocks, what is only asked for, and the one question about missing photos."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import cssselect2
import pytest
import tinyhtml5
from flask import Flask
from flask.testing import FlaskClient

from fieldstudy.core.checklist import EvidenceKind, QuestionType
from fieldstudy.core.lifecycle import Outcome, State
from fieldstudy.extensions import db
from fieldstudy.models import Photo, User, Visit
from fieldstudy.services import photos
from tests import factories as make
from tests.papers import do_all_jobs
from tests.web.test_field_visits import GOOD, fieldworker, send, visit_with

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")
READ = (make.option("price", 1), make.option("care", 1), make.option("nothing", 0, is_exclusive=True))


def found(page: str, selector: str) -> list[Any]:
    root = cssselect2.ElementWrapper.from_html_root(tinyhtml5.parse(page))
    return [each.etree_element for each in root.query_all(selector)]


def texts(page: str, selector: str) -> list[str]:
    return [" ".join("".join(each.itertext()).split()) for each in found(page, selector)]


def listed(page: str, kind: str) -> list[str]:
    """Where the links of one group of the check lead."""
    return [link.get("href") for link in found(page, f"#check .{kind} a")]


def evidence_visit() -> Visit:
    return visit_with(
        make.question("greeted"),
        make.question("sign", evidence=EvidenceKind.PHOTO),
        make.question("paid", evidence=EvidenceKind.RECEIPT),
        make.question("people", QuestionType.INTEGER),
    )


def test_the_check_lists_an_answer_that_cannot_be_sent(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    send(client, visit, "save", **{"q-greeted": "yes", "q-wait": "a while", "met_at-till": "noon"})
    page = client.get(f"/field/visits/{visit.id}").text
    assert listed(page, "blocking") == ["#q-wait", "#feeling-till"]
    assert "“a while” is not a length of time." in page


def test_saving_says_beside_each_question_what_cannot_be_sent(sign_in: SignIn) -> None:
    visit = visit_with(
        make.question("wait", QuestionType.TIMER),
        make.question("people", QuestionType.INTEGER),
        make.question("day", QuestionType.DATE),
        make.question("greeted"),
    )
    client = sign_in(fieldworker(visit))
    typed = {"q-wait": "3", "na-wait": "1", "q-people": "tante", "q-day": "2026-03-02", "na-day": "1"}
    stay = {"entered_at": "2026-03-02T12:00", "left_at": "2026-03-02T11:00"}
    send(client, visit, "save", **typed, **stay)
    page = client.get(f"/field/visits/{visit.id}").text
    cards = found(page, ".wrong")
    assert {card.get("id") for card in cards} == {"q-wait", "q-people", "q-day", "left_at"}
    assert "“tante”" in texts(page, "#q-people > .error")[0]
    assert [len(texts(page, f"#{card.get('id')} > .error")) for card in cards] == [1, 1, 1, 1]
    assert found(page, "#errors[hidden]")
    assert "To correct" not in texts(page, "title")[0]
    assert found(page, '#q-people input[aria-invalid="true"]')


def test_a_touchpoint_with_a_wrong_answer_does_not_say_that_nothing_is_missing(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    send(client, visit, "save", **{"q-wait": "a while"})
    said = texts(client.get(f"/field/visits/{visit.id}").text, "#sections [data-missing]")
    assert said == ["1 answer and 1 photo are missing", "1 answer needs another look"]


def test_what_blocks_stands_apart_from_what_is_only_asked_for(sign_in: SignIn) -> None:
    visit = make.visit()
    page = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}").text
    assert (listed(page, "blocking"), listed(page, "advisable")) == (["#q-greeted"], ["#q-window"])
    assert texts(page, "#lacking .links a") == ["greeted welcome", "window welcome"]


def test_missing_photos_are_asked_about_before_a_visit_is_sent(sign_in: SignIn) -> None:
    visit = evidence_visit()
    answer = send(sign_in(fieldworker(visit)), visit, "submit", **{"q-greeted": "yes"})
    assert visit.state == State.IN_FIELD
    assert texts(answer.text, "#evidence[autofocus] h2") == ["2 photos are missing"]
    assert texts(answer.text, "#evidence .links a") == ["sign welcome", "paid Till receipt"]


def test_what_was_typed_is_kept_while_it_is_asked(sign_in: SignIn) -> None:
    visit = evidence_visit()
    client = sign_in(fieldworker(visit))
    send(client, visit, "submit", **{"q-people": "12"})
    assert 'name="q-people" value="12"' in client.get(f"/field/visits/{visit.id}").text


def test_it_is_sent_all_the_same_by_whoever_says_so(sign_in: SignIn) -> None:
    visit = evidence_visit()
    answer = send(sign_in(fieldworker(visit)), visit, "submit_anyway", **{"q-greeted": "yes"})
    assert (answer.status_code, visit.state) == (303, State.RECEIVED)


def test_nothing_is_asked_where_every_photo_is_there(sign_in: SignIn) -> None:
    visit = make.visit()
    photos.keep(visit, "window", make.picture(), None)
    answer = send(sign_in(fieldworker(visit)), visit, "submit", **GOOD)
    assert (answer.status_code, visit.state) == (303, State.RECEIVED)


def test_what_cannot_be_sent_comes_before_what_is_missing(sign_in: SignIn) -> None:
    visit = evidence_visit()
    answer = send(sign_in(fieldworker(visit)), visit, "submit", **{"q-people": "many"})
    assert (answer.status_code, 'id="errors" tabindex="-1" autofocus' in answer.text) == (422, True)


def test_photos_and_notes_under_a_question_are_counted(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    photos.keep(visit, "receipt", make.picture(), None)
    send(client, visit, "save", **{"jotting-till": "Two at the till"})
    page = client.get(f"/field/visits/{visit.id}").text
    assert texts(page, "#q-receipt details[open] summary") == ["Photos (1)"]
    assert texts(page, "#s-till .jot[open] summary") == ["Notes with the time (1)"]


def test_a_multiple_choice_says_that_it_is_one(sign_in: SignIn) -> None:
    visit = visit_with(make.question("read", QuestionType.SELECT_MULTIPLE, options=READ))
    page = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}").text
    [group] = found(page, "#q-read [role=group]")
    assert texts(page, f"#{group.get('aria-describedby').strip()}") == ["more than one answer possible"]


def test_a_choice_that_stands_alone_is_refused_beside_others(sign_in: SignIn) -> None:
    visit = visit_with(make.question("read", QuestionType.SELECT_MULTIPLE, options=READ))
    answer = send(sign_in(fieldworker(visit)), visit, **{"q-read": ["care", "nothing"]})
    assert answer.status_code == 422
    assert "“nothing” can only be chosen alone: keep it, or keep the others." in answer.text


def test_a_time_beside_na_is_refused_in_words_and_neither_is_lost(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    page = send(client, visit, "submit", **{"q-greeted": "yes", "q-wait": "4:30", "na-wait": "1"}).text
    assert texts(page, "#e-wait") == ["N/A and a time exclude each other: delete the time, or take N/A back."]
    assert [each.get("value") for each in found(page, "[name=q-wait]")] == ["4:30"]
    assert len(found(page, "[name=na-wait][checked]")) == 1
    assert visit.state == State.IN_FIELD


def test_a_number_of_a_scale_beside_na_can_be_taken_back_without_script(sign_in: SignIn) -> None:
    scale = make.question("calm", QuestionType.RANGE, range_start=Decimal(1), range_end=Decimal(5))
    visit = visit_with(scale)
    client = sign_in(fieldworker(visit))
    page = send(client, visit, "submit", **{"q-calm": "3", "na-calm": "1"}).text
    assert "delete the answer, or take N/A back" in texts(page, "#e-calm")[0]
    assert [each.get("value") for each in found(page, "[name=q-calm]")] == ["1", "2", "3", "4", "5", ""]
    send(client, visit, "submit", **{"q-calm": "", "na-calm": "1"})
    assert visit.state == State.RECEIVED


def test_without_script_a_photo_of_the_closed_door_goes_along(app: Flask, sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    page = client.get(f"/field/visits/{visit.id}").text
    [field] = found(page, "#closed fieldset:not(.scripted) input[type=file]")
    send(client, visit, "closed", **{field.get("name"): (io.BytesIO(make.picture_bytes()), "door.jpg")})
    assert (visit.state, visit.outcome) == (State.RECEIVED, Outcome.STORE_CLOSED)
    do_all_jobs(app)
    db.session.rollback()
    [photo] = db.session.scalars(db.select(Photo))
    assert (photo.visit_id, photo.question) == (visit.id, "")


def test_a_photo_of_the_closed_door_that_is_none_is_refused_before_the_visit_is_sent(sign_in: SignIn) -> None:
    visit = make.visit()
    answer = send(sign_in(fieldworker(visit)), visit, "closed", **{"p-": (io.BytesIO(b"no picture"), "door.jpg")})
    assert (answer.status_code, visit.state) == (422, State.IN_FIELD)
    assert found(answer.text, '#errors a[href="#closed"]')
