"""The pyramid of the experience: efficiency at the foot, the experience itself at the top."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fieldstudy.core.checklist import Level
from fieldstudy.core.figures import Figure
from fieldstudy.reports.drawing import element, paint, picture, text, wrap
from fieldstudy.reports.voice import Voice

WIDTH, STEP, GAP = 240.0, 27.0, 2.5
BASE, TOP = 132.0, 30.0
NAMES_AT = 142.0


@dataclass(frozen=True)
class Step:
    """From the foot upwards; without a value the words stand in an empty step."""

    label: str
    text: str
    note: str
    is_known: bool


def of_levels(voice: Voice, levels: Sequence[tuple[Level, Figure | None]]) -> Markup | None:
    """None where no level has a value."""
    if all(figure is None or figure.value is None for _, figure in levels):
        return None
    steps = [_worded(voice, level, figure) for level, figure in levels]
    said = "; ".join(f"{step.label}: {step.text}" for step in steps)
    return draw(voice.words.gettext("The pyramid, from its foot.") + f" {said}.", steps)


def _worded(voice: Voice, level: Level, figure: Figure | None) -> Step:
    words = voice.words
    if figure is None:
        return Step(words.label(level), words.gettext("not asked"), "", False)
    base = words.ngettext("%(num)s answer", "%(num)s answers", figure.base) if figure.base else ""
    return Step(words.label(level), voice.printed(figure), base, figure.value is not None)


def draw(alt: str, levels: Sequence[Step]) -> Markup:
    """Levels are given from the foot."""
    height = len(levels) * STEP
    parts = [part for i, level in enumerate(levels) for part in _step(level, i, len(levels))]
    return picture(alt, WIDTH, height, *parts)


def _half(height_share: float) -> float:
    return (BASE + (TOP - BASE) * height_share) / 2


def _step(level: Step, number: int, of: int) -> Iterator[Markup]:
    foot, head = (of - number) * STEP - GAP, (of - number - 1) * STEP
    lower, upper = _half(number / of), _half((number + 1) / of)
    middle = BASE / 2
    path = (
        f"M{middle - lower:.1f} {foot:g} H{middle + lower:.1f} L{middle + upper:.1f} {head:g} H{middle - upper:.1f} z"
    )
    drawn = paint("teal") if level.is_known else {**paint("surface", "line"), "stroke_width": 1.0}
    yield element("path", d=path, **drawn)
    y = (foot + head) / 2 + 3.4
    size, colour = (10.0, "surface") if level.is_known else (6.2, "muted")
    yield text(level.text, middle, y, size, colour, weight=600 if level.is_known else 400)
    lines = wrap(level.label, 7.6, WIDTH - NAMES_AT, 2)
    start = y - 4.4 - 4.2 * (len(lines) - 1) + (0 if level.note else 4.4)
    for i, content in enumerate(lines):
        yield text(content, NAMES_AT, start + 8.6 * i, 7.6, anchor="start")
    if level.note:
        yield text(level.note, NAMES_AT, start + 8.6 * len(lines), 6.4, "muted", "start")
