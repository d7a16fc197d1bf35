"""The second factor: who has to have one and from when, and which code of an authenticator app counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from fieldstudy.core.access import Role

ASKED = frozenset({Role.ADMIN, Role.COORDINATOR, Role.REVIEWER, Role.MANAGER})
"""They see other people's work; whoever works in the field sees only their own."""
STEP_SECONDS = 30
"""How long a code is shown (RFC 6238)."""
FEW_CODES = 3
"""With so few recovery codes left it is time for new ones."""


class Factor(StrEnum):
    AUTHENTICATOR = "authenticator"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"


class Change(StrEnum):
    """What happened to the factors of an account, as its owner is told by mail."""

    ADDED = "added"
    REMOVED = "removed"
    NEW_CODES = "new_codes"
    LIFTED = "lifted"


@dataclass(frozen=True)
class RelyingParty:
    """For whom a passkey is: the host of our pages, and their whole origin."""

    host: str
    origin: str


def relying_party(address: str) -> RelyingParty | None:
    """None where browsers make no passkeys: they want a name, not a number, and https, but on one's own machine."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    is_number = ":" in host or host.replace(".", "").isdigit()
    if is_number or not host or (parts.scheme != "https" and host != "localhost"):
        return None
    return RelyingParty(host, f"{parts.scheme}://{parts.netloc.lower()}")


@dataclass(frozen=True)
class FactorRule:
    is_required: bool
    grace: timedelta

    def asks(self, roles: Iterable[Role]) -> bool:
        return self.is_required and not ASKED.isdisjoint(roles)

    def due_at(self, roles: Iterable[Role], has_factor: bool, asked_at: datetime | None) -> datetime | None:
        """Until when somebody has to set one up; None where nobody asks, or it is there. `asked_at`: the first sign-in
        since it is asked for.
        """
        if has_factor or asked_at is None or not self.asks(roles):
            return None
        return asked_at + self.grace


def is_shut(due_at: datetime | None, at: datetime, session_began_at: datetime, is_reading: bool) -> bool:
    """A form that was open when the time ran out may still be sent; whoever signed in later has opened none."""
    if due_at is None or at < due_at:
        return False
    return is_reading or session_began_at >= due_at


def steps_that_count(at: datetime, last_step: int) -> list[int]:
    """The code that is shown now and the one before it, for whoever types slowly; neither twice."""
    current = int(at.timestamp()) // STEP_SECONDS
    return [step for step in (current, current - 1) if step > last_step]
