"""Accounts and clients of the whole installation, for whoever runs it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select

from fieldstudy.core import access
from fieldstudy.core.access import Role, Viewer
from fieldstudy.extensions import db
from fieldstudy.models import Client, JournalLine, Membership, Store, Study, User


class AccountState(StrEnum):
    ACTIVE = "active"
    INVITED = "invited"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True)
class AccountLine:
    id: UUID
    email: str
    name: str
    state: AccountState
    roles: tuple[access.Membership, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Where a search looks."""
        return self.name, self.email


@dataclass(frozen=True)
class ClientLine:
    """`people`: with a role at this client alone or among others; who has one everywhere is in none of these counts."""

    client: Client
    people: int
    studies: int


def is_shut_by_admin(user: User) -> bool:
    """Deactivated, and by an administrator, as the journal says."""
    is_own = (JournalLine.subject_id == user.id) & JournalLine.client_id.is_(None)
    lines = select(JournalLine.details).where(is_own, JournalLine.verb == "user.deactivated")
    last = db.session.scalar(lines.order_by(JournalLine.at.desc()).limit(1))
    return not user.is_active and bool(last and last.get("by_admin"))


def find_account(viewer: Viewer, user_id: UUID) -> User | None:
    """One that was erased is nobody's."""
    found = db.session.get(User, user_id) if viewer.has(Role.ADMIN) else None
    return found if found is not None and found.erased_at is None else None


def list_accounts() -> list[AccountLine]:
    """Columns and no rows: there may be thousands."""
    roles: dict[UUID, list[access.Membership]] = defaultdict(list)
    columns = (Membership.user_id, Membership.role, Membership.client_id, Membership.region, Membership.store_id)
    for user_id, role, client_id, region, store_id in db.session.execute(select(*columns).order_by(Membership.id)):
        roles[user_id].append(access.Membership(role, client_id, region, store_id))
    columns_of = (User.id, User.email, User.name, User.is_active, User.password_hash != "")
    query = select(*columns_of).where(User.erased_at.is_(None))
    return [
        AccountLine(id, email, name, _state(is_active, has_password), tuple(roles[id]))
        for id, email, name, is_active, has_password in db.session.execute(query)
    ]


def _state(is_active: bool, has_password: bool) -> AccountState:
    if not is_active:
        return AccountState.DEACTIVATED
    return AccountState.ACTIVE if has_password else AccountState.INVITED


def count_active() -> int:
    return db.session.scalar(select(func.count()).select_from(User).where(User.is_active)) or 0


def count_clients() -> int:
    return db.session.scalar(select(func.count()).select_from(Client)) or 0


def list_clients() -> Sequence[ClientLine]:
    people = select(func.count(Membership.user_id.distinct())).where(Membership.client_id == Client.id)
    studies = select(func.count(Study.id)).where(Study.client_id == Client.id)
    query = select(Client, people.scalar_subquery(), studies.scalar_subquery()).order_by(Client.name)
    return [ClientLine(*row) for row in db.session.execute(query)]


def stores_of(user: User) -> dict[UUID, Store]:
    """Those that single roles of this person name, by id."""
    query = select(Store).join(Membership, Membership.store_id == Store.id).where(Membership.user_id == user.id)
    return {store.id: store for store in db.session.scalars(query)}
