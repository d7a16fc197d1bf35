"""Touchpoints on the pages of a wave: what a gap costs, points taken away, and one code of colours for one table."""

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from fieldstudy import words
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist
from fieldstudy.models import User, Wave
from fieldstudy.queries import networks, snapshots
from fieldstudy.reports import figures
from fieldstudy.reports import network as network_reports
from fieldstudy.reports.network import Source
from fieldstudy.services import releases
from tests import factories as make

SignIn = Callable[[User], FlaskClient]
D = Decimal

pytestmark = pytest.mark.usefixtures("app")
DATABASES = ("sqlite",)


def released(checklist: Checklist | None, visits: dict[str, list[dict[str, list[str]]]]) -> Wave:
    study = make.study()
    make.version(study, checklist)
    wave = make.wave(study)
    for code, answers in visits.items():
        store = make.store(study, code)
        for raw in answers:
            make.visited(wave, store, raw)
    releases.release(wave)
    return wave


def manager(client: SignIn, wave: Wave) -> FlaskClient:
    return client(make.user(Role.MANAGER, wave.study.client))


def table(client: FlaskClient, address: str, name: str) -> list[dict[str, str]]:
    answer = client.get(f"{address}?table={name}&file=csv")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def greeted(yes: int, no: int) -> list[dict[str, list[str]]]:
    return [{"q-greeted": [said], "q-receipt": ["yes"]} for said in ["yes"] * yes + ["no"] * no]


# What a gap costs


def test_a_touchpoint_says_what_its_gap_costs(sign_in: SignIn) -> None:
    """Greeted 1 of 2 and 0 of 2: 25 of 80, a gap of −55; 4 of 8 points hang on it, so that it costs 27.5."""
    wave = released(None, {"AA": greeted(1, 1), "BB": greeted(0, 2)})
    client = manager(sign_in, wave)
    row = table(client, f"/manager/waves/{wave.id}", "touchpoints")[0]
    assert (row["Touchpoint"], row["gap"], row["share of the score"], row["cost"]) == ("welcome", "-55", "50", "-27.5")
    page = client.get(f"/manager/waves/{wave.id}").text
    assert re.search(r'data-label="cost"[^>]*>\s*−27.5', page)
    assert "Cost: the gap times the part of the score that hangs on the touchpoint" in page
    assert "takes 27.5 points off" in client.get(f"/manager/waves/{wave.id}/network").text


def test_without_a_norm_there_is_no_cost(sign_in: SignIn) -> None:
    wave = released(None, {"AA": greeted(1, 1), "BB": greeted(0, 2)})
    row = table(manager(sign_in, wave), f"/manager/waves/{wave.id}", "touchpoints")[1]
    assert (row["Touchpoint"], row["share of the score"], row["cost"]) == ("till", "", "")


def test_a_norm_between_two_percents_adds_up_in_its_row(sign_in: SignIn) -> None:
    """50 observed where the norm is 87.5 is −37.5, on the page as in the reports."""
    section = make.section("welcome", make.question("greeted"), norm=D("87.5"))
    wave = released(Checklist("shop", make.text("Shop"), (section,)), {"AA": greeted(1, 1), "BB": greeted(1, 1)})
    page = manager(sign_in, wave).get(f"/manager/waves/{wave.id}").text
    assert re.search(r'data-label="gap"[^>]*>\s*−37.5', page)


# Points that are only taken away


def test_points_taken_away_are_the_same_on_page_file_and_data(sign_in: SignIn) -> None:
    """Two visits, 3 points taken away in each; 20 of 20 points before: 14 of 20."""
    ten = (make.option("yes", 10), make.option("no", 0))
    away = (make.option("yes", -3), make.option("no", 0))
    checklist = Checklist(
        "shop",
        make.text("Shop"),
        (
            make.section("door", make.question("greeted", options=ten)),
            make.section("faults", make.question("phone", options=away)),
        ),
    )
    wave = released(checklist, {"AA": [{"q-greeted": ["yes"], "q-phone": ["yes"]}] * 2})
    edition = make.edition(wave, "AA")
    client, figure = manager(sign_in, wave), f"/manager/stores/{edition.id}/figures"
    row = table(client, figure, "touchpoints")[1]
    assert (row["Touchpoint"], row["earned"], row["possible"], row["score"]) == ("faults", "-6", "0", "n/a")
    assert "Points under it −6 of 0" in plain(client.get(f"{figure}/faults").text)
    assert "−6 / 0" in client.get(f"/manager/stores/{edition.id}").text
    found = snapshots.take_wave(wave)
    told = figures.as_json("s", "w", checklist, [one.snapshot for one in found.stores], words.of("en"), 1)
    section = told["stores"][0]["sections"][1]
    assert (section["section"], section["earned"], section["possible"]) == ("faults", "-6", "0")


# One code of colours


SHADES = {
    "AA": (greeted(2, 0), "far-above", "100 ▲"),
    "BB": (greeted(4, 1), "above", "80"),
    "CC": (greeted(3, 1), "near", "75"),
    "DD": (greeted(3, 2), "below", "60"),
    "EE": (greeted(1, 1), "far-below", "50 ▼"),
}
"""Against a norm of 80: 20 above, at it, 5 below, 20 below, 30 below."""


def test_a_store_has_one_shade_on_the_page_of_the_wave_and_in_the_report(sign_in: SignIn) -> None:
    wave = released(None, {code: visits for code, (visits, _, _) in SHADES.items()})
    expected = [(tone, text) for _, tone, text in SHADES.values()]
    page = manager(sign_in, wave).get(f"/manager/waves/{wave.id}").text
    heat = page[page.index('rows-of-figures heat"') :]
    rows = [row.split("</td>")[0] for row in heat[: heat.index("</table>")].split('<th scope="row"')[1:]]
    on_page = [(re.findall(r'<td class="cell ([a-z-]+)"', row)[0], plain(row.split("<td")[1])) for row in rows]
    assert [(tone, said.split(">")[-1].strip()) for tone, said in on_page] == expected
    network = networks.of_edition(make.edition(wave, "AA").edition)
    assert network is not None
    report = network_reports.build(network.snapshot, network.checklist, words.of("en"), Source(1))
    assert report.heat is not None
    cells = [row.cells[0] for row in report.heat.tables[0].rows]
    assert [(cell.tone, f"{cell.text} {cell.mark}".strip()) for cell in cells] == expected


def test_the_page_explains_the_shades_of_the_report(sign_in: SignIn) -> None:
    wave = released(None, {"AA": greeted(2, 0), "BB": greeted(1, 1)})
    client = manager(sign_in, wave)
    key = "The shade says how far a store is from the norm, or from the network without a norm."
    samples = ("10 points above or more", "less than 15 below", "30 below or more")
    for address in (f"/manager/waves/{wave.id}", f"/manager/waves/{wave.id}/network"):
        page = plain(client.get(address).text)
        assert [said for said in (key, *samples) if said not in page] == [], address


def test_a_touchpoint_that_only_takes_away_is_not_said_to_have_no_visits(sign_in: SignIn) -> None:
    """Visits count there, and their points stand beside; it changed no score, and is in no comparison of scores."""
    away = (make.option("yes", -3), make.option("no", 0))
    faults = make.section("faults", make.question("phone", options=away))
    checklist = Checklist("shop", make.text("Shop"), (make.section("door", make.question("greeted")), faults))
    study = make.study()
    make.version(study, checklist)
    for month in (3, 4):
        wave = make.wave(study, f"Wave {month}", make.TODAY.replace(month=month))
        for code in ("AA", "BB"):
            for greeted_ in ("yes", "no"):
                make.visited(wave, make.store(study, code), {"q-greeted": [greeted_], "q-phone": ["yes"]})
        releases.release(wave)
    client = manager(sign_in, wave)
    for address in (f"/manager/waves/{wave.id}", f"/manager/stores/{make.edition(wave, 'AA').id}/figures/faults"):
        page = plain(client.get(address).text)
        assert ("no visit counts" in page, "no score" in page) == (False, True), address
    compared = table(client, f"/manager/waves/{wave.id}/compare", "touchpoints")
    assert [row["Touchpoint"] for row in compared] == ["Whole visit", "door"]
    assert (
        "For 1 touchpoint no change can be tested: too few visits."
        in client.get(f"/manager/stores/{make.edition(wave, 'AA').id}").text
    )


def test_two_waves_say_where_less_is_better(sign_in: SignIn) -> None:
    wanted = (make.option("yes", 0), make.option("no", 1))
    checklist = Checklist(
        "shop", make.text("Shop"), (make.section("door", make.question("queue", options=wanted, is_reverse=True)),)
    )
    study = make.study()
    make.version(study, checklist)
    for month in (3, 4):
        wave = make.wave(study, f"Wave {month}", make.TODAY.replace(month=month))
        for code in ("AA", "BB"):
            make.visited(wave, make.store(study, code), {"q-queue": ["yes"]})
        releases.release(wave)
    page = plain(manager(sign_in, wave).get(f"/manager/waves/{wave.id}/compare").text)
    assert "queue less is better" in page


def test_an_interval_stands_at_the_rate_that_it_is_of(sign_in: SignIn) -> None:
    """3 of 4 yes is 30 to 95 (Wilson); a quarter of the points has no interval."""
    wanted = (make.option("yes", 0), make.option("no", 1))
    queue = make.question("queue", options=wanted, is_reverse=True, norm=D(90))
    visits = [{"q-queue": [said]} for said in ("yes", "yes", "yes", "no")]
    wave = released(Checklist("shop", make.text("Shop"), (make.section("door", queue),)), {"AA": visits})
    page = plain(manager(sign_in, wave).get(f"/manager/stores/{make.edition(wave, 'AA').id}").text)
    assert "75 % (30–95) yes 3 of 4 · less is better · 25 % of the points" in page


def test_a_question_that_moved_in_all_stores_alike_says_why_nothing_is_told(sign_in: SignIn) -> None:
    """Three stores from 0 to 100; the other question stays at 100 and says nothing."""
    study = make.study()
    make.version(study, Checklist("shop", make.text("Shop"), (make.section("a", *map(make.question, ("q", "r"))),)))
    places = [make.store(study, code) for code in ("AA", "BB", "CC")]
    for month, said in ((3, "no"), (4, "yes")):
        wave = make.wave(study, f"Wave {month}", make.TODAY.replace(month=month))
        for place in places:
            for _ in range(4):
                make.visited(wave, place, {"q-q": [said], "q-r": ["yes"]})
        releases.release(wave)
    client = manager(sign_in, wave)
    text = plain(client.get(f"/manager/waves/{wave.id}/touchpoints/a").text)
    assert text.count("not tested, all stores moved alike") == 2
    told = [row["changed?"] for row in table(client, f"/manager/waves/{wave.id}/touchpoints/a", "questions")]
    assert told == ["not tested, all stores moved alike", "the same in every store"]
