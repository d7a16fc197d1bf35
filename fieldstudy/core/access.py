"""Who may see what: memberships as values, and the questions that guards and queries ask them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from fieldstudy.core.checklist import Method


class Role(StrEnum):
    ADMIN = "admin"
    COORDINATOR = "coordinator"
    REVIEWER = "reviewer"
    SHOPPER = "shopper"
    OBSERVER = "observer"
    MANAGER = "manager"


FIELDWORKERS = frozenset({Role.SHOPPER, Role.OBSERVER})
VISIT_READERS = (Role.REVIEWER, Role.COORDINATOR)
"""Of single visits with all that lies behind them; only reviewers decide."""
RESULT_READERS = (Role.MANAGER, Role.COORDINATOR)
"""Of released figures; a coordinator reads those of every store of the client."""
METHODS_OF = {
    Role.SHOPPER: (Method.MYSTERY_SHOPPING,),
    Role.OBSERVER: (Method.PARTICIPANT_OBSERVATION, Method.NON_PARTICIPANT_OBSERVATION),
}


@dataclass(frozen=True)
class Membership:
    """A role at one client, or (client_id None, never for a manager) at every client of the installation.

    A manager sees all stores of the client, those of one region, or one store.
    """

    role: Role
    client_id: UUID | None = None
    region: str | None = None
    store_id: UUID | None = None

    @property
    def is_narrowed(self) -> bool:
        return self.region is not None or self.store_id is not None


@dataclass(frozen=True)
class Viewer:
    user_id: UUID
    memberships: tuple[Membership, ...] = ()

    def has(self, *roles: Role) -> bool:
        return any(membership.role in roles for membership in self.memberships)

    def memberships_as(self, *roles: Role) -> tuple[Membership, ...]:
        return tuple(membership for membership in self.memberships if membership.role in roles)


def reaches_client(viewer: Viewer, client_id: UUID, *roles: Role) -> bool:
    return any(m.client_id in (None, client_id) for m in viewer.memberships_as(*roles))


def sees_all_stores(viewer: Viewer, client_id: UUID) -> bool:
    """Managers who are not narrowed, and coordinators: figures of a whole network are for nobody else."""
    is_wide = any(m.client_id == client_id and not m.is_narrowed for m in viewer.memberships_as(Role.MANAGER))
    return is_wide or reaches_client(viewer, client_id, Role.COORDINATOR)


def reaches_store(memberships: Iterable[Membership], client_id: UUID, region: str, store_id: UUID) -> bool:
    """Does one of these manager's memberships include this store?"""
    return any(
        m.client_id == client_id and (m.region is None or m.region == region) and m.store_id in (None, store_id)
        for m in memberships
    )


def may_be_sent(roles: Iterable[Role], method: Method) -> bool:
    """Shoppers go shopping and observers observe; whoever is both does both."""
    return any(method in METHODS_OF.get(role, ()) for role in roles)


def may_approve_covert(approver_id: UUID, author_id: UUID | None) -> bool:
    """Covert work needs a second person: whoever assigned it does not approve it."""
    return approver_id != author_id


class MembershipIsIncomplete(ValueError):
    pass


def check_membership(membership: Membership) -> None:
    """A manager belongs to a client; only a manager is narrowed to a region or a store."""
    if membership.role == Role.MANAGER and membership.client_id is None:
        raise MembershipIsIncomplete("manager_needs_client")
    if membership.role != Role.MANAGER and (membership.region or membership.store_id):
        raise MembershipIsIncomplete("only_managers_are_narrowed")
    if membership.role == Role.ADMIN and membership.client_id is not None:
        raise MembershipIsIncomplete("admin_has_no_client")
