"""The account of somebody else: its name, whether it is active, where it is signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update

from fieldstudy.core import access
from fieldstudy.core import people as rules
from fieldstudy.core.access import Role, Viewer
from fieldstudy.core.invitations import Kind
from fieldstudy.core.sessions import Ending
from fieldstudy.extensions import db
from fieldstudy.models import Invitation, Membership, User
from fieldstudy.models.columns import now
from fieldstudy.queries import accounts as account_queries
from fieldstudy.queries import people as people_queries
from fieldstudy.services import assignments, journal, sessions, unit


class AccountIsErased(Exception):
    """Whoever it belonged to asked to be forgotten."""


@contextmanager
def change(viewer: Viewer, *rows: Any) -> Iterator[Viewer]:
    """A unit that holds these rows and whoever changes them, and gives the roles that this one has now: a request may
    have waited while somebody took them away. Of two who change each other, one comes too late.

    Raises AccountHasChanged for somebody who was deactivated meanwhile, or lost a role.
    """
    actor = people_queries.get_user(viewer.user_id)
    with unit.work(*{actor, *rows}):
        held = _roles_of(actor)
        if not actor.is_active or not set(viewer.memberships).issubset(held):
            raise sessions.AccountHasChanged
        yield Viewer(actor.id, tuple(held))


def rename(user: User, name: str, viewer: Viewer) -> None:
    with change(viewer, user) as viewer:
        _check_reach(user, viewer)
        user.name = name
        journal.write("user.renamed", user, viewer.user_id)


def deactivate(user: User, viewer: Viewer) -> None:
    """Out at once, everywhere, and not in again. What they did keeps their name; what they did not begin goes back.

    Twice is once: whoever deactivates again must not become the one who may activate. But what a coordinator shut, an
    administrator may shut too, and then only administrators open it again.
    """
    with change(viewer, user) as viewer:
        roles = _roles_of(user)
        rules.check_deactivation(viewer, user.id, roles)
        by_admin = viewer.has(Role.ADMIN)
        if not user.is_active and (not by_admin or account_queries.is_shut_by_admin(user)):
            return
        if any(one.role == Role.ADMIN for one in roles):
            keep_an_admin(user.id, viewer)
        user.is_active = False
        returned = assignments.withdraw_unbegun(user.id, None, ())
        close_invitations(user.id)
        journal.write("user.deactivated", user, viewer.user_id, assignments=returned, by_admin=by_admin)
        sessions.end_all(user.id, Ending.DEACTIVATED)


def activate(user: User, viewer: Viewer) -> None:
    """With the roles and the password of before."""
    with change(viewer, user) as viewer:
        rules.check_activation(viewer, _roles_of(user), account_queries.is_shut_by_admin(user))
        if user.erased_at is not None:
            raise AccountIsErased
        user.is_active = True
        journal.write("user.activated", user, viewer.user_id)


def sign_out(user: User, viewer: Viewer) -> None:
    with change(viewer, user) as viewer:
        _check_reach(user, viewer)
        journal.write("user.signed_out_everywhere", user, viewer.user_id)
        sessions.end_all(user.id)


def _check_reach(user: User, viewer: Viewer) -> None:
    if not rules.may_change_account(viewer, _roles_of(user)):
        raise rules.IsOutOfReach


def _roles_of(user: User) -> list[access.Membership]:
    return [people_queries.value_of(one) for one in people_queries.list_roles(user.id)]


def keep_an_admin(user_id: UUID, viewer: Viewer) -> None:
    """Inside a unit, before this person stops being one. The roles are locked: of two who take them from each other at
    the same time, one comes too late.
    """
    admins = select(Membership.user_id).where(Membership.role == Role.ADMIN).order_by(Membership.id)
    ids = db.session.scalars(admins.with_for_update()).all()
    is_usable = or_(User.password_hash != "", User.id == viewer.user_id)
    others = select(User.id).where(User.id.in_(ids), User.id != user_id, User.is_active, is_usable)
    if db.session.scalar(others.limit(1)) is None:
        raise rules.IsLastAdmin


def close_invitations(user_id: UUID) -> None:
    """Inside a unit: all of them, where the person has a new password, or none may get in. Roles that are offered stay
    so: only the links to them end.
    """
    _close(Invitation.user_id == user_id)


def close_offers(user_id: UUID, client_id: UUID | None) -> None:
    """Inside a unit: the links to what this client offered, and those that somebody was shown. What the person asked
    for, and others sent to the address, stays open.
    """
    is_own = (Invitation.kind == Kind.ROLE) & Invitation.client_id.is_not_distinct_from(client_id)
    _close((Invitation.user_id == user_id) & (is_own | ~Invitation.is_proof))


def close_first_passwords(user_id: UUID) -> None:
    """Inside a unit: the links that an office made for a password. Nobody but the person closes those of a reset."""
    _close((Invitation.user_id == user_id) & (Invitation.kind == Kind.PASSWORD))


def _close(links: ColumnElement[bool]) -> None:
    unit.change(update(Invitation).where(links, Invitation.used_at.is_(None)).values(used_at=now()))
