"""Observed − norm, the widest and heaviest first. Negative is below the norm."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import figures, rounding, statistics
from fieldstudy.core.checklist import Checklist, NormBy, Question, Total
from fieldstudy.core.figures import Figure, SectionFigure

HUNDRED = Decimal(100)
LEAST_POINTS = Decimal(5)
"""A gap of so many points is marked even where a few visits cannot show that it is no chance."""


@dataclass(frozen=True)
class Gap:
    """`percent_points` is observed − norm; `share` is what part of the whole score hangs on it."""

    name: str
    observed: Figure
    norm_percent: Decimal
    norm_by: NormBy
    percent_points: Decimal
    share: Decimal

    @property
    def burden(self) -> Decimal:
        """What the gap costs the whole score, in percent points; negative is a loss."""
        return self.percent_points * self.share


def told(held: Iterable[tuple[str, Figure, Decimal]]) -> frozenset[str]:
    """Which touchpoints of a report stand above or below what is expected of them by more than chance would do.

    One rule for strengths and for gaps, and that of changes: the interval leaves out what is expected, and so does a
    test among those of all touchpoints (Benjamini–Hochberg, q = 0.10), since the best and the worst of many are shown.
    """
    found = list(held)
    stand = statistics.benjamini_hochberg([_p(figure, reference) for _, figure, reference in found])
    return frozenset(
        name
        for (name, figure, reference), stands in zip(found, stand, strict=True)
        if stands and is_apart(figure, reference)
    )


def _p(figure: Figure, reference: Decimal) -> float | None:
    """Of the t test that belongs to the figure's interval; None where it has none, or one without width."""
    interval = figures.telling_interval(figure)
    if interval is None or figure.value is None or interval.low == interval.high:
        return None
    return statistics.p_of_interval(interval, float(figure.value), float(reference) / 100, figure.base - 1)


def is_apart(figure: Figure, reference: Decimal) -> bool:
    """Does the whole interval lie on one side? Equal values, and fewer than three, show nothing of chance."""
    interval = figures.telling_interval(figure)
    if interval is None or interval.low == interval.high:
        return False
    return not interval.low * 100 <= reference <= interval.high * 100


def is_below(figure: Figure | None, norm_percent: Decimal | None) -> bool:
    """The one rule for orange: with its whole interval, or by five points of what is printed; else it is only near."""
    if figure is None or figure.value is None or norm_percent is None:
        return False
    gap = rounding.percent(figure.value) - norm_percent
    return gap <= -LEAST_POINTS or (gap < 0 and is_apart(figure, norm_percent))


def section_share(checklist: Checklist, found: Sequence[SectionFigure], name: str) -> Decimal:
    """What part of the score hangs on a touchpoint: of the points that were possible, or of the weights in use."""
    scored = [section for section in found if section.score.value is not None]
    own = [section for section in scored if section.section == name]
    if checklist.settings.total == Total.POOLED:
        return _part(sum((section.possible for section in own), Decimal(0)), (s.possible for s in scored))
    weights = {section.name: section.weight for section in checklist.sections}
    known = {section.section: weights.get(section.section, Decimal(0)) for section in scored}
    return _part(known.get(name, Decimal(0)), known.values())


def gap_cost(figure: Figure | None, norm_percent: Decimal | None, share_of_score: Decimal) -> Decimal | None:
    """What a touchpoint takes off the whole score, of the gap as it is printed; negative is a loss."""
    if figure is None or figure.value is None or norm_percent is None:
        return None
    return (rounding.percent(figure.value) - norm_percent) * share_of_score


def of_questions(checklist: Checklist, observed: Iterable[tuple[str, Figure]]) -> tuple[Gap, ...]:
    """Questions with a norm and an observed figure, ranked by what they cost."""
    gaps = [gap for name, figure in observed if (gap := _gap(checklist, name, figure)) is not None]
    return ranked(gaps)


def ranked(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    return tuple(sorted(gaps, key=lambda gap: (gap.burden, gap.percent_points, gap.name)))


def _gap(checklist: Checklist, name: str, figure: Figure) -> Gap | None:
    question = checklist.question_by_name[name]
    if question.norm is None or figure.value is None:
        return None
    points = figure.value * HUNDRED - question.norm
    return Gap(name, figure, question.norm, question.norm_by, points, share(checklist, question))


def share(checklist: Checklist, question: Question) -> Decimal:
    """Of all points; where touchpoints are weighted, of its touchpoint's points and that one's weight."""
    if checklist.settings.total == Total.POOLED:
        return _part(_points(question), (_points(other) for other in checklist.questions))
    section = checklist.section_of[question.name]
    inside = _part(_points(question), (_points(other) for other in section.questions))
    return inside * _part(section.weight, (other.weight for other in checklist.sections if not other.former))


def _part(one: Decimal, of: Iterable[Decimal]) -> Decimal:
    total = sum(of, Decimal(0))
    return one / total if total else Decimal(0)


def _points(question: Question) -> Decimal:
    """That it puts into the sum of all: a bonus puts none, nor does what only an older version asked."""
    counts = question.is_scored and not question.is_bonus and not question.former
    return question.possible * question.weight if counts else Decimal(0)
