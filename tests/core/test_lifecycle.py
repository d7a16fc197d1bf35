"""The table of moves."""

from itertools import pairwise

import pytest

from fieldstudy.core import lifecycle
from fieldstudy.core.lifecycle import State

JOURNEY = (
    "planned offered accepted in_field sealed received in_review returned in_review "
    "approved released appealed upheld locked"
)


def test_the_whole_journey_is_allowed() -> None:
    states = [State(name) for name in JOURNEY.split()]
    assert all(lifecycle.may_move(before, after) for before, after in pairwise(states))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("received", "released"),
        ("in_field", "approved"),
        ("locked", "void"),
        ("void", "received"),
        ("approved", "returned"),
    ],
)
def test_a_short_cut_is_refused(before: str, after: str) -> None:
    with pytest.raises(lifecycle.MoveIsNotAllowed):
        lifecycle.check_move(State(before), State(after))


@pytest.mark.parametrize("state", list(State))
def test_approved_and_later_counts_unless_void_or_excluded(state: State) -> None:
    expected = state in {"approved", "released", "appealed", "upheld", "amended", "declined", "locked"}
    assert lifecycle.counts(state) == expected
