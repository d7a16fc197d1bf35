"""The drawings of the network report: intervals on a common scale, and how far visits lie apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

from markupsafe import Markup

from fieldstudy.reports.drawing import element, line, paint, picture, text

WIDTH = 190.0
MARGIN = 6.0
STEP = 10.0


@dataclass(frozen=True)
class Scale:
    """The part of 0–100 that a column of intervals needs, in whole tens; `mark` is the network's mean."""

    low: float
    high: float
    mark: float | None

    def x(self, value: float) -> float:
        inside = max(self.low, min(value, self.high))
        return MARGIN + (inside - self.low) / (self.high - self.low) * (WIDTH - 2 * MARGIN)


def scale(values: Iterable[float], mark: float | None) -> Scale:
    known = [*values, *([] if mark is None else [mark])] or [0.0, 100.0]
    low = max(0.0, floor(min(known) / STEP) * STEP)
    high = min(100.0, ceil(max(known) / STEP) * STEP)
    return Scale(min(low, high - STEP), high, mark)


def axis(alt: str, of: Scale, label: str) -> Markup:
    """The head of the column: tens, and the words at the network's mean."""
    steps = int((of.high - of.low) / STEP)
    every = STEP if steps <= 6 else 2 * STEP
    ticks = [of.low + i * STEP for i in range(steps + 1) if (of.low + i * STEP) % every == 0]
    return picture(
        alt,
        WIDTH,
        24.0,
        *(text(f"{tick:g}", of.x(tick), 22.0, 6.8, "muted") for tick in ticks),
        *_axis_mark(of, label),
    )


def _axis_mark(of: Scale, label: str) -> Iterator[Markup]:
    if of.mark is not None:
        x = of.x(of.mark)
        anchor = "end" if x > WIDTH * 0.75 else "start" if x < WIDTH * 0.25 else "middle"
        yield text(label, x + {"end": 4, "start": -4}.get(anchor, 0), 9.0, 7.4, "ink", anchor, 600)


def interval(alt: str, of: Scale, value: float | None, ends: tuple[float, float] | None) -> Markup:
    """A dot on its interval; hollow where one visit alone stands behind it."""
    return picture(alt, WIDTH, 13.0, *_row(of, value, ends))


def _row(of: Scale, value: float | None, ends: tuple[float, float] | None) -> Iterator[Markup]:
    yield line(MARGIN, 6.5, WIDTH - MARGIN, 6.5, "line", 0.6)
    if ends:
        left, right = of.x(ends[0]), of.x(ends[1])
        yield element("rect", x=left, y=3.5, width=max(right - left, 1.5), height=6.0, rx=3.0, **paint("teal-pale"))
        yield line(left, 3.5, left, 9.5, "teal", 1.0)
        yield line(right, 3.5, right, 9.5, "teal", 1.0)
    if of.mark is not None:
        yield line(of.x(of.mark), 0.0, of.x(of.mark), 13.0, "ink", 1.1)
    if value is not None:
        fill = paint("ink", "ink") if ends else paint("surface", "ink")
        yield element("circle", cx=of.x(value), cy=6.5, r=3.0, stroke_width=1.2, **fill)


# How far visits lie apart


@dataclass(frozen=True)
class Length:
    """A standard deviation in points of 100, with its words."""

    label: str
    points: float
    said: str


_LENGTH_WIDTH = 500.0
_LENGTH_LEFT = 190.0
_LENGTH_ROW = 22.0


def lengths(alt: str, bars: Sequence[Length]) -> Markup:
    longest = max([bar.points for bar in bars] + [1.0])
    rows = [part for i, bar in enumerate(bars) for part in _length(bar, i * _LENGTH_ROW + 15, longest)]
    return picture(alt, _LENGTH_WIDTH, len(bars) * _LENGTH_ROW + 4, *rows)


def _length(bar: Length, y: float, longest: float) -> Iterator[Markup]:
    width = bar.points / longest * 180
    yield text(bar.label, _LENGTH_LEFT - 10, y, 9.0, "ink", "end")
    yield element("rect", x=_LENGTH_LEFT, y=y - 8.5, width=max(width, 1.0), height=11.0, **paint("teal"))
    yield text(bar.said, _LENGTH_LEFT + width + 7, y, 9.0, "ink", "start", 600)
