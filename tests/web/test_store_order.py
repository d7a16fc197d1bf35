"""Stores by code stand in the order of their numbers in every list, on both databases and in every file."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient

from fieldstudy.core import access
from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Edition, Paper, Store, StoreEdition, User, Wave
from fieldstudy.queries import hints
from fieldstudy.queries import papers as paper_queries
from fieldstudy.queries import releases as release_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.services import releases, unit, visits
from tests import factories as make

SignIn = Callable[[User], FlaskClient]
CODES = ("10", "2", "1", "b10", "B2", "a")
IN_ORDER = ["1", "2", "10", "a", "B2", "b10"]

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def wave(app: object) -> Wave:
    return make.released(make.study(), *CODES)


def manager(wave: Wave) -> User:
    return make.user(Role.MANAGER, wave.study.client)


def met(page: str) -> list[str]:
    """The stores that a page names, as it names them first."""
    return list(dict.fromkeys(re.findall(r"Store (b10|B2|10|2|1|a)\b", page)))


@pytest.mark.parametrize(
    "path",
    ["", "?sort=score", "/network", "/questions/greeted", "/touchpoints/welcome", "/actions/new"],
)
def test_a_managers_pages(wave: Wave, sign_in: SignIn, path: str) -> None:
    assert met(sign_in(manager(wave)).get(f"/manager/waves/{wave.id}{path}").text) == IN_ORDER


@pytest.mark.parametrize(
    "path", ["?table=stores", "questions/greeted?table=stores", "touchpoints/welcome?table=stores"]
)
def test_a_managers_files(wave: Wave, sign_in: SignIn, path: str) -> None:
    address = f"/manager/waves/{wave.id}/{path}".replace("/?", "?")
    data = sign_in(manager(wave)).get(f"{address}&file=csv").data
    assert [row["code"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))] == IN_ORDER


def test_a_comparison_of_two_waves(wave: Wave, sign_in: SignIn) -> None:
    later = make.wave(wave.study, starts_on=date(2026, 9, 1))
    for store in study_queries.list_stores_for_client(wave.client_id):
        make.visited(later, store)
    releases.release(later)
    page = sign_in(manager(wave)).get(f"/manager/waves/{later.id}/compare").text
    assert met(page[page.index("<main") :]) == IN_ORDER


def test_what_an_edition_changed(sign_in: SignIn) -> None:
    wave = make.wave(make.study())
    stores = [make.store(wave.study, code) for code in CODES]
    late = [make.received(make.assignment(wave, at=store)) for store in stores]
    for store in stores:
        make.visited(wave, store)
    releases.release(wave)
    for visit in late:
        visits.approve(visit, None)
    edition = releases.release_again(wave, "More visits")
    assert [store.code for store in edition.change.stores] == IN_ORDER
    assert met(sign_in(manager(wave)).get(f"/manager/waves/{wave.id}/editions").text) == IN_ORDER


def test_an_edition_that_was_frozen_in_another_order(wave: Wave, sign_in: SignIn) -> None:
    """Editions of before hold their stores as the database sorted them."""
    edition = release_queries.find_newest_edition(wave)
    with unit.work(edition):
        edition.network = replace(edition.network, stores=edition.network.stores[::-1])
    client = sign_in(manager(wave))
    for path, part in (("", "<main"), ("/network", "part-heat")):
        page = client.get(f"/manager/waves/{wave.id}{path}").text
        assert met(page[page.index(part) :]) == IN_ORDER


def test_the_papers_of_an_edition(wave: Wave) -> None:
    edition = release_queries.find_newest_edition(wave)
    with unit.work():
        for frozen in db.session.scalars(db.select(StoreEdition)):
            db.session.add(paper(edition, frozen))
    viewer = access.Viewer(make.new_id(), (access.Membership(Role.COORDINATOR, wave.client_id),))
    assert [kept.code for kept in paper_queries.list_for_coordinator(viewer, edition, "en")] == IN_ORDER


def paper(edition: Edition, frozen: StoreEdition) -> Paper:
    return Paper(
        client_id=edition.client_id,
        edition_id=edition.id,
        store_edition_id=frozen.id,
        language="en",
        sha256="0" * 64,
        size_bytes=1,
        rendered_at=make.NOON,
    )


def test_a_coordinators_pages(wave: Wave, sign_in: SignIn) -> None:
    client = sign_in(make.user(Role.COORDINATOR, wave.study.client))
    for path in (f"studies/{wave.study_id}/stores", f"waves/{wave.id}", f"waves/{wave.id}/assignments"):
        assert met(client.get(f"/studio/{path}").text) == IN_ORDER


def test_visits_that_are_worth_a_look(wave: Wave) -> None:
    hasty = make.wave(wave.study)
    for store in db.session.scalars(db.select(Store)):
        make.approved(make.assignment(hasty, at=store), at=make.NOON.replace(hour=1))
    assert [one.code for one in hints.list_unquestioned(hasty)] == IN_ORDER
