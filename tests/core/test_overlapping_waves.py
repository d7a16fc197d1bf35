"""Two waves of other stores, and measured otherwise there: both limits hold, and neither hides the other."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import pytest

from fieldstudy import words
from fieldstudy.core import comparability, figures, networks
from fieldstudy.core.changes import Overlap, Verdict
from fieldstudy.core.checklist import Checklist, Method
from fieldstudy.core.comparability import Reason
from fieldstudy.core.figures import VisitSums
from fieldstudy.core.networks import LastNetwork
from fieldstudy.words import comparisons
from tests import factories as make

D = Decimal
EN, IT = words.of("en"), words.of("it")
SHOPPING, PARTICIPANT = Method.MYSTERY_SHOPPING, Method.PARTICIPANT_OBSERVATION
Q = {name: make.question(name) for name in "wxyz"}
FORM = Checklist("shop", make.text("Shop"), (make.section("a", *Q.values()),))
HEAVY = Checklist(
    "shop", make.text("Shop"), (make.section("a", *{**Q, "w": make.question("w", weight=D(5))}.values()),)
)

Wave = Mapping[str, tuple[list[str], list[str]]]
"""Of each store the totals of its visits by mystery shopping, and by participant observation."""


def visits(wave: Wave, first: int) -> list[VisitSums]:
    made = [
        (store, method, total)
        for store, sides in wave.items()
        for method, totals in zip((SHOPPING, PARTICIPANT), sides, strict=True)
        for total in totals
    ]
    return [
        VisitSums(UUID(int=first + number), store, method, D(total), ())
        for number, (store, method, total) in enumerate(made)
    ]


def compared(before: Wave, after: Wave, later: Checklist = FORM) -> LastNetwork:
    """The totals over the questions that are alike are those of the visits."""
    was, now = visits(before, 0), visits(after, 1000)
    over = comparability.comparable(
        comparability.alike([FORM, later]), was, now, {visit.visit_id: visit.final for visit in (*was, *now)}
    )
    first, second = figures.wave_figures(FORM, was, ()), figures.wave_figures(later, now, ())
    return networks.compare(later, "Before", first.stores, first.network, second.stores, second.network, over)


def shopped(*stores: str, totals: str, by_participants: str = "") -> dict[str, tuple[list[str], list[str]]]:
    return {store: (totals.split(), by_participants.split()) for store in stores}


FIRST = shopped("A", "B", totals="0.30 0.30") | shopped("C", "D", totals="0.26 0.30") | shopped("E", totals="0.9 0.9")
"""Means of 30, 30, 28 and 28: 29 over A to D. E is gone in the second wave."""
SECOND = (
    shopped("A", "B", totals="0.20 0.20", by_participants="0.9")
    | shopped("C", totals="0.24 0.28", by_participants="0.9")
    | shopped("D", totals="0.26 0.26", by_participants="0.9")
    | shopped("F", "G", "H", "I", totals="0.9 1", by_participants="1")
)
"""Of the visits by shoppers 20, 20, 26 and 26: 23 over A to D, −6. F to I are new and better."""


def test_another_mix_and_other_stores_are_both_said() -> None:
    last = compared(FIRST, SECOND)
    assert (last.basis.reasons, last.basis.methods) == ((Reason.MIX,), (SHOPPING,))
    assert last.basis.overlap == Overlap(4, new=4, gone=1)
    assert last.score.now is not None
    assert (last.score.before.value, last.score.now.value) == (D("0.29"), D("0.23"))
    assert last.score.overlap == Overlap(4, new=4, gone=1)
    assert comparisons.limits(EN, last.basis) == (
        "Compared with the last wave only over the visits by mystery shopping and the 4 stores of both waves: 4 stores "
        "are new, 1 is no longer there; the mix of methods in the stores of both waves is another (then 8 mystery "
        "shopping visits; now 8 mystery shopping visits and 4 participant observations)."
    )
    assert comparisons.limits(IT, last.basis).startswith(
        "Confronto con la rilevazione precedente solo su visite dello stesso metodo (visita in incognito) e 4 punti "
        "vendita presenti in entrambe le rilevazioni: 4 punti vendita sono nuovi, 1 non c'è più; nei punti vendita di "
        "entrambe le rilevazioni i metodi hanno un altro peso (allora 8 "
    )


def test_other_questions_and_other_stores_are_both_said() -> None:
    """Three of four questions weigh the same; 29 and then 23 over A to D, as above."""
    only = {store: (totals, []) for store, (totals, _) in SECOND.items()}
    last = compared(FIRST, only, HEAVY)
    assert (last.basis.questions, last.basis.overlap) == (3, Overlap(4, new=4, gone=1))
    assert last.score.now is not None
    assert (last.score.before.value, last.score.now.value) == (D("0.29"), D("0.23"))
    assert comparisons.limits(EN, last.basis) == (
        "Compared with the last wave only over the 3 questions that both waves asked alike and the 4 stores of both "
        "waves: the checklist now gives other points; 4 stores are new, 1 is no longer there."
    )


@pytest.mark.parametrize("later", [FORM, HEAVY])
@pytest.mark.parametrize("by_participants", ["", "0.9"])
@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("", "no store is in both waves"),
        ("A", "only 1 store is in both waves"),
        ("AB", "only 2 stores are in both waves"),
    ],
)
def test_fewer_than_three_stores_are_not_compared_whatever_else_differs(
    kept: str, said: str, by_participants: str, later: Checklist
) -> None:
    second = shopped(*kept, "F", "G", "H", totals="0.9 1", by_participants=by_participants)
    last = compared(FIRST, second, later)
    assert last.basis.overlap == Overlap(len(kept), new=3, gone=5 - len(kept))
    assert (last.basis.is_compared, last.score.verdict, last.score.now) == (False, Verdict.NOT_COMPARED, None)
    assert {change.verdict for _, change in last.sections} <= {Verdict.NOT_COMPARED}
    otherwise = "" if later is FORM else "the checklist now gives other points; "
    assert comparisons.limits(EN, last.basis) == f"Not compared with the last wave: {otherwise}{said}."


def test_a_part_that_leaves_two_of_the_common_stores_is_not_compared() -> None:
    """Of four stores two are shopped in both waves, and the other two observed in the second."""
    first = shopped("A", "B", "C", "D", totals="0.5 0.6")
    second = shopped("A", "B", totals="0.9 0.9") | shopped("C", "D", totals="", by_participants="0.9 0.9")
    last = compared(first, second)
    assert (last.basis.overlap, last.basis.stores, last.basis.is_compared) == (Overlap(4), 2, False)
    assert comparisons.limits(EN, last.basis) == (
        "Not compared with the last wave: the mix of methods is another (then 8 mystery shopping visits; now 4 mystery "
        "shopping visits and 4 participant observations); only 2 stores have a result in both waves over the visits by "
        "mystery shopping."
    )


def test_a_part_that_leaves_fewer_of_the_common_stores_says_how_many() -> None:
    first = shopped("A", "B", "C", "D", totals="0.5 0.6")
    second = shopped("A", "B", "C", totals="0.9 0.8") | shopped("D", totals="", by_participants="0.9 0.9")
    last = compared(first, second)
    assert (last.basis.is_compared, last.basis.stores, last.score.overlap) == (True, 3, Overlap(3, gone=1))
    assert "only 3 stores have a result in both waves over the visits by" in comparisons.limits(EN, last.basis)
