"""Observed − norm, the widest and heaviest first. Negative is below the norm."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core.checklist import Checklist, NormBy, Question, Total
from fieldstudy.core.figures import Figure

HUNDRED = Decimal(100)


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
