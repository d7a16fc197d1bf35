"""A client's accent: how well it can be read, and what follows from it on light and on dark pages."""

import re
from dataclasses import dataclass

LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: text of ordinary size."""
WHITE, INK, NIGHT = "#ffffff", "#1d2a30", "#141a1d"
STEPS = 20
_HEX = re.compile(r"#[0-9a-f]{6}")


class ColourIsUnknown(ValueError):
    """Not written as #rrggbb."""


@dataclass(frozen=True)
class Accent:
    """The accent as text and line, its pale for surfaces, what is written on the accent and what on the pale."""

    accent: str
    pale: str
    on_accent: str
    on_pale: str


def contrast(first: str, second: str) -> float:
    """From 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def is_readable(accent: str) -> bool:
    """On white, as text."""
    return contrast(accent, WHITE) >= LEAST_CONTRAST


def on_light(accent: str) -> Accent:
    pale = mixed(accent, WHITE, 0.2)
    return Accent(accent, pale, WHITE, _until_readable(accent, pale, towards=INK))


def on_dark(accent: str) -> Accent:
    """Lightened until it can be read on the dark page."""
    light, pale = _until_readable(accent, NIGHT, towards=WHITE), mixed(accent, NIGHT, 0.4)
    return Accent(light, pale, NIGHT, _until_readable(light, pale, towards=WHITE))


def mixed(first: str, second: str, share: float) -> str:
    """`share` of the first colour, the rest of the second."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def normal(text: str) -> str:
    """#rrggbb in small letters. Raises ColourIsUnknown."""
    colour = text.strip().lower()
    if not _HEX.fullmatch(colour):
        raise ColourIsUnknown(text)
    return colour


def _until_readable(colour: str, ground: str, towards: str) -> str:
    steps = (mixed(towards, colour, step / STEPS) for step in range(STEPS + 1))
    return next((shade for shade in steps if contrast(shade, ground) >= LEAST_CONTRAST), towards)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> tuple[int, int, int]:
    plain = normal(colour)
    return int(plain[1:3], 16), int(plain[3:5], 16), int(plain[5:7], 16)
