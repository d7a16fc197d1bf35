"""The one judgement of a visit's form, for draft, page and phone alike."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from fieldstudy.core import answers as answering
from fieldstudy.core.answers import Raw, Reading
from fieldstudy.core.checklist import Checklist, QuestionType
from fieldstudy.core.lifecycle import Outcome
from fieldstudy.models import Visit

NOTHING = Reading((), (), (), (), frozenset())
"""What a store that was closed answers: no question was asked."""


class Pictured(Protocol):
    """A photo, kept or on its way, that belongs to a question."""

    @property
    def question(self) -> str: ...


def judge(visit: Visit, raw: Raw, photos: Iterable[Pictured], at: datetime, outcome: Outcome | None = None) -> Reading:
    checklist = visit.checklist_version.content.for_method(visit.method)
    return judge_form(checklist, visit.store.timezone, visit.started_at, raw, photos, at, outcome)


def judge_form(
    checklist: Checklist,
    timezone: str,
    started_at: datetime,
    raw: Raw,
    photos: Iterable[Pictured],
    at: datetime,
    outcome: Outcome | None = None,
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
    return answering.read(checklist, raw, started_at.astimezone(zone).date(), automatic, counts)
