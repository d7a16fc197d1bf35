"""The drawings of a report: score line, section bars, feeling curve. Plain values in, inline SVG out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise

from markupsafe import Markup

from fieldstudy.reports.drawing import element, line, paint, picture, spread, text, text_width, truncate, wrap
from fieldstudy.words import Words

WIDTH = 500.0
GUTTER = 24.0
"""Room for the scale at the left of bars and curve, which stand over each other."""
MOST_ON_A_STRIP = 12
WIDEST_SLOT = 84.0


@dataclass(frozen=True)
class Mark:
    """A value of 0–100 on the score line, with the words that stand at it."""

    at: float
    label: str


@dataclass(frozen=True)
class ScoreLine:
    """`band` is the interval; what is unknown is None and is not drawn."""

    value: Mark | None
    band: tuple[float, float] | None = None
    norm: Mark | None = None
    network: Mark | None = None
    last: Mark | None = None


@dataclass(frozen=True)
class Bar:
    """One touchpoint. `value` and `norm` of 0–100; `text` is the value as printed."""

    label: str
    phase: str
    value: float | None
    text: str
    norm: float | None = None
    is_moment: bool = False
    is_below: bool = False
    """Below its norm by the one rule for orange (core.gaps)."""


@dataclass(frozen=True)
class Feeling:
    """Mean, and bounds of the middle half, of the feelings at one touchpoint; `note` names the best and the hardest."""

    mean: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""
    is_hardest: bool = False


# The score line

_LINE_WIDTH = 336.0
_LINE_MARGIN = 10.0
_LINE_Y = 32.0
_LABEL_GAP = 12.0


def score_said(words: Words, value: Decimal | None, printed: str) -> str:
    """A bonus can lead over 100 and a deduction below 0: such a score stands at the end of the line."""
    if value is None or 0 <= value <= 100:
        return words.gettext("Score on a line from 0 to 100: %(score)s", score=printed)
    return words.gettext("Score %(score)s, beyond the line from 0 to 100", score=printed)


def score_line(alt: str, values: ScoreLine) -> Markup:
    above = [mark for mark in (values.value, values.norm) if mark]
    below = [mark for mark in (values.last, values.network) if mark]
    return picture(
        alt,
        _LINE_WIDTH,
        76.0,
        *_track(values.band),
        *_line_marks(values),
        *_labels(above, 13.0, _LINE_Y - 9, bold=values.value),
        *_labels(below, 58.0, _LINE_Y + 10, bold=None),
        *(text(str(at), _along(at), 73.0, 6.5, "muted") for at in (0, 25, 50, 75, 100)),
    )


def _along(value: float) -> float:
    return _LINE_MARGIN + max(0.0, min(value, 100.0)) / 100 * (_LINE_WIDTH - 2 * _LINE_MARGIN)


def _track(band: tuple[float, float] | None) -> Iterator[Markup]:
    yield _pill(0, 100, "faint")
    if band:
        yield _pill(band[0], band[1], "teal-pale")


def _pill(low: float, high: float, colour: str) -> Markup:
    left, right = _along(low), _along(high)
    return element("rect", x=left, y=_LINE_Y - 4, width=max(right - left, 1.0), height=8.0, rx=4.0, **paint(colour))


def _line_marks(values: ScoreLine) -> Iterator[Markup]:
    if values.norm:
        x = _along(values.norm.at)
        yield line(x, _LINE_Y - 10, x, _LINE_Y + 10, "ink", 2.2)
    if values.network:
        x = _along(values.network.at)
        yield element("path", d=f"M{x:.1f} {_LINE_Y + 5:g} l4.6 8 h-9.2 z", **paint("muted"))
    if values.value:
        yield element("circle", cx=_along(values.value.at), cy=_LINE_Y, r=5.8, **paint("ink"))
    if values.last:
        yield _last_ring(values.last, values.value)


def _last_ring(last: Mark, value: Mark | None) -> Markup:
    """Round the dot where both lie in one place: under it nobody would see the ring."""
    x = _along(last.at)
    if value is not None and abs(x - _along(value.at)) < 9.6:
        return element("circle", cx=x, cy=_LINE_Y, r=8.4, stroke_width=1.4, **paint(None, "ink"))
    return element("circle", cx=x, cy=_LINE_Y, r=3.8, stroke_width=1.8, **paint("surface", "ink"))


def _labels(marks: Sequence[Mark], y: float, foot: float, bold: Mark | None) -> Iterator[Markup]:
    """The words at the marks; a thin line leads to the mark where they had to move away from it."""
    wanted = [(_along(mark.at), text_width(mark.label, 8) + _LABEL_GAP) for mark in marks]
    for mark, x in zip(marks, spread(wanted, 0, _LINE_WIDTH), strict=True):
        is_moved = abs(x - _along(mark.at)) > 9
        if is_moved:
            near = y + 2.5 if y < foot else y - 7.5
            yield line(x, near, _along(mark.at), foot, "control", 0.6)
        weight, colour = (600, "ink") if mark is bold else (400, "ink" if y < foot else "muted")
        yield text(mark.label, x, y, 8, colour, weight=weight)


# Bars and curve over one scale of touchpoints


def strips(count: int) -> list[slice]:
    """Cuts many touchpoints into strips of equal length that still leave room for their names."""
    if not count:
        return []
    rows = -(-count // MOST_ON_A_STRIP)
    length = -(-count // rows)
    return [slice(start, start + length) for start in range(0, count, length)]


_TOP = 26.0
_BAR_TOP = 44.0
_BAR_HEIGHT = 96.0
_GROUND = _BAR_TOP + _BAR_HEIGHT
_NAME_SIZE = 7.4


def section_bars(alt: str, bars: Sequence[Bar]) -> Markup:
    slot = _slot(len(bars))
    names = [wrap(bar.label, _NAME_SIZE, slot - 4, 3) for bar in bars]
    height = _GROUND + 24 + 9 * max((len(lines) for lines in names), default=1)
    return picture(
        alt,
        WIDTH,
        height,
        *_phases(bars, slot),
        *_bar_scale(len(bars), slot),
        *(part for i, bar in enumerate(bars) for part in _bar(bar, _centre(i, slot), slot)),
        *(part for i, lines in enumerate(names) for part in _name(lines, _centre(i, slot))),
    )


def _slot(count: int) -> float:
    return min((WIDTH - GUTTER) / max(count, 1), WIDEST_SLOT)


def _centre(index: int, slot: float) -> float:
    return GUTTER + (index + 0.5) * slot


def _phases(bars: Sequence[Bar], slot: float) -> Iterator[Markup]:
    for phase, run in groupby(enumerate(bars), key=lambda pair: pair[1].phase):
        places = [i for i, _ in run]
        left, width = GUTTER + places[0] * slot + 1.5, len(places) * slot - 3
        yield element("rect", x=left, y=2.0, width=width, height=14.0, rx=3.0, **paint("faint"))
        yield text(truncate(phase, 7.4, width - 4), left + width / 2, 11.6, 7.4, "ink", weight=600)


def _bar_scale(count: int, slot: float) -> Iterator[Markup]:
    for at in (0, 50, 100):
        y = _height(at)
        yield line(GUTTER, y, GUTTER + count * slot, y, "line", 0.7 if at else 1.0)
        yield text(str(at), GUTTER - 5, y + 2.4, 6.5, "muted", anchor="end")


def _height(value: float) -> float:
    return _GROUND - max(0.0, min(value, 100.0)) / 100 * _BAR_HEIGHT


def bar_colour(bar: Bar) -> str:
    """Teal at or above the norm, orange where it is marked as below it; neither where it is near, or there is none."""
    if bar.is_below:
        return "orange"
    return "teal" if bar.norm is not None and bar.value is not None and bar.value >= bar.norm else "control"


def _bar(bar: Bar, x: float, slot: float) -> Iterator[Markup]:
    width = min(17.0, slot * 0.5)
    if bar.value is None:
        yield text(bar.text, x, _GROUND - 5, 7.4, "muted")
    else:
        top, colour = _height(bar.value), bar_colour(bar)
        yield element("rect", x=x - width / 2, y=top, width=width, height=_GROUND - top, **paint(colour))
        yield _bar_number(bar, x, top, width, colour)
    if bar.norm is not None:
        reach = min(width / 2 + 4.5, slot / 2 - 1)
        yield line(x - reach, _height(bar.norm), x + reach, _height(bar.norm), "ink", 1.8)
    if bar.is_moment:
        yield element("path", d=f"M{x:.1f} {_GROUND + 5:g} l4 4 -4 4 -4 -4 z", **paint("ink"))


_NUMBER_SIZE = 8.2
_LEAST_BAR = 13.0
"""A bar that is lower has no room for its number."""


def _bar_number(bar: Bar, x: float, top: float, width: float, colour: str) -> Markup:
    """At the foot of its bar, where no line of a norm can run through it; on top of a bar that is too small for it."""
    if _GROUND - top < _LEAST_BAR or text_width(bar.text, _NUMBER_SIZE) > width:
        return text(bar.text, x, top - 3.5, _NUMBER_SIZE, "ink" if colour == "control" else colour, weight=600)
    ground = "ink" if colour == "control" else "surface"
    return text(bar.text, x, _GROUND - 4.5, _NUMBER_SIZE, ground, weight=600)


def _name(lines: Sequence[str], x: float) -> Iterator[Markup]:
    for i, content in enumerate(lines):
        yield text(content, x, _GROUND + 23.5 + 9 * i, _NAME_SIZE, "ink")


_CURVE_HEIGHT = 92.0
_CURVE_MIDDLE = 46.0
_CURVE_STEP = 14.0
"""Height of one step of feeling, from −2 to +2."""


def feeling_curve(alt: str, points: Sequence[Feeling]) -> Markup:
    slot = _slot(len(points))
    placed = [(_centre(i, slot), point) for i, point in enumerate(points)]
    runs = [list(run) for known, run in groupby(placed, key=lambda pair: pair[1].mean is not None) if known]
    return picture(
        alt,
        WIDTH,
        _CURVE_HEIGHT,
        *_curve_scale(len(points), slot),
        *(_band(run) for run in runs if any(point.low != point.high for _, point in run)),
        *(_curve(run) for run in runs),
        *(part for run in runs for x, point in run for part in _feeling(point, x)),
        *_notes([pair for run in runs for pair in run]),
    )


def _level(feeling: float | None) -> float:
    return _CURVE_MIDDLE - (feeling or 0.0) * _CURVE_STEP


def _curve_scale(count: int, slot: float) -> Iterator[Markup]:
    for feeling, label in ((2, "+2"), (0, "0"), (-2, "−2")):
        y = _level(feeling)
        yield line(GUTTER, y, GUTTER + count * slot, y, "line", 0.7)
        yield text(label, GUTTER - 5, y + 2.4, 6.5, "muted", anchor="end")


def _path(points: Sequence[tuple[float, float]]) -> str:
    """Bends that never overshoot a point: the control points lie half way, level with their ends."""
    parts = []
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (x0 + x1) / 2
        parts.append(f"C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}")
    return " ".join(parts)


def _band(run: Sequence[tuple[float, Feeling]]) -> Markup:
    upper = [(x, _level(point.high)) for x, point in run]
    lower = [(x, _level(point.low)) for x, point in reversed(run)]
    (x0, y0), (x1, y1) = upper[0], lower[0]
    return element(
        "path", d=f"M{x0:.1f} {y0:.1f} {_path(upper)} L{x1:.1f} {y1:.1f} {_path(lower)} z", **paint("teal-pale")
    )


def _curve(run: Sequence[tuple[float, Feeling]]) -> Markup:
    means = [(x, _level(point.mean)) for x, point in run]
    x, y = means[0]
    return element("path", d=f"M{x:.1f} {y:.1f} {_path(means)}", stroke_width=1.8, **paint(stroke="teal"))


def _feeling(point: Feeling, x: float) -> Iterator[Markup]:
    colour = "orange" if point.is_hardest else "teal"
    yield element("circle", cx=x, cy=_level(point.mean), r=3.8 if point.note else 2.2, **paint(colour))


def _notes(placed: Sequence[tuple[float, Feeling]]) -> Iterator[Markup]:
    """The best moment is named above the curve, the hardest below it."""
    for x, point in placed:
        if not point.note:
            continue
        place, anchor = _inside(x, text_width(point.note, 7.4) / 2 + 6)
        y = _level(point.low) + 11 if point.is_hardest else _level(point.high) - 6
        yield text(point.note, place, y, 7.4, "orange" if point.is_hardest else "teal", anchor, 600)


def _inside(x: float, half: float) -> tuple[float, str]:
    """Words near an end of the drawing begin or finish there, in whatever typeface a screen draws them."""
    if x - half < GUTTER:
        return GUTTER, "start"
    return (WIDTH, "end") if x + half > WIDTH else (x, "middle")
