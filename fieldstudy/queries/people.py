"""People who sign in, and field codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from uuid import UUID

from flask_login import UserMixin
from sqlalchemy import exists, func, or_, select

from fieldstudy.core import access
from fieldstudy.core.access import FIELDWORKERS, Role, Viewer
from fieldstudy.core.invitations import Account
from fieldstudy.extensions import db
from fieldstudy.models import Client, Fieldworker, Membership, User, Visit
from fieldstudy.queries import reach


@dataclass(frozen=True)
class Person(UserMixin):
    """Who is signed in, with all roles."""

    id: UUID
    email: str
    name: str
    locale: str
    memberships: tuple[access.Membership, ...]


class Standing(StrEnum):
    """What somebody is to a client now."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"
    FORMER = "former"
    """Worked in its field, and has no role any more."""


@dataclass(frozen=True)
class PersonLine:
    """Somebody as a client knows them: by the code of the field, by an account with its roles there, or by both."""

    code: str
    user: User | None = None
    memberships: tuple[Membership, ...] = ()
    visits: int = 0
    """Of whoever has no account."""

    @property
    def name(self) -> str:
        return (self.user.name or self.user.email) if self.user else self.code

    @property
    def standing(self) -> Standing:
        if self.user is None or (self.user.is_active and self.memberships):
            return Standing.ACTIVE
        return Standing.FORMER if self.user.is_active else Standing.DEACTIVATED

    @property
    def texts(self) -> tuple[str, ...]:
        """Where a search looks."""
        return (self.code, self.user.name, self.user.email) if self.user else (self.code,)


def find_user(user_id: UUID) -> User | None:
    return db.session.get(User, user_id)


def get_user(user_id: UUID) -> User:
    return db.session.get_one(User, user_id)


def find_user_by_email(email: str) -> User | None:
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def find_active_id(email: str) -> UUID | None:
    """The id alone: reading a whole person takes longer than finding nobody."""
    return db.session.scalar(select(User.id).where(User.email == email.strip().lower(), User.is_active))


def account_of(user: User) -> Account:
    """What the rules of invitations ask of somebody."""
    held = tuple(access.Membership(m.role, m.client_id, m.region, m.store_id) for m in user.memberships)
    return Account(user.proved_at is not None, user.home_client_id, held, bool(user.password_hash))


def find_client(viewer: Viewer, client_id: UUID) -> Client | None:
    """For whoever looks after its people: its coordinators and the administrators."""
    reachable = reach.of_clients(viewer, Client.id, Role.COORDINATOR, Role.ADMIN)
    return db.session.scalar(select(Client).where(Client.id == client_id, reachable))


def find_membership(viewer: Viewer, membership_id: UUID) -> Membership | None:
    """A role at one client, for whoever looks after its people."""
    reachable = reach.of_clients(viewer, Membership.client_id, Role.COORDINATOR, Role.ADMIN)
    return db.session.scalar(select(Membership).where(Membership.id == membership_id, reachable))


def find_person(viewer: Viewer, user_id: UUID) -> User | None:
    """Whoever has a role, or a code of the field, at a client whose people the viewer looks after."""
    reachable = partial(reach.of_clients, viewer)
    roles = (Role.COORDINATOR, Role.ADMIN)
    has_role = User.memberships.any(or_(Membership.client_id.is_(None), reachable(Membership.client_id, *roles)))
    has_code = exists().where(Fieldworker.user_id == User.id, reachable(Fieldworker.client_id, *roles))
    return db.session.scalar(select(User).where(User.id == user_id, or_(has_role, has_code)))


def list_roles(user_id: UUID) -> Sequence[Membership]:
    """As they are now."""
    query = select(Membership).where(Membership.user_id == user_id).order_by(Membership.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def value_of(membership: Membership) -> access.Membership:
    return access.Membership(membership.role, membership.client_id, membership.region, membership.store_id)


def has_role_at(client_id: UUID | None, user: User) -> bool:
    """Now, and at this client by itself."""
    return any(one.client_id == client_id for one in list_roles(user.id))


def works_for(client_id: UUID | None, user: User) -> bool:
    """Has a role at this client, or worked in its field."""
    return has_role_at(client_id, user) or find_code(client_id, user.id) is not None


def is_known_at(client_id: UUID, user: User) -> bool:
    """As the list of its people shows them: at every client, at this one, or by a code of its field."""
    return any(one.client_id is None for one in list_roles(user.id)) or works_for(client_id, user)


def find_code(client_id: UUID | None, user_id: UUID) -> str | None:
    """Under which this client knows somebody."""
    query = select(Fieldworker.code).where(Fieldworker.client_id == client_id, Fieldworker.user_id == user_id)
    return db.session.scalar(query)


def list_fieldworkers_for_client(client_id: UUID) -> Sequence[User]:
    """People who may be sent to this client's stores, by name."""
    return _members(client_id, *FIELDWORKERS)


def roles_at(client_id: UUID, user: User) -> frozenset[Role]:
    """Somebody may hold the same role at several clients, or at one and at all of them."""
    return frozenset(one.role for one in user.memberships if one.client_id in (None, client_id))


def list_people_for_client(client_id: UUID) -> list[PersonLine]:
    """Whoever has a role there or worked in its field, and whoever is known by a code only, as files name them."""
    codes = (
        select(Fieldworker.user_id, Fieldworker.code, func.count(Visit.id))
        .outerjoin(Visit, Visit.fieldworker_id == Fieldworker.id)
        .where(Fieldworker.client_id == client_id)
        .group_by(Fieldworker.id, Fieldworker.user_id, Fieldworker.code)
    )
    rows = db.session.execute(codes).all()
    code_of = {user_id: code for user_id, code, _ in rows}
    known = _list_known(client_id)
    found = [PersonLine(code_of.get(user.id, ""), user, _held(user, client_id)) for user in known]
    return found + [PersonLine(code, visits=visits) for user_id, code, visits in rows if user_id is None]


def _held(user: User, client_id: UUID) -> tuple[Membership, ...]:
    own = [one for one in user.memberships if one.client_id in (None, client_id)]
    return tuple(sorted(own, key=lambda one: one.role))


def _list_known(client_id: UUID) -> Sequence[User]:
    """With all their roles, which come by themselves."""
    is_here = or_(Membership.client_id == client_id, Membership.client_id.is_(None))
    was_here = exists().where(Fieldworker.user_id == User.id, Fieldworker.client_id == client_id)
    query = select(User).where(or_(User.memberships.any(is_here), was_here)).order_by(User.name, User.id)
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
    """Accounts of the demo client that have a role, for signing in with one tap."""
    demo = select(Client.id).where(Client.is_demo)
    query = select(User).where(
        User.email.like("%@demo.fieldstudy.example"), User.is_active, User.memberships.any(), demo.exists()
    )
    return db.session.scalars(query.order_by(User.id)).all()
