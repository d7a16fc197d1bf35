"""Who has to have a second factor and when, which code of an app counts, and what a recovery code looks like."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldstudy.core import factors, recovery_codes
from fieldstudy.core.access import Role
from fieldstudy.core.factors import FactorRule

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
REQUIRED, OFFERED = FactorRule(True, WEEK), FactorRule(False, WEEK)
AT_ONCE = FactorRule(True, timedelta())


@pytest.mark.parametrize(
    ("rule", "roles", "has_factor", "asked_at", "due_at"),
    [
        (REQUIRED, [Role.COORDINATOR], False, MONDAY, MONDAY + WEEK),
        (REQUIRED, [Role.REVIEWER], False, MONDAY, MONDAY + WEEK),
        (REQUIRED, [Role.MANAGER], False, MONDAY, MONDAY + WEEK),
        (REQUIRED, [Role.ADMIN], False, MONDAY, MONDAY + WEEK),
        (AT_ONCE, [Role.ADMIN], False, MONDAY, MONDAY),
        (REQUIRED, [Role.SHOPPER, Role.MANAGER], False, MONDAY, MONDAY + WEEK),
        (REQUIRED, [Role.COORDINATOR], True, MONDAY, None),
        (REQUIRED, [Role.COORDINATOR], False, None, None),
        (REQUIRED, [Role.SHOPPER, Role.OBSERVER], False, MONDAY, None),
        (REQUIRED, [], False, MONDAY, None),
        (OFFERED, [Role.ADMIN], False, MONDAY, None),
    ],
    ids=[
        "coordinator",
        "reviewer",
        "manager",
        "admin",
        "no grace",
        "shopper and manager",
        "has one",
        "never signed in",
        "in the field alone",
        "no role",
        "only offered",
    ],
)
def test_who_has_to_have_one_and_from_when(
    rule: FactorRule, roles: list[Role], has_factor: bool, asked_at: datetime | None, due_at: datetime | None
) -> None:
    assert rule.due_at(roles, has_factor, asked_at) == due_at


@pytest.mark.parametrize(
    ("at", "began_at", "is_reading", "is_shut"),
    [
        (MONDAY - timedelta(seconds=1), MONDAY - WEEK, True, False),
        (MONDAY, MONDAY - WEEK, True, True),
        (MONDAY, MONDAY - WEEK, False, False),
        (MONDAY + WEEK, MONDAY, False, True),
        (MONDAY + WEEK, MONDAY + WEEK, False, True),
    ],
    ids=["in time", "a page", "a form that was open", "a form of a later session", "much later"],
)
def test_what_is_shut_once_the_time_is_up(at: datetime, began_at: datetime, is_reading: bool, is_shut: bool) -> None:
    assert factors.is_shut(MONDAY, at, began_at, is_reading) == is_shut


def test_nothing_is_shut_for_whom_nobody_asks() -> None:
    assert not factors.is_shut(None, MONDAY, MONDAY, True)


NOON_STEP = 59_150_160
"""1774504800 / 30, by hand."""


@pytest.mark.parametrize(
    ("second", "last_step", "steps"),
    [
        (0, 0, [NOON_STEP, NOON_STEP - 1]),
        (29, 0, [NOON_STEP, NOON_STEP - 1]),
        (30, 0, [NOON_STEP + 1, NOON_STEP]),
        (0, NOON_STEP - 1, [NOON_STEP]),
        (0, NOON_STEP, []),
        (0, NOON_STEP + 5, []),
    ],
    ids=["now", "its last second", "the next", "after the one before", "after this one", "a clock that went back"],
)
def test_the_code_of_now_and_the_one_before_count_and_none_twice(second: int, last_step: int, steps: list[int]) -> None:
    assert factors.steps_that_count(datetime.fromtimestamp(1_774_504_800 + second, UTC), last_step) == steps


def test_a_recovery_code_is_written_in_groups() -> None:
    assert recovery_codes.written("0123456789abcdef") == "0123-4567-89ab-cdef"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0123-4567-89ab-cdef", "0123456789abcdef"),
        ("  0123 4567 89AB CDEF ", "0123456789abcdef"),
        ("O123-4567-89ab-cdef", "0123456789abcdef"),
        ("0l23-4567-89ab-cdef", "0123456789abcdef"),
        ("0i23–4567–89ab–cdeu", "0123456789abcdev"),
        ("0123-4567-89ab-cde", ""),
        ("0123-4567-89ab-cdefg", ""),
        ("0123-4567-89ab-cdeà", ""),
        ("123456", ""),
        ("", ""),
    ],
)
def test_what_was_meant_by_a_recovery_code(text: str, code: str) -> None:
    assert recovery_codes.read(text) == code
