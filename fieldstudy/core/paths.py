"""The experience map: in which order visits really met the touchpoints, beside the order they should have."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Protocol

from fieldstudy.core import statistics
from fieldstudy.core.answers import Encounter

DAY = 24 * 60
REACH = 6 * 60
"""So many minutes around a visit a time of the neighbouring day is believed; any other is of the day it began on."""


class Timed(Protocol):
    """A visit; its moments are in the store's own time, as its encounters are."""

    @property
    def started_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def encounters(self) -> Sequence[Encounter]: ...


@dataclass(frozen=True)
class Step:
    """One touchpoint: how many visits met it, and how many of them after one that should have come later."""

    section: str
    met: int
    late: int


@dataclass(frozen=True)
class Move:
    """From one touchpoint to the next; `is_normative` when the checklist has them in this order, side by side."""

    before: str
    after: str
    count: int
    median_minutes: float | None
    is_normative: bool


@dataclass(frozen=True)
class Paths:
    """`visits` that told at least two times. `missing` are moves that should be and that nobody made."""

    visits: int
    steps: tuple[Step, ...]
    moves: tuple[Move, ...]
    missing: tuple[tuple[str, str], ...]


def paths(order: Sequence[str], visits: Iterable[Timed]) -> Paths:
    """`order` is the checklist's, and settles two of the same minute."""
    place = {section: number for number, section in enumerate(order)}
    traces = [trace for visit in visits if len(trace := _trace(visit, place)) > 1]
    minutes: dict[tuple[str, str], list[float]] = defaultdict(list)
    for trace in traces:
        for (start, before), (end, after) in pairwise(trace):
            minutes[before, after].append(end - start)
    should = list(pairwise(order))
    return Paths(
        len(traces),
        _steps(order, traces, place),
        tuple(
            Move(before, after, len(spans), statistics.median(spans), (before, after) in should)
            for (before, after), spans in sorted(minutes.items(), key=lambda item: (-len(item[1]), item[0]))
        ),
        tuple(move for move in should if traces and move not in minutes),
    )


def _trace(visit: Timed, place: dict[str, int]) -> list[tuple[int, str]]:
    """Minutes from the midnight before the visit began, and the touchpoint; in the order in which they were met."""
    met = [
        (_unfolded(_minute(e.met_at), visit), e.section) for e in visit.encounters if e.met_at and e.section in place
    ]
    return sorted(met, key=lambda stop: (stop[0], place[stop[1]]))


def _unfolded(minute: int, visit: Timed) -> int:
    """Twenty past midnight is after a quarter to: a time takes the day on which it is near the visit."""
    start = visit.started_at.hour * 60 + visit.started_at.minute
    end = start
    if visit.ended_at is not None:
        end += max(int((visit.ended_at - visit.started_at).total_seconds()) // 60, 0)
    near = (day for day in (0, DAY, -DAY) if start - REACH <= minute + day <= end + REACH)
    return minute + next(near, 0)


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _steps(order: Sequence[str], traces: Sequence[list[tuple[int, str]]], place: dict[str, int]) -> tuple[Step, ...]:
    met: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for trace in traces:
        furthest = -1
        for _, section in trace:
            met[section] += 1
            late[section] += place[section] < furthest
            furthest = max(furthest, place[section])
    return tuple(Step(section, met[section], late[section]) for section in order)
