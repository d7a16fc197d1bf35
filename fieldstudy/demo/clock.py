"""When the people of the demo entered and left, and when they wrote down what."""

from datetime import datetime, timedelta

from fieldstudy.core.moments import Stay
from fieldstudy.demo.story import SHARE_OF_VISIT, VisitStory

ENTRY_SHARE = 0.06
"""Between a look at the window and the first word inside."""
WRITES_OUTSIDE_EVERY = 3
"""One visit in so many is written up outside from the fitting room on."""
OUTSIDE = timedelta(minutes=12)
SEALING = timedelta(minutes=25)


def stay(told: VisitStory) -> Stay:
    entered_at = told.started_at + timedelta(minutes=max(2, round(ENTRY_SHARE * told.minutes)))
    return Stay(entered_at, told.started_at + timedelta(minutes=told.minutes))


def sealed_at(told: VisitStory) -> datetime:
    return told.started_at + timedelta(minutes=told.minutes) + SEALING


def answered_at(told: VisitStory, section: str) -> datetime:
    """Site, call and window before the entry; a return and an e-mail once outside again."""
    share = SHARE_OF_VISIT.get(section)
    if section in ("site", "phone") or share == 0:
        return told.started_at + timedelta(minutes=1)
    is_outside = share is None or (share >= SHARE_OF_VISIT["fitting"] and not told.minutes % WRITES_OUTSIDE_EVERY)
    if is_outside or share is None:
        return told.started_at + timedelta(minutes=told.minutes) + OUTSIDE
    return told.started_at + timedelta(minutes=round(share * told.minutes) + 1)
