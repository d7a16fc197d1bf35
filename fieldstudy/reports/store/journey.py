"""Part 2: the journey, touchpoint by touchpoint, with its norms, moments of truth and feelings."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from fieldstudy.core import gaps, rounding
from fieldstudy.core.checklist import Section
from fieldstudy.core.feelings import FeelingPoint
from fieldstudy.reports import charts, feelings
from fieldstudy.reports.charts import Bar, Feeling
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.voice import printed


@dataclass(frozen=True)
class Strip:
    bars: Markup
    curve: Markup | None


@dataclass(frozen=True)
class Journey:
    key: str
    strips: tuple[Strip, ...]
    feelings: str


def build(case: Case) -> Journey | None:
    """None while no touchpoint has a score or a feeling."""
    bars = [_bar(case, section) for section in case.checklist.sections]
    felt = _feelings(case)
    if all(bar.value is None for bar in bars) and not felt:
        return None
    strips = [_strip(case, bars[cut], felt[cut]) for cut in charts.strips(len(bars))]
    return Journey(_key(case, bars, bool(felt)), tuple(strips), _said(case))


def _bar(case: Case, section: Section) -> Bar:
    figure = case.figure(section)
    value = printed(figure)
    return Bar(
        label=case.section(section.name),
        phase=case.words.label(section.phase),
        value=None if value is None else float(value),
        text=case.printed(figure),
        norm=None if section.norm is None else float(section.norm),
        is_moment=section.is_moment_of_truth,
        is_below=gaps.is_below(figure, section.norm),
    )


def _feelings(case: Case) -> list[Feeling]:
    """One for each touchpoint, or none at all where nobody said how it felt."""
    curve = case.snapshot.curve
    if curve.peak is None:
        return []
    by_section = {point.section: point for point in curve.points}
    return [_feeling(case, by_section.get(section.name)) for section in case.checklist.sections]


def _feeling(case: Case, point: FeelingPoint | None) -> Feeling:
    if point is None or point.mean is None:
        return Feeling()
    low, high = _band(point)
    return feelings.drawn(case.words, case.snapshot.curve, point, low, high)


def _band(point: FeelingPoint) -> tuple[float, float]:
    """The middle half of the visits; an older edition kept only the least and the most."""
    if point.lower is None or point.upper is None:
        return float(point.low or 0), float(point.high or 0)
    return point.lower, point.upper


def _strip(case: Case, bars: Sequence[Bar], felt: Sequence[Feeling]) -> Strip:
    curve = charts.feeling_curve(_curve_alt(case, bars, felt), felt) if felt else None
    return Strip(charts.section_bars(_bars_alt(case, bars), bars), curve)


def _bars_alt(case: Case, bars: Sequence[Bar]) -> str:
    words = case.words
    parts = []
    for bar in bars:
        value = "" if bar.norm is None else words.points(Decimal(str(bar.norm)))
        norm = ", " + words.gettext("norm %(value)s", value=value) if value else ""
        moment = ", " + words.gettext("moment of truth") if bar.is_moment else ""
        parts.append(f"{bar.label}: {bar.text}{norm}{moment}")
    return words.gettext("Score of each touchpoint, in the order of the journey.") + " " + "; ".join(parts) + "."


def _curve_alt(case: Case, bars: Sequence[Bar], points: Sequence[Feeling]) -> str:
    felt = [(bar.label, point) for bar, point in zip(bars, points, strict=True) if point.mean is not None]
    parts = [
        f"{label}: {_level(case, Decimal(str(point.mean)))}{', ' + point.note if point.note else ''}"
        for label, point in felt
    ]
    return case.words.gettext("How it felt, from −2 to +2.") + " " + "; ".join(parts) + "."


def _key(case: Case, bars: Sequence[Bar], has_feelings: bool) -> str:
    words = case.words
    sentences = [words.gettext("Bar: what was observed, of 100.")]
    if any(bar.norm is not None for bar in bars):
        sentences.append(
            words.gettext("Dark line: the norm; a bar is orange 5 points below it, or with its whole interval.")
        )
    if any(bar.is_moment for bar in bars):
        sentences.append(words.gettext("Diamond: a moment of truth."))
    if has_feelings:
        sentences.append(words.gettext("Below: how it felt to whoever was there, from −2 to +2."))
    known = [point for point in case.snapshot.curve.points if point.mean is not None]
    if any(low != high for low, high in map(_band, known)):
        is_half = all(point.lower is not None for point in known)
        sentences.append(
            words.gettext("Pale band: the middle half of the visits.")
            if is_half
            else words.gettext("Pale band: from the lowest to the highest visit.")
        )
    return " ".join(sentences)


def _said(case: Case) -> str:
    return " ".join(feelings.said(case.voice, case.snapshot.curve))


def _level(case: Case, mean: Decimal) -> str:
    return case.words.signed(rounding.half_up(mean, 1))
