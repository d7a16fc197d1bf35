"""Rows of marks over one scale: what was expected beside what was found, an index with its interval, waiting times."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from fieldstudy.reports.drawing import element, line, paint, picture, spread, text, text_width, truncate, wrap

HEIGHT = 30.0
NAME_SIZE, SIZE, SMALL = 8.0, 7.6, 6.6
LABEL_GAP = 6.0


@dataclass(frozen=True)
class Frame:
    """Where the scale begins and ends; labels stand left of it, what is said right of it."""

    width: float
    left: float
    right: float

    def along(self, value: float, most: float) -> float:
        return self.left + max(0.0, min(value / most, 1.0)) * (self.right - self.left) if most else self.left


WIDE = Frame(500.0, 168.0, 388.0)
HALF = Frame(286.0, 98.0, 214.0)


class Kind(StrEnum):
    FOUND = "found"
    EXPECTED = "expected"
    ONE = "one"
    BOUND = "bound"


@dataclass(frozen=True)
class Mark:
    """`at` lies between 0 and the row's `most`; a bound is a line across, one is a single visit."""

    at: float
    kind: Kind
    label: str = ""


@dataclass(frozen=True)
class Row:
    """`said` stands at the right, its second line smaller; `band` is an interval."""

    label: str
    marks: tuple[Mark, ...]
    said: str
    below: str = ""
    band: tuple[float, float] | None = None
    most: float = 100.0


def draw(alt: str, rows: Sequence[Row], frame: Frame = WIDE) -> Markup:
    parts = [part for i, row in enumerate(rows) for part in _row(row, frame, i * HEIGHT + HEIGHT / 2)]
    return picture(alt, frame.width, len(rows) * HEIGHT + 2, *parts)


def _row(row: Row, frame: Frame, y: float) -> Iterator[Markup]:
    lines = wrap(row.label, NAME_SIZE, frame.left - 14, 2)
    top = y + 2.6 - 4.6 * (len(lines) - 1)
    for i, content in enumerate(lines):
        yield text(content, 0, top + 9.2 * i, NAME_SIZE, anchor="start")
    yield _pill(frame.left, frame.right, y, "faint")
    if row.band:
        yield _pill(frame.along(row.band[0], row.most), frame.along(row.band[1], row.most), y, "teal-pale")
    yield from _link(row, frame, y)
    for mark in sorted(row.marks, key=lambda mark: mark.kind != Kind.BOUND):
        yield _drawn(mark, frame.along(mark.at, row.most), y)
    yield from _labels(row, frame, y)
    place, room = frame.right + 12, frame.width - frame.right - 12
    yield text(truncate(row.said, SIZE, room), place, y + (0 if row.below else 2.6), SIZE, anchor="start")
    if row.below:
        yield text(truncate(row.below, SMALL, room), place, y + 9, SMALL, "muted", "start")


def _pill(left: float, right: float, y: float, colour: str) -> Markup:
    return element("rect", x=left, y=y - 3, width=max(right - left, 1.0), height=6.0, rx=3.0, **paint(colour))


def _link(row: Row, frame: Frame, y: float) -> Iterator[Markup]:
    """From what was expected to what was found."""
    ends = [frame.along(mark.at, row.most) for mark in row.marks if mark.kind in (Kind.FOUND, Kind.EXPECTED)]
    if len(ends) == 2:
        yield line(ends[0], y, ends[1], y, "ink", 1.2)


def _drawn(mark: Mark, x: float, y: float) -> Markup:
    match mark.kind:
        case Kind.FOUND:
            return element("circle", cx=x, cy=y, r=4.4, **paint("ink"))
        case Kind.EXPECTED:
            return element("circle", cx=x, cy=y, r=4.0, stroke_width=1.6, **paint("surface", "ink"))
        case Kind.ONE:
            return element("circle", cx=x, cy=y, r=2.6, stroke_width=0.7, **paint("teal", "surface"))
        case Kind.BOUND:
            return line(x, y - 6, x, y + 6, "ink", 1.4)


def _labels(row: Row, frame: Frame, y: float) -> Iterator[Markup]:
    said = [mark for mark in row.marks if mark.label]
    wanted = [(frame.along(mark.at, row.most), text_width(mark.label, SMALL) + LABEL_GAP) for mark in said]
    for mark, x in zip(said, spread(wanted, frame.left - 12, frame.right + 8), strict=True):
        yield text(mark.label, x, y - 8, SMALL, "ink" if mark.kind == Kind.FOUND else "muted")
