"""Observed − norm, the widest and heaviest first. Negative is below the norm."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import figures, rounding, scoring, statistics
from fieldstudy.core.checklist import Checklist, NormBy, Total
from fieldstudy.core.figures import Figure, SectionFigure
from fieldstudy.core.intervals import LEAST_UNITS
from fieldstudy.core.snapshots import VisitRecord

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
    """Of the t test that belongs to the figure's interval; None where it has none, or one without width.

    One that holds the whole scale claims nothing, and counts among the tests all the same.
    """
    interval = figure.interval if figure.base >= LEAST_UNITS else None
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
    """What part of the score hangs on a touchpoint; of an edition that keeps none, of the sums of its visits."""
    scored = [section for section in found if section.score.value is not None]
    own = [section for section in scored if section.section == name]
    if own and own[0].share is not None:
        return own[0].share
    if checklist.settings.total == Total.POOLED:
        return _part(sum((section.possible for section in own), Decimal(0)), (s.possible for s in scored))
    weights = {section.name: section.weight for section in checklist.sections}
    known = {section.section: weights.get(section.section, Decimal(0)) for section in scored}
    return _part(known.get(name, Decimal(0)), known.values())


def section_cost(found: SectionFigure, norm_percent: Decimal | None, share_of_score: Decimal) -> Decimal | None:
    """What a touchpoint takes off the whole score, unrounded; negative is a loss.

    Its gap times its share, and what it took or gave in visits in which it had no possible points.
    """
    effect = None if found.effect is None else found.effect * HUNDRED
    if found.score.value is None or norm_percent is None:
        return effect
    return (found.score.value * HUNDRED - norm_percent) * share_of_score + (effect or Decimal(0))


def of_questions(
    checklist: Checklist, observed: Iterable[tuple[str, Figure]], visits: Iterable[VisitRecord]
) -> tuple[Gap, ...]:
    """Questions with a norm and an observed figure in these visits, ranked by what they cost."""
    shares = question_shares(checklist, visits)
    gaps = [gap for name, figure in observed if (gap := _gap(checklist, name, figure, shares)) is not None]
    return ranked(gaps)


def ranked(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    return tuple(sorted(gaps, key=lambda gap: (gap.burden, gap.percent_points, gap.name)))


def _gap(checklist: Checklist, name: str, figure: Figure, shares: Mapping[str, Decimal]) -> Gap | None:
    question = checklist.question_by_name[name]
    if question.norm is None or figure.value is None:
        return None
    points = figure.value * HUNDRED - question.norm
    return Gap(name, figure, question.norm, question.norm_by, points, shares.get(name, Decimal(0)))


def question_shares(checklist: Checklist, visits: Iterable[VisitRecord]) -> dict[str, Decimal]:
    """What part of the score hangs on each question: its part of its touchpoint's points, times that one's share."""
    counted = (visit for visit in visits if visit.is_headline and visit.final is not None)
    return figures.mean_parts([_question_parts(checklist, visit) for visit in counted])


def _question_parts(checklist: Checklist, visit: VisitRecord) -> dict[str, Decimal]:
    shares = scoring.shares(visit.settings or checklist.settings, visit.sections)
    possible = {section.section: section.possible for section in visit.sections}
    placed = [(item, checklist.section_of.get(item.question)) for item in visit.questions]
    return {
        item.question: item.possible / possible[section.name] * shares[section.name]
        for item, section in placed
        if section is not None and section.name in shares
    }


def _part(one: Decimal, of: Iterable[Decimal]) -> Decimal:
    total = sum(of, Decimal(0))
    return one / total if total else Decimal(0)
