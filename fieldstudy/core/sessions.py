"""How long somebody stays signed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TOUCH_EVERY = timedelta(minutes=10)
"""A session that is used is written so often at most: not every page is worth a transaction."""


class Ending(StrEnum):
    """Why a session is over, for whoever comes back with it."""

    TIME = "time"
    SIGNED_OUT = "signed_out"
    ROLES_CHANGED = "roles_changed"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True)
class SessionLimits:
    """`idle`: without any use; `absolute`: from signing in, however much it is used."""

    idle: timedelta
    absolute: timedelta

    def ends_at(self, created_at: datetime, seen_at: datetime) -> datetime:
        return min(seen_at + self.idle, created_at + self.absolute)
