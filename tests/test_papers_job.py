"""Papers drawn by workers as they run in life, killed in the middle; letters to a real mail server."""

import os
import signal
from dataclasses import replace
from email.message import EmailMessage
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader

from fieldstudy.core.access import Membership, Role, Viewer
from fieldstudy.extensions import db
from fieldstudy.models import Job, JobState, Paper, User, Wave
from fieldstudy.models.columns import now
from fieldstudy.queries import papers
from fieldstudy.services import accounts, files, mail, roles, unit
from tests import factories as make
from tests.mail import Postman
from tests.papers import count, do_all_jobs, newest, released
from tests.workers import started, until


@pytest.fixture
def wave(app: Flask) -> Wave:
    """Two stores and the network, for a manager who reads English."""
    study = make.study()
    make.user(Role.MANAGER, study.client, "teresa@example.org")
    return released(study)


def states() -> set[JobState]:
    db.session.rollback()
    return set(db.session.scalars(db.select(Job.state)))


def test_a_killed_worker_loses_no_paper(app: Flask) -> None:
    """Two stores and the network, in both languages: nobody has chosen one."""
    released()
    with started(app) as worker:
        until(count, app)
        os.killpg(worker.pid, signal.SIGKILL)
    killed = count()
    with started(app):
        until(lambda: states() == {JobState.DONE}, app)
    assert (killed < 6, count()) == (True, 6)


def test_a_paper_is_the_report_that_a_manager_would_have_drawn(app: Flask, wave: Wave) -> None:
    do_all_jobs(app)
    store = make.edition(wave, "AA")
    paper = papers.find(store.edition_id, store.id, "en")
    assert paper is not None
    pages = PdfReader(BytesIO(files.path_of(paper.sha256).read_bytes())).pages
    assert "Store AA" in pages[0].extract_text()


def test_each_manager_is_told_once_when_all_are_there(app: Flask, postman: Postman, wave: Wave) -> None:
    make.user(Role.MANAGER, make.client(), "stranger@example.org")
    do_all_jobs(app)
    (letter,) = postman.letters
    assert (letter["To"], f"https://f.example/manager/waves/{wave.id}" in letter.get_content()) == (
        "teresa@example.org",
        True,
    )


def test_the_letter_speaks_the_managers_language(app: Flask, postman: Postman) -> None:
    study = make.study()
    make.user(Role.MANAGER, study.client, "anna@example.org").locale = "it"
    db.session.commit()
    released(study)
    do_all_jobs(app)
    assert postman.letters[0]["Content-Language"] == "it"


def test_nobody_is_told_while_a_paper_is_missing(app: Flask, postman: Postman, wave: Wave) -> None:
    workshop = app.extensions["workshop"]
    workshop.work(), workshop.work()
    assert (count(), postman.letters) == (2, [])


def test_a_manager_without_a_store_in_the_edition_is_not_told(app: Flask, postman: Postman, wave: Wave) -> None:
    make.user(Role.MANAGER, wave.study.client, "sicily@example.org", region="Sicilia")
    do_all_jobs(app)
    assert [letter["To"] for letter in postman.letters] == ["teresa@example.org"]


def test_a_paper_that_is_drawn_again_tells_nobody_again(app: Flask, postman: Postman, wave: Wave) -> None:
    do_all_jobs(app)
    jobs = db.session.scalars(db.select(Job).where(Job.kind == papers.PAPERS)).all()
    with unit.work():
        db.session.execute(db.delete(Paper).where(Paper.store_edition_id.is_(None)))
        for job in jobs:
            job.state = JobState.WAITING
    do_all_jobs(app)
    assert (count(), len(postman.letters)) == (3, 1)


@pytest.mark.parametrize("is_deactivated", [True, False])
def test_whoever_left_while_the_letter_waited_is_not_told(
    app: Flask, postman: Postman, wave: Wave, is_deactivated: bool
) -> None:
    postman.refuses = "teresa"
    do_all_jobs(app)
    db.session.rollback()
    person = db.session.scalars(db.select(User).where(User.email == "teresa@example.org")).one()
    boss = Viewer(make.user(Role.ADMIN).id, (Membership(Role.ADMIN),))
    if is_deactivated:
        accounts.deactivate(person, boss)
    else:
        roles.withdraw(person.memberships[0], boss)
    postman.refuses = ""
    let_it_be_due()
    do_all_jobs(app)
    assert (postman.letters, letter_job().state) == ([], JobState.DONE)


def letter_job() -> Job:
    db.session.rollback()
    return db.session.scalars(db.select(Job).where(Job.kind == papers.TELL)).one()


def let_it_be_due() -> None:
    job = letter_job()
    with unit.work(job):
        job.due_at = now()


def test_a_refused_letter_is_sent_again_later(app: Flask, postman: Postman, wave: Wave) -> None:
    postman.refuses = "teresa"
    do_all_jobs(app)
    assert ("550" in letter_job().error, letter_job().state) == (True, JobState.WAITING)
    assert "teresa" not in letter_job().error
    postman.refuses = ""
    let_it_be_due()
    do_all_jobs(app)
    assert len(postman.letters) == 1


def test_a_letter_that_may_have_left_is_not_sent_twice(
    app: Flask, postman: Postman, wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies after the server took the letter and before the row says so."""
    really_send = mail.send

    def send_and_die(letter: EmailMessage, address: str, name: str) -> None:
        really_send(letter, address, name)
        raise SystemExit

    monkeypatch.setattr(mail, "send", send_and_die)
    with pytest.raises(SystemExit):
        do_all_jobs(app)
    monkeypatch.setattr(mail, "send", really_send)
    do_all_jobs(app)
    assert (len(postman.letters), "not known whether" in letter_job().error) == (1, True)


def test_the_demo_writes_its_letters_into_a_folder(app: Flask, wave: Wave) -> None:
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, is_demo=True)
    try:
        do_all_jobs(app)
    finally:
        app.extensions["fieldstudy"] = config
    edition = newest(wave)
    assert len(list((config.data / "mail").glob(f"{edition.id}.*.eml"))) == 1


def test_without_a_mail_server_nobody_is_told(app: Flask, wave: Wave) -> None:
    do_all_jobs(app)
    assert papers.list_jobs(newest(wave), papers.TELL) == []
