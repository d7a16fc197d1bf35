"""Part 6: waiting times, how long they were and how many stayed within the standard."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from fieldstudy.core import answers as answering
from fieldstudy.core import timings
from fieldstudy.core.figures import Figure
from fieldstudy.core.timings import Timing
from fieldstudy.reports import rows
from fieldstudy.reports.rows import Kind, Mark, Row
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.voice import interval_text, shortened

LABEL_CHARACTERS = 100


@dataclass(frozen=True)
class WaitRow:
    label: str
    n: str
    median: str
    p90: str
    standard: str
    within_standard: str
    tolerated: str
    within_tolerated: str


@dataclass(frozen=True)
class Waits:
    drawing: Markup | None
    """None where every time was taken once: a dot alone shows nothing."""
    rows: tuple[WaitRow, ...]
    has_standard: bool
    has_tolerated: bool


def build(case: Case) -> Waits | None:
    given = [answer for answers in case.headline_answers for answer in answers.values()]
    found = [timing for timing in timings.timings(case.checklist, given) if timing.n]
    if not found:
        return None
    drawn = [_drawn(case, timing) for timing in found]
    said = "; ".join(f"{row.label} {row.said}" for row in drawn)
    return Waits(
        rows.draw(case.words.gettext("Waiting times; every dot is a visit.") + f" {said}.", drawn)
        if any(timing.n > 1 for timing in found)
        else None,
        tuple(_row(case, timing) for timing in found),
        any(timing.within_standard is not None for timing in found),
        any(timing.within_tolerated is not None for timing in found),
    )


def _row(case: Case, timing: Timing) -> WaitRow:
    question = case.checklist.question_by_name[timing.question]
    return WaitRow(
        label=shortened(case.question(timing.question), LABEL_CHARACTERS),
        n=case.words.integer(timing.n),
        median=_seconds(case, timing.median_seconds),
        p90=_seconds(case, timing.p90_seconds),
        standard=_seconds(case, question.standard),
        within_standard=_within(case, timing.within_standard),
        tolerated=_seconds(case, question.tolerated),
        within_tolerated=_within(case, timing.within_tolerated),
    )


def _seconds(case: Case, seconds: float | Decimal | None) -> str:
    return "" if seconds is None else case.words.seconds(seconds)


def _within(case: Case, figure: Figure | None) -> str:
    """2 of 3 (21–94), with Wilson's interval, where it says something."""
    if figure is None:
        return ""
    share = case.words.gettext("%(count)s of %(size)s", count=int(figure.earned or 0), size=figure.base)
    interval = interval_text(case.words, figure)
    return f"{share} ({interval})" if interval else share


def _drawn(case: Case, timing: Timing) -> Row:
    words, question = case.words, case.checklist.question_by_name[timing.question]
    spent = _spent(case, timing.question)
    bounds = ((question.standard, words.gettext("standard")), (question.tolerated, words.gettext("tolerated")))
    marks = [Mark(float(at), Kind.BOUND, label) for at, label in bounds if at is not None]
    return Row(
        label=shortened(case.question(timing.question), LABEL_CHARACTERS),
        marks=(*marks, *(Mark(seconds, Kind.ONE) for seconds in spent)),
        said=words.gettext("median %(value)s", value=_seconds(case, timing.median_seconds)),
        most=max([*spent, *(mark.at for mark in marks)]) * 1.05 or 1.0,
    )


def _spent(case: Case, question: str) -> Sequence[float]:
    given = (answers.get(question) for answers in case.headline_answers)
    numbers = (answering.read_number(answer.value) for answer in given if answer is not None and not answer.is_na)
    return [float(number) for number in numbers if number is not None]
