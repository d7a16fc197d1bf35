"""Waiting times: how many, how long, how many within the standard."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import answers as answering
from fieldstudy.core import statistics
from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import Checklist, Question, QuestionType
from fieldstudy.core.figures import Figure, rate


@dataclass(frozen=True)
class Timing:
    """Seconds. The quantiles are type 7; the rates are None where the checklist sets no such value."""

    question: str
    n: int
    median_seconds: float | None
    p90_seconds: float | None
    within_standard: Figure | None
    within_tolerated: Figure | None


def timings(checklist: Checklist, answers: Iterable[Answer]) -> tuple[Timing, ...]:
    seconds: dict[str, list[Decimal]] = {}
    for answer in answers:
        number = None if answer.is_na else answering.read_number(answer.value)
        if number is not None:
            seconds.setdefault(answer.question, []).append(number)
    timers = [question for question in checklist.questions if question.type == QuestionType.TIMER]
    return tuple(_timing(question, seconds.get(question.name, [])) for question in timers)


def _timing(question: Question, seconds: Sequence[Decimal]) -> Timing:
    floats = [float(second) for second in seconds]
    return Timing(
        question.name,
        len(seconds),
        statistics.median(floats),
        statistics.quantile(floats, 0.9),
        _within(seconds, question.standard),
        _within(seconds, question.tolerated),
    )


def _within(seconds: Sequence[Decimal], bound: Decimal | None) -> Figure | None:
    if bound is None:
        return None
    inside = sum(second <= bound for second in seconds)
    return rate(inside, len(seconds) - inside)
