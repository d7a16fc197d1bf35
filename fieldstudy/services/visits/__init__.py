"""The life of a visit: start, draft, submit, review. The allowed moves are core.lifecycle's."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from fieldstudy.models import Assignment
from fieldstudy.services.visits.choosing import ChoiceIsLate, VersionHasProblems, keep_first, may_choose, use_other
from fieldstudy.services.visits.decisions import PageIsOld, mark
from fieldstudy.services.visits.drafts import Leaf, has_arrived, running_timers, save_draft
from fieldstudy.services.visits.judging import judge, stay_of
from fieldstudy.services.visits.moving import VisitIsClosed
from fieldstudy.services.visits.receiving import Receipt, Sent, list_pictured, submit
from fieldstudy.services.visits.reviewing import ReasonIsMissing, approve, send_back, set_aside, take
from fieldstudy.services.visits.starting import (
    ChecklistIsMissing,
    CovertIsNotApproved,
    StaffNoticeIsMissing,
    VisitIsSomebodyElses,
    start,
)

__all__ = [
    "ChecklistIsMissing",
    "ChoiceIsLate",
    "CovertIsNotApproved",
    "Leaf",
    "PageIsOld",
    "ReasonIsMissing",
    "Receipt",
    "Sent",
    "StaffNoticeIsMissing",
    "VersionHasProblems",
    "VisitIsClosed",
    "VisitIsSomebodyElses",
    "approve",
    "has_arrived",
    "judge",
    "keep_first",
    "list_pictured",
    "local",
    "mark",
    "may_choose",
    "running_timers",
    "save_draft",
    "send_back",
    "set_aside",
    "start",
    "stay_of",
    "submit",
    "take",
    "use_other",
    "window_is_open",
]


def window_is_open(assignment: Assignment, today: date) -> bool:
    return assignment.window_from <= today <= assignment.window_to


def local(at: datetime, timezone: str) -> datetime:
    """An instant in the store's own time."""
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(ZoneInfo(timezone))
