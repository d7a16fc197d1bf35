"""Orders that people expect: numbers inside names by their value, and first what has to be done first."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import IntEnum
from typing import TypeVar

from fieldstudy.core import lifecycle
from fieldstudy.core.lifecycle import State

T = TypeVar("T")
NaturalKey = tuple[list[tuple[int, int, str]], str]
NUMBERS = re.compile(r"(\d+)")
NOT_ARRIVED = frozenset({State.PLANNED, State.OFFERED, State.ACCEPTED, State.IN_FIELD, State.SEALED})


def natural_key(text: str) -> NaturalKey:
    """shopper2 before shopper10, and capitals beside small letters. Never equal for two texts that differ, so that the
    order does not depend on where they came from.
    """
    parts = [part for part in NUMBERS.split(text) if part]
    return [(0, int(part), part) if part.isdecimal() else (1, 0, part.casefold()) for part in parts], text


def by_code(rows: Iterable[T], code: Callable[[T], str]) -> list[T]:
    """The order of stores in every list. Databases sort codes as text, each in its own way, so that none is asked to:
    lists by code are read whole. What has one code stays as it comes.
    """
    return sorted(rows, key=lambda row: natural_key(code(row)))


class Urgency(IntEnum):
    """What a coordinator has to look at, the first first."""

    LATE = 0
    TO_REVIEW = 1
    RETURNED = 2
    HELD = 3
    TO_APPROVE = 4
    OPEN = 5
    UPCOMING = 6
    OVER = 7


def urgency(state: State, window: tuple[date, date], today: date, waits_for_approval: bool = False) -> Urgency:
    """`state` is that of the visit, or of its assignment while there is none."""
    first_day, last_day = window
    if state in lifecycle.AWAITING_REVIEW:
        return Urgency.TO_REVIEW
    if state == State.RETURNED:
        return Urgency.RETURNED
    if state == State.HELD:
        return Urgency.HELD
    if state not in NOT_ARRIVED:
        return Urgency.OVER
    if last_day < today:
        return Urgency.LATE
    if waits_for_approval:
        return Urgency.TO_APPROVE
    return Urgency.UPCOMING if first_day > today else Urgency.OPEN
