"""Moments of a table, in the store's own time: one hour a year is missing there, and one comes twice."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

YEARS = range(1990, 2101)
"""As for entry and exit (core.moments): at the ends of the calendar a time zone leads out of it."""


class Hour(StrEnum):
    """What the clocks did in the hour of a time that was written without an offset."""

    PLAIN = "plain"
    SKIPPED = "skipped"
    TWICE = "twice"


@dataclass(frozen=True)
class Moment:
    """`taken` is what was written with the offset that it was read with, `other` the same with the other one."""

    at: datetime
    taken: str
    hour: Hour = Hour.PLAIN
    other: str = ""

    @property
    def later(self) -> "Moment":
        """Of an hour that comes twice, the second time."""
        if self.hour != Hour.TWICE:
            return self
        return Moment(datetime.fromisoformat(self.other).astimezone(UTC), self.other, self.hour, self.taken)

    def by_the_clock_of(self, other: "Moment") -> str:
        """As written, with the offset that `other` was read with."""
        return _told(datetime.fromisoformat(self.taken).replace(tzinfo=datetime.fromisoformat(other.taken).tzinfo))


def read(text: str, zone: ZoneInfo) -> Moment:
    """Of an hour that comes twice the first; in the hour that is missing the clock was not put forward yet.

    Raises ValueError, also for a year in which nobody visited anything.
    """
    written = datetime.fromisoformat(text)
    if written.year not in YEARS:
        raise ValueError(text)
    if written.tzinfo:
        return Moment(written.astimezone(UTC), _told(written))
    first, second = (written.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    at = first.astimezone(UTC)
    # A day without a time begins at midnight: nobody looked at a clock.
    if first.utcoffset() == second.utcoffset() or written.time() == time.min:
        return Moment(at, _told(first))
    is_real = at.astimezone(zone).replace(tzinfo=None) == written
    return Moment(at, _told(first), Hour.TWICE if is_real else Hour.SKIPPED, _told(second))


def _told(moment: datetime) -> str:
    return moment.isoformat(timespec="auto" if moment.second or moment.microsecond else "minutes")
