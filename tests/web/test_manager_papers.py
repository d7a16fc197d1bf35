"""Managers read the paper that is kept, all of theirs as one file, and every edition."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from fieldstudy.core.access import Role
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Job, JobState, User, Visit, Wave
from fieldstudy.models.columns import now
from fieldstudy.queries import papers as paper_queries
from fieldstudy.services import actions, files, mail, releases, studies, unit, visits
from fieldstudy.services.actions import Plan
from tests import factories as make
from tests.papers import ALL, do_all_jobs, newest, released

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def wave(app: Flask) -> Wave:
    released()
    made = released()
    do_all_jobs(app)
    return made


def manager(wave: Wave, **narrowed: object) -> User:
    return make.user(Role.MANAGER, wave.study.client, **narrowed)


def kept(wave: Wave, code: str = "") -> bytes:
    store = make.edition(wave, code).id if code else None
    paper = paper_queries.find(newest(wave).id, store, "en")
    assert paper is not None
    return files.path_of(paper.sha256).read_bytes()


def store_pdf(client: FlaskClient, wave: Wave) -> bytes:
    return client.get(f"/manager/stores/{make.edition(wave, 'AA').id}/report.pdf?locale=en").data


def test_the_paper_that_is_kept_is_sent(wave: Wave, sign_in: SignIn) -> None:
    client = sign_in(manager(wave))
    assert store_pdf(client, wave) == kept(wave, "AA")
    assert client.get(f"/manager/waves/{wave.id}/network.pdf?locale=en").data == kept(wave)


def text_of(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def test_a_paper_without_the_newest_action_is_drawn_again(app: Flask, wave: Wave, sign_in: SignIn) -> None:
    actions.add(make.edition(wave, "AA"), Plan("A bell at the door", section="welcome"), None)
    client = sign_in(manager(wave))
    assert b"The PDF is being drawn" in store_pdf(client, wave)
    do_all_jobs(app)
    assert "A bell at the door" in text_of(store_pdf(client, wave))


def test_a_paper_in_the_old_colour_is_drawn_again(app: Flask, wave: Wave, sign_in: SignIn) -> None:
    old = kept(wave, "AA")
    studies.set_accent(wave.study.client, "#7a1f3d", None)
    client = sign_in(manager(wave))
    assert b"The PDF is being drawn" in store_pdf(client, wave)
    do_all_jobs(app)
    db.session.rollback()
    drawn = store_pdf(client, wave)
    assert (drawn[:5], drawn == old) == (b"%PDF-", False)
    assert not files.path_of(sha256(old).hexdigest()).exists()


def test_a_paper_whose_file_is_gone_is_drawn_again(app: Flask, wave: Wave, sign_in: SignIn) -> None:
    paper = paper_queries.find(newest(wave).id, make.edition(wave, "AA").id, "en")
    assert paper is not None
    files.path_of(paper.sha256).unlink()
    client = sign_in(manager(wave))
    assert b"The PDF is being drawn" in store_pdf(client, wave)
    do_all_jobs(app)
    assert store_pdf(client, wave)[:5] == b"%PDF-"


def test_a_paper_in_a_language_that_nobody_ordered_is_drawn_when_somebody_asks(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each once, however often they look; and no manager is told of an edition for the one report."""
    monkeypatch.setattr(mail, "is_possible", lambda: True)
    made = make.wave()
    for code in ("AA", "BB"):
        make.visited(made, make.store(made.study, code))
    client = sign_in(manager(made))
    releases.release(made)
    db.session.execute(db.delete(Job))
    db.session.commit()
    for address in (f"stores/{make.edition(made, 'AA').id}/report.pdf", f"waves/{made.id}/network.pdf"):
        for _ in range(2):
            assert client.get(f"/manager/{address}?locale=it").status_code == 202
    db.session.rollback()
    assert [job.payload["languages"] for job in db.session.scalars(db.select(Job))] == [["it"], ["it"]]
    do_all_jobs(app)
    db.session.rollback()
    assert {job.kind for job in db.session.scalars(db.select(Job))} == {"papers"}
    assert client.get(f"/manager/waves/{made.id}/network.pdf?locale=it").mimetype == "application/pdf"


def test_a_paper_that_failed_says_why_and_is_tried_again_later(app: Flask, wave: Wave, sign_in: SignIn) -> None:
    studies.set_accent(wave.study.client, "#7a1f3d", None)
    client = sign_in(manager(wave))
    store_pdf(client, wave)
    db.session.rollback()
    job = db.session.scalars(db.select(Job).order_by(Job.id.desc())).first()
    with unit.work(job):
        job.state, job.error, job.finished_at = JobState.FAILED, "ReportIsTooLong: ", now()
    assert b"It is too long for paper." in store_pdf(client, wave)
    with unit.work(job):
        job.finished_at = now() - timedelta(minutes=2)
    assert b"The PDF is being drawn" in store_pdf(client, wave)


def names(client: FlaskClient, wave: Wave) -> list[str]:
    answer = client.get(f"/manager/editions/{newest(wave).id}/papers.zip?locale=en")
    return sorted(name.split("/")[1] for name in zipfile.ZipFile(io.BytesIO(answer.data)).namelist())


def test_whoever_sees_every_store_gets_every_paper(wave: Wave, sign_in: SignIn) -> None:
    assert names(sign_in(manager(wave)), wave) == ["aa-store-aa.pdf", "bb-store-bb.pdf", "network-report.pdf"]


def test_a_region_gets_its_own_papers_only(wave: Wave, sign_in: SignIn) -> None:
    assert names(sign_in(manager(wave, region="Lazio")), wave) == ["bb-store-bb.pdf"]


def test_the_wave_offers_the_file(wave: Wave, sign_in: SignIn) -> None:
    assert "3 PDFs as ZIP" in sign_in(manager(wave)).get(f"/manager/waves/{wave.id}").text


# A later edition


@pytest.fixture
def again(app: Flask) -> Wave:
    """AA: 75 percent in edition 1, 50 in edition 2; BB as it was."""
    made = make.wave()
    place = make.store(made.study, "AA")
    make.visited(made, place)
    make.approved(make.assignment(made, at=place), ALL, make.NOON.replace(hour=9))
    make.visited(made, make.store(made.study, "BB", region="Lazio"))
    releases.release(made)
    visit = db.session.scalars(db.select(Visit).where(Visit.wave_id == made.id).order_by(Visit.started_at)).first()
    visits.set_aside(visit, State.EXCLUDED, "another store", None)
    releases.release_again(made, "A visit was to another store")
    return made


def page(client: FlaskClient, address: str) -> str:
    return " ".join(client.get(address).text.split())


def test_the_wave_says_why_there_is_a_new_edition(again: Wave, sign_in: SignIn) -> None:
    said = page(sign_in(manager(again)), f"/manager/waves/{again.id}")
    assert ("Edition 2, released on" in said, "A visit was to another store" in said) == (True, True)


def test_the_editions_say_what_changed(again: Wave, sign_in: SignIn) -> None:
    said = page(sign_in(manager(again)), f"/manager/waves/{again.id}/editions")
    assert '1 visit went out</td> <td class="num">75</td> <td class="num">50</td>' in said


def test_what_changed_elsewhere_is_not_shown(again: Wave, sign_in: SignIn) -> None:
    said = page(sign_in(manager(again, region="Lazio")), f"/manager/waves/{again.id}/editions")
    assert ("Store AA" in said, "only the network moved" in said) == (False, True)


def test_the_first_edition_stays_readable_and_says_so(again: Wave, sign_in: SignIn) -> None:
    client = sign_in(manager(again))
    first = db.session.scalars(
        db.select(make.StoreEdition).where(make.StoreEdition.client_id == again.client_id)
    ).first()
    said = page(client, f"/manager/stores/{first.id}")
    assert ("This is edition 1" in said, "Read the newest edition" in said) == (True, True)


def test_the_report_says_what_its_edition_changed(app: Flask, again: Wave, sign_in: SignIn) -> None:
    do_all_jobs(app)
    said = text_of(store_pdf(sign_in(manager(again)), again))
    assert "The score was 75 and is now 50." in said


def test_the_network_of_an_earlier_edition_can_be_had(app: Flask, again: Wave, sign_in: SignIn) -> None:
    do_all_jobs(app)
    editions = db.session.scalars(
        db.select(make.StoreEdition.edition_id).where(make.StoreEdition.client_id == again.client_id)
    ).all()
    said = text_of(sign_in(manager(again)).get(f"/manager/editions/{editions[0]}/network.pdf?locale=en").data)
    assert "1: frozen when the wave was released." in said
