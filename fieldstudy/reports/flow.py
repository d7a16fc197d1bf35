"""The experience map: the touchpoints in the order they should have, and over it the steps that visits really took."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fieldstudy.reports.charts import GUTTER, WIDEST_SLOT, WIDTH
from fieldstudy.reports.drawing import element, line, paint, picture, spread, text, text_width, wrap

RADIUS = 10.5
NAME_SIZE, SIZE, SMALL = 7.4, 7.6, 6.4
REACH = 34.0
"""How far the longest arc stands away from the line of the touchpoints."""
THICKEST = 4.2


@dataclass(frozen=True)
class Node:
    """`count` is empty for a touchpoint without a time; `note` says how often it came late."""

    label: str
    count: str
    note: str = ""


@dataclass(frozen=True)
class Edge:
    """From node to node, by place; `share` of the visits (0–1) gives the width, `label` count and median time."""

    start: int
    end: int
    share: float
    label: str

    @property
    def is_next(self) -> bool:
        return self.end == self.start + 1


def draw(alt: str, nodes: Sequence[Node], edges: Sequence[Edge], missing: Sequence[tuple[int, int]]) -> Markup:
    slot = min((WIDTH - GUTTER) / max(len(nodes), 1), WIDEST_SLOT)
    at = [GUTTER + (i + 0.5) * slot for i in range(len(nodes))]
    ahead = [edge for edge in edges if edge.end > edge.start + 1]
    back = [edge for edge in edges if edge.end < edge.start]
    y = RADIUS + 4 + (REACH + 6 if ahead else 0)
    names_y = y + RADIUS + 14 + (REACH + 6 if back else 0)
    names = [wrap(node.label, NAME_SIZE, slot - 4, 3) for node in nodes]
    lines = max((len(name) + bool(node.note) for name, node in zip(names, nodes, strict=True)), default=1)
    return picture(
        alt,
        WIDTH,
        names_y + 9.0 * lines - 5,
        *(_gap(at[start], at[end], y) for start, end in missing),
        *(part for edge in edges if edge.is_next for part in _straight(edge, at, y)),
        *_arcs(ahead, at, y, -1),
        *_arcs(back, at, y, 1),
        *(part for node, x in zip(nodes, at, strict=True) for part in _node(node, x, y)),
        *(part for name, node, x in zip(names, nodes, at, strict=True) for part in _name(name, node.note, x, names_y)),
    )


def _gap(start: float, end: float, y: float) -> Markup:
    """A step that should be and that nobody took."""
    return element(
        "path",
        d=f"M{start + RADIUS:.1f} {y:g} H{end - RADIUS:.1f}",
        stroke_width=1.0,
        stroke_dasharray="1.5 3",
        **paint(stroke="control"),
    )


def _width(share: float) -> float:
    return 0.8 + (THICKEST - 0.8) * share


def _straight(edge: Edge, at: Sequence[float], y: float) -> Iterator[Markup]:
    start, end = at[edge.start] + RADIUS, at[edge.end] - RADIUS
    yield line(start, y, end, y, "teal", _width(edge.share))
    for i, content in enumerate(edge.label.split(" ", 1)):
        yield text(content, (start + end) / 2, y + (-5.5 if i == 0 else 10.5), SMALL, "muted")


def _arcs(edges: Sequence[Edge], at: Sequence[float], y: float, side: int) -> Iterator[Markup]:
    """Ahead above the line, back below it; the further, the higher. Labels stand apart."""
    wanted = [((at[edge.start] + at[edge.end]) / 2, text_width(edge.label, SMALL) + 5) for edge in edges]
    for edge, x in zip(edges, spread(wanted, GUTTER, WIDTH), strict=True):
        reach = side * REACH * min(1.0, 0.45 + abs(edge.end - edge.start) * 0.14)
        start, end, foot = at[edge.start], at[edge.end], y + side * RADIUS
        yield element(
            "path",
            d=f"M{start:.1f} {foot:g} C{start:.1f} {foot + reach:.1f} {end:.1f} {foot + reach:.1f} {end:.1f} {foot:g}",
            stroke_width=_width(edge.share),
            stroke_dasharray="4 2",
            **paint(stroke="orange"),
        )
        yield element("path", d=f"M{end:.1f} {foot:g} l-3 {side * 5.5:g} h6 z", **paint("orange"))
        yield text(edge.label, x, foot + reach * 0.75 + (-2.5 if side < 0 else 8), SMALL, "orange")


def _node(node: Node, x: float, y: float) -> Iterator[Markup]:
    drawn = paint("surface", "ink") if node.count else paint("surface", "line")
    yield element("circle", cx=x, cy=y, r=RADIUS, stroke_width=1.4, **drawn)
    yield text(node.count or "–", x, y + 2.8, SIZE, "ink" if node.count else "muted", weight=600)


def _name(lines: Sequence[str], note: str, x: float, y: float) -> Iterator[Markup]:
    for i, content in enumerate(lines):
        yield text(content, x, y + 9 * i, NAME_SIZE)
    if note:
        yield text(note, x, y + 9 * len(lines), SMALL, "orange")
