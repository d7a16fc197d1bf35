"""The journey of the whole network: every touchpoint with its norm, and how it felt."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from fieldstudy.core import rounding
from fieldstudy.core.checklist import Section
from fieldstudy.core.figures import FeelingPoint
from fieldstudy.reports import charts
from fieldstudy.reports.charts import Bar, Feeling
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.store.journey import Journey, Strip
from fieldstudy.reports.voice import printed


def build(case: Case) -> Journey | None:
    sections = [section for section in case.voice.checklist.sections if section.name in case.sections]
    bars = [_bar(case, section) for section in sections]
    if all(bar.value is None for bar in bars):
        return None
    feelings = _feelings(case, sections)
    strips = [_strip(case, bars[cut], feelings[cut]) for cut in charts.strips(len(bars))]
    return Journey(" ".join(_key(case, bars, bool(feelings))), tuple(strips), " ".join(_said(case)))


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
    curve, words, mean = case.snapshot.curve, case.voice.words, float(point.mean)
    note = ""
    if point.section == curve.peak:
        note = words.gettext("the best moment")
    elif point.section == curve.low:
        note = words.gettext("the hardest moment")
    return Feeling(mean, mean, mean, note, point.section == curve.low != curve.peak)


def _strip(case: Case, bars: Sequence[Bar], feelings: Sequence[Feeling]) -> Strip:
    curve = charts.feeling_curve(_curve_alt(case, bars, feelings), feelings) if feelings else None
    return Strip(charts.section_bars(_bars_alt(case, bars), bars), curve)


def _bars_alt(case: Case, bars: Sequence[Bar]) -> str:
    words = case.voice.words
    parts = [
        f"{bar.label}: {bar.text}"
        + ("" if bar.norm is None else ", " + words.gettext("norm %(value)s", value=f"{bar.norm:g}"))
        for bar in bars
    ]
    return words.gettext("Score of each touchpoint, in the order of the journey.") + " " + "; ".join(parts) + "."


def _curve_alt(case: Case, bars: Sequence[Bar], feelings: Sequence[Feeling]) -> str:
    words = case.voice.words
    parts = [
        f"{bar.label}: {words.signed(rounding.half_up(Decimal(str(point.mean)), 1))}"
        for bar, point in zip(bars, feelings, strict=True)
        if point.mean is not None
    ]
    return words.gettext("How it felt, from −2 to +2.") + " " + "; ".join(parts) + "."


def _key(case: Case, bars: Sequence[Bar], has_feelings: bool) -> Iterator[str]:
    words = case.voice.words
    yield words.gettext("Bar: the mean of the stores, of 100.")
    if any(bar.norm is not None for bar in bars):
        yield words.gettext("Dark line: the norm; an orange bar stays below it.")
    if any(bar.is_moment for bar in bars):
        yield words.gettext("Diamond: a moment of truth.")
    if has_feelings:
        yield words.gettext("Below: how it felt on average to whoever was there, from −2 to +2.")


def _said(case: Case) -> Iterator[str]:
    words, curve = case.voice.words, case.snapshot.curve
    if curve.peak is not None:
        yield words.gettext("It felt best at %(section)s.", section=_felt(case, curve.peak))
    if curve.low is not None and curve.low != curve.peak:
        yield words.gettext("It felt hardest at %(section)s.", section=_felt(case, curve.low))


def _felt(case: Case, section: str) -> str:
    words = case.voice.words
    mean = next(point.mean for point in case.snapshot.curve.points if point.section == section) or Decimal(0)
    return f"{words.quoted(case.voice.section(section))} ({words.signed(rounding.half_up(mean, 1))})"
