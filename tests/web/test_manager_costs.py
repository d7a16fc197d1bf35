"""What a touchpoint costs, by hand, and the same on page one, in the tables, on a manager's pages and in files."""

import re
from decimal import Decimal

import pytest

from fieldstudy import config, words
from fieldstudy.core.checklist import Checklist, Critical, CriticalRule
from fieldstudy.queries import snapshots
from fieldstudy.reports import figures
from fieldstudy.services import releases
from tests import factories as make
from tests.web.rounds import SignIn, Visits, asked, form, released, seen, yes

D = Decimal

pytestmark = pytest.mark.usefixtures("app")
DATABASES = ("sqlite",)
FAULT = (make.option("bad", -5), make.option("ok", 0))
THREE = (make.option("yes", 3), make.option("no", 0))


# What gives as well as takes


def extras() -> tuple[Checklist, Visits]:
    """70 at the entrance; a bonus of 3 and a fault of 5: +3, −5, −2 and +3 of 10 points."""
    bonus = make.question("bonus", options=THREE, is_bonus=True)
    door = make.section("entrance", *asked(10), norm=D(80))
    more = make.section("extras", bonus, make.question("fault", options=FAULT), norm=D(70))
    told = [("yes", "ok"), ("no", "bad"), ("yes", "bad"), ("yes", "ok")]
    return form(door, more), [yes(7, 10) | {"bonus": bonus, "fault": fault} for bonus, fault in told]


def test_what_gives_and_takes_costs_what_is_left_of_both(sign_in: SignIn) -> None:
    """100, 20, 50 and 100: 67.5, where the entrance alone gives 70. Taken 7 of 40 points, given 6."""
    found = seen(sign_in, released(extras(), stores=2))
    said = (
        "“extras” took points away in 2 visits and gave some in 2 visits; over all visits −17.5 and +15.0: "
        "2.5 off the score.",
        "“extras” took points away in 4 visits and gave some in 4 visits; over all visits −17.5 and +15.0: "
        "2.5 off the score.",
    )
    assert said[0] in found.store
    assert said[1] in found.network
    assert "can only take" not in found.store + found.network
    assert found.file("extras") == "-2.5"
    assert "−2.5" in found.page
    assert "−17.5" not in found.page


def test_it_is_said_in_italian(sign_in: SignIn) -> None:
    assert (
        "«extras» ha tolto punti in 2 visite e ne ha dati in 2 visite; su tutte le visite −17,5 e +15,0: "
        "ne toglie 2,5 al punteggio." in seen(sign_in, released(extras(), stores=2), "it").store
    )


@pytest.mark.parametrize("is_bonus_first", [True, False])
def test_only_is_said_of_every_version_that_asked(sign_in: SignIn, is_bonus_first: bool) -> None:
    """A bonus that nobody earned could have been earned, whichever version had it."""
    bonus = make.question("fault", options=THREE, is_bonus=True)
    versions = [(make.question("fault", options=FAULT), "bad"), (bonus, "no")]
    rounds = [
        (form(make.section("entrance", *asked(10)), make.section("extras", question)), [yes(7, 10) | {"fault": answer}])
        for question, answer in (versions[::-1] if is_bonus_first else versions)
    ]
    found = seen(sign_in, released(*rounds))
    assert "“extras” took points away in 1 visit: over all visits, 25.0 off the score." in found.store


# A checklist that changes


def changed() -> tuple[tuple[Checklist, Visits], ...]:
    """Version 1: 10 of 10 to begin with, 4 points at the door and 1 elsewhere: 15. Version 2: 4 + 3 + 2 = 9."""
    door = make.section("entrance", *asked(4), norm=D(80))
    old, new = make.section("old", make.question("o")), make.section("new", make.question("n"), make.question("m"))
    taking = make.section("hygiene", make.question("clean", options=FAULT), norm=D(90))
    giving = make.section("hygiene", make.question("clean", options=THREE), norm=D(90))
    first = form(door, taking, old, adjust_earned_points=D(10), adjust_possible_points=D(10))
    return (
        (first, [yes(2, 4) | {"clean": clean, "o": "yes"} for clean in ("bad", "ok")]),
        (form(door, giving, new), [yes(2, 4) | {"clean": clean, "n": "yes", "m": "yes"} for clean in ("yes", "no")]),
    )


def test_a_cost_is_one_number_where_versions_differ(sign_in: SignIn) -> None:
    """Hygiene: 5 of 15 in one visit of 4 are 8.33; 50 − 90, of which 3 of 9 in two of 4 hang, are 6.67: 15.0 in all.

    The entrance: (50 − 80) × (4/15 + 4/15 + 4/9 + 4/9) ÷ 4 = −10.67.
    """
    found = seen(sign_in, released(*changed(), stores=2))
    assert "“hygiene” took points away in 1 visit: over all visits, 8.3 off the score. That is part of its cost." in (
        found.store
    )
    assert "“hygiene” took points away in 2 visits: over all visits, 8.3 off" in found.network
    for text in (found.store, found.network):
        assert re.findall(r"takes ([0-9.]+) points off", text) == ["15.0", "10.7"]
    assert re.search(r"hygiene \S+ / \S+ 50 90 −40 −15.0", found.store)
    assert (found.file("hygiene"), found.file("entrance")) == ("-15", "-10.6667")
    assert "−15.0" in found.page


# Rounded once


def test_a_cost_is_of_the_exact_gap_wherever_it_stands(sign_in: SignIn) -> None:
    """2 of 3 where 80 is the norm: (66.67 − 80) × 4/5 = −10.67, and not (67 − 80) × 4/5 = −10.4."""
    four = (make.option("yes", 4), make.option("no", 0))
    door = make.section("entrance", make.question("e0", options=four), norm=D(80))
    checklist = form(door, make.section("till", make.question("paid")))
    visits = [{"e0": said, "paid": "yes"} for said in ("yes", "yes", "no")]
    found = seen(sign_in, released((checklist, visits), stores=2))
    assert found.file("entrance") == "-10.6667"
    assert "−10.7" in found.page
    assert re.search(r"norm 80, gap −13, takes 10\.7 points off", found.network)
    assert "takes 10.7 points off" in found.store
    assert "−13 −10.7" in found.store


# What never came off a score


def capped() -> tuple[Checklist, Visits]:
    """3 − 5 + 12 of 4 points: 250 percent, and 100 with the cap."""
    bonus = make.question("bonus", options=THREE, is_bonus=True, weight=D(4))
    taking = make.section("hygiene", make.question("fault", options=FAULT))
    sections = (make.section("entrance", *asked(4), norm=D(80)), taking, make.section("extras", bonus))
    return form(*sections), [yes(3, 4) | {"fault": "bad", "bonus": "yes"}] * 2


def test_a_cost_above_the_cap_is_said_to_be_before_it(sign_in: SignIn) -> None:
    found = seen(sign_in, released(capped(), stores=2))
    caveat = "4 visits earned more than 100 percent and score 100; what a gap costs is reckoned before that cap."
    for text in (found.store, found.network):
        assert "“hygiene” can only take points away: 125.0 off the score before the cap at 100." in text
        assert "takes 5.0 points off before the cap at 100" in text
    assert "Costs are reckoned before the cap at 100." in found.store
    assert caveat in found.page.split("Cost:")[1]
    assert caveat not in found.network.split("What must not happen")[-1].split("Gap")[0]


def test_the_cap_is_named_in_italian(sign_in: SignIn) -> None:
    found = seen(sign_in, released(capped(), stores=2), "it")
    for text in (found.store, found.network):
        assert "può solo togliere punti: ne toglie 125,0 al punteggio prima del limite di 100." in text
        assert "toglie 5,0 punti prima del limite di 100" in text
    assert "I costi sono calcolati prima del limite di 100." in found.store


def knocked_out(rule: CriticalRule) -> tuple[Checklist, Visits]:
    """6 of 7 points, and the one that is missing is critical: 86, then 0; or its touchpoint 0, and 5 of 7 points."""
    safety = make.section("safety", make.question("exit", critical=Critical(rule)), make.question("clear"), norm=D(90))
    form_ = form(make.section("entrance", *asked(5)), safety)
    return form_, [yes(5, 5) | {"exit": "no", "clear": "yes"}] * 2


def test_a_cost_that_a_knock_out_swallowed_is_said_to_be_before_it(sign_in: SignIn) -> None:
    """(50 − 90) × 2/7 = −11.4, of a score of 0."""
    found = seen(sign_in, released(knocked_out(CriticalRule.TOTAL_ZERO), stores=2))
    for text in (found.store, found.network):
        assert "takes 11.4 points off before the critical rules of the total" in text
    assert "Costs are reckoned before the critical rules of the total." in found.store
    assert "A touchpoint that a rule set to 0" not in found.store + found.network


def test_a_touchpoint_that_a_rule_makes_0_costs_what_came_off(sign_in: SignIn) -> None:
    """(0 − 90) × 2/7 = −25.7, and the score is 5 of 7: nothing of it was swallowed."""
    found = seen(sign_in, released(knocked_out(CriticalRule.SECTION_ZERO), stores=2))
    for text in (found.store, found.network):
        assert "takes 25.7 points off" in text
        assert "off before" not in text
    assert "Without these rules the score would be 86." in found.network


def ruled_twice() -> tuple[Checklist, Visits]:
    """5 of 6 points in both visits, and 83: the first capped at 40; the till of the second made 0, of 4 points 67."""
    entrance = make.section(
        "entrance", make.question("seen", critical=Critical(CriticalRule.CAP, D(40))), *asked(3), norm=D(80)
    )
    paid = make.question("paid", critical=Critical(CriticalRule.SECTION_ZERO))
    till = make.section("till", paid, make.question("thanked"), norm=D(70))
    visits = [
        yes(3, 3) | {"seen": seen, "paid": paid, "thanked": "yes"} for seen, paid in (("no", "yes"), ("yes", "no"))
    ]
    return form(entrance, till), visits


@pytest.mark.parametrize(
    ("language", "costs", "gaps", "off"),
    [
        (
            "en",
            "Costs are reckoned before the critical rules of the total. "
            "A touchpoint that a rule set to 0 counts as 0 in its cost.",
            "Without these rules the score would be 83. What a gap costs is reckoned before the critical rules of the "
            "total. A touchpoint that a rule set to 0 counts as 0 in its cost.",
            "takes 6.7 points off before the critical rules of the total",
        ),
        (
            "it",
            "I costi sono calcolati prima delle regole critiche sul totale. "
            "Un punto di contatto azzerato da una regola vale 0 nel suo costo.",
            "Senza queste regole il punteggio sarebbe 83. Il costo di uno scarto è calcolato prima delle regole "
            "critiche sul totale. Un punto di contatto azzerato da una regola vale 0 nel suo costo.",
            "toglie 6,7 punti prima delle regole critiche sul totale",
        ),
    ],
)
def test_a_cost_beside_both_kinds_of_rules_names_those_it_is_before(
    sign_in: SignIn, language: str, costs: str, gaps: str, off: str
) -> None:
    """The till: (100 + 0) ÷ 2 = 50 where 70 is the norm, × 2/6 = −6.7; before its own rule it would be 75, a gain."""
    found = seen(sign_in, released(ruled_twice(), stores=2), language)
    assert costs in found.store
    for text in (found.page, found.network):
        assert gaps in text
    for text in (found.store, found.network):
        assert off in text


# Where a cost opens


def test_a_touchpoint_says_how_its_cost_is_reckoned(sign_in: SignIn) -> None:
    wave = released(*changed(), stores=2)
    found = seen(sign_in, wave)
    text = found.text(f"/manager/waves/{wave.id}/touchpoints/hygiene")
    assert "cost −15.0 (50.0 − 90) × 16.7\N{NO-BREAK SPACE}%".replace("\N{NO-BREAK SPACE}", " ") in text
    assert "−8.3 (taken in 2 visits)" in text
    own = found.text(f"/manager/stores/{make.edition(wave, 'S0').id}/figures/hygiene")
    assert "−8.3 (taken in 1 visit)" in own
    assert "= (50.0 − 90) ×" in own
    entrance = found.text(f"/manager/waves/{wave.id}/touchpoints/entrance")
    assert "cost −10.7 (50.0 − 80) ×" in entrance
    assert "With it goes what the touchpoint took off the score" in found.page


def test_a_cost_without_a_gap_is_one_number(sign_in: SignIn) -> None:
    """What was taken in one visit of two is the whole cost: it is not printed beside itself."""
    door, hygiene = make.section("entrance", *asked(20)), make.section("hygiene", make.question("clean", options=FAULT))
    wave = released((form(door, hygiene), [yes(20, 20) | {"clean": clean} for clean in ("bad", "ok")]), stores=2)
    found = seen(sign_in, wave)
    assert "cost −12.5 taken in 2 visits" in found.text(f"/manager/waves/{wave.id}/touchpoints/hygiene")
    own = found.text(f"/manager/stores/{make.edition(wave, 'S0').id}/figures/hygiene")
    assert "Cost −12.5 (taken in 1 visit)" in own
    for text in (found.store, found.network):
        assert "12.5 off the score" in text
        assert "(−12.5)" not in text


def test_a_later_edition_was_frozen_when_it_was_released(sign_in: SignIn) -> None:
    study = make.study()
    make.version(study, form(make.section("entrance", *asked(2))))
    wave, store = make.wave(study), make.store(study, "S0")
    given, late = ({f"q-{name}": [value] for name, value in yes(count, 2).items()} for count in (1, 2))
    make.visited(wave, store, given)
    open_still = make.assignment(wave, at=store)
    releases.release(wave)
    address = f"/manager/stores/{make.edition(wave, 'S0').id}/figures"
    assert "Edition 1: frozen when the wave was released. Hash of the data:" in seen(sign_in, wave).text(address)
    make.approved(open_still, late)
    releases.release_again(wave, "A visit came late")
    found = seen(sign_in, wave, "it").text(f"/manager/stores/{make.edition(wave, 'S0').id}/figures")
    assert "Edizione 2: fissata quando questa edizione è stata pubblicata. Impronta dei dati:" in found


def test_the_data_hold_share_and_cost(sign_in: SignIn) -> None:
    """The fault and the bonus: 7 of 40 points taken, 6 given. The entrance: all the points, 10 below its norm."""
    found = snapshots.take_wave(released(extras(), stores=2))
    told = figures.as_json(
        "s", "w", found.stores[0].checklist, [one.snapshot for one in found.stores], words.of("en"), 1
    )
    for sections in (told["network"]["sections"], told["stores"][0]["sections"]):
        door, more = sections
        assert (D(door["share"]), D(door["cost"]), D(more["cost"])) == (1, -10, D("-2.5"))
        assert (D(more["taken"]["score"]), D(more["given"]["score"]), more["share"]) == (D("-0.175"), D("0.15"), None)
    assert told["stores"][0]["sections"][1]["taken"]["visits"] == 2


def test_what_has_no_score_is_no_percent(sign_in: SignIn) -> None:
    """The big figure of a touchpoint that only takes points away is n/a, and no sign stands behind it."""
    door, hygiene = make.section("entrance", *asked(2)), make.section("hygiene", make.question("clean", options=FAULT))
    wave = released((form(door, hygiene), [yes(2, 2) | {"clean": "bad"}]), stores=2)
    client = seen(sign_in, wave).client
    pages = [client.get(f"/manager/waves/{wave.id}/touchpoints/{name}").text for name in ("entrance", "hygiene")]
    assert ['class="headline-figure of-percent"' in page for page in pages] == [True, False]
    style = (config.SITE / "static/css/manager.css").read_text()
    assert ".headline-figure.of-percent .opened-value::after" in style


def test_where_every_touchpoint_only_takes_away_the_table_stands(sign_in: SignIn) -> None:
    """100 of 100 to begin with, less 5 in one visit of two: 2.5 off."""
    flat = {"adjust_earned_points": D(100), "adjust_possible_points": D(100)}
    checklist = form(make.section("hygiene", make.question("clean", options=FAULT)), **flat)
    found = seen(sign_in, released((checklist, [{"clean": "bad"}, {"clean": "ok"}]), stores=2))
    assert re.search(r"hygiene −5 / 0 n/a −2\.5", found.store)
    assert "Flat adjustment 200 / 200" in found.store
