"""Observed − norm, the widest and heaviest first. Negative is below the norm."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core.checklist import Checklist, NormBy, Question
from fieldstudy.core.figures import Figure

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Gap:
    """`percent_points` is observed − norm; `share` is what part of all possible points hangs on it."""

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
    total = sum((_points(question) for question in checklist.questions), Decimal(0))
    gaps = [
        gap for name, figure in observed if (gap := _gap(checklist.question_by_name[name], figure, total)) is not None
    ]
    return ranked(gaps)


def ranked(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    return tuple(sorted(gaps, key=lambda gap: (gap.burden, gap.percent_points, gap.name)))


def _gap(question: Question, figure: Figure, total: Decimal) -> Gap | None:
    if question.norm is None or figure.value is None:
        return None
    share = _points(question) / total if total else Decimal(0)
    points = figure.value * HUNDRED - question.norm
    return Gap(question.name, figure, question.norm, question.norm_by, points, share)


def _points(question: Question) -> Decimal:
    return Decimal(0) if question.is_bonus or not question.is_scored else question.possible * question.weight
