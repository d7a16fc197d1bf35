"""When an answer was given, seen from the moment at which the fieldworker left the store."""

from datetime import datetime, timedelta
from enum import StrEnum


class Moment(StrEnum):
    IN_STORE = "in_store"
    WITHIN_HOUR = "within_hour"
    LATER = "later"
    UNKNOWN = "unknown"


HOUR = timedelta(hours=1)


def when(given_at: datetime | None, left_at: datetime | None) -> Moment:
    """Unknown where either time is: a guess would look like a measurement."""
    if given_at is None or left_at is None:
        return Moment.UNKNOWN
    if given_at <= left_at:
        return Moment.IN_STORE
    return Moment.WITHIN_HOUR if given_at <= left_at + HOUR else Moment.LATER
