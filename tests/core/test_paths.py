"""The experience map of hand-made visits."""

from hypothesis import given
from hypothesis import strategies as st

from fieldstudy.core import paths
from fieldstudy.core.answers import Encounter
from fieldstudy.core.paths import Move, Step

ORDER = ("door", "shelf", "till", "exit")


def visit(**times: str) -> list[Encounter]:
    return [Encounter(section, met_at=time) for section, time in times.items()]


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
def test_the_order_of_the_visits_does_not_matter(visits: list[list[Encounter]]) -> None:
    assert paths.paths(ORDER, visits) == paths.paths(ORDER, sorted(visits, key=str))
