"""How the journey felt: best, hardest, and at its end; touchpoints that felt the same are named together."""

from collections.abc import Iterator
from decimal import Decimal

from fieldstudy.core import rounding
from fieldstudy.core.feelings import FeelingCurve, FeelingPoint
from fieldstudy.reports.charts import Feeling
from fieldstudy.reports.voice import Voice
from fieldstudy.words import Words


def drawn(words: Words, curve: FeelingCurve, point: FeelingPoint, low: float, high: float) -> Feeling:
    """A note only where one touchpoint alone is the best or the hardest."""
    best, worst = _ends(curve)
    note, is_hardest = "", point.section in worst
    if best == (point.section,):
        note = words.gettext("the best moment")
    elif worst == (point.section,):
        note = _hardest(words, point)
    return Feeling(float(point.mean or 0), low, high, note, is_hardest)


def _hardest(words: Words, point: FeelingPoint) -> str:
    """What felt good nowhere felt hard."""
    is_hard = (point.mean or Decimal(0)) < 0
    return words.gettext("the hardest moment") if is_hard else words.gettext("the least good moment")


def _ends(curve: FeelingCurve) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The best and the hardest; no hardest where all felt the same."""
    if curve.peak is None or curve.low is None:
        return (), ()
    best, worst = curve.like(curve.peak), curve.like(curve.low)
    return best, () if worst == best else worst


def said(voice: Voice, curve: FeelingCurve) -> Iterator[str]:
    words, points = voice.words, {point.section: point for point in curve.points}
    best, worst = _ends(curve)
    if not best:
        return
    if not worst:
        if len(best) > 1:
            yield words.gettext("It felt the same everywhere (%(level)s).", level=_level(words, points[best[0]]))
        return
    yield words.gettext("It felt best at %(section)s.", section=_named(voice, best, points[best[0]]))
    hardest = points[worst[0]]
    named = _named(voice, worst, hardest)
    if (hardest.mean or Decimal(0)) < 0:
        yield words.gettext("It felt hardest at %(section)s.", section=named)
    else:
        yield words.gettext("It felt least good at %(section)s.", section=named)
    if curve.end is not None and curve.end not in (*best, *worst):
        yield words.gettext(
            "The last impression is %(section)s.", section=_named(voice, (curve.end,), points[curve.end])
        )


def _named(voice: Voice, sections: tuple[str, ...], point: FeelingPoint) -> str:
    names = voice.words.listing(voice.words.quoted(voice.section(section)) for section in sections)
    return f"{names} ({_level(voice.words, point)})"


def _level(words: Words, point: FeelingPoint) -> str:
    return words.signed(rounding.half_up(point.mean or Decimal(0), 1))
