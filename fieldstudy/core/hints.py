"""What makes a visit worth a second look before it counts. Each may be right: a hint accuses nobody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

SHORTEST = timedelta(minutes=2)
"""Less than this, in the store or on the form, is hardly a visit."""
NIGHT_BEGINS, NIGHT_ENDS = 23, 6
"""Hours of the store's own clock."""
FEWEST_TOP = 10
"""Of fewer scored answers, all at their best say nothing."""


class HintKind(StrEnum):
    SHORT_STAY = "short_stay"
    SHORT_FORM = "short_form"
    NIGHT = "night"
    ALL_TOP = "all_top"
    ONE_COLOUR = "one_colour"
    OUTSIDE_WAVE = "outside_wave"


@dataclass(frozen=True)
class VisitFacts:
    """What is known of a visit; times are those of the store's own clock, None is unknown.

    `wave`: the first day of its wave and the last.
    """

    started_at: datetime
    ended_at: datetime | None = None
    stay: timedelta | None = None
    is_from_file: bool = False
    is_closed: bool = False
    scored_answers: int = 0
    has_all_points: bool = False
    one_colour_photos: int = 0
    wave: tuple[date, date] | None = None


@dataclass(frozen=True)
class Hint:
    kind: HintKind
    value: timedelta | datetime | date | int


def hints(facts: VisitFacts) -> tuple[Hint, ...]:
    found = [_short(facts), _night(facts), _all_top(facts), _one_colour(facts), _outside(facts)]
    return tuple(hint for hint in found if hint is not None)


def _short(facts: VisitFacts) -> Hint | None:
    """From entry to exit where both are known, else from the start to the end of the form."""
    on_form = facts.ended_at - facts.started_at if facts.ended_at else None
    kind, duration = (HintKind.SHORT_STAY, facts.stay) if facts.stay is not None else (HintKind.SHORT_FORM, on_form)
    if duration is None or facts.is_closed or not timedelta(0) <= duration < SHORTEST:
        return None
    return Hint(kind, duration)


def _night(facts: VisitFacts) -> Hint | None:
    """Midnight to the second in a file is a day without a time."""
    at = facts.started_at
    is_dateonly = facts.is_from_file and (at.hour, at.minute, at.second) == (0, 0, 0)
    is_night = at.hour >= NIGHT_BEGINS or at.hour < NIGHT_ENDS
    return Hint(HintKind.NIGHT, at) if is_night and not is_dateonly else None


def _all_top(facts: VisitFacts) -> Hint | None:
    is_told = facts.has_all_points and facts.scored_answers >= FEWEST_TOP
    return Hint(HintKind.ALL_TOP, facts.scored_answers) if is_told else None


def _one_colour(facts: VisitFacts) -> Hint | None:
    """A lens that was covered, a photo out of a pocket: it shows nothing."""
    count = facts.one_colour_photos
    return Hint(HintKind.ONE_COLOUR, count) if count else None


def _outside(facts: VisitFacts) -> Hint | None:
    day = facts.started_at.date()
    return Hint(HintKind.OUTSIDE_WAVE, day) if facts.wave is not None and is_outside(day, facts.wave) else None


def is_outside(day: date, wave: tuple[date, date]) -> bool:
    """A wrong year is typed quickly."""
    return not wave[0] <= day <= wave[1]
