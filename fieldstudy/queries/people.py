"""People who sign in, invitations and field codes."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from fieldstudy.core.access import FIELDWORKERS, Role, Viewer
from fieldstudy.extensions import db
from fieldstudy.models import Client, Fieldworker, Invitation, Membership, User
from fieldstudy.queries import reach


def find_user(user_id: UUID) -> User | None:
    """With all roles, in one query: every request asks."""
    return db.session.get(User, user_id, options=[joinedload(User.memberships)])


def find_user_by_email(email: str) -> User | None:
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def find_invitation(token_sha256: str) -> Invitation | None:
    return db.session.scalar(select(Invitation).where(Invitation.token_sha256 == token_sha256))


def find_client(viewer: Viewer, client_id: UUID) -> Client | None:
    """For whoever looks after its people: its coordinators and the administrators."""
    reachable = reach.of_clients(viewer, Client.id, Role.COORDINATOR, Role.ADMIN)
    return db.session.scalar(select(Client).where(Client.id == client_id, reachable))


def find_membership(viewer: Viewer, membership_id: UUID) -> Membership | None:
    """A role at one client, for whoever looks after its people."""
    reachable = reach.of_clients(viewer, Membership.client_id, Role.COORDINATOR, Role.ADMIN)
    return db.session.scalar(select(Membership).where(Membership.id == membership_id, reachable))


def list_fieldworkers_for_client(client_id: UUID) -> Sequence[User]:
    """People who may be sent to this client's stores, by name."""
    return _members(client_id, *FIELDWORKERS)


def list_members_for_client(client_id: UUID) -> Sequence[Membership]:
    query = (
        select(Membership)
        .join(Membership.user)
        .where(or_(Membership.client_id == client_id, Membership.client_id.is_(None)))
        .options(contains_eager(Membership.user).selectinload(User.memberships))
        .order_by(User.name, User.id, Membership.role)
    )
    return db.session.scalars(query).all()


def _members(client_id: UUID, *roles: Role) -> Sequence[User]:
    query = (
        select(User)
        .join(User.memberships)
        .where(
            Membership.role.in_(roles),
            or_(Membership.client_id == client_id, Membership.client_id.is_(None)),
            User.is_active,
        )
        .order_by(User.name)
        .distinct()
    )
    return db.session.scalars(query).all()


def list_demo_users() -> Sequence[User]:
    """Accounts of the demo client, for signing in with one tap."""
    demo = select(Client.id).where(Client.is_demo)
    query = select(User).where(User.email.like("%@demo.fieldstudy.example")).where(demo.exists()).order_by(User.id)
    return db.session.scalars(query).all()


def find_code(client_id: UUID, user_id: UUID) -> str | None:
    query = select(Fieldworker.code).where(Fieldworker.client_id == client_id, Fieldworker.user_id == user_id)
    return db.session.scalar(query)
