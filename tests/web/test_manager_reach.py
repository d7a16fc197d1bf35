"""Whatever stays with the agency is planted with one mark, and no address or file that a manager reaches holds it.

Addresses: every rule of the application that lets managers in, filled with every id and name that there is, and every
link that their pages have, downloads among them. In files: the text, the names and the metadata.
"""

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import inspect

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist, Method, QuestionType
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Action, AnswerRow, Edition, Photo, Reference, StoreEdition, Study, User, Visit, Wave
from fieldstudy.reports import letters
from fieldstudy.services import actions, fieldnotes, photos, references, releases, visits
from fieldstudy.services.actions import Plan
from tests import factories as make
from tests.papers import do_all_jobs

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")
SignIn = Callable[[User], FlaskClient]

MARK = "zq7vkm4x"
"""In every name, text and value that is not for the client; too long to stand in a hash or a packed file by chance."""
AMOUNTS = ("90.77", "90,77", "45.4384")
"""What the shopper spent, and where the shopper stood: numbers have no room for the mark."""
SHOWN = "kx4wdqp2"
"""In what the client does read: whoever does not find this one looks in the wrong place."""
PEOPLE = itertools.count(1)
OBSERVER = {"method": Method.PARTICIPANT_OBSERVATION, "gold_role": "participant_as_observer", "disclosure": "overt"}


def marked(name: str, type: QuestionType, **more: Any) -> Any:
    return make.question(f"{MARK}{name}", type, label=make.text(f"Label {MARK} {name}"), **more)


def checklist() -> Checklist:
    inside = {"internal": True, "hint": make.text(f"Hint {MARK}")}
    how = (make.option("cash"), make.option(f"{MARK}option"))
    door = make.section(
        "door",
        make.question("greeted", label=make.text(f"Greeted {SHOWN}?")),
        make.question("words", QuestionType.TEXT),
        make.question("place", QuestionType.GEOPOINT),
        marked("money", QuestionType.DECIMAL, **inside),
        marked("paid", QuestionType.TEXT, **inside),
        marked("how", QuestionType.SELECT_ONE, options=how, **inside),
        marked("picture", QuestionType.IMAGE, **inside),
        marked("sum", QuestionType.CALCULATE, calculation=f"${{{MARK}money}}"),
        marked("token", QuestionType.HIDDEN, default=f"{MARK} hidden"),
        norm=make.Decimal(90),
    )
    costs = make.section(f"{MARK}costs", marked("bus", QuestionType.TEXT, **inside), label=make.text(f"{MARK} costs"))
    return Checklist("shop", make.text("Shop"), (door, costs))


def raw(greeted: str = "no") -> dict[str, list[str]]:
    return {
        "q-greeted": [greeted],
        "c-greeted": [f"Nobody said a word until I asked, {SHOWN}."],
        "q-words": [f"A quiet shop, {SHOWN}."],
        "q-place": ["45.4384 10.9916 0 12"],
        f"q-{MARK}money": ["90.77"],
        f"c-{MARK}money": [f"By card {MARK}"],
        f"q-{MARK}paid": [f"Text {MARK}"],
        f"q-{MARK}how": [f"{MARK}option"],
        f"q-{MARK}bus": [f"Line {MARK}"],
        f"feeling-{MARK}costs": ["-2"],
    }


def received(study: Study, wave: Wave, code: str, **stance: Any) -> Visit:
    """Sent, sent back with a reason, sent again; with notes, a photo and a person who has a name."""
    role = Role.OBSERVER if stance else Role.SHOPPER
    who = make.user(role, study.client, email=f"{MARK}{next(PEOPLE)}@example.org")
    task = make.assignment(
        wave, who, make.store(study, code), briefing=f"Brief {MARK}", scenario=f"A gift, {SHOWN}", **stance
    )
    visit = make.visit(task)
    photos.keep(visit, f"{MARK}picture", make.picture("red" if stance else "navy"), None)
    photos.keep(visit, "greeted", make.picture("green"), None)
    for section in ("door", f"{MARK}costs", ""):
        fieldnotes.jot(
            visit, section, f"They laughed among themselves while I stood there waiting. {MARK}", make.NOON, None
        )
    visits.submit(visit, 1, raw(), None, make.NOON + timedelta(hours=1))
    visits.send_back(visit, {"greeted": f"Why? {MARK}", f"{MARK}money": f"Receipt? {MARK}"}, None)
    visits.submit(visit, 2, raw(), None, make.NOON + timedelta(hours=2))
    return visit


@dataclass(frozen=True)
class Scene:
    study: Study
    waves: list[Wave]
    editions: list[Edition]


def scene() -> Scene:
    """Two waves, the second in two editions; every reason, note and name of the agency bears the mark."""
    study = make.study(jotting_methods=())
    make.version(study, checklist())
    reviewer = make.user(Role.REVIEWER, study.client, email=f"{MARK}desk{next(PEOPLE)}@example.org")
    waves = [make.wave(study, f"Wave {month}", make.TODAY.replace(month=month)) for month in (3, 4)]
    for wave in waves:
        references.add(wave, make.picture("purple"), f"How the window looks {MARK}", None)
        for code in ("AA", "BB"):
            visits.approve(received(study, wave, code), reviewer.id)
            visits.approve(received(study, wave, code, **OBSERVER), reviewer.id)
        visits.set_aside(received(study, wave, "AA"), State.EXCLUDED, f"Bought nothing {MARK}", reviewer.id)
    late = received(study, waves[1], "BB")
    for wave in waves:
        releases.release(wave)
    store = make.edition(waves[0], "AA")
    actions.add(store, Plan("A bell at the door", section="door", question="greeted"), None)
    visits.approve(late, reviewer.id)
    releases.release_again(waves[1], f"A visit came late {SHOWN}")
    return Scene(study, waves, list(db.session.scalars(db.select(Edition).order_by(Edition.id))))


# Where a manager may look


def values_of(scene: Scene) -> dict[str, list[str]]:
    """For every part of an address, all that it could be."""

    def ids(model: Any) -> list[str]:
        return [str(key) for key in db.session.scalars(db.select(inspect(model).primary_key[0]))]

    form = checklist()
    hashes = {*db.session.scalars(db.select(Photo.sha256)), *db.session.scalars(db.select(Reference.sha256))}
    return {
        "wave_id": ids(Wave),
        "store_edition_id": ids(StoreEdition),
        "edition_id": ids(Edition),
        "action_id": ids(Action),
        "client_id": [str(scene.study.client_id)],
        "section": [section.name for section in form.sections],
        "question": [question.name for question in form.questions],
        "sha256": sorted(hashes),
    }


def addresses(app: Flask, scene: Scene) -> Iterator[str]:
    values = values_of(scene)
    for rule in app.url_map.iter_rules():
        policy = getattr(app.view_functions[rule.endpoint], "policy", None)
        if policy is None or policy.is_public or "GET" not in (rule.methods or ()):
            continue
        if Role.MANAGER not in policy.roles:
            continue
        names = sorted(rule.arguments)
        for chosen in itertools.product(*(values[name] for name in names)):
            with app.test_request_context():
                yield app.url_for(rule.endpoint, **dict(zip(names, chosen, strict=True)))


def links(page: str) -> set[str]:
    found = re.findall(r'(?:href|src)="(/[^"#]*)', page)
    return {unescape(address) for address in found if not address.startswith(("/static", "/bootstrap", "/account"))}


def reached(app: Flask, client: FlaskClient, scene: Scene) -> dict[str, str]:
    """All that opens, by its address: what it says, in plain text; followed link by link until there is no new one."""
    found: dict[str, str] = {}
    ahead = ["/manager/", *addresses(app, scene)]
    seen = set(ahead)
    while ahead:
        address = ahead.pop()
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        said = " ".join((*told(answer.data, answer.mimetype), unquote(str(answer.headers))))
        found[address] = said
        more = links(answer.text) if answer.mimetype == "text/html" else set()
        also = {f"{address}?locale={language}" for language in ("en", "it")} if address.endswith(".pdf") else set()
        ahead += sorted((more | also) - seen)
        seen |= more | also
    return found


def told(data: bytes, kind: str) -> Iterator[str]:
    """Also the text of a PDF, which is compressed in its bytes, and what a ZIP or a workbook holds."""
    yield data.decode("utf-8", "replace") if kind.startswith("text/") else data.decode("latin-1")
    if data[:5] == b"%PDF-":
        yield from told_by_pdf(data)
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            for name in bundle.namelist():
                yield name
                yield from told(bundle.read(name), "text/xml" if name.endswith((".xml", ".rels")) else "")


def told_by_pdf(data: bytes) -> Iterator[str]:
    reader = PdfReader(io.BytesIO(data))
    yield from (str(value) for value in (reader.metadata or {}).values())
    yield str(reader.xmp_metadata.stream.get_data() if reader.xmp_metadata else "")
    yield from (str(entry) for entry in reader.outline)
    yield from map(str, reader.attachments)
    for page in reader.pages:
        yield " ".join(page.extract_text().split())
    for object_id in reader.xref_objStm:
        yield str(reader.get_object(object_id))


def holding(found: dict[str, str], secrets: tuple[str, ...]) -> list[tuple[str, str]]:
    return [
        (address, said[max(0, at - 40) : at + 40])
        for address, said in found.items()
        if MARK not in address.lower()
        for secret in secrets
        if (at := said.lower().find(secret)) >= 0
    ]


KINDS = ("/manager/waves/", "/manager/stores/", ".pdf", ".zip", "file=xlsx", "file=csv")


@pytest.mark.parametrize("narrowed", [{}, {"region": "Veneto"}])
def test_no_address_of_a_manager_holds_what_stays_with_the_agency(
    app: Flask, sign_in: SignIn, narrowed: dict[str, str]
) -> None:
    made = scene()
    do_all_jobs(app)
    client = sign_in(make.user(Role.MANAGER, made.study.client, **narrowed))
    found = reached(app, client, made)
    assert holding(found, (MARK, *AMOUNTS)) == []
    assert [address for address in found if MARK in address.lower()] == []
    hidden = {*db.session.scalars(db.select(Photo.sha256).where(Photo.question == f"{MARK}picture"))}
    hidden |= {*db.session.scalars(db.select(Reference.sha256))}
    assert len(hidden) == 3
    assert [address for address in found if any(sha256 in address for sha256 in hidden)] == []
    # What the client does read was found in all kinds of pages and files: none of them was merely not understood.
    shown = [address for address, _ in holding(found, (SHOWN,))]
    assert [kind for kind in KINDS if not any(kind in address for address in shown)] == []
    pages = ("/compare", "/editions", "/actions", "/photos/")
    assert [page for page in pages if not any(page in address for address in found)] == []


def test_no_letter_holds_it() -> None:
    made = scene()
    reader = make.user(Role.MANAGER, made.study.client)
    for edition in made.editions:
        letter = letters.papers_ready(edition, reader, "us@example.org", "http://here/there").as_string()
        assert MARK not in letter.lower()


def test_what_only_the_agency_reads_is_no_new_edition() -> None:
    """An internal answer, a note and a name are in no edition, so that nothing changes for the client."""
    made = scene()
    answer = db.session.scalars(db.select(AnswerRow).where(AnswerRow.question == f"{MARK}paid")).first()
    answer.value = "Something else"
    db.session.commit()
    with pytest.raises(releases.NothingChanged):
        releases.release_again(made.waves[1], "For nothing")
