"""Rows for tests, made with the services that make them in life. Every test also has a second client as noise."""

import io
import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from PIL import Image

from fieldstudy.core import access
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist, Method, Option, Question, QuestionType, Section, Settings, Text
from fieldstudy.exchange import picture_decoder
from fieldstudy.exchange.pictures import Picture
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, ChecklistVersion, Client, Store, StoreEdition, Study, User, Visit, Wave
from fieldstudy.models.columns import new_id
from fieldstudy.services import assignments, checklists, people, releases, studies, visits
from fieldstudy.services.assignments import Task

PASSWORD = "a long enough sentence"
TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

_numbers = itertools.count(1)


def text(words: str) -> Text:
    return Text({"en": words, "it": words})


def option(name: str, points: int | str | None = None, is_na: bool = False, is_exclusive: bool = False) -> Option:
    return Option(name, text(name), None if points is None else Decimal(points), is_na, is_exclusive)


YES_NO = (option("yes", 1), option("no", 0))
YES_NO_NA = (*YES_NO, option("na", is_na=True))


def question(name: str, type: QuestionType = QuestionType.SELECT_ONE, **fields: Any) -> Question:
    if type == QuestionType.SELECT_ONE:
        fields.setdefault("options", YES_NO)
    has_points = any(o.points is not None for o in fields.get("options", ())) or bool(fields.get("bands"))
    fields.setdefault("is_scored", has_points)
    return Question(name, type, fields.pop("label", text(name)), **fields)


def section(name: str, *questions: Question, **fields: Any) -> Section:
    return Section(name, fields.pop("label", text(name)), questions, **fields)


def small_checklist(**settings: Any) -> Checklist:
    """Two touchpoints: a greeting (required) and a comment-like text; a till with N/A and a wait in seconds."""
    return Checklist(
        "shop",
        text("Shop"),
        (
            section(
                "welcome",
                question("greeted", is_required=True),
                question("words", QuestionType.TEXT),
                question("window", QuestionType.IMAGE),
                norm=Decimal(80),
            ),
            section("till", question("receipt", options=YES_NO_NA), question("wait", QuestionType.TIMER)),
        ),
        Settings(**settings),
    )


def client(name: str = "") -> Client:
    return studies.create_client(name or f"Client {next(_numbers)}")


def study(owner: Client | None = None, notice_on: date | None = date(2026, 1, 1), **fields: Any) -> Study:
    owner = owner or client()
    name = fields.pop("name", f"Study {next(_numbers)}")
    return studies.create_study(owner, name, staff_notice_on=notice_on, purpose="To serve better", **fields)


def wave(of: Study | None = None, name: str = "", starts_on: date = TODAY) -> Wave:
    of = of or study()
    return studies.create_wave(of, name or f"Wave {next(_numbers)}", starts_on, starts_on + timedelta(days=30))


def store(of: Study, code: str = "", **fields: Any) -> Store:
    code = code or f"S{next(_numbers)}"
    place = {"city": "Verona", "region": "Veneto", "address": "", "latitude": None, "longitude": None, **fields}
    studies.import_stores(
        of, [SimpleNamespace(**{"code": code, "name": f"Store {code}", "timezone": "Europe/Rome", **place})]
    )
    return db.session.scalars(db.select(Store).where(Store.client_id == of.client_id, Store.code == code)).one()


def version(of: Study, checklist: Checklist | None = None) -> ChecklistVersion:
    checklist = checklist or small_checklist()
    published, _ = checklists.publish(of, checklist, "shop.xlsx", b"file", f"{next(_numbers):064x}")
    return published


def user(role: Role, of: Client | None = None, email: str = "", **narrowed: Any) -> User:
    email = email or f"{role}{next(_numbers)}@example.org"
    membership = access.Membership(role, of.id if of else None, **narrowed)
    made, _ = people.create_user(email, membership, name=email.split("@")[0].title(), locale="en")
    return made


def assignment(of: Wave | None = None, who: User | None = None, at: Store | None = None, **task: Any) -> Assignment:
    of = of or wave()
    if db.session.scalar(db.select(ChecklistVersion.id).where(ChecklistVersion.study_id == of.study_id)) is None:
        version(of.study)
    method = task.pop("method", Method.MYSTERY_SHOPPING)
    role = Role.SHOPPER if method == Method.MYSTERY_SHOPPING else Role.OBSERVER
    who = who or user(role, of.study.client)
    window = {"window_from": TODAY, "window_to": TODAY + timedelta(days=7)}
    fields = {"form_id": "shop", "allows_repeat": True, **window, **task}
    author = fields.pop("author", None)
    made, _ = assignments.assign(of, [who], [at or store(of.study)], Task(method, **fields), author)
    return made[0]


def visit(of: Assignment | None = None, at: datetime = NOON) -> Visit:
    """Started and not sent."""
    return visits.start(of or assignment(), new_id(), None, at)


GOOD = {"q-greeted": ["yes"], "q-receipt": ["no"], "feeling-welcome": ["1"]}


def received(of: Assignment | None = None, raw: dict[str, list[str]] | None = None, at: datetime = NOON) -> Visit:
    started = visit(of, at)
    outcome = visits.submit(started, 1, raw or GOOD, None, at + timedelta(minutes=30))
    assert outcome.receipt is not None, outcome.reading
    return started


def approved(of: Assignment | None = None, raw: dict[str, list[str]] | None = None, at: datetime = NOON) -> Visit:
    done = received(of, raw, at)
    visits.approve(done, None)
    return done


HALF = {"q-greeted": ["yes"], "q-receipt": ["no"]}


def visited(of: Wave, at: Store, raw: dict[str, list[str]] | None = None) -> Visit:
    return approved(assignment(of, at=at), raw or HALF)


def released(of: Study, *codes: str, **place: str) -> Wave:
    """A released wave with one visit (50 percent) in each of these stores."""
    made = wave(of)
    for code in codes:
        visited(made, store(of, code, **place))
    releases.release(made)
    return made


def edition(of: Wave, code: str) -> StoreEdition:
    query = db.select(StoreEdition).join(Store).where(Store.code == code, StoreEdition.client_id == of.client_id)
    return db.session.scalars(query.order_by(StoreEdition.id.desc())).first()


def picture_bytes(colour: str = "teal", size: tuple[int, int] = (640, 480)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def picture(colour: str = "teal") -> Picture:
    return picture_decoder.decode(picture_bytes(colour))


def mark_of(visit: Visit) -> str:
    """What a page of now says that it shows. Read and done with: nothing holds on to the state of then."""
    mark = visits.mark(visit)
    db.session.rollback()
    return mark
