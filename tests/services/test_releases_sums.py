"""Does it add up? Asked before a wave is released, of every store and of the network."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask

from fieldstudy.core import sums
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.extensions import db
from fieldstudy.models import Edition, Wave
from fieldstudy.queries import snapshots
from fieldstudy.services import releases
from tests import factories as make

WRONG = Decimal("0.99")


@pytest.fixture
def wave(app: Flask) -> Wave:
    study = make.study()
    make.version(study)
    made = make.wave(study)
    for code in ("S-A", "S-B"):
        place = make.store(study, code)
        make.visited(made, place)
        make.visited(made, place, {"q-greeted": ["no"], "q-receipt": ["yes"]})
    return made


def test_a_wave_adds_up(wave: Wave) -> None:
    taken = snapshots.take_wave(wave)
    assert taken.network is not None
    found = [sums.faults_of_store(one.snapshot, one.version.content) for one in taken.stores]
    assert (found, sums.faults_of_network(taken.network)) == ([(), ()], ())


def wrong_score(snapshot: StoreSnapshot) -> StoreSnapshot:
    score = replace(snapshot.figures.score, value=WRONG)
    return replace(snapshot, figures=replace(snapshot.figures, score=score))


def wrong_section(snapshot: StoreSnapshot) -> StoreSnapshot:
    first, *others = snapshot.figures.sections
    return replace(snapshot, figures=replace(snapshot.figures, sections=(replace(first, earned=WRONG), *others)))


def wrong_rate(snapshot: StoreSnapshot) -> StoreSnapshot:
    first, *others = snapshot.figures.questions
    assert first.rate is not None
    broken = replace(first, rate=replace(first.rate, value=WRONG))
    return replace(snapshot, figures=replace(snapshot.figures, questions=(broken, *others)))


def wrong_visit(snapshot: StoreSnapshot) -> StoreSnapshot:
    first, *others = snapshot.visits
    sections = (replace(first.sections[0], possible=WRONG), *first.sections[1:])
    return replace(snapshot, visits=(replace(first, sections=sections), *others))


@pytest.mark.parametrize("spoil", [wrong_score, wrong_section, wrong_rate, wrong_visit])
def test_every_number_that_does_not_sum_is_found(wave: Wave, spoil: Callable[[StoreSnapshot], StoreSnapshot]) -> None:
    taken = snapshots.take_wave(wave).stores[0]
    faults = sums.faults_of_store(spoil(taken.snapshot), taken.version.content)
    assert WRONG in {value for fault in faults for value in (fault.printed, fault.summed)}


def test_a_total_that_is_not_that_of_its_sections_is_found(wave: Wave) -> None:
    taken = snapshots.take_wave(wave).stores[0]
    first, *others = taken.snapshot.visits
    assert sums.faults_of_totals(taken.snapshot, taken.settings) == ()
    broken = replace(taken.snapshot, visits=(replace(first, raw=WRONG), *others))
    assert [fault.printed for fault in sums.faults_of_totals(broken, taken.settings)] == [WRONG]


def test_a_network_s_touchpoint_that_is_not_the_sum_of_its_stores_is_found(wave: Wave) -> None:
    network = snapshots.take_wave(wave).network
    assert network is not None
    first, *others = network.network.sections
    spoilt = replace(network.network, sections=(replace(first, possible=WRONG), *others))
    faults = sums.faults_of_network(replace(network, network=spoilt))
    assert {fault.where for fault in faults} == {network.facts.wave, f"{network.facts.wave} {first.section}"}


def test_a_network_whose_mean_is_not_that_of_its_stores_is_found(wave: Wave) -> None:
    network = snapshots.take_wave(wave).network
    assert network is not None
    mean = replace(network.network.mean_of_store_means, value=WRONG)
    broken = replace(network, network=replace(network.network, mean_of_store_means=mean))
    assert [fault.printed for fault in sums.faults_of_network(broken)] == [WRONG]


def test_what_does_not_add_up_is_not_released(wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = snapshots.take_wave(wave).stores
    broken = [replace(first, snapshot=wrong_score(first.snapshot)), *others]
    monkeypatch.setattr(snapshots.WaveReader, "stores", lambda _: iter(broken))
    with pytest.raises(releases.DoesNotAddUp, match="S-A"):
        releases.release(wave)
    assert db.session.query(Edition).count() == 0
