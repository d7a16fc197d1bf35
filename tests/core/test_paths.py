"""The experience map of hand-made visits."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldstudy.core import paths
from fieldstudy.core.answers import Encounter
from fieldstudy.core.paths import Move, Step

ORDER = ("door", "shelf", "till", "exit")


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Visit:
    encounters: tuple[Encounter, ...]
    started_at: datetime = NOON
    ended_at: datetime | None = None


def visit(**times: str) -> Visit:
    return Visit(tuple(Encounter(section, met_at=time) for section, time in times.items()))


def begun(clock: str, minutes: int | None = None, **times: str) -> Visit:
    hour, minute = map(int, clock.split(":"))
    started_at = NOON.replace(hour=hour, minute=minute)
    ended_at = None if minutes is None else started_at + timedelta(minutes=minutes)
    return Visit(visit(**times).encounters, started_at, ended_at)


def test_midnight_does_not_turn_the_order_round() -> None:
    night = begun("23:40", door="23:45", shelf="23:58", till="00:20")
    found = paths.paths(ORDER, [night, night])
    assert found.moves == (Move("door", "shelf", 2, 13.0, True), Move("shelf", "till", 2, 22.0, True))
    assert found.steps == (Step("door", 2, 0), Step("shelf", 2, 0), Step("till", 2, 0), Step("exit", 0, 0))
    assert found.missing == (("till", "exit"),)


@pytest.mark.parametrize(
    ("seen", "order", "minutes"),
    [
        (begun("00:10", door="23:50", till="00:20"), "door till", 30),  # the form was opened after midnight
        (begun("10:00", door="9:30", till="10:05"), "door till", 35),  # met before the visit began: the same morning
        (begun("21:00", door="9:00", till="21:10"), "door till", 730),  # the website in the morning
        (begun("10:00", till="10:05", exit="22:40"), "till exit", 755),  # the e-mail of the evening
        (begun("20:00", 510, door="20:00", till="04:20"), "door till", 500),  # a whole night observed
        (begun("20:00", door="20:00", till="04:20"), "till door", 940),  # without an end nothing tells the night
    ],
)
def test_a_time_is_of_the_day_on_which_it_is_near_the_visit(seen: Visit, order: str, minutes: float) -> None:
    (move,) = paths.paths(ORDER, [seen]).moves
    assert (f"{move.before} {move.after}", move.median_minutes) == (order, minutes)


def test_visits_in_order_make_the_normative_moves() -> None:
    found = paths.paths(ORDER, [visit(door="10:00", shelf="10:05", till="10:20"), visit(door="11:00", shelf="11:09")])
    assert found.moves == (
        Move("door", "shelf", 2, 7.0, True),
        Move("shelf", "till", 1, 15.0, True),
    )


def test_a_move_nobody_made_is_missing() -> None:
    found = paths.paths(ORDER, [visit(door="10:00", shelf="10:05", till="10:20")])
    assert found.missing == (("till", "exit"),)


def test_a_shortcut_is_an_extra_move() -> None:
    (move,) = paths.paths(ORDER, [visit(door="10:00", till="10:03")]).moves
    assert not move.is_normative


def test_a_touchpoint_met_after_one_that_comes_later_is_late() -> None:
    found = paths.paths(ORDER, [visit(door="10:00", till="10:05", shelf="10:10"), visit(door="9:00", shelf="9:30")])
    assert found.steps == (Step("door", 2, 0), Step("shelf", 2, 1), Step("till", 1, 0), Step("exit", 0, 0))


def test_a_visit_with_one_time_tells_no_order() -> None:
    found = paths.paths(ORDER, [visit(door="10:00"), visit(door="", till="")])
    assert (found.visits, found.moves, found.missing) == (0, (), ())


def test_two_touchpoints_of_one_minute_keep_the_order_of_the_checklist() -> None:
    (move,) = paths.paths(ORDER, [visit(shelf="10:00", door="10:00")]).moves
    assert (move.before, move.after) == ("door", "shelf")


times = st.fixed_dictionaries({}, optional={name: st.times().map(lambda t: t.strftime("%H:%M")) for name in ORDER})


@given(st.lists(times, max_size=6))
def test_every_trace_has_one_move_less_than_touchpoints(visits: list[dict[str, str]]) -> None:
    found = paths.paths(ORDER, [visit(**each) for each in visits])
    met = sum(step.met for step in found.steps)
    assert sum(move.count for move in found.moves) == met - found.visits


@given(
    st.permutations(
        [visit(door="10:00", till="10:05"), visit(door="9:00", shelf="9:30"), visit(till="8:00", exit="9:00")]
    )
)
def test_the_order_of_the_visits_does_not_matter(visits: list[Visit]) -> None:
    assert paths.paths(ORDER, visits) == paths.paths(ORDER, sorted(visits, key=str))
