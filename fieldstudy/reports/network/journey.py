"""The journey of the whole network: every touchpoint with its norm, and how it felt."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from fieldstudy.core import gaps, rounding
from fieldstudy.core.checklist import Section
from fieldstudy.core.feelings import FeelingPoint
from fieldstudy.reports import charts, feelings
from fieldstudy.reports.charts import Bar, Feeling
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.store.journey import Journey, Strip
from fieldstudy.reports.voice import printed


def build(case: Case) -> Journey | None:
    sections = [section for section in case.voice.checklist.sections if section.name in case.sections]
    bars = [_bar(case, section) for section in sections]
    if all(bar.value is None for bar in bars):
        return None
    felt = _feelings(case, sections)
    strips = [_strip(case, bars[cut], felt[cut]) for cut in charts.strips(len(bars))]
    return Journey(
        " ".join(_key(case, bars, bool(felt))), tuple(strips), " ".join(feelings.said(case.voice, case.snapshot.curve))
    )


def _bar(case: Case, section: Section) -> Bar:
    figure = case.sections[section.name].score
    value = printed(figure)
    return Bar(
        label=case.voice.section(section.name),
        phase=case.voice.words.label(section.phase),
        value=None if value is None else float(value),
        text=case.voice.printed(figure),
        norm=None if section.norm is None else float(section.norm),
        is_moment=section.is_moment_of_truth,
        is_below=gaps.is_below(figure, section.norm),
    )


def _feelings(case: Case, sections: Sequence[Section]) -> list[Feeling]:
    """One for each touchpoint, or none at all where nobody said how it felt."""
    curve = case.snapshot.curve
    if curve.peak is None:
        return []
    by_section = {point.section: point for point in curve.points}
    return [_feeling(case, by_section.get(section.name)) for section in sections]


def _feeling(case: Case, point: FeelingPoint | None) -> Feeling:
    """Without the band from the lowest to the highest: over many visits it is the whole scale."""
    if point is None or point.mean is None:
        return Feeling()
    mean = float(point.mean)
    return feelings.drawn(case.voice.words, case.snapshot.curve, point, mean, mean)


def _strip(case: Case, bars: Sequence[Bar], felt: Sequence[Feeling]) -> Strip:
    curve = charts.feeling_curve(_curve_alt(case, bars, felt), felt) if felt else None
    return Strip(charts.section_bars(_bars_alt(case, bars), bars), curve)


def _bars_alt(case: Case, bars: Sequence[Bar]) -> str:
    words = case.voice.words
    parts = [
        f"{bar.label}: {bar.text}"
        + ("" if norm is None else ", " + words.gettext("norm %(value)s", value=words.points(norm)))
        for bar in bars
        for norm in (None if bar.norm is None else Decimal(str(bar.norm)),)
    ]
    return words.gettext("Score of each touchpoint, in the order of the journey.") + " " + "; ".join(parts) + "."


def _curve_alt(case: Case, bars: Sequence[Bar], felt: Sequence[Feeling]) -> str:
    words = case.voice.words
    parts = [
        f"{bar.label}: {words.signed(rounding.half_up(Decimal(str(point.mean)), 1))}"
        for bar, point in zip(bars, felt, strict=True)
        if point.mean is not None
    ]
    return words.gettext("How it felt, from −2 to +2.") + " " + "; ".join(parts) + "."


def _key(case: Case, bars: Sequence[Bar], has_feelings: bool) -> Iterator[str]:
    words = case.voice.words
    yield words.gettext("Bar: the mean of the stores, of 100.")
    if any(bar.norm is not None for bar in bars):
        yield words.gettext("Dark line: the norm; a bar is orange 5 points below it, or with its whole interval.")
    if any(bar.is_moment for bar in bars):
        yield words.gettext("Diamond: a moment of truth.")
    if has_feelings:
        yield words.gettext("Below: how it felt on average to whoever was there, from −2 to +2.")
