"""The form of a visit: draft, problems, photos, sending, and the receipt."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fieldstudy.core.answers import Problem
from fieldstudy.core.checklist import Checklist, Method, QuestionType
from fieldstudy.core.lifecycle import Outcome, State
from fieldstudy.extensions import db
from fieldstudy.models import Conflict, Draft, Photo, Submission, User, Visit
from fieldstudy.services import photos, visits
from fieldstudy.web.field import forms
from fieldstudy.words import of
from tests import factories as make
from tests.papers import do_all_jobs

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")
GOOD = {"q-greeted": "yes", "q-receipt": "no", "feeling-welcome": "1"}


def fieldworker(visit: Visit) -> User:
    user = visit.fieldworker.user
    assert user is not None
    return user


def send(client: FlaskClient, visit: Visit, act: str = "submit_anyway", **fields: Any) -> Any:
    """As somebody does who has been asked about missing photos."""
    data = {"act": act, "revision": "1", **fields}
    return post(client, f"/field/visits/{visit.id}", data)


def post(client: FlaskClient, path: str, data: dict[str, Any]) -> Any:
    answer = client.post(path, data=data, content_type="multipart/form-data")
    # The test sees what the request wrote only in a new transaction, and only in rows that it reads again.
    db.session.rollback()
    db.session.expire_all()
    return answer


def file(content: bytes = b"", name: str = "photo.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content or make.picture_bytes()), name


def visit_with(*questions: Any, method: Method = Method.MYSTERY_SHOPPING) -> Visit:
    wave = make.wave()
    make.version(wave.study, Checklist("shop", make.text("Shop"), (make.section("welcome", *questions),)))
    return make.visit(make.assignment(wave, method=method))


def photo_rows(visit: Visit) -> list[Photo]:
    return list(db.session.scalars(select(Photo).where(Photo.visit_id == visit.id)))


def test_the_form_asks_every_question_of_the_method(sign_in: SignIn) -> None:
    visit = make.visit()
    page = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}").text
    assert all(f'id="q-{name}"' in page for name in ("greeted", "words", "window", "receipt", "wait"))


def test_a_question_of_another_method_is_not_asked(sign_in: SignIn) -> None:
    visit = visit_with(make.question("seen"), make.question("felt", methods=(Method.PARTICIPANT_OBSERVATION,)))
    page = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}").text
    assert ('id="q-seen"' in page, 'id="q-felt"' in page) == (True, False)


def test_a_foreign_visit_is_missing(sign_in: SignIn) -> None:
    visit = make.visit()
    assert sign_in(fieldworker(make.visit())).get(f"/field/visits/{visit.id}").status_code == 404


def test_a_draft_is_taken_up_again(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    answer = send(client, visit, "save", **{"q-words": "Two people at the door"})
    assert answer.status_code == 303
    assert "Two people at the door" in client.get(answer.location).text


def test_a_draft_is_kept_as_it_was_typed(sign_in: SignIn) -> None:
    visit = make.visit()
    send(sign_in(fieldworker(visit)), visit, "save", **{"q-wait": "a while", "strange": "left out"})
    draft = db.session.scalars(db.select(Draft)).one()
    assert draft.raw == {"q-wait": ["a while"]}


def test_an_untouched_form_begins_with_the_defaults(sign_in: SignIn) -> None:
    visit = visit_with(make.question("count", QuestionType.INTEGER, default="7"))
    page = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}").text
    assert '<input name="q-count" value="7"' in page


def test_a_question_that_does_not_apply_is_hidden(sign_in: SignIn) -> None:
    visit = visit_with(make.question("met"), make.question("why", relevant="${met} = 'no'"))
    client = sign_in(fieldworker(visit))
    assert hidden(client, visit) == ["why"]
    send(client, visit, "save", **{"q-met": "no"})
    assert hidden(client, visit) == []


def hidden(client: FlaskClient, visit: Visit) -> list[str]:
    page = client.get(f"/field/visits/{visit.id}").text
    cards = page.split('data-q="')[1:]
    return [card.split('"')[0] for card in cards if " hidden>" in card.split("\n")[0]]


def test_a_problem_stands_beside_its_question(sign_in: SignIn) -> None:
    visit = make.visit()
    answer = send(sign_in(fieldworker(visit)), visit, **{"q-wait": "a while"})
    assert answer.status_code == 422
    assert '<p class="error" id="e-wait">“a while” is not a length of time.' in answer.text
    assert '<a href="#q-wait">' in answer.text


def test_nothing_typed_is_lost_when_the_form_is_refused(sign_in: SignIn) -> None:
    visit = make.visit()
    typed = {"q-wait": "a while", "q-words": "Nobody looked up", "c-receipt": "Had to ask", "met_at-till": "16:42"}
    answer = send(sign_in(fieldworker(visit)), visit, **typed)
    assert [text for text in typed.values() if text not in answer.text] == []


def test_the_summary_takes_the_focus(sign_in: SignIn) -> None:
    visit = make.visit()
    answer = send(sign_in(fieldworker(visit)), visit)
    assert '<section class="page" id="errors" tabindex="-1" autofocus' in answer.text


def test_a_photo_is_kept_although_the_form_is_refused(app: Flask, sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    assert send(client, visit, **{"p-window": file()}).status_code == 422
    do_all_jobs(app)
    [photo] = photo_rows(visit)
    assert f"/field/photos/{photo.id}" in send(client, visit).text


def test_two_photos_of_one_question_are_both_kept(app: Flask, sign_in: SignIn) -> None:
    visit = make.visit()
    both = [file(make.picture_bytes("teal")), file(make.picture_bytes("orange"))]
    send(sign_in(fieldworker(visit)), visit, "save", **{"p-greeted": both})
    do_all_jobs(app)
    assert len(photo_rows(visit)) == 2


def test_a_refused_photo_stands_beside_its_question_and_nothing_else_is_lost(sign_in: SignIn) -> None:
    visit = make.visit()
    sent = {"p-window": file(b"not a picture", "letter.txt"), "q-words": "Nobody looked up"}
    answer = send(sign_in(fieldworker(visit)), visit, "save", **sent)
    assert answer.status_code == 422
    assert '<p class="error" id="e-window">“letter.txt” is not a photo' in answer.text
    assert "Nobody looked up" in answer.text


def test_nothing_is_sent_with_a_refused_photo(sign_in: SignIn) -> None:
    visit = make.visit()
    answer = send(sign_in(fieldworker(visit)), visit, **GOOD, **{"p-window": file(b"not a picture")})
    assert (answer.status_code, visit.state) == (422, State.IN_FIELD)


def test_a_photo_can_be_removed(sign_in: SignIn) -> None:
    visit = make.visit()
    photo = photos.keep(visit, "window", make.picture(), None)
    send(sign_in(fieldworker(visit)), visit, "save", **{"remove-photo": str(photo.id)})
    assert photo_rows(visit)[0].removed_at is not None


def test_another_visits_photo_cannot_be_removed(sign_in: SignIn) -> None:
    visit, other = make.visit(), make.visit()
    photo = photos.keep(other, "window", make.picture(), None)
    send(sign_in(fieldworker(visit)), visit, "save", **{"remove-photo": str(photo.id)})
    assert photo_rows(other)[0].removed_at is None


def test_a_photo_that_is_sent_alone_is_answered_with_the_gallery(app: Flask, sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    answer = post(client, f"/field/visits/{visit.id}/photos", {"p-window": file()})
    assert (answer.status_code, "Being checked" in answer.text) == (200, True)
    do_all_jobs(app)
    again = post(client, f"/field/visits/{visit.id}/photos", {"p-window": file()})
    [photo] = photo_rows(visit)
    assert (f"/field/photos/{photo.id}" in again.text, "Being checked" in again.text) == (True, False)


def test_a_photo_for_an_unknown_question_is_refused(sign_in: SignIn) -> None:
    visit = make.visit()
    answer = post(sign_in(fieldworker(visit)), f"/field/visits/{visit.id}/photos", {"p-nothing": file()})
    assert (answer.status_code, photo_rows(visit)) == (400, [])


def test_a_photo_is_served_as_a_picture_that_can_do_nothing(sign_in: SignIn) -> None:
    visit = make.visit()
    photo = photos.keep(visit, "window", make.picture(), None)
    with sign_in(fieldworker(visit)).get(f"/field/photos/{photo.id}") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_foreign_photo_is_missing(sign_in: SignIn) -> None:
    photo = photos.keep(make.visit(), "window", make.picture(), None)
    assert sign_in(fieldworker(make.visit())).get(f"/field/photos/{photo.id}").status_code == 404


def test_sending_leads_to_the_receipt(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    answer = send(client, visit, **GOOD)
    assert (answer.status_code, visit.state) == (303, State.RECEIVED)
    submission = db.session.scalars(select(Submission)).one()
    assert submission.sha256[:12] in client.get(answer.location).text


def test_the_same_form_again_gets_the_first_receipt(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    first = send(client, visit, **GOOD)
    again = send(client, visit, **GOOD)
    assert (again.status_code, again.location) == (303, first.location)
    assert db.session.scalar(select(db.func.count(Submission.id))) == 1


def test_the_same_form_with_its_photo_again_gets_the_first_receipt(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    send(client, visit, **GOOD, **{"p-window": file()})
    assert send(client, visit, **GOOD, **{"p-window": file()}).status_code == 303


def test_other_answers_under_the_same_revision_are_a_conflict(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    send(client, visit, **GOOD)
    answer = send(client, visit, **{**GOOD, "q-greeted": "no"})
    assert (answer.status_code, "a person will choose" in answer.text) == (409, True)
    assert db.session.scalar(select(db.func.count(Conflict.id))) == 1


def test_saving_a_closed_visit_says_that_nothing_was_kept(sign_in: SignIn) -> None:
    visit = make.received()
    answer = send(sign_in(fieldworker(visit)), visit, "save", **{"q-words": "Late"})
    assert (answer.status_code, "What you wrote on this page was not kept" in answer.text) == (410, True)


def test_a_form_without_a_revision_is_refused(sign_in: SignIn) -> None:
    visit = make.visit()
    assert send(sign_in(fieldworker(visit)), visit, **GOOD, revision="").status_code == 400


def test_a_sent_form_leads_to_its_receipt(sign_in: SignIn) -> None:
    visit = make.received()
    answer = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}")
    assert answer.location == f"/field/visits/{visit.id}/receipt"


def test_a_visit_that_was_taken_back_is_closed(sign_in: SignIn) -> None:
    visit = make.visit()
    visits.set_aside(visit, State.VOID, "Wrong store", None)
    answer = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}", follow_redirects=True)
    assert (answer.status_code, "This visit is closed" in answer.text) == (410, True)


def returned_visit() -> Visit:
    visit = make.received()
    visits.send_back(visit, {"greeted": "By whom?", "": "Please be more precise"}, None)
    return visit


def test_a_returned_form_shows_the_reason_beside_its_question(sign_in: SignIn) -> None:
    visit = returned_visit()
    page = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}").text
    card = page[page.index('id="q-greeted"') : page.index('id="q-words"')]
    assert "By whom?" in card


def test_a_returned_form_begins_with_what_was_said(sign_in: SignIn) -> None:
    visit = returned_visit()
    page = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}").text
    assert page.index('id="returned"') < page.index('<p class="reason">Please be more') < page.index('id="s-welcome"')


def test_a_corrected_visit_is_received_as_revision_2(sign_in: SignIn) -> None:
    visit = returned_visit()
    answer = send(sign_in(fieldworker(visit)), visit, **{**GOOD, "revision": "2", "c-greeted": "The manager"})
    assert (answer.status_code, visit.state) == (303, State.RECEIVED)
    assert db.session.scalars(select(Submission.revision).order_by(Submission.revision)).all() == [1, 2]


def test_what_is_missing_is_said_in_words(sign_in: SignIn) -> None:
    visit = make.visit()
    page = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}").text
    assert '<span data-missing="welcome">1 answer and 1 photo are missing</span>' in page


def test_a_form_is_built_once_for_version_method_and_language() -> None:
    visit = make.visit()
    assert forms.of_visit(visit, "it") is forms.of_visit(visit, "it")
    assert forms.of_visit(visit, "it") is not forms.of_visit(visit, "en")


def test_a_problem_of_an_encounter_hangs_on_its_touchpoint() -> None:
    form = forms.of_visit(make.visit(), "en")([("met_at-till", ["late"])])
    form.validate([Problem("met_at-till", "not_a_time", {"value": "late"})], of("en"))
    assert [field.name for field in form.wrong] == ["feeling-till"]


@pytest.mark.parametrize(("act", "place"), [("leave", "/field/"), ("notes", "/jottings"), ("save", "")])
def test_saving_leads_where_the_button_said(sign_in: SignIn, act: str, place: str) -> None:
    visit = make.visit()
    answer = send(sign_in(fieldworker(visit)), visit, act)
    assert answer.location.endswith(place or str(visit.id))


def test_every_kind_of_question_is_drawn(sign_in: SignIn) -> None:
    kinds = [kind for kind in QuestionType if kind not in (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE)]
    many = make.question("many", QuestionType.SELECT_MULTIPLE, options=make.YES_NO)
    visit = visit_with(make.question("one"), many, *(make.question(f"k-{kind}", kind) for kind in kinds))
    page = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}").text
    assert all(f'data-q="k-{kind}"' in page for kind in kinds)


def test_what_was_typed_is_never_markup(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    send(client, visit, "save", **{"q-words": "</textarea><script>alert(1)</script>"})
    assert "<script>alert" not in client.get(f"/field/visits/{visit.id}").text


def test_a_closed_store_is_sent_without_answers(sign_in: SignIn) -> None:
    visit = make.visit()
    answer = send(sign_in(fieldworker(visit)), visit, "closed")
    db.session.refresh(visit)
    assert (answer.status_code, visit.outcome, visit.state) == (303, Outcome.STORE_CLOSED, State.RECEIVED)
