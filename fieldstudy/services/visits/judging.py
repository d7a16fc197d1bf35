"""The one judgement of a visit's form, for draft, page and phone alike."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from fieldstudy.core import answers as answering
from fieldstudy.core import moments
from fieldstudy.core.answers import Problem, Raw, Reading
from fieldstudy.core.checklist import Checklist, QuestionType
from fieldstudy.core.lifecycle import Outcome
from fieldstudy.core.moments import Stay
from fieldstudy.models import Visit

NOTHING = Reading((), (), (), (), frozenset())
"""What a store that was closed answers: no question was asked."""


class Pictured(Protocol):
    """A photo, kept or on its way, that belongs to a question."""

    @property
    def question(self) -> str: ...


def judge(
    visit: Visit,
    raw: Raw,
    photos: Iterable[Pictured],
    at: datetime,
    outcome: Outcome | None = None,
    running: Collection[str] = (),
    stay: Stay | None = None,
) -> Reading:
    """`running`: questions whose timer goes on; `stay`: entry and exit, where they are not what `raw` says alone."""
    checklist = visit.checklist_version.content.for_method(visit.method)
    reading = judge_form(checklist, visit.store.timezone, visit.started_at, raw, photos, at, outcome, running)
    _, wrong = moments.read_stay(raw, ZoneInfo(visit.store.timezone))
    if stay is not None and stay.is_reversed:
        wrong[moments.LEFT] = moments.REVERSED
    found = (Problem(name, key, {"value": "".join(raw.get(name, ()))}) for name, key in wrong.items())
    return replace(reading, problems=(*reading.problems, *found))


def stay_of(visit: Visit, raw: Raw) -> Stay:
    """Entry and exit as the page has them; what it does not show stays as it was."""
    if not any(name in raw for name in moments.FIELDS):
        return visit.stay
    return moments.read_stay(raw, ZoneInfo(visit.store.timezone))[0]


def stay_problems(stay: Stay, outcome: Outcome | None) -> tuple[Problem, ...]:
    """Of a store that was closed nothing is judged."""
    return (Problem(moments.LEFT, moments.REVERSED),) if stay.is_reversed and outcome is None else ()


def judge_form(
    checklist: Checklist,
    timezone: str,
    started_at: datetime,
    raw: Raw,
    photos: Iterable[Pictured],
    at: datetime,
    outcome: Outcome | None = None,
    running: Collection[str] = (),
) -> Reading:
    """`checklist` as the visit's method has it; `at` is when it was sealed, `timezone` the store's."""
    if outcome is not None:
        return NOTHING
    zone = ZoneInfo(timezone)
    automatic = {
        QuestionType.START: started_at.astimezone(zone).isoformat(timespec="seconds"),
        QuestionType.END: at.astimezone(zone).isoformat(timespec="seconds"),
    }
    counts: dict[str, int] = {}
    for photo in photos:
        counts[photo.question] = counts.get(photo.question, 0) + 1
    return answering.read(checklist, raw, started_at.astimezone(zone).date(), automatic, counts, running)
