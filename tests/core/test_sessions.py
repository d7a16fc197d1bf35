"""When a session ends: hand-made cases."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldstudy.core.sessions import SessionLimits

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIMITS = SessionLimits(idle=timedelta(hours=12), absolute=timedelta(days=7))


@pytest.mark.parametrize(
    ("seen_at", "ends_at"),
    [
        (datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 3, 0, tzinfo=UTC)),
        (datetime(2026, 3, 5, 9, tzinfo=UTC), datetime(2026, 3, 5, 21, tzinfo=UTC)),
        (datetime(2026, 3, 9, 1, tzinfo=UTC), datetime(2026, 3, 9, 12, tzinfo=UTC)),
    ],
    ids=["just signed in", "used on the fourth day", "used on the last day"],
)
def test_a_session_ends_without_use_and_in_any_case_after_its_longest_time(
    seen_at: datetime, ends_at: datetime
) -> None:
    assert LIMITS.ends_at(NOON, seen_at) == ends_at
