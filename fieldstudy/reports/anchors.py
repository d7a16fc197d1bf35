"""Centred words of a drawing set from their left edge, for print: the printer makes a group of every anchored text.

Forty such groups weigh twenty kilobytes in a report and take time to draw. A screen keeps the anchors, since it may
have another typeface. Widths are those of the printed font; kerning is left out, which moves a word by a hair.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape
from io import BytesIO
from typing import Any

_TEXT = re.compile(
    r'<text x="(?P<x>-?[\d.]+)" (?P<middle>y="[^"]*" font-family="[^"]*" font-size="(?P<size>[\d.]+)" '
    r'font-weight="(?P<weight>\d+)") text-anchor="(?P<anchor>middle|end)"(?P<rest>[^>]*)>(?P<text>[^<]*)</text>'
)
SHARES = {"middle": 0.5, "end": 1.0}


def released(html: str, fonts: Mapping[str, bytes]) -> str:
    """`fonts` by weight, 400 and 600. A text with a letter that the font lacks keeps its anchor."""
    return _TEXT.sub(lambda found: _moved(found, fonts), html)


def _moved(found: re.Match[str], fonts: Mapping[str, bytes]) -> str:
    width = _width(unescape(found["text"]), fonts[found["weight"]]) if found["weight"] in fonts else None
    if width is None:
        return found[0]
    x = float(found["x"]) - width * float(found["size"]) * SHARES[found["anchor"]]
    return f'<text x="{x:.2f}" {found["middle"]}{found["rest"]}>{found["text"]}</text>'


def _width(text: str, font: bytes) -> float | None:
    """In units of the font's size."""
    advances = _advances(font)
    widths = [advances.get(ord(character)) for character in text]
    known = [width for width in widths if width is not None]
    return sum(known) if len(known) == len(widths) else None


@lru_cache
def _advances(font: bytes) -> Mapping[int, float]:
    from fontTools import ttLib  # type: ignore[import-untyped]  # noqa: PLC0415 slow to load, comes with the printer

    read: Any = ttLib.TTFont(BytesIO(font), lazy=True)
    widths, unit = read["hmtx"], read["head"].unitsPerEm
    return {code: widths[name][0] / unit for code, name in read.getBestCmap().items()}
