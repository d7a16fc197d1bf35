"""When an answer was given."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldstudy.core.moments import Moment, when

LEFT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "moment"),
    [
        (-30, Moment.IN_STORE),
        (0, Moment.IN_STORE),
        (1, Moment.WITHIN_HOUR),
        (60, Moment.WITHIN_HOUR),
        (61, Moment.LATER),
    ],
)
def test_an_answer_is_placed_by_the_time_of_leaving(minutes: int, moment: Moment) -> None:
    assert when(LEFT + timedelta(minutes=minutes), LEFT) == moment


def test_without_a_time_nothing_is_guessed() -> None:
    assert (when(None, LEFT), when(LEFT, None)) == (Moment.UNKNOWN, Moment.UNKNOWN)
