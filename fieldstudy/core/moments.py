"""When an answer was given, seen from the time between entering the store and leaving it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

ENTERED, LEFT = "entered_at", "left_at"
FIELDS = (ENTERED, LEFT)
"""The fields of a form, and the parts of a sealed visit."""
REVERSED = "left_before_entry"


class Moment(StrEnum):
    BEFORE = "before"
    IN_STORE = "in_store"
    WITHIN_HOUR = "within_hour"
    LATER = "later"
    UNKNOWN = "unknown"


HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Stay:
    """Entry into the store and exit from it, as far as somebody noted them."""

    entered_at: datetime | None = None
    left_at: datetime | None = None

    @property
    def is_reversed(self) -> bool:
        return self.entered_at is not None and self.left_at is not None and self.left_at < self.entered_at

    @property
    def is_known(self) -> bool:
        return self.entered_at is not None and self.left_at is not None and not self.is_reversed

    @property
    def duration(self) -> timedelta | None:
        """From entry to exit. A form is filled for days; how long that took says nothing about the visit."""
        if self.entered_at is None or self.left_at is None or self.left_at <= self.entered_at:
            return None
        return self.left_at - self.entered_at


def is_another(one: datetime | None, other: datetime | None) -> bool:
    """To the minute, as pages have it. What only one of two devices has noted comes together by itself, like notes."""
    return one is not None and other is not None and one.timestamp() // 60 != other.timestamp() // 60


def when(given_at: datetime | None, stay: Stay) -> Moment:
    """What one of the two times says alone is said; what would take both is unknown where one is missing."""
    if given_at is None or stay.is_reversed:
        return Moment.UNKNOWN
    if stay.entered_at is not None and given_at < stay.entered_at:
        return Moment.BEFORE
    if stay.left_at is not None and given_at > stay.left_at:
        return Moment.WITHIN_HOUR if given_at <= stay.left_at + HOUR else Moment.LATER
    return Moment.IN_STORE if stay.is_known else Moment.UNKNOWN


def read_stay(raw: Mapping[str, Sequence[str]], zone: ZoneInfo) -> tuple[Stay, dict[str, str]]:
    """What a page has in its two fields, in the store's own time, and what is wrong: a message key by field."""
    wrong: dict[str, str] = {}
    found: dict[str, datetime | None] = {}
    for name in FIELDS:
        text = "".join(raw.get(name, ())).strip()
        found[name] = _local(text, zone) if text else None
        if text and found[name] is None:
            wrong[name] = "not_a_datetime"
    stay = Stay(found[ENTERED], found[LEFT])
    if stay.is_reversed:
        again = Stay(stay.entered_at, _local("".join(raw[LEFT]).strip(), zone, fold=1))
        stay = stay if again.is_reversed else again
    return stay, {LEFT: REVERSED} if stay.is_reversed else wrong


def _local(text: str, zone: ZoneInfo, fold: int = 0) -> datetime | None:
    """Where the clock shows an hour twice, the first is meant, unless only the second is after the entry."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if at.year < 1990 or at.year > 2100:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=zone, fold=fold)).astimezone(UTC)
