"""Who may change whom. An account belongs to a person, a role to a client."""

from collections.abc import Iterable
from uuid import UUID

from fieldstudy.core import access
from fieldstudy.core.access import Membership, Role, Viewer
from fieldstudy.core.checklist import Method

OFFICE = frozenset({Role.COORDINATOR, Role.ADMIN})
"""Roles that give and take roles: whoever lost the last one could not take it back."""


class IsOutOfReach(Exception):
    """The person, or the role, belongs to others too."""


class IsShutByAdmin(Exception):
    """What an administrator deactivated an administrator activates."""


class IsOneself(Exception):
    """Nobody shuts the door on themselves."""


class IsLastAdmin(Exception):
    """Somebody has to run the installation."""


def may_change_role(viewer: Viewer, role: Membership) -> bool:
    """An administrator any; a coordinator those at her own clients."""
    return viewer.has(Role.ADMIN) or (role.role != Role.ADMIN and looks_after_people(viewer, role.client_id))


def looks_after_people(viewer: Viewer, client_id: UUID | None) -> bool:
    """Of this client: its coordinators and the administrators."""
    own = viewer.memberships_as(Role.COORDINATOR)
    return viewer.has(Role.ADMIN) or any(one.client_id in (None, client_id) for one in own)


def may_change_account(viewer: Viewer, roles: Iterable[Membership]) -> bool:
    """The name, whether the account is active, where it is signed in: only if every role lies within the reach.

    Somebody without any belongs to no client, whoever they worked for: another may be about to give them one.
    """
    held = tuple(roles)
    return viewer.has(Role.ADMIN) or (bool(held) and all(may_change_role(viewer, role) for role in held))


def check_withdrawal(viewer: Viewer, user_id: UUID, role: Membership, rest: Iterable[Membership]) -> None:
    """`rest`: the roles that the person would still have."""
    if not may_change_role(viewer, role):
        raise IsOutOfReach
    if user_id == viewer.user_id and role.role in OFFICE and not any(one.role in OFFICE for one in rest):
        raise IsOneself


def check_deactivation(viewer: Viewer, user_id: UUID, roles: Iterable[Membership]) -> None:
    if not may_change_account(viewer, roles):
        raise IsOutOfReach
    if user_id == viewer.user_id:
        raise IsOneself


def check_activation(viewer: Viewer, roles: Iterable[Membership], is_shut_by_admin: bool) -> None:
    if not may_change_account(viewer, roles):
        raise IsOutOfReach
    if is_shut_by_admin and not viewer.has(Role.ADMIN):
        raise IsShutByAdmin


def may_still_be_sent(rest: Iterable[Membership], client_id: UUID, method: Method) -> bool:
    """With the roles that are left; else what was assigned and nobody began goes back."""
    return access.may_be_sent((one.role for one in rest if one.client_id in (None, client_id)), method)
