"""The experience map: the order in which visits really met the touchpoints, over the order they should have."""

from collections.abc import Iterator
from itertools import pairwise

from fieldstudy.core.paths import Move
from fieldstudy.reports import flow
from fieldstudy.reports.flow import Edge, Node
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.store.routes import RouteMap

LEAST_SHARE = 0.03
MOST_WAYS = 8
"""Ways beside the normative order that are drawn; the others are counted."""
MOST_STOPS = 12
MOST_SAID = 3


def build(case: Case) -> RouteMap | None:
    """Only over touchpoints for which anybody told a time: a missing time is not a missing step."""
    stops = [step.section for step in case.snapshot.paths.steps if step.met][:MOST_STOPS]
    if len(stops) < 2:
        return None
    made, left_out = _ways(case, stops)
    place = {name: i for i, name in enumerate(stops)}
    missing = [(i, i + 1) for i, pair in enumerate(pairwise(stops)) if pair not in {(m.before, m.after) for m in made}]
    drawing = flow.draw(
        _alt(case, made), [_node(case, name) for name in stops], [_edge(case, m, place) for m in made], missing
    )
    return RouteMap(" ".join(_key(case)), (drawing,), " ".join(_sentences(case, left_out)))


def _ways(case: Case, stops: list[str]) -> tuple[list[Move], int]:
    """The moves that are drawn, and how many rare ones are not."""
    paths, place = case.snapshot.paths, {name: i for i, name in enumerate(stops)}
    known = [move for move in paths.moves if move.before in place and move.after in place]
    side_by_side = [move for move in known if place[move.after] == place[move.before] + 1]
    others = [move for move in known if move not in side_by_side]
    enough = [move for move in others if move.count >= max(2.0, LEAST_SHARE * paths.visits)][:MOST_WAYS]
    return [*side_by_side, *enough], sum(move.count for move in others) - sum(move.count for move in enough)


def _node(case: Case, name: str) -> Node:
    step = next(step for step in case.snapshot.paths.steps if step.section == name)
    words = case.voice.words
    late = words.gettext("%(count)s late", count=words.integer(step.late)) if step.late else ""
    return Node(case.voice.section(name, 40), words.integer(step.met), late)


def _edge(case: Case, move: Move, place: dict[str, int]) -> Edge:
    share = move.count / case.snapshot.paths.visits
    return Edge(place[move.before], place[move.after], share, _label(case, move))


def _label(case: Case, move: Move) -> str:
    count = f"{case.voice.words.integer(move.count)}×"
    if move.median_minutes is None:
        return count
    minutes = case.voice.words.gettext("%(minutes)s min", minutes=round(move.median_minutes))
    return f"{count} {minutes}"


def _alt(case: Case, moves: list[Move]) -> str:
    voice = case.voice
    parts = [f"{voice.section(m.before, 40)} → {voice.section(m.after, 40)}: {m.count}" for m in moves]
    said = voice.words.gettext("From touchpoint to touchpoint, with how many visits went that way.")
    return f"{said} {'; '.join(parts)}."


def _key(case: Case) -> Iterator[str]:
    words, paths = case.voice.words, case.snapshot.paths
    yield words.ngettext(
        "From %(num)s visit that noted when it met the touchpoints.",
        "From %(num)s visits that noted when they met the touchpoints.",
        paths.visits,
    )
    yield words.gettext("In the circle: how many met it; on the way: how many went on, and in how long.")
    yield words.gettext("Broken orange line: a step that the journey does not foresee.")


def _sentences(case: Case, left_out: int) -> Iterator[str]:
    yield from _untimed(case)
    yield from _skipped(case)
    yield from _late(case)
    if left_out:
        yield case.voice.words.ngettext(
            "%(num)s rare step is not drawn.", "%(num)s rare steps are not drawn.", left_out
        )


def _untimed(case: Case) -> Iterator[str]:
    words = case.voice.words
    silent = [step.section for step in case.snapshot.paths.steps if not step.met]
    if silent:
        yield words.gettext(
            "No time was noted at %(names)s.", names=words.listing(case.voice.section(name, 40) for name in silent)
        )


def _skipped(case: Case) -> Iterator[str]:
    paths, words = case.snapshot.paths, case.voice.words
    found = [step for step in paths.steps if 0 < step.met < paths.visits]
    for step in sorted(found, key=lambda step: step.met)[:MOST_SAID]:
        yield words.ngettext(
            "%(num)s of %(visits)s visits did not meet %(name)s.",
            "%(num)s of %(visits)s visits did not meet %(name)s.",
            paths.visits - step.met,
            visits=words.integer(paths.visits),
            name=words.quoted(case.voice.section(step.section, 40)),
        )


def _late(case: Case) -> Iterator[str]:
    words = case.voice.words
    found = [step for step in case.snapshot.paths.steps if step.late]
    for step in sorted(found, key=lambda step: -step.late)[:MOST_SAID]:
        yield words.ngettext(
            "%(num)s visit met %(name)s late, after something that should follow it.",
            "%(num)s visits met %(name)s late, after something that should follow it.",
            step.late,
            name=words.quoted(case.voice.section(step.section, 40)),
        )
