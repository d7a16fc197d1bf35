"""Inline SVG from plain values: literal attributes for print, class names so that a screen can colour anew."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fieldstudy.reports import tokens

ELLIPSIS = "…"
_NARROW = frozenset("iljtfrI.,;:'’|!()[]/ -·")
_WIDE = frozenset("mwMW@%…—")


def element(name: str, *children: Markup | str, **attributes: object) -> Markup:
    """One element; `class_` and `font_size` become class and font-size, numbers lose their dust, text is escaped."""
    said = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _plain(value))
        for key, value in attributes.items()
        if value is not None
    )
    return Markup("<{0}{1}>{2}</{0}>").format(name, said, Markup("").join(children))


def _plain(value: object) -> object:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def paint(fill: str | None = None, stroke: str | None = None) -> dict[str, str]:
    """Colours by the name of their token."""
    names = [f"f-{fill}" if fill else "", f"s-{stroke}" if stroke else ""]
    painted = {"fill": tokens.COLOURS[fill] if fill else "none", "class_": " ".join(name for name in names if name)}
    return painted | ({"stroke": tokens.COLOURS[stroke]} if stroke else {})


def text(
    content: str, x: float, y: float, size: float = 7.5, colour: str = "ink", anchor: str = "middle", weight: int = 400
) -> Markup:
    return element(
        "text",
        content,
        x=x,
        y=y,
        font_family=tokens.SANS,
        font_size=size,
        font_weight=weight,
        text_anchor=anchor,
        **paint(colour),
    )


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1.0) -> Markup:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke_width=width, **paint(stroke=colour))


def picture(alt: str, width: float, height: float, *children: Markup) -> Markup:
    """An image with its alternative text, once for a browser and once for the tagged PDF."""
    return element(
        "svg",
        element("title", alt),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        aria_label=alt,
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
    )


def text_width(content: str, size: float) -> float:
    """Estimated, on the wide side, so that a drawing needs no font file."""
    return sum(map(_advance, content)) * size


def _advance(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in _NARROW:
        return 0.33
    return 0.86 if character in _WIDE else 0.6 if character.isupper() else 0.53


def truncate(content: str, size: float, limit: float) -> str:
    """Cut, with an ellipsis, to what fits in a width."""
    if text_width(content, size) <= limit:
        return content
    while content and text_width(content + ELLIPSIS, size) > limit:
        content = content[:-1]
    return content.rstrip() + ELLIPSIS


def wrap(content: str, size: float, limit: float, most: int) -> list[str]:
    """Lines of whole words that fit in a width; what does not fit is cut with an ellipsis."""
    lines: list[str] = []
    words = content.split()
    while words and len(lines) < most:
        taken = _fitting(words, size, limit)
        if len(lines) == most - 1:
            taken = len(words)
        lines.append(truncate(" ".join(words[:taken]), size, limit))
        words = words[taken:]
    return lines


def _fitting(words: Sequence[str], size: float, limit: float) -> int:
    """How many of these words fit on one line; at least one is taken."""
    for taken in range(len(words), 1, -1):
        if text_width(" ".join(words[:taken]), size) <= limit:
            return taken
    return 1


@dataclass
class _Row:
    """Labels that touch: they stand side by side, centred on where they would like to be."""

    wanted: list[float]
    widths: list[float]

    @property
    def width(self) -> float:
        return sum(self.widths)

    @property
    def left(self) -> float:
        offset = 0.0
        lefts = []
        for centre, width in zip(self.wanted, self.widths, strict=True):
            lefts.append(centre - width / 2 - offset)
            offset += width
        return sum(lefts) / len(lefts)


def spread(labels: Iterable[tuple[float, float]], low: float, high: float) -> list[float]:
    """Centres for labels of (wanted centre, width) so that none covers another, each as near as may be.

    The order is kept. Where all of them are wider than the room, they run over its right end.
    """
    given = list(labels)
    order = sorted(range(len(given)), key=lambda i: given[i][0])
    rows: list[_Row] = []
    for i in order:
        rows.append(_Row([given[i][0]], [given[i][1]]))
        while len(rows) > 1 and _start(rows[-2], low, high) + rows[-2].width > _start(rows[-1], low, high):
            last = rows.pop()
            rows[-1] = _Row(rows[-1].wanted + last.wanted, rows[-1].widths + last.widths)
    centres: list[float] = []
    for row in rows:
        left = _start(row, low, high)
        for width in row.widths:
            centres.append(left + width / 2)
            left += width
    placed = dict(zip(order, centres, strict=True))
    return [placed[i] for i in range(len(given))]


def _start(row: _Row, low: float, high: float) -> float:
    return max(low, min(row.left, high - row.width))
