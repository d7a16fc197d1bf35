"""Managers see released waves and the stores that their membership allows, in words that do not rank by chance."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Store, Study, User
from fieldstudy.services import releases
from tests import factories as make

SignIn = Callable[[User], FlaskClient]

pytestmark = pytest.mark.usefixtures("app")
ALL = {"q-greeted": ["yes"], "q-receipt": ["yes"]}
HALF = {"q-greeted": ["yes"], "q-receipt": ["no"]}


def manager(study: Study, **narrowed: object) -> User:
    return make.user(Role.MANAGER, study.client, **narrowed)


def test_without_a_release_there_is_nothing_to_see(sign_in: SignIn) -> None:
    study = make.study()
    make.visited(make.wave(study), make.store(study))
    assert "No wave has been released yet." in sign_in(manager(study)).get("/manager/").text


def test_the_newest_wave_comes_first_with_the_networks_score(sign_in: SignIn) -> None:
    study = make.study()
    store = make.store(study)
    for number, raw in enumerate((ALL, HALF)):
        wave = make.wave(study, f"Round {number}", date(2026, 3, 2) + timedelta(days=60 * number))
        make.visited(wave, store, raw)
        releases.release(wave)
    page = sign_in(manager(study)).get("/manager/").text
    shown = re.findall(r">(Round \d)</a>|opened-value\">(\d+)<", page)
    assert [name or value for name, value in shown] == ["Round 1", "50", "Round 0", "100"]


def test_a_wave_lists_its_stores(sign_in: SignIn) -> None:
    study = make.study()
    wave = make.released(study, "AA", "BB")
    page = sign_in(manager(study)).get(f"/manager/waves/{wave.id}").text
    assert ("Store AA" in page, "Store BB" in page, "one visit: a snapshot" in page) == (True, True, True)


def test_two_visits_give_no_interval_that_says_nothing(sign_in: SignIn) -> None:
    """50 and 100 percent: mean 75, standard error 25, t(1; 0.975) = 12.706: beyond both ends."""
    study = make.study()
    wave, store = make.wave(study), make.store(study)
    make.visited(wave, store, HALF), make.visited(wave, store, ALL)
    make.visited(wave, make.store(study))
    releases.release(wave)
    page = sign_in(manager(study)).get(f"/manager/waves/{wave.id}").text
    assert "from 2 visits" in page
    assert "between 0 and 100" not in page


def test_stores_can_be_put_in_the_order_of_their_scores(sign_in: SignIn) -> None:
    study = make.study()
    wave = make.wave(study)
    make.visited(wave, make.store(study, "AA"), HALF), make.visited(wave, make.store(study, "BB"), ALL)
    releases.release(wave)
    page = sign_in(manager(study)).get(f"/manager/waves/{wave.id}?sort=score").text
    assert page.index("Store BB") < page.index("Store AA")


def test_the_order_is_not_sold_as_a_ladder(sign_in: SignIn) -> None:
    study = make.study()
    wave = make.released(study, "AA", "BB")
    page = sign_in(manager(study)).get(f"/manager/waves/{wave.id}?sort=score").text
    assert "Within a group the order may be chance." in page


def test_a_region_sees_its_own_stores_only(sign_in: SignIn) -> None:
    study = make.study()
    for code, region in (("VE", "Veneto"), ("PD", "Veneto"), ("RM", "Lazio")):
        make.store(study, code, region=region)
    wave = make.wave(study)
    for store in db.session.scalars(db.select(Store).where(Store.client_id == study.client_id)):
        make.visited(wave, store)
    releases.release(wave)
    page = sign_in(manager(study, region="Veneto")).get(f"/manager/waves/{wave.id}").text
    assert [name in page for name in ("Store VE", "Store PD", "Store RM")] == [True, True, False]


def test_one_store_is_opened_at_once(sign_in: SignIn) -> None:
    study = make.study()
    wave = make.released(study, "AA", "BB")
    own = make.edition(wave, "BB")
    answer = sign_in(manager(study, store_id=own.store_id)).get(f"/manager/waves/{wave.id}")
    assert answer.location == f"/manager/stores/{own.id}"


def test_the_store_next_door_does_not_exist(sign_in: SignIn) -> None:
    wave = make.released(make.study(), "AA", "BB")
    client = sign_in(manager(wave.study, store_id=make.edition(wave, "BB").store_id))
    assert client.get(f"/manager/stores/{make.edition(wave, 'AA').id}").status_code == 404


def test_an_unreleased_wave_does_not_exist(sign_in: SignIn) -> None:
    study = make.study()
    make.released(study, "AA")
    wave = make.wave(study)
    make.visited(wave, make.store(study))
    assert sign_in(manager(study)).get(f"/manager/waves/{wave.id}").status_code == 404
