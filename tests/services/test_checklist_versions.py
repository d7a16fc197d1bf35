"""A checklist that changes while its wave runs: the wave is released, and every visit counts by its own version."""

from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask

from fieldstudy import words
from fieldstudy.core.checklist import Checklist, Section, Settings, Total
from fieldstudy.core.snapshots import recompute
from fieldstudy.models import Edition, Wave
from fieldstudy.queries import checklists, networks
from fieldstudy.reports import figures, papers, store
from fieldstudy.services import releases
from tests import factories as make

D = Decimal
WEIGHTED = Settings(total=Total.SECTION_WEIGHTED)
SCALE = (make.option("low", 0), make.option("mid", 1), make.option("high", 2))


def form(*sections: Section, **settings: object) -> Checklist:
    return Checklist("shop", make.text("Shop"), sections, make.Settings(**settings), "1")  # type: ignore[arg-type]


def released(first: Checklist, one: dict[str, str], second: Checklist, other: dict[str, str]) -> Edition:
    """One store, a visit with the first version (these answers), then one with the second."""
    study = make.study()
    wave, store = make.wave(study), make.store(study, "S-A")
    for checklist, answers in ((first, one), (second, other)):
        make.version(study, checklist)
        make.visited(wave, store, {f"q-{name}": [value] for name, value in answers.items()})
    return releases.release(wave)


def points(edition: Edition) -> dict[str, tuple[Decimal, Decimal]]:
    found = make.edition(edition.wave, "S-A").snapshot.figures.sections
    return {one.section: (one.earned, one.possible) for one in found}


def rates(edition: Edition) -> dict[str, tuple[Decimal | None, int]]:
    found = make.edition(edition.wave, "S-A").snapshot.figures.questions
    return {one.question: (one.rate.value, one.rate.base) for one in found if one.rate is not None}


@pytest.fixture(autouse=True)
def _app(app: Flask) -> None:
    return None


V1 = form(make.section("a", make.question("x"), make.question("w")))


def test_a_question_taken_out_in_mid_wave_keeps_its_row() -> None:
    """Visit 1: x yes, w yes (2 of 2). Visit 2, without w: x no (0 of 1). The touchpoint: 2 of 3 points, mean 50."""
    edition = released(V1, {"x": "yes", "w": "yes"}, form(make.section("a", make.question("x"))), {"x": "no"})
    assert points(edition) == {"a": (D(2), D(3))}
    assert make.edition(edition.wave, "S-A").score.value == D("0.5")
    assert rates(edition) == {"x": (D("0.5"), 2), "w": (D(1), 1)}


def test_a_question_renamed_in_mid_wave_has_two_rows() -> None:
    second = form(make.section("a", make.question("x"), make.question("w2")))
    edition = released(V1, {"x": "yes", "w": "yes"}, second, {"x": "no", "w2": "no"})
    assert points(edition) == {"a": (D(2), D(4))}
    assert rates(edition) == {"x": (D("0.5"), 2), "w2": (D(0), 1), "w": (D(1), 1)}


def test_a_question_moved_in_mid_wave_counts_where_each_visit_asked_it() -> None:
    """Visit 1 asked w at a, visit 2 at b: 2 of 2 and 0 of 1 points at a, 1 of 1 at b."""
    second = form(make.section("a", make.question("x")), make.section("b", make.question("w")))
    edition = released(V1, {"x": "yes", "w": "yes"}, second, {"x": "no", "w": "yes"})
    assert points(edition) == {"a": (D(2), D(3)), "b": (D(1), D(1))}
    assert rates(edition) == {"x": (D("0.5"), 2), "w": (D(1), 1), "w@1": (D(1), 1)}


def test_a_touchpoint_renamed_in_mid_wave_has_two_rows() -> None:
    """`old` 1 of 2 points in visit 1, `new` 2 of 2 in visit 2; the visits 50 and 100, the store 75."""
    first = form(make.section("old", make.question("x"), make.question("w")))
    second = form(make.section("new", make.question("x"), make.question("w")))
    edition = released(first, {"x": "yes", "w": "no"}, second, {"x": "yes", "w": "yes"})
    assert points(edition) == {"old": (D(1), D(2)), "new": (D(2), D(2))}
    assert make.edition(edition.wave, "S-A").score.value == D("0.75")
    network = networks.of_edition(edition)
    assert network is not None
    assert [one.section for one in network.snapshot.network.sections] == ["old", "new"]
    assert network.snapshot.network.pooled.value == D("0.75")


def test_a_touchpoint_taken_out_in_mid_wave_keeps_its_row() -> None:
    first = form(make.section("a", make.question("x")), make.section("b", make.question("w")))
    edition = released(first, {"x": "yes", "w": "no"}, form(make.section("a", make.question("x"))), {"x": "yes"})
    assert points(edition) == {"a": (D(2), D(2)), "b": (D(0), D(1))}


def test_a_yes_or_no_that_became_a_scale_is_not_mixed_into_one_row() -> None:
    """Visit 1: yes. Visit 2: mid, 1 of 2 points."""
    second = form(make.section("a", make.question("x", options=SCALE)))
    edition = released(form(make.section("a", make.question("x"))), {"x": "yes"}, second, {"x": "mid"})
    assert points(edition) == {"a": (D(2), D(3))}
    rows = {row.label: row for group in report(edition.wave, "en") for row in group.rows}
    assert (rows["x"].result, rows["x"].base) == ("50\N{NO-BREAK SPACE}%", "1 of 2 · asked in 1 of 2 visits")
    assert (rows["x (version 1)"].result, rows["x (version 1)"].base) == (
        "100\N{NO-BREAK SPACE}%",
        "yes 1 of 1 · asked in 1 of 2 visits",
    )


def report(wave: Wave, language: str):  # type: ignore[no-untyped-def]
    found = papers.store_report(make.edition(wave, "S-A"), language).questions
    assert found is not None
    return found.groups


def test_the_report_says_in_how_many_visits_a_touchpoint_was_asked() -> None:
    first = form(make.section("a", make.question("x")), make.section("b", make.question("w")))
    edition = released(first, {"x": "yes", "w": "no"}, form(make.section("a", make.question("x"))), {"x": "yes"})
    for language, said in (
        ("en", "b (version 1), asked in 1 of 2 visits"),
        ("it", "b (versione 1), chiesto in 1 visita su 2"),
    ):
        table = papers.store_report(make.edition(edition.wave, "S-A"), language).sections
        assert table is not None
        assert said in [row.label for row in table.rows]


def test_a_visit_stays_the_same_when_a_newer_version_gives_its_question_another_name() -> None:
    """Only the second edition has the version that asks x otherwise; visit 1 was not amended."""
    study = make.study()
    wave, store = make.wave(study), make.store(study, "S-A")
    make.version(study, form(make.section("a", make.question("x"))))
    make.visited(wave, store, {"q-x": ["yes"]})
    late = make.assignment(wave, at=store)
    releases.release(wave)
    make.version(study, form(make.section("a", make.question("x", options=SCALE))))
    make.approved(late, {"q-x": ["mid"]})
    change = releases.release_again(wave, "A late visit").change
    assert change is not None
    assert [(one.came_in, one.amended) for one in change.stores] == [(1, 0)]


def test_two_families_of_the_total_in_one_wave_are_both_named() -> None:
    """Pooled 1 of 2 is 50; weighted by touchpoint likewise: the mean is of both, and neither name fits it alone."""
    section = make.section("a", make.question("x"), make.question("w"))
    weighted = form(section, total="section_weighted")
    edition = released(form(section), {"x": "yes", "w": "no"}, weighted, {"x": "yes", "w": "no"})
    facts = papers.store_report(make.edition(edition.wave, "S-A"), "en").method.facts
    said = next(fact.texts for fact in facts if fact.term == "Total of a visit")
    assert said[0].startswith("1 visit with version 2: Weighted by touchpoint")
    assert said[1].startswith("1 visit with version 1: Pooled")
    found = json_of(edition)
    assert found["total"] == "mixed"
    assert [(one["number"], one["total"], one["visits"]) for one in found["versions"]] == [
        (2, "section_weighted", 1),
        (1, "pooled", 1),
    ]


def json_of(edition: Edition):  # type: ignore[no-untyped-def]
    frozen = [make.edition(edition.wave, "S-A")]
    network = networks.of_edition(edition)
    assert network is not None
    taken, said = [one.snapshot for one in frozen], words.of("en")
    return figures.as_json("study", "wave", network.checklist, taken, said, 2, "", figures.Frozen(1, network.snapshot))


def test_the_figures_agree_with_the_report_when_versions_differ() -> None:
    second = form(make.section("a", make.question("x")), make.section("b", make.question("w")))
    edition = released(V1, {"x": "yes", "w": "yes"}, second, {"x": "no", "w": "yes"})
    store = json_of(edition)["stores"][0]
    assert [(one["section"], one["earned"], one["possible"]) for one in store["sections"]] == [
        ("a", "2", "3"),
        ("b", "1", "1"),
    ]


def test_another_file_with_the_same_version_cell_is_noted() -> None:
    study = make.study()
    first, second = make.version(study, V1), make.version(study, form(make.section("a", make.question("x"))))
    same = checklists.find_same_label(second)
    assert same is not None
    assert same.id == first.id
    assert checklists.find_same_label(make.version(make.study(), V1)) is None


def test_the_report_of_a_store_counts_its_own_visits_by_version() -> None:
    """S-A: one visit with each version; S-B: one with the first, which pools; the second weights."""
    study = make.study()
    wave, one, two = make.wave(study), make.store(study, "S-A"), make.store(study, "S-B")
    pooled = form(make.section("a", make.question("x")))
    make.version(study, pooled)
    for place in (one, two):
        make.visited(wave, place, {"q-x": ["yes"]})
    make.version(study, form(make.section("a", make.question("x")), total=Total.SECTION_WEIGHTED))
    make.visited(wave, one, {"q-x": ["no"]})
    releases.release(wave)
    weighted = "the mean of the touchpoints by their weights, not of all points."
    own, other = (papers.store_report(make.edition(wave, code), "en") for code in ("S-A", "S-B"))
    assert [text.split(":")[0] for text in total_of(own)] == ["1 visit with version 2", "1 visit with version 1"]
    assert f"In 1 of 2 visits the whole score is {weighted}" in own.sections.sentence
    assert total_of(other)[0].startswith("Pooled: ")
    assert weighted not in other.sections.sentence
    assert "version 2" not in next(fact.texts[0] for fact in other.method.facts if fact.term == "Checklist")


def test_an_older_edition_says_that_it_counts_the_visits_of_all_stores() -> None:
    edition = released(V1, {"x": "yes", "w": "yes"}, replace(V1, settings=WEIGHTED), {"x": "no", "w": "no"})
    found = make.edition(edition.wave, "S-A").snapshot
    old = store.build(replace(found, versions=()), found.facts.checklist(V1), words.of("en"), 1, ())
    assert total_of(old)[0] == "Over all stores of the wave:"
    assert old.sections is not None
    assert "With version 2 of the checklist the whole score is the mean of the touchpoints" in old.sections.sentence


def total_of(report) -> tuple[str, ...]:  # type: ignore[no-untyped-def]
    return next(fact.texts for fact in report.method.facts if fact.term == "Total of a visit")


def doors(**settings: object) -> Checklist:
    """Weights that count in one family, points in the other; a norm of 90 on both."""
    door = make.section("door", make.question("greeted"), norm=D(90), weight=D(3))
    back = make.section("back", make.question("returned", options=SCALE_OF_3), norm=D(90))
    return form(door, back, **settings)


SCALE_OF_3 = (make.option("no", 0), make.option("yes", 3))


@pytest.mark.parametrize("total", list(Total))
def test_what_hangs_on_a_touchpoint_follows_the_rule_of_each_visit(total: Total) -> None:
    """Pooled, 1 of 4 points hang on the door, and 3 on the way back; weighted, 3 of 4 and 1 of 4. Half on each.

    No and yes at the door: 50, 40 below 90, and half of that is what it costs.
    """
    other = next(one for one in Total if one != total)
    edition = released(
        doors(total=total),
        {"greeted": "no", "returned": "yes"},
        doors(total=other),
        {"greeted": "yes", "returned": "yes"},
    )
    own = make.edition(edition.wave, "S-A")
    assert {one.section: one.share for one in own.snapshot.figures.sections} == {"door": D("0.5"), "back": D("0.5")}
    assert edition.network is not None
    assert [one.share for one in edition.network.network.sections] == [D("0.5"), D("0.5")]
    again = recompute(own.checklist, [own.snapshot]).stores[0]
    assert again.sections == own.snapshot.figures.sections
    table = papers.store_report(own, "en").sections
    assert table is not None
    assert {row.name: row.cost for row in table.rows} == {"door": "−20.0", "back": "+5.0"}


def test_what_hangs_on_a_question_does_too() -> None:
    asked = make.question("greeted", norm=D(90))
    first = form(make.section("door", asked, weight=D(3)), make.section("back", make.question("r", options=SCALE_OF_3)))
    second = replace(first, settings=WEIGHTED)
    edition = released(first, {"greeted": "no", "r": "yes"}, second, {"greeted": "yes", "r": "yes"})
    assert edition.network is not None
    assert [(gap.name, gap.share, gap.burden) for gap in edition.network.gaps] == [("greeted", D("0.5"), D(-20))]


@pytest.mark.parametrize(
    ("second", "points"),
    [
        (WEIGHTED, "2 / 4"),
        (Settings(adjust_earned_points=D(10), adjust_possible_points=D(20)), "12 / 24"),
        (Settings(), "2 / 4"),
    ],
)
def test_a_flat_adjustment_is_that_of_the_visits_that_begin_with_it(second: Settings, points: str) -> None:
    """The first visit begins with 2 of 4; a visit that is weighted by touchpoint begins with nothing."""
    first = form(make.section("a", make.question("x")), adjust_earned_points=D(2), adjust_possible_points=D(4))
    edition = released(first, {"x": "yes"}, replace(first, settings=second), {"x": "yes"})
    table = papers.store_report(make.edition(edition.wave, "S-A"), "en").sections
    assert table is not None
    assert table.adjustment is not None
    assert table.adjustment.points == points
    assert "different flat adjustments" not in table.sentence


def test_an_edition_that_did_not_keep_whose_adjustment_it_was_says_so() -> None:
    first = form(make.section("a", make.question("x")), adjust_earned_points=D(2), adjust_possible_points=D(4))
    edition = released(first, {"x": "yes"}, replace(first, settings=WEIGHTED), {"x": "yes"})
    own = make.edition(edition.wave, "S-A")
    older = replace(own.snapshot, visits=tuple(replace(visit, settings=None) for visit in own.snapshot.visits))
    table = store.build(older, own.checklist, words.of("en"), 1, ()).sections
    assert table is not None
    assert table.adjustment is None
    assert "different flat adjustments" in table.sentence
