"""What somebody may do at a client: one more role, another reach, no role any more. Each ends all their sessions."""

from uuid import UUID

from sqlalchemy import select

from fieldstudy.core import access
from fieldstudy.core import people as rules
from fieldstudy.core.access import Role, Viewer
from fieldstudy.core.invitations import is_trusted_at
from fieldstudy.core.sessions import Ending
from fieldstudy.extensions import db
from fieldstudy.models import Membership, User
from fieldstudy.models.columns import new_id
from fieldstudy.queries import people as people_queries
from fieldstudy.services import accounts, assignments, journal, notices, sessions


class AddressIsUnproven(Exception):
    """Somebody else may have made the account, and set its password."""


class RoleIsThere(Exception):
    """The person has it already."""


class RoleIsGone(Exception):
    """Somebody else took it meanwhile."""


def give(user: User, role: access.Membership, viewer: Viewer) -> None:
    """To somebody who has a role there now: a stranger is invited, and whoever left is asked (`invitations.offer`)."""
    access.check_membership(role)
    with accounts.change(viewer, user) as viewer:
        if not rules.may_change_role(viewer, role) or not people_queries.has_role_at(role.client_id, user):
            raise rules.IsOutOfReach
        if not is_trusted_at(people_queries.account_of(user), role.client_id):
            raise AddressIsUnproven
        _check_new(user, role)
        row = Membership(id=new_id(), user_id=user.id, client_id=role.client_id, role=role.role)
        row.region, row.store_id = role.region, role.store_id
        db.session.add(row)
        journal.write("role.given", user, viewer.user_id, role.client_id, role=role.role)
        sessions.end_all(user.id, Ending.ROLES_CHANGED)
        notices.role_given(user, role)


def change(membership: Membership, region: str | None, store_id: UUID | None, viewer: Viewer) -> None:
    """Which stores a manager sees."""
    user, membership_id = membership.user, membership.id
    with accounts.change(viewer, user) as viewer:
        row = _find(membership_id)
        changed = access.Membership(row.role, row.client_id, region, store_id)
        access.check_membership(changed)
        if not rules.may_change_role(viewer, changed):
            raise rules.IsOutOfReach
        if changed == people_queries.value_of(row):
            return
        _check_new(user, changed)
        row.region, row.store_id = region, store_id
        journal.write("role.changed", user, viewer.user_id, row.client_id, role=row.role)
        sessions.end_all(user.id, Ending.ROLES_CHANGED)


def withdraw(membership: Membership, viewer: Viewer) -> None:
    """What nobody began and no role is left for goes back; what was begun waits for its author."""
    user, membership_id = membership.user, membership.id
    with accounts.change(viewer, user) as viewer:
        row = _find(membership_id)
        rest = [people_queries.value_of(one) for one in people_queries.list_roles(user.id) if one.id != row.id]
        rules.check_withdrawal(viewer, user.id, people_queries.value_of(row), rest)
        if row.role == Role.ADMIN:
            accounts.keep_an_admin(user.id, viewer)
        returned = assignments.withdraw_unbegun(user.id, row.client_id, rest)
        if not rest:
            accounts.close_first_passwords(user.id)
            accounts.close_offers(user.id, row.client_id)
        journal.write("role.withdrawn", user, viewer.user_id, row.client_id, role=row.role, assignments=returned)
        db.session.delete(row)
        sessions.end_all(user.id, Ending.ROLES_CHANGED)


def _find(membership_id: UUID) -> Membership:
    """Inside a unit that holds the person: as it is now."""
    query = select(Membership).where(Membership.id == membership_id)
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise RoleIsGone
    return found


def _check_new(user: User, role: access.Membership) -> None:
    if role in [people_queries.value_of(one) for one in people_queries.list_roles(user.id)]:
        raise RoleIsThere
