"""The figures as data: recomputed from a snapshot, to the same digits."""

import hashlib
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from scipy import stats

from fieldstudy import words
from fieldstudy.core import snapshots as core_snapshots
from fieldstudy.core.answers import Answer, Encounter
from fieldstudy.core.checklist import Checklist, Critical, CriticalRule, Method
from fieldstudy.core.figures import Formula
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.models.columns import Frozen
from fieldstudy.reports import figures
from tests.reports import content, snapshots, waves

FORM = content.CHECKLIST


def alone() -> StoreSnapshot:
    taken = snapshots.store_snapshot()
    return snapshots.refigured(taken, FORM, taken.visits)


def as_json(taken: StoreSnapshot) -> dict[str, Any]:
    return figures.as_json("boutique", "Autumn", FORM, [taken], words.of("en"), 1, frozen=figures.Frozen(1))


def test_a_frozen_snapshot_gives_the_same_digits_again() -> None:
    taken, column = alone(), Frozen(StoreSnapshot)
    thawed = column.process_result_value(column.process_bind_param(taken, None), None)
    assert thawed is not None
    assert as_json(thawed) == as_json(taken)


def test_the_recomputed_figures_are_those_that_were_frozen() -> None:
    taken = alone()
    assert core_snapshots.recompute(FORM, [taken]).stores == (taken.figures,)


def test_a_changed_answer_shows() -> None:
    """Recomputed means from the answers, not copied from what was frozen beside them."""
    taken = alone()
    first, name = taken.visits[0], "site_hours"
    turned = [replace(a, value="no" if a.value == "yes" else "yes") if a.question == name else a for a in first.answers]
    other = replace(taken, visits=(replace(first, answers=tuple(turned)), *taken.visits[1:]))
    assert as_json(other)["stores"][0]["questions"] != as_json(taken)["stores"][0]["questions"]


def test_every_new_figure_is_there() -> None:
    store = as_json(alone())["stores"][0]
    assert {
        "grid",
        "pyramid",
        "harmony",
        "bonds",
        "expectations",
        "timings",
        "gaps",
        "curve",
        "paths",
        "grounds",
    } <= set(store)
    assert len(store["grid"]["cells"]) == 35


def test_a_cell_that_is_not_asked_is_null() -> None:
    cells = as_json(alone())["stores"][0]["grid"]["cells"]
    assert {cell["mean"] for cell in cells} == {None}


def test_every_formula_has_a_version() -> None:
    assert all(formula.versioned == f"{formula.value}/{formula.version}" for formula in Formula)


# The same keys for what the reports print


def network_of(visits: dict[str, list[int]], regions: dict[str, str]) -> tuple[dict[str, Any], NetworkSnapshot]:
    """The figures of these stores, and what was frozen of them; store A had four visits before."""
    records = {code: waves._records(waves.FORM, counts, ()) for code, counts in visits.items()}
    found = waves._figures(waves.FORM, records)
    told = [waves._store(code, rows, found, regions.get(code, ""), None) for code, rows in records.items()]
    frozen = waves.network(visits, {"A": [1, 1, 1, 2]}, regions=regions)
    out = figures.as_json("s", "w", waves.FORM, told, words.of("en"), 1, frozen=figures.Frozen(network=frozen))
    return out["network"], frozen


def test_the_network_says_all_that_its_report_prints() -> None:
    """Means 11/12, 1/12 and 1/2, over 28 points possible."""
    found, frozen = network_of({"A": [4, 4, 3], "B": [0, 1, 0], "C": [2]}, {"A": "North", "B": "South", "C": "South"})
    assert found["sha256"] == hashlib.sha256(msgspec.json.encode(frozen)).hexdigest()
    assert found["groups"] == {"above": ["A"], "cannot_tell": ["C"], "below": ["B"]}
    north, south = found["regions"]
    assert (north["region"], north["score"]["value"]) == ("North", "0.916666666667")
    assert (south["region"], south["score"]["text"]) == ("South", "29.2 %")
    assert found["grounds"] == {
        "evidence": "0",
        "in_store": None,
        "possible": "28",
        "on_evidence": "0",
        "timed": "0",
        "answered_in_store": "0",
        "clocked_visits": 0,
        "placed_visits": 0,
    }
    assert found["heterogeneity"]["between_stores"]["n"] == 3
    assert found["heterogeneity"]["between_fieldworkers"] is None


def test_a_change_has_its_p_and_the_test_that_gave_it() -> None:
    found, _ = network_of({"A": [4, 3, 4], "B": [0, 1, 2]}, {})
    change = found["last_wave"]["stores"]["A"]
    p = stats.ttest_ind([0.25, 0.25, 0.25, 0.5], [1, 0.75, 1], equal_var=False).pvalue
    assert (change["test"], change["before"]["value"]) == ("welch_t", "0.3125")
    assert float(change["p"]) == pytest.approx(p, rel=1e-3)


def test_the_network_is_gathered_from_the_visits() -> None:
    """Not copied: without its feelings the frozen curve has nothing to say of them."""
    taken = alone()
    felt = [replace(visit, encounters=(Encounter("site", 2, None),)) for visit in taken.visits]
    found = as_json(replace(taken, visits=tuple(felt)))
    for curve in (found["stores"][0]["curve"], found["network"]["curve"]):
        assert [point["n"] for point in curve["points"] if point["n"]] == [sum(v.is_headline for v in felt)]


def test_a_section_shows_its_points_and_a_method_beside_its_score() -> None:
    store = as_json(alone())["stores"][0]
    section = store["sections"][0]
    figure = alone().figures.sections[0]
    assert (section["earned"], section["na_count"]) == (f"{figure.earned.normalize():f}", figure.na_count)
    assert [one["method"] for one in store["beside"]] == ["non_participant_observation"]


def test_answers_that_did_not_apply_are_counted() -> None:
    taken = alone()
    name = taken.visits[0].answers[0].question
    answers = tuple(
        replace(one, value="na", is_na=True) if one.question == name else one for one in taken.visits[0].answers
    )
    found = as_json(replace(taken, visits=(replace(taken.visits[0], answers=answers), *taken.visits[1:])))
    assert found["stores"][0]["na_of_questions"] == found["network"]["na_of_questions"] == {name: 1}


def test_a_visit_says_which_rule_changed_its_score() -> None:
    critical = replace(waves.SECTION.questions[0], critical=Critical(CriticalRule.SECTION_ZERO))
    section = replace(waves.SECTION, questions=(critical, *waves.SECTION.questions[1:]))
    form = Checklist("form", waves.FORM.title, (section,))
    answers = [Answer(name, "no" if name == "greeted" else "yes") for name in waves.NAMES]
    record = snapshots.visit(form, 1, Method.MYSTERY_SHOPPING, answers)
    taken = snapshots.refigured(snapshots.store_snapshot(form, visits=1, photos=0, stores=2), form, [record])
    visit = figures.as_json("s", "w", form, [taken], words.of("en"), 1)["stores"][0]["each_visit"][0]
    assert (visit["raw"], visit["final"]) == ("0.75", "0")
    assert visit["fired"] == [{"question": "greeted", "rule": "section_zero", "percent": None}]
    assert visit["sections_set_to_0"] == ["door"]


def test_a_wave_without_visits_has_figures_too() -> None:
    found = figures.as_json("s", "w", FORM, [], words.of("en"), 1)
    assert (found["stores"], found["network"]["mean_of_store_means"]["value"]) == ([], None)
