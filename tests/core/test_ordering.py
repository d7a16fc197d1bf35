"""Names in the order of their numbers, and first what has to be done first."""

from datetime import date

import pytest

from fieldstudy.core import ordering
from fieldstudy.core.lifecycle import State
from fieldstudy.core.ordering import Urgency

TODAY = date(2026, 3, 10)
OVER = (date(2026, 3, 1), date(2026, 3, 9))
OPEN = (date(2026, 3, 10), date(2026, 3, 10))
TO_COME = (date(2026, 3, 11), date(2026, 3, 20))


def test_numbers_inside_names_are_sorted_by_value() -> None:
    names = ["shopper10", "Shopper2", "shopper1", "anna", "B2", "b10", "9", "10", ""]
    in_order = ["", "9", "10", "anna", "B2", "b10", "shopper1", "Shopper2", "shopper10"]
    assert sorted(names, key=ordering.natural_key) == in_order


@pytest.mark.parametrize(
    ("state", "window", "waits", "expected"),
    [
        (State.OFFERED, OVER, False, Urgency.LATE),
        (State.IN_FIELD, OVER, False, Urgency.LATE),
        (State.OFFERED, OVER, True, Urgency.LATE),
        (State.RECEIVED, OVER, False, Urgency.TO_REVIEW),
        (State.IN_REVIEW, TO_COME, False, Urgency.TO_REVIEW),
        (State.RETURNED, OVER, False, Urgency.RETURNED),
        (State.HELD, OVER, False, Urgency.HELD),
        (State.OFFERED, OPEN, True, Urgency.TO_APPROVE),
        (State.ACCEPTED, OPEN, False, Urgency.OPEN),
        (State.OFFERED, TO_COME, False, Urgency.UPCOMING),
        (State.APPROVED, OVER, False, Urgency.OVER),
        (State.RELEASED, OPEN, False, Urgency.OVER),
        (State.VOID, OVER, True, Urgency.OVER),
    ],
)
def test_what_has_to_be_done_comes_first(
    state: State, window: tuple[date, date], waits: bool, expected: Urgency
) -> None:
    assert ordering.urgency(state, window, TODAY, waits) == expected
