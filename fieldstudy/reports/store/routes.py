"""In part 2: the experience map, from the visits that told when they met the touchpoints."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fieldstudy.core import paths
from fieldstudy.core.paths import Move, Paths, Step
from fieldstudy.reports import charts, flow
from fieldstudy.reports.flow import Edge, Node
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.voice import shortened

NAME_CHARACTERS = 40
MOST_ARCS = 6
"""Steps out of order that are drawn on one strip; the others are counted."""
MOST_NAMED = 3


@dataclass(frozen=True)
class RouteMap:
    key: str
    strips: tuple[Markup, ...]
    said: str


def build(case: Case) -> RouteMap | None:
    """None where fewer than two touchpoints of any visit have a time."""
    order = [section.name for section in case.checklist.sections if not section.former]
    found = paths.paths(order, case.headline_visits())
    if not found.visits:
        return None
    strips = tuple(_strip(case, found, cut, order) for cut in charts.strips(len(order)))
    return RouteMap(_key(case, found), strips, " ".join(_said(case, found)))


def _key(case: Case, found: Paths) -> str:
    words = case.words
    base = words.ngettext(
        "From %(num)s visit that noted when it met the touchpoints.",
        "From %(num)s visits that noted when they met the touchpoints.",
        found.visits,
    )
    sentences = [base, words.gettext("In the circle: how many met it; on the way: how many went on, and in how long.")]
    if any(not move.is_normative for move in found.moves):
        sentences.append(words.gettext("Broken orange line: a step that the journey does not foresee."))
    if _unmade(found):
        sentences.append(words.gettext("Dotted line: a step that nobody took."))
    return " ".join(sentences)


def _unmade(found: Paths) -> list[tuple[str, str]]:
    """Missing steps between touchpoints that were met: where no time was noted nothing can be missed."""
    met = {step.section for step in found.steps if step.met}
    return [pair for pair in found.missing if set(pair) <= met]


def _strip(case: Case, found: Paths, cut: slice, order: Sequence[str]) -> Markup:
    steps, names = found.steps[cut], order[cut]
    place = {name: i for i, name in enumerate(names)}
    inside = [move for move in found.moves if move.before in place and move.after in place]
    usual = [move for move in inside if move.is_normative]
    extra = [move for move in inside if not move.is_normative][:MOST_ARCS]
    edges = [_edge(case, found, move, place) for move in [*usual, *extra]]
    gaps = [(place[a], place[b]) for a, b in _unmade(found) if a in place and b in place]
    return flow.draw(_alt(case, steps, [*usual, *extra]), [_node(case, step) for step in steps], edges, gaps)


def _node(case: Case, step: Step) -> Node:
    words = case.words
    late = words.gettext("%(count)s late", count=words.integer(step.late)) if step.late else ""
    return Node(case.section(step.section), words.integer(step.met) if step.met else "", late)


def _edge(case: Case, found: Paths, move: Move, place: dict[str, int]) -> Edge:
    return Edge(place[move.before], place[move.after], move.count / found.visits, _label(case, move))


def _label(case: Case, move: Move) -> str:
    count = f"{case.words.integer(move.count)}×"
    return count if move.median_minutes is None else f"{count} {_minutes(case, move)}"


def _minutes(case: Case, move: Move) -> str:
    return case.words.gettext("%(minutes)s min", minutes=round(move.median_minutes or 0))


def _alt(case: Case, steps: Sequence[Step], moves: Sequence[Move]) -> str:
    words = case.words
    met = "; ".join(f"{case.section(step.section)}: {step.met}" for step in steps if step.met)
    gone = "; ".join(f"{_names(case, move.before, move.after)}: {_label(case, move)}" for move in moves)
    return words.gettext("Touchpoints in their order, and the steps that visits took.") + f" {met}. {gone}."


def _names(case: Case, before: str, after: str) -> str:
    return " → ".join(shortened(case.section(name), NAME_CHARACTERS) for name in (before, after))


def _said(case: Case, found: Paths) -> Iterator[str]:
    words = case.words
    extra = [move for move in found.moves if not move.is_normative]
    missing, late = _unmade(found), [step for step in found.steps if step.late]
    if not (extra or missing or late):
        yield words.gettext("Every visit met the touchpoints in the order that the journey foresees.")
    if missing:
        named = [_names(case, *pair) for pair in missing[:MOST_NAMED]]
        yield words.gettext("Nobody went: %(steps)s.", steps=words.listing(named))
    if extra:
        named = [f"{_names(case, move.before, move.after)} ({move.count}×)" for move in extra[:MOST_NAMED]]
        rest = len(extra) - len(named)
        more = words.ngettext("%(num)s more", "%(num)s more", rest) if rest else ""
        yield words.gettext("Not foreseen: %(steps)s.", steps=words.listing([*named, more] if more else named))
    if late:
        named = [
            words.gettext(
                "%(name)s in %(late)s of %(met)s",
                name=words.quoted(shortened(case.section(step.section), NAME_CHARACTERS)),
                late=words.integer(step.late),
                met=words.integer(step.met),
            )
            for step in late[:MOST_NAMED]
        ]
        yield words.gettext("Met later than foreseen: %(steps)s.", steps=words.listing(named))
