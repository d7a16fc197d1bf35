"""The colours of static/css/tokens.css as literal values, for drawings: a PDF's inline SVG knows no page CSS."""

import re
from collections.abc import Mapping
from functools import lru_cache

from fieldstudy.config import SITE
from fieldstudy.core import colours

SANS = "Source Sans Pro"
SERIF = "Source Serif Pro"


def _light_colours(css: str) -> Mapping[str, str]:
    light = css.partition("@media")[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})", light))


COLOURS = _light_colours((SITE / "static" / "css" / "tokens.css").read_text())


@lru_cache
def accented(accent: str) -> Mapping[str, str]:
    """The tokens that a client's accent stands in for."""
    found = colours.on_light(colours.normal(accent))
    return {
        "teal": found.accent,
        "teal-pale": found.pale,
        "on-teal": found.on_accent,
        "on-teal-pale": found.on_pale,
    }


def css(accent: str) -> str:
    return ":root{" + ";".join(f"--{name}:{colour}" for name, colour in accented(accent).items()) + "}"


def repaint(html: str, accent: str) -> str:
    """Drawings carry literal colours. Quotes in a person's text are escaped, so that only our own attributes match."""
    swapped = {COLOURS[name]: colour for name, colour in accented(accent).items() if name in ("teal", "teal-pale")}
    for old, new in swapped.items():
        html = html.replace(f'fill="{old}"', f'fill="{new}"').replace(f'stroke="{old}"', f'stroke="{new}"')
    return html
