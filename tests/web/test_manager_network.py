"""The network report on screen and on paper, for whoever sees every store and nobody else."""

import hashlib
import io
import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Edition, Job, User, Wave
from fieldstudy.queries import networks
from fieldstudy.queries import papers as paper_queries
from fieldstudy.queries import releases as release_queries
from fieldstudy.reports import papers, pdf
from fieldstudy.services import releases, studies
from tests import factories as make
from tests.papers import do_all_jobs, newest

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")
ALL, NONE = {"q-greeted": ["yes"], "q-receipt": ["yes"]}, {"q-greeted": ["no"], "q-receipt": ["no"]}


@pytest.fixture
def wave(app: object) -> Wave:
    """Two stores, 100 and 0 percent."""
    study = make.study()
    made = make.wave(study)
    make.visited(made, make.store(study, "AA"), ALL)
    make.visited(made, make.store(study, "BB", region="Lazio"), NONE)
    releases.release(made)
    return made


def manager(wave: Wave, **narrowed: object) -> User:
    return make.user(Role.MANAGER, wave.study.client, **narrowed)


def test_screen_and_paper_say_the_same(app: Flask, wave: Wave, sign_in: SignIn) -> None:
    client = sign_in(manager(wave))
    do_all_jobs(app)
    screen = " ".join(client.get(f"/manager/waves/{wave.id}/network").text.split())
    data = client.get(f"/manager/waves/{wave.id}/network.pdf?locale=en").data
    paper = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())
    for sentence in (
        "Store AA",
        "2 stores, 2 visits",
        "Three groups, no ladder",
        "1: frozen when the wave was released.",
    ):
        assert (sentence in screen, sentence in paper) == (True, True), sentence


def test_the_pdf_has_a_speaking_name(app: Flask, wave: Wave, sign_in: SignIn) -> None:
    do_all_jobs(app)
    answer = sign_in(manager(wave)).get(f"/manager/waves/{wave.id}/network.pdf")
    assert answer.mimetype == "application/pdf"
    assert "client" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("path", ["network", "network.pdf"])
def test_a_manager_of_a_region_does_not_see_the_whole_network(wave: Wave, sign_in: SignIn, path: str) -> None:
    client = sign_in(manager(wave, region="Lazio"))
    assert client.get(f"/manager/waves/{wave.id}").status_code in (200, 302)
    assert client.get(f"/manager/waves/{wave.id}/{path}").status_code == 404


def test_a_manager_of_one_store_does_not_see_it_either(wave: Wave, sign_in: SignIn) -> None:
    store = make.edition(wave, "AA").store
    assert sign_in(manager(wave, store_id=store.id)).get(f"/manager/waves/{wave.id}/network").status_code == 404


def test_a_wave_that_is_not_released_has_no_network_report(wave: Wave, sign_in: SignIn) -> None:
    other = make.wave(wave.study)
    make.visited(other, make.edition(wave, "AA").store)
    assert sign_in(manager(wave)).get(f"/manager/waves/{other.id}/network").status_code == 404


def test_an_edition_from_before_is_computed_anew_and_says_so(wave: Wave, sign_in: SignIn) -> None:
    db.session.execute(db.update(Edition).values(network=None))
    db.session.commit()
    page = sign_in(manager(wave)).get(f"/manager/waves/{wave.id}/network").text
    assert "the network was computed anew" in page


def test_what_was_frozen_and_what_is_computed_anew_are_the_same(wave: Wave) -> None:
    frozen = networks.find_network(wave)
    db.session.execute(db.update(Edition).values(network=None))
    db.session.expire_all()
    anew = networks.find_network(wave)
    assert frozen is not None
    assert anew is not None
    assert (frozen.is_frozen, anew.is_frozen) == (True, False)
    assert frozen.snapshot == anew.snapshot


def test_without_pango_the_page_says_what_is_missing(
    app: Flask, wave: Wave, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*args: object) -> bytes:
        raise pdf.PdfIsUnavailable

    monkeypatch.setattr(pdf, "render_template", unavailable)
    do_all_jobs(app)
    answer = sign_in(manager(wave)).get(f"/manager/waves/{wave.id}/network.pdf")
    assert (answer.status_code, "libpango" in answer.text) == (503, True)


# Nothing is drawn in the request while a job is due


def never(*args: object) -> bytes:
    raise AssertionError("drawn in the request")


@pytest.mark.parametrize("report", ["network", "store"])
def test_while_a_job_is_due_its_reader_waits_on_a_page(
    app: Flask, wave: Wave, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, report: str
) -> None:
    store = f"/manager/stores/{make.edition(wave, 'AA').id}/report.pdf"
    address = store if report == "store" else f"/manager/waves/{wave.id}/network.pdf"
    client = sign_in(manager(wave))
    with monkeypatch.context() as patched:
        patched.setattr(pdf, "render_template", never)
        patched.setattr(pdf, "render", never)
        answer = client.get(address)
    assert (answer.status_code, "data-reload" in answer.text, "Refresh" in answer.text) == (202, True, True)
    do_all_jobs(app)
    assert client.get(address).mimetype == "application/pdf"


def test_a_network_without_a_job_is_ordered(app: Flask, wave: Wave, sign_in: SignIn) -> None:
    """As after a new colour: what is kept shows the old one, and nobody has asked for a new paper."""
    do_all_jobs(app)
    studies.set_accent(wave.study.client, "#7a1f3d", None)
    client, address = sign_in(manager(wave)), f"/manager/waves/{wave.id}/network.pdf?locale=it"
    assert [client.get(address).status_code for _ in range(2)] == [202, 202]
    db.session.rollback()
    jobs = db.session.scalars(db.select(Job).where(Job.client_id == wave.client_id)).all()
    of_network = [job for job in jobs if job.payload["store_edition"] is None]
    assert len(of_network) == 2
    do_all_jobs(app)
    assert client.get(address).mimetype == "application/pdf"
    assert paper_queries.find(newest(wave).id, None, "it") is not None


def test_the_hash_of_an_edition_is_that_of_the_bytes_that_it_froze(wave: Wave) -> None:
    """An edition that an earlier version froze lacks what came later: reading it must not change its hash."""
    edition = db.session.scalars(db.select(Edition).where(Edition.wave_id == wave.id)).one()
    kept = db.session.scalars(db.select(db.type_coerce(Edition.network, db.LargeBinary))).one()
    older = {name: value for name, value in json.loads(kept).items() if name not in ("days", "methods")}
    frozen = json.dumps(older).encode()
    db.session.execute(db.text("UPDATE editions SET network = :frozen"), {"frozen": frozen})
    db.session.commit()
    db.session.expire_all()
    assert papers.network_report(edition, "en").method.sha256 == hashlib.sha256(frozen).hexdigest()
    assert networks.frozen_hashes(release_queries.list_frozen(wave))[""] == hashlib.sha256(frozen).hexdigest()
