"""Who takes a role at once, who is asked first, and who may see a link that sets a password.

An account that nobody has proved may be anybody's: whoever made it may have written another person's address. Until its
address has answered a mail it is bound to the one client that made it, so that it can be taken from nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from fieldstudy.core.access import Membership


class Kind(StrEnum):
    PASSWORD = "password"  # noqa: S105 the name of a kind
    ROLE = "role"
    RESET = "reset"


class State(StrEnum):
    """Of what a link offers; the link itself lives shorter."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


LIFE = {Kind.PASSWORD: timedelta(hours=24), Kind.ROLE: timedelta(hours=24), Kind.RESET: timedelta(minutes=30)}
RESETS_AT_ONCE = 3
RESET_PAUSE = timedelta(minutes=15)
"""Anybody may ask for links for a forgotten password, with anybody's address. Once so many live, the next letter waits
until the newest is that old: a mailbox is not flooded, and always holds a link that is good for as long again."""


@dataclass(frozen=True)
class Account:
    """`home_id`: the client that it is bound to while it is unproven."""

    is_proven: bool = False
    home_id: UUID | None = None
    memberships: tuple[Membership, ...] = ()
    has_password: bool = False

    @property
    def is_blank(self) -> bool:
        """An address that was written to and has not answered."""
        return not (self.is_proven or self.home_id or self.memberships or self.has_password)


class Way(StrEnum):
    """How a role comes to a person: with a new account, at once, when they say yes, or not at all."""

    NEW = "new"
    GIVEN = "given"
    OFFERED = "offered"
    REFUSED = "refused"


def way(account: Account | None, client_id: UUID | None, has_mail: bool) -> Way:
    """For whoever has no role at this client yet the answer is the same, whether others know the address or not."""
    if account is not None and _is_known_at(account, client_id):
        return Way.GIVEN
    if has_mail or (account is not None and account.is_proven):
        return Way.OFFERED
    if account is None or account.is_blank or _is_bound_to(account, client_id):
        return Way.NEW
    return Way.REFUSED


def _is_known_at(account: Account, client_id: UUID | None) -> bool:
    has_role = any(one.client_id in (None, client_id) for one in account.memberships)
    return has_role and is_trusted_at(account, client_id)


def _is_bound_to(account: Account, client_id: UUID | None) -> bool:
    """And has no role elsewhere, where somebody gave one on the command line."""
    return account.home_id == client_id and all(one.client_id == client_id for one in account.memberships)


def is_trusted_at(account: Account, client_id: UUID | None) -> bool:
    """Nobody else can have set its password."""
    return account.is_proven or (account.home_id is not None and account.home_id == client_id)


def may_see_link(account: Account, client_id: UUID | None, has_mail: bool) -> bool:
    """May whoever invites for this client see the link that sets the password? Where there is mail, it goes there."""
    is_bound = not account.is_proven and is_trusted_at(account, client_id)
    return is_bound and not has_mail and all(one.client_id == client_id for one in account.memberships)


def may_answer(account: Account) -> bool:
    """May somebody who is signed in say yes or no to a role? Whoever is unproven may have another's address."""
    return account.is_proven


def sets_password(kind: Kind, account: Account) -> bool:
    """A role that is offered to whoever can sign in is taken by signing in."""
    return kind != Kind.ROLE or not (account.is_proven and account.has_password)


def sends_reset(sent: Sequence[datetime], at: datetime) -> bool:
    """`sent`: when the links were that still live."""
    return len(sent) < RESETS_AT_ONCE or at - max(sent) >= RESET_PAUSE
