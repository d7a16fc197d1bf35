"""The colours of static/css/tokens.css as literal values, for drawings: a PDF's inline SVG knows no page CSS."""

import re
from collections.abc import Mapping

from fieldstudy.config import SITE

SANS = "Source Sans Pro"
SERIF = "Source Serif Pro"


def _light_colours(css: str) -> Mapping[str, str]:
    light = css.partition("@media")[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})", light))


COLOURS = _light_colours((SITE / "static" / "css" / "tokens.css").read_text())
