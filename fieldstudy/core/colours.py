"""A client's accent: how well it can be read, and what follows from it on light and on dark pages."""

import re
from dataclasses import dataclass
from math import dist

LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: text of ordinary size."""
WHITE, INK, NIGHT = "#ffffff", "#1d2a30", "#141a1d"
ORANGE = "#a8410f"
"""On reports it says: below the norm."""
STEPS = 20
LEAST_DIFFERENCE = 15
"""ΔE*ab (CIE 1976): nearer than this, one is taken for the other. Reds of many brands lie at 18 to 22 from orange."""
_WHITE_POINT = (0.95047, 1.0, 1.08883)
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


def taken_for(accent: str) -> str | None:
    """The colour of the reports, orange or ink, that this accent would be taken for; else None."""
    return next((other for other in (ORANGE, INK) if difference(accent, other) < LEAST_DIFFERENCE), None)


def difference(first: str, second: str) -> float:
    """ΔE*ab: the distance in CIELAB under D65 (CIE 15, 1976); 100 between black and white."""
    return dist(_lab(first), _lab(second))


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


def _lab(colour: str) -> tuple[float, float, float]:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    x, y, z = (
        _lab_root(value / white)
        for value, white in zip(
            (
                0.4124564 * red + 0.3575761 * green + 0.1804375 * blue,
                0.2126729 * red + 0.7151522 * green + 0.0721750 * blue,
                0.0193339 * red + 0.1191920 * green + 0.9503041 * blue,
            ),
            _WHITE_POINT,
            strict=True,
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _lab_root(value: float) -> float:
    return value ** (1 / 3) if value > (6 / 29) ** 3 else value / (3 * (6 / 29) ** 2) + 4 / 29


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> tuple[int, int, int]:
    plain = normal(colour)
    return int(plain[1:3], 16), int(plain[3:5], 16), int(plain[5:7], 16)
