"""The figures as data: recomputed from a snapshot, to the same digits."""

from dataclasses import replace
from typing import Any

from fieldstudy import words
from fieldstudy.core import snapshots as core_snapshots
from fieldstudy.core.figures import Formula
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.models.columns import Frozen
from fieldstudy.reports import figures
from tests.reports import content, snapshots

FORM = content.CHECKLIST


def alone() -> StoreSnapshot:
    taken = snapshots.store_snapshot()
    return snapshots.refigured(taken, FORM, taken.visits)


def as_json(taken: StoreSnapshot) -> dict[str, Any]:
    return figures.as_json("boutique", "Autumn", FORM, [taken], words.of("en"), 1, edition=1)


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
