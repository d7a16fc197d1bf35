"""What of two waves may be held against each other."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from fieldstudy.core import comparability
from fieldstudy.core.checklist import Checklist, Critical, CriticalRule, Method, Missing, Question, Settings, Total
from fieldstudy.core.comparability import Reason
from fieldstudy.core.figures import VisitSums
from tests import factories as make

D = Decimal
SHOPPING, PARTICIPANT = Method.MYSTERY_SHOPPING, Method.PARTICIPANT_OBSERVATION
NINE = (make.option("yes", 9), make.option("no", 0))


def form(*questions: Question, **settings: object) -> Checklist:
    sections = (make.section("a", *questions[:2]), make.section("b", *questions[2:]))
    return Checklist("shop", make.text("Shop"), sections, Settings(**settings))  # type: ignore[arg-type]


Q = {name: make.question(name) for name in "wxyz"}
BASE = form(*Q.values())


def other(**changed: Question) -> Checklist:
    return form(*({**Q, **changed}).values())


def test_the_same_key_is_compared_as_a_whole() -> None:
    found = comparability.alike([BASE, other(w=replace(Q["w"], label=make.text("Other words"), norm=D(80)))])
    assert (found.is_whole, found.has_total, found.reasons) == (True, True, ())
    assert found.sections == {"a", "b"}


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        (other(w=make.question("w", options=NINE)), Reason.POINTS),
        (other(w=make.question("w", weight=D(2))), Reason.POINTS),
        (other(w=make.question("w", is_bonus=True)), Reason.POINTS),
        (other(w=make.question("w", critical=Critical(CriticalRule.TOTAL_ZERO))), Reason.RULES),
        (other(w=make.question("w", methods=(SHOPPING,))), Reason.QUESTIONS),
        (other(w=make.question("w", is_scored=False)), Reason.QUESTIONS),
        (other(w=make.question("w", relevant="${x} = 'yes'")), Reason.QUESTIONS),
        (form(*list(Q.values())[1:], make.question("v")), Reason.QUESTIONS),
    ],
)
def test_another_key_leaves_the_other_three_questions(later: Checklist, reason: Reason) -> None:
    found = comparability.alike([BASE, later])
    assert found.reasons == (reason,)
    assert (found.questions, found.is_whole, found.has_total) == ({"x", "y", "z"}, False, True)


def test_only_the_touchpoint_with_the_other_key_is_left_out() -> None:
    found = comparability.alike([BASE, other(w=make.question("w", options=NINE))])
    assert (found.sections, found.rates) == ({"b"}, {"w", "x", "y", "z"})


def test_less_than_half_of_the_questions_is_no_total() -> None:
    changed = {name: make.question(name, options=NINE) for name in "wxy"}
    assert not comparability.alike([BASE, other(**changed)]).has_total


@pytest.mark.parametrize(
    ("settings", "reason", "sections"),
    [
        ({"total": Total.SECTION_WEIGHTED}, Reason.TOTAL, {"a", "b"}),
        ({"is_capped": False}, Reason.TOTAL, {"a", "b"}),
        ({"adjust_earned_points": D(1)}, Reason.TOTAL, {"a", "b"}),
        ({"na": Missing.MISS}, Reason.MISSING, set()),
        ({"unanswered": Missing.MISS}, Reason.MISSING, set()),
    ],
)
def test_another_total_is_not_compared(settings: dict[str, object], reason: Reason, sections: set[str]) -> None:
    found = comparability.alike([BASE, form(*Q.values(), **settings)])
    assert reason in found.reasons
    assert (found.has_total, found.sections) == (False, sections)


def test_a_section_s_own_weight_matters_to_the_total_only() -> None:
    first = form(*Q.values(), total=Total.SECTION_WEIGHTED)
    heavy = replace(first, sections=(replace(first.sections[0], weight=D(3)), first.sections[1]))
    found = comparability.alike([first, heavy])
    assert (found.reasons, found.questions, found.sections) == ((Reason.POINTS,), {"y", "z"}, {"a", "b"})


def test_a_question_that_means_no_since_is_no_rate_to_compare() -> None:
    found = comparability.alike([BASE, other(w=make.question("w", is_reverse=True))])
    assert found.rates == {"x", "y", "z"}


def visits(store: str, shopping: int, participant: int) -> list[VisitSums]:
    methods = [SHOPPING] * shopping + [PARTICIPANT] * participant
    return [VisitSums(UUID(int=n), store, method, D("0.5"), ()) for n, method in enumerate(methods)]


def test_the_same_mix_is_compared_over_all_visits() -> None:
    over = comparability.comparable(comparability.alike([BASE]), visits("S", 4, 1), visits("S", 8, 2))
    assert (over.basis.is_part, over.basis.reasons, over.sections) == (False, (), {"a", "b"})


def test_another_mix_is_compared_within_the_method_that_both_have_most_of() -> None:
    """5 + 1, then 2 + 4: two shoppers at least in both, one participant."""
    over = comparability.comparable(comparability.alike([BASE]), visits("S", 5, 1), visits("S", 2, 4))
    assert (over.basis.reasons, over.basis.methods) == ((Reason.MIX,), (SHOPPING,))
    assert (len(over.before), len(over.after), over.sections, over.rates) == (5, 2, frozenset(), frozenset())


def test_without_a_method_in_common_nothing_is_compared() -> None:
    over = comparability.comparable(comparability.alike([BASE]), visits("S", 5, 0), visits("S", 0, 5))
    assert (over.basis.is_compared, over.basis.reasons) == (False, (Reason.MIX,))


def test_the_mix_of_a_network_is_the_mean_of_its_stores_shares() -> None:
    """A: 1 of 1 by shoppers, B: 1 of 4; the mean share is .625, and not 2 of 5."""
    assert comparability.shares([*visits("A", 1, 0), *visits("B", 1, 3)], Method)[SHOPPING] == D("0.625")


def test_other_headline_methods_leave_those_that_both_have() -> None:
    one = form(*Q.values(), headline_methods=(SHOPPING,))
    over = comparability.comparable(comparability.alike([BASE, one]), visits("S", 3, 3), visits("S", 3, 0))
    assert (over.basis.reasons, over.basis.methods, len(over.before)) == ((Reason.METHODS,), (SHOPPING,), 3)
