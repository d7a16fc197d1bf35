"""What no database can hold is refused at the door, in words, and nobody finds an error of ours behind it."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist, QuestionType
from fieldstudy.extensions import db
from fieldstudy.models import Client, Jotting, User
from tests import factories as make
from tests.web.door import OURS

SignIn = Callable[[User], FlaskClient]
NUL = "a\0b"
SAID = {"en": "This text cannot be saved", "it": "Questo testo non si può salvare"}

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize("locale", ["en", "it"])
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("sign-in", {"email": "a\0@b.example", "password": "x"}),
        ("sign-in", {"email": "a@b.example", "password": "x\0"}),
        ("forgotten-password", {"email": "a\0@b.example"}),
    ],
)
def test_a_stranger_is_told(client: FlaskClient, path: str, fields: dict[str, str], locale: str) -> None:
    answer = client.post(f"/account/{path}", data=fields, headers={**OURS, "Accept-Language": locale})
    assert (answer.status_code, SAID[locale] in answer.text) == (400, True)


@pytest.fixture
def coordinator(sign_in: SignIn) -> FlaskClient:
    return sign_in(make.user(Role.COORDINATOR, make.client("Acme")))


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/studio/clients/new", {"name": NUL}),
        ("/account/profile", {"name": NUL, "locale": "it"}),
        ("/account/profile", {"name": "Anna", "locale": "it", NUL: "x"}),
    ],
)
def test_an_office_form_saves_nothing(coordinator: FlaskClient, path: str, fields: dict[str, str]) -> None:
    names = select(User.name)
    before = db.session.scalars(names).all()
    answer = coordinator.post(path, data=fields)
    db.session.rollback()
    kept = (db.session.scalars(names).all(), db.session.scalar(select(func.count(Client.id))))
    assert (answer.status_code, SAID["en"] in answer.text, kept) == (400, True, (before, 1))


@pytest.mark.parametrize("field", ["email", "name"])
def test_nobody_is_invited_under_such_a_name(coordinator: FlaskClient, field: str) -> None:
    client = db.session.scalars(select(Client)).one()
    fields = {"email": "a@b.example", "name": "Anna", "role": "shopper", "locale": "it"} | {field: "a\0@b.example"}
    answer = coordinator.post(f"/studio/clients/{client.id}/people/new", data=fields)
    assert answer.status_code == 400


def test_a_file_is_not_called_so(coordinator: FlaskClient) -> None:
    study = make.study(db.session.scalars(select(Client)).one())
    sent = {"file": (BytesIO(b"code,name\nA,Alpha\n"), "a\0b.csv")}
    answer = coordinator.post(f"/studio/studies/{study.id}/stores", data=sent)
    assert answer.status_code == 400


def test_a_page_of_that_name_does_not_exist(sign_in: SignIn) -> None:
    wave = make.released(make.study(), "A")
    manager = sign_in(make.user(Role.MANAGER, wave.study.client))
    found = [manager.get(f"/manager/waves/{wave.id}/{kind}/a%00b").status_code for kind in ("questions", "touchpoints")]
    assert found == [404, 404]


def test_an_address_that_something_is_sent_to_holds_none(client: FlaskClient) -> None:
    answers = [client.post(f"/{path}?a=%00", headers=OURS) for path in ("account/language/it", "api/v1/session")]
    assert ([answer.status_code for answer in answers], answers[1].json) == ([400, 400], {"error": "not_understood"})


def test_a_note_is_not_lost_in_an_error(sign_in: SignIn) -> None:
    study = make.study()
    person = make.user(Role.SHOPPER, study.client)
    visit = make.visit(make.assignment(make.wave(study), person))
    fieldworker = sign_in(person)
    answer = fieldworker.post(f"/field/visits/{visit.id}/jottings", data={"section": "", "text": NUL})
    assert (answer.status_code, SAID["en"] in answer.text) == (400, True)
    assert db.session.scalar(select(func.count(Jotting.id))) == 0


def test_the_form_of_a_visit_keeps_what_was_typed(sign_in: SignIn) -> None:
    study = make.study()
    till = make.section("till", make.question("words", QuestionType.TEXT))
    make.version(study, Checklist("shop", make.text("Shop"), (till,), version="1"))
    person = make.user(Role.SHOPPER, study.client)
    visit = make.visit(make.assignment(make.wave(study), person))
    fieldworker = sign_in(person)
    sent = {"act": "save", "q-words": f"the queue was long {NUL}", "mark": "x"}
    answer = fieldworker.post(f"/field/visits/{visit.id}", data=sent, follow_redirects=True)
    assert (answer.status_code, "the queue was long" in answer.text) == (200, True)
