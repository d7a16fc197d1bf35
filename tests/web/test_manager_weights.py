"""A checklist that changes its weights in mid-wave: every visit is summed by its own, and a reader can sum again."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from fieldstudy import words
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.snapshots import WaveFacts
from fieldstudy.extensions import db
from fieldstudy.models import Wave
from fieldstudy.queries import snapshots
from fieldstudy.reports import figures
from fieldstudy.services import releases
from tests import factories as make
from tests.web.rounds import SignIn, asked, form, released, seen, yes

D = Decimal

pytestmark = pytest.mark.usefixtures("app")
DATABASES = ("sqlite",)


def version(entrance: int, *more: str) -> Checklist:
    """The entrance against 80, the till (weight 2) against 70, and in the second version the exit against 90."""
    sections = [
        make.section("entrance", *asked(4), norm=D(80), weight=D(entrance)),
        make.section("till", make.question("paid"), norm=D(70), weight=D(2)),
        *(make.section(name, make.question("seen"), norm=D(90)) for name in more),
    ]
    return form(*sections, total="section_weighted")


def reweighed() -> Wave:
    """Version 1: entrance 1 and till 2. Version 2: entrance 3, till 2, exit 1. At the entrance 75 and 50."""
    first = [yes(3, 4) | {"paid": "yes"}, yes(2, 4) | {"paid": "no"}]
    second = [one | {"seen": "yes"} for one in first]
    return released((version(1), first), (version(3, "exit"), second), stores=2)


def test_weights_and_norm_are_those_of_the_visits(sign_in: SignIn) -> None:
    """62.5 − 80 = −17.5, of which (1/3 + 3/6) ÷ 2 = 41.7 percent are −7.3. (220 ÷ 3 + 470 ÷ 6) ÷ 2 = 75.8 is the norm.

    Version 1: (75 + 200) ÷ 3 and 50 ÷ 3; version 2: (225 + 200 + 100) ÷ 6 and (150 + 100) ÷ 6. Together 59.4.
    """
    found = seen(sign_in, reweighed())
    assert re.search(r"entrance 10 / 16 63 3 or 1 41\.7 % 80 −17 −7\.3", found.store)
    assert re.search(r"till 2 / 4 50 2 50\.0 % 70 −20 −10\.0", found.store)
    assert re.search(r"exit, asked in 2 of 4 visits 2 / 2 100 1 8\.3 % 90 \+10 \+0\.8", found.store)
    assert re.search(r"Whole visit 14 / 22 59 76 −17", found.store)
    assert "Norm: 76." in found.page
    for text in (found.store, found.network):
        assert "weight 3 or 1, by version; share 41.7 %" in text


def test_an_opened_figure_says_both_weights(sign_in: SignIn) -> None:
    wave = reweighed()
    found = seen(sign_in, wave, "it")
    store = f"/manager/stores/{make.edition(wave, 'S0').id}/figures"
    for address in (f"/manager/waves/{wave.id}/touchpoints/entrance", f"{store}/entrance"):
        assert "Peso 3 o 1, secondo la versione" in found.text(address)
    assert "× 41,7 %" in found.text(f"{store}/entrance")
    assert "3 o 1, secondo la versione" in found.text(store)
    assert "hanno pesi diversi" in found.store


def test_a_store_of_the_older_version_alone_has_its_weights_and_norm(sign_in: SignIn) -> None:
    """Version 1 in S0: 220 ÷ 3 = 73.3."""
    study = make.study()
    wave = make.wave(study)
    for number, (checklist, more) in enumerate([(version(1), {}), (version(3, "exit"), {"seen": "yes"})]):
        make.version(study, checklist)
        answers = yes(3, 4) | {"paid": "yes"} | more
        place = make.store(study, f"S{number}")
        make.visited(wave, place, {f"q-{name}": [value] for name, value in answers.items()})
    releases.release(wave)
    found = seen(sign_in, wave)
    assert re.search(r"entrance 3 / 4 75 1 80 −5 −1\.7", found.store)
    assert re.search(r"Whole visit 4 / 5 92 73 \+19", found.store)


def test_the_data_name_the_weights_of_each_version() -> None:
    found = snapshots.take_wave(reweighed()).stores
    told = figures.as_json("s", "w", found[0].checklist, [one.snapshot for one in found], words.of("en"), 1)
    assert [one["weights"] for one in told["versions"]] == [
        {"entrance": "3", "till": "2", "exit": "1"},
        {"entrance": "1", "till": "2"},
    ]


def forget_weights(wave: Wave) -> None:
    """As an edition was frozen before its versions kept them."""

    def older(facts: WaveFacts) -> WaveFacts:
        return replace(facts, versions=tuple(replace(one, weights=()) for one in facts.versions))

    for code in ("S0", "S1"):
        store = make.edition(wave, code)
        own = tuple(replace(one, weights=()) for one in store.snapshot.versions)
        store.snapshot = replace(store.snapshot, facts=older(store.snapshot.facts), versions=own)
    network = store.edition.network
    assert network is not None
    store.edition.network = replace(network, facts=older(network.facts))
    db.session.commit()


def test_an_edition_that_kept_no_weights_opens_with_those_of_the_newest(sign_in: SignIn) -> None:
    """(3·80 + 2·70 + 90) ÷ 6 = 78.3, as it was printed."""
    wave = reweighed()
    forget_weights(wave)
    found = seen(sign_in, wave)
    assert re.search(r"entrance 10 / 16 63 3 80 −17 −7\.3", found.store)
    assert "Norm: 78." in found.page
