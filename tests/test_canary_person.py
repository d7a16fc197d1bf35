"""One person leaves marks wherever a person can; after the erasure there is none, and the client's data are as before.

What stays is named in docs/privacy.md: answers and photos of visits that were sent, under a code that is nobody's.
"""

import io
import logging
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from PIL.ExifTags import Base
from pypdf import PdfReader

from fieldstudy.core.access import Membership, Role
from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, Client, Job, JobState, Photo, StoreEdition, User, Visit, Wave
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries import releases as release_queries
from fieldstudy.queries import visit_pdfs as visit_pdf_queries
from fieldstudy.queries.visit_pdfs import Audience
from fieldstudy.reports import papers
from fieldstudy.services import (
    actions,
    erasure,
    fieldnotes,
    files,
    fsck,
    jobs,
    mail,
    media,
    people,
    photos,
    releases,
    sendings,
    temporary_files,
    unit,
    visit_pdfs,
    visits,
    wave_previews,
)
from fieldstudy.services.actions import Plan
from fieldstudy.services.releases import data_sha256
from tests import factories as make
from tests import phone, signing
from tests.papers import do_all_jobs
from tests.phone import Snapshot
from tests.web.door import Scene

NAME, EMAIL = "Ottavia Quetzalmarker", "o.canary-7141@example.org"
REVERSED = "quetzalmarker,  OTTAVIA"
MARKS = ("ottavia", "quetzalmarker", "canary-7141", "jotmark", "draftmark", "reviewmark", "versionmark", "exifmark")
TASK = {"method": Method.PARTICIPANT_OBSERVATION, "gold_role": "complete_participant", "disclosure": "overt"}
STAYS = "The window was full of light"


def marked_picture(colour: str) -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif[Base.Artist] = f"{NAME} exifmark {colour}"
    Image.new("RGB", (320, 240), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


@dataclass(frozen=True)
class Story:
    """Ids, which stay what they are."""

    person: UUID
    client: UUID
    wave: UUID
    code: str


@pytest.fixture
def data(app: Flask, tmp_path: Path) -> Iterator[Path]:
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, data=tmp_path)
    yield tmp_path
    app.extensions["fieldstudy"] = config


@pytest.fixture
def story(app: Flask, data: Path) -> Story:
    study = make.study()
    version, wave = make.version(study), make.wave(study)
    person, _ = people_of(study.client)
    stores = [make.store(study, code) for code in ("AA", "BB", "CC")]
    tasks = [make.assignment(wave, person, store, **TASK) for store in stores]
    scene = Scene(person, tasks[0], version)
    send_one(app, scene)
    leave_the_rest(scene, tasks)
    others_speak(wave, stores[1])
    for visit in db.session.scalars(db.select(Visit).where(Visit.state == State.RECEIVED)).all():
        visits.approve(visit, None)
    releases.release(wave)
    do_all_jobs(app)
    shown = make.edition(wave, "AA")
    actions.add(shown, Plan(f"{NAME} counts the bells", section="welcome"), person.id)
    do_all_jobs(app)
    leave_jobs(person)
    order_pdfs(app, tasks[0])
    return Story(person.id, study.client_id, wave.id, tasks[0].fieldworker.code)


def people_of(client: Any) -> tuple[User, str]:
    made = people.create_user(EMAIL, Membership(Role.OBSERVER, client.id), name=NAME, password=make.PASSWORD)
    people.create_user(EMAIL, Membership(Role.MANAGER, make.client().id))
    return made


def send_one(app: Flask, scene: Scene) -> None:
    """Received with a photo, jottings and answers that name the person, and once more with other answers."""
    photo, seen = Snapshot("window", marked_picture("teal")), scene.person.id
    media.put_whole(seen, UUID(photo.id), photo.content, photo.sha256)
    raw = {**make.GOOD, "q-words": [f"{STAYS}, said {NAME.upper()}"], "c-greeted": [f"Write to {EMAIL}."]}
    note = {"id": str(new_id()), "section": "welcome", "text": f"jotmark: I am {NAME}", "at": phone.iso(now())}
    fields: dict[str, Any] = {"method": "participant_observation", "jottings": [note]}
    first = scene.seal(raw, photos=[photo], **fields)
    other = scene.seal({**raw, "q-words": ["versionmark"]}, photos=[photo], visit=first.visit, **fields)
    for sealed in (first, other):
        sendings.receive(seen, UUID(sealed.visit), sealed.body, sealed.sha256, now())
    do_all_jobs(app)


def leave_the_rest(scene: Scene, tasks: list[Any]) -> None:
    """A draft with a photo, a sending that nobody understands, photos on their way, letters, a session."""
    person = scene.person
    begun = make.visit(tasks[1])
    photos.keep(begun, "window", make.picture("olive"), person.id)
    fieldnotes.jot(begun, "", f"jotmark {NAME}", make.NOON, person.id)
    visits.save_draft(begun, {"q-words": [f"draftmark {NAME}"]}, make.NOON)
    doubtful = phone.seal(new_id(), scene.version.id, {"q-words": [f"reviewmark {EMAIL}"]})
    sendings.receive(person.id, UUID(doubtful.visit), doubtful.body, doubtful.sha256, now())
    idle = marked_picture("navy")
    media.put_whole(person.id, new_id(), idle, sha256(idle).hexdigest())
    media.path_of(person.id, new_id()).with_suffix(media.PART).write_bytes(idle[:200])
    letter = EmailMessage()
    letter["To"], letter["Subject"] = EMAIL, "Hello"
    letter.set_content(f"Hello {NAME}")
    mail.send(letter, EMAIL, "first")


def leave_jobs(person: User) -> None:
    with unit.work():
        jobs.add("tell_manager", {"edition": str(new_id()), "user": str(person.id)}, due_at=now() + timedelta(days=9))
        failed = jobs.add("letter", {"to": EMAIL}, due_at=now() + timedelta(days=9))
        failed.error = f"MailIsRefused: {EMAIL}"
        ordered = jobs.add("release", {"actor": str(person.id), "reason": f"{NAME} counted again"})
        ordered.state = JobState.CANCELLED


def order_pdfs(app: Flask, task: Any) -> None:
    """Of the visit that was sent: one is drawn, one waits for a worker."""
    visit = db.session.scalars(db.select(Visit).where(Visit.assignment_id == task.id)).one()
    for language in ("en", "it"):
        report = papers.visit_report(visit, language, Audience.FIELDWORKER)
        wanted = visit_pdf_queries.payload(
            visit, Audience.FIELDWORKER, language, papers.ingredients_of_visit(visit, report)
        )
        do_all_jobs(app)
        visit_pdfs.order(visit, wanted, task.fieldworker.user_id)


def others_speak(wave: Any, store: Any) -> None:
    """Of the person: in a note, an answer, a reason that the journal keeps."""
    beside = make.visit(make.assignment(wave, at=store, **TASK))
    fieldnotes.jot(beside, "welcome", f"Waited with {REVERSED} at the till", make.NOON, None)
    visits.submit(beside, 1, {**make.HALF, "q-words": [f"{NAME} was here"]}, None, make.NOON)
    aside = make.received(make.assignment(wave, at=store))
    visits.set_aside(aside, State.EXCLUDED, f"Filled by {NAME}, {EMAIL}", None)


def marks_in(text: str) -> set[str]:
    lower = text.lower()
    return {mark for mark in MARKS if mark in lower}


def in_tables() -> set[str]:
    """By SQL alone, whatever the program thinks of its tables."""
    found: set[str] = set()
    with db.engine.connect() as connection:
        for table in sqlalchemy.inspect(connection).get_table_names():
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}"):  # noqa: S608
                values = (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in row)
                found |= {f"{table}: {mark}" for mark in marks_in(" ".join(values))}
    return found


def in_files(*folders: Path) -> set[str]:
    return {
        f"{path.name}: {mark}"
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
        for mark in marks_in(_said(path.read_bytes()))
    }


def _said(content: bytes) -> str:
    """With what a PDF says in its compressed streams."""
    told = ""
    if content.startswith(b"%PDF"):
        told = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return told + content.decode("utf-8", "replace")


def in_database_file(app: Flask) -> set[str]:
    url = sqlalchemy.make_url(app.extensions["fieldstudy"].database_url)
    if url.get_backend_name() == "postgresql":
        return {f"{name}: {mark}" for name, content in relations() for mark in marks_in(_said(content))}
    path = Path(url.database)
    parts = path.parent.glob(f"{path.name}*")
    return {f"{part.name}: {mark}" for part in parts for mark in marks_in(part.read_bytes().decode("utf-8", "replace"))}


def relations() -> list[tuple[str, bytes]]:
    """Tables and indexes as they lie on PostgreSQL's disk."""
    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sqlalchemy.text("CHECKPOINT"))
        content = "pg_read_binary_file(pg_relation_filepath(oid))"
        own = f"SELECT relname, {content} FROM pg_class WHERE relkind IN ('r', 'i', 't')"  # noqa: S608
        return [(name, bytes(content)) for name, content in connection.execute(sqlalchemy.text(own))]


def in_downloads(client: FlaskClient, edition: UUID) -> set[str]:
    found: set[str] = set()
    for address in (
        f"/studio/editions/{edition}/papers.zip?locale=en",
        f"/studio/editions/{edition}/papers.zip?locale=it",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        with zipfile.ZipFile(io.BytesIO(answer.data)) as bundle:
            for name in bundle.namelist():
                found |= marks_in(_said(bundle.read(name)))
    return found


def figures() -> list[Any]:
    query = db.select(StoreEdition).order_by(StoreEdition.id)
    return [
        (one.store.code, one.score, one.snapshot.figures, one.snapshot.network) for one in db.session.scalars(query)
    ]


def test_a_canary_person_leaves_no_trace(
    app: Flask, data: Path, story: Story, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    coordinator = make.user(Role.COORDINATOR, db.session.get(Client, story.client))
    client.set_cookie("session", signing.token_of(app, coordinator))
    signing.token_of(app, db.session.get(User, story.person))
    edition = release_queries.find_newest_edition(db.session.get(Wave, story.wave)).id
    everywhere, before = in_tables(), figures()
    wave_previews.order(db.session.get(Wave, story.wave), coordinator.id)
    do_all_jobs(app)
    assert marks_in(temporary_files.read(story.wave).decode()) == set()
    assert {mark for mark in MARKS if mark != "exifmark"} == {line.split(": ")[1] for line in everywhere}
    assert {line.split(": ")[1] for line in in_files(data)} >= {"ottavia", "exifmark", "jotmark"}
    assert {line.split(": ")[1] for line in in_files(data / temporary_files.FOLDER)} >= {"ottavia", "jotmark"}
    assert in_downloads(client, edition) >= {"ottavia", "jotmark"}

    assert in_database_file(app)
    report = erasure.erase_person(db.session.get(User, story.person))
    do_all_jobs(app)

    assert report.is_compact
    assert in_tables() == set()
    assert in_files(data) == set()
    assert temporary_files.read(story.wave) is None
    assert in_database_file(app) == set()
    assert in_downloads(client, edition) == set()
    assert marks_in(caplog.text) == set()
    assert figures() == before
    check_what_stays(story, report)


def check_what_stays(story: Story, report: erasure.Report) -> None:
    person = db.session.get(User, story.person)
    assert (person.name, person.password_hash, person.is_active, person.memberships) == ("", "", False, [])
    kept = [(one.code, one.visits) for one in report.stays.codes]
    assert (kept, report.stays.photos, report.stays.open_assignments) == ([(story.code, 2)], 1, 1)
    assert STAYS in " ".join(str(row) for row in db.session.scalars(db.select(AnswerRow.value)))
    proof = db.session.scalars(db.select(Photo).where(Photo.erased_at.is_(None))).one()
    assert files.path_of(proof.sha256).exists()
    assert fsck.check().is_sound
    assert db.session.scalars(db.select(Job).where(Job.kind == "release")).one().payload["actor"] == str(story.person)
    for one in db.session.scalars(db.select(StoreEdition)):
        assert one.sha256 == data_sha256(one.snapshot)
    with pytest.raises(sqlalchemy.exc.DatabaseError, match="append-only"):
        db.session.execute(sqlalchemy.text("UPDATE journal SET verb = 'nothing'"))
    db.session.rollback()
