"""People who sign in, what they may do, and the pseudonyms under which they work in the field."""

from uuid import UUID

from flask_login import UserMixin
from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldstudy.core.access import Role
from fieldstudy.core.invitations import Kind, State
from fieldstudy.extensions import Model
from fieldstudy.models.columns import At, Code, Key, Name, OptionalAt, Word
from fieldstudy.models.studies import Client, Store


class User(UserMixin, Model):
    """`proved_at`: its address has answered a mail. Until then the account is bound to `home_client_id`.

    `erased_at`: nothing but the id is left, for the lines and rows that name it.

    `factor_asked_at`: since when a second factor is asked for; nobody's time runs out before the first sign-in.
    """

    __tablename__ = "users"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[Name] = mapped_column(String(300), default="")
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str] = mapped_column(String(8), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[At]
    proved_at: Mapped[OptionalAt]
    home_client_id: Mapped[UUID | None] = mapped_column(ForeignKey("clients.id"))
    erased_at: Mapped[OptionalAt]
    factor_asked_at: Mapped[OptionalAt]
    memberships: Mapped[list["Membership"]] = relationship(back_populates="user", lazy="selectin")


class Membership(Model):
    """A role at a client; without a client, at every client of the installation."""

    __tablename__ = "memberships"

    id: Mapped[Key]
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("clients.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    region: Mapped[str | None] = mapped_column(String(120))
    store_id: Mapped[UUID | None] = mapped_column(ForeignKey("stores.id"))
    user: Mapped[User] = relationship(back_populates="memberships")


class Invitation(Model):
    """A link, used once, to set a password or to take a role; only the hash of its token is kept.

    `used_at`: the link opens nothing any more; the role that it offers may still be `state` open.
    `is_proof`: the link goes to the address alone, or comes from the command line, so that its use proves the address.
    """

    __tablename__ = "invitations"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[Kind] = mapped_column(Word(Kind), default=Kind.PASSWORD)
    state: Mapped[State] = mapped_column(Word(State), default=State.OPEN)
    is_proof: Mapped[bool] = mapped_column(default=False)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[At]
    expires_at: Mapped[At]
    sent_at: Mapped[OptionalAt]
    used_at: Mapped[OptionalAt]
    inviter_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("clients.id"), index=True)
    role: Mapped[Role | None] = mapped_column(Word(Role))
    region: Mapped[str | None] = mapped_column(String(120))
    store_id: Mapped[UUID | None] = mapped_column(ForeignKey("stores.id"))
    name: Mapped[str] = mapped_column(String(300), default="")
    """As whoever invites knows the person: how others know them is not theirs to read."""
    user: Mapped[User] = relationship(foreign_keys=user_id)
    inviter: Mapped[User | None] = relationship(foreign_keys=inviter_id)
    client: Mapped[Client | None] = relationship()
    store: Mapped[Store | None] = relationship()


class Fieldworker(Model):
    """A shopper or observer as one client knows them: a code, never a name. Without a user: cannot sign in."""

    __tablename__ = "fieldworkers"
    __table_args__ = (UniqueConstraint("client_id", "code"), UniqueConstraint("client_id", "user_id"))

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    code: Mapped[Code]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[At]
    user: Mapped[User | None] = relationship()
