"""Names in files of data are whole and as they were written; what a page cuts and isolates is the page's alone."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist, Critical, CriticalRule
from fieldstudy.models import Store, Study, Wave
from fieldstudy.services import releases
from tests import factories as make
from tests.web.rounds import SignIn

pytestmark = pytest.mark.usefixtures("app")
DATABASES = ("sqlite",)
START = "The first moments of a customer who comes in from the street and looks for "
LONG = [f"{START}{what}" for what in ("somebody", "something")]
ASKED = f"Is there anybody to greet {2 * START.lower()}somebody who helps?"
STORE = "\N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED} 1"


def released(study: Study, places: list[Store], month: int) -> Wave:
    made = make.wave(study, f"Wave {month}", make.TODAY.replace(month=month))
    for place in places:
        make.visited(made, place, {"q-door": ["no"], "q-till": ["yes"]})
    releases.release(made)
    return made


@pytest.fixture
def wave() -> Wave:
    """The second of two: two touchpoints that begin alike, a very long question, a store written from the right."""
    study = make.study()
    critical = Critical(CriticalRule.FLAG)
    door = make.question("door", label=make.text(ASKED), critical=critical, norm=Decimal(90))
    sections = (
        make.section("a", door, label=make.text(LONG[0]), norm=Decimal(90)),
        make.section("b", make.question("till"), label=make.text(LONG[1]), norm=Decimal(90)),
    )
    make.version(study, Checklist("shop", make.text("Shop"), sections))
    places = [make.store(study, code, name=name) for code, name in (("AA", STORE), ("BB", "Two"))]
    return [released(study, places, month) for month in (3, 4)][-1]


@pytest.fixture
def manager(wave: Wave, sign_in: SignIn) -> FlaskClient:
    return sign_in(make.user(Role.MANAGER, wave.study.client))


def rows(manager: FlaskClient, address: str, table: str) -> list[dict[str, str]]:
    data = manager.get(f"{address}?table={table}&file=csv").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data)))


def sheet(manager: FlaskClient, address: str, table: str) -> list[tuple[Any, ...]]:
    data = manager.get(f"{address}?table={table}&file=xlsx").data
    return list(load_workbook(io.BytesIO(data)).active.values)


def test_two_long_names_stay_two(manager: FlaskClient, wave: Wave) -> None:
    address = f"/manager/waves/{wave.id}"
    assert [row["Touchpoint"] for row in rows(manager, address, "touchpoints")] == LONG
    assert [row[0] for row in sheet(manager, address, "touchpoints")[1:]] == LONG
    assert list(rows(manager, address, "heat")[0])[-2:] == LONG
    gaps = rows(manager, address, "gaps")
    assert [(row["Question"], row["touchpoint"]) for row in gaps] == [(ASKED, LONG[0])]
    assert LONG[0] not in manager.get(address).text  # cut there, as it was


def test_the_tables_of_one_figure_have_whole_names_too(manager: FlaskClient, wave: Wave) -> None:
    store = f"/manager/stores/{make.edition(wave, 'AA').id}/figures"
    assert [row["Touchpoint"] for row in rows(manager, store, "touchpoints")] == LONG
    assert rows(manager, store, "visits")[0]["rules"].startswith(f"{ASKED}: ")
    assert [row["Question"] for row in rows(manager, f"{store}/a", "questions")] == [ASKED]
    questions = rows(manager, f"/manager/waves/{wave.id}/touchpoints/a", "questions")
    assert [row["Question"] for row in questions] == [ASKED]


def test_two_waves_are_compared_under_whole_names(manager: FlaskClient, wave: Wave) -> None:
    address = f"/manager/waves/{wave.id}/compare"
    assert [row["Touchpoint"] for row in rows(manager, address, "touchpoints")] == ["Whole visit", *LONG]
    assert ASKED in [row["Question"] for row in rows(manager, address, "questions")]


def test_no_unseen_mark_stands_in_a_file(manager: FlaskClient, wave: Wave) -> None:
    """On the page the name keeps to itself between two of them."""
    address = f"/manager/waves/{wave.id}"
    assert f"\N{FIRST STRONG ISOLATE}{STORE}\N{POP DIRECTIONAL ISOLATE}" in manager.get(address).text
    assert [row["Store"] for row in rows(manager, address, "stores")] == [STORE, "Two"]
    assert STORE in [row[1] for row in sheet(manager, address, "stores")[1:]]
