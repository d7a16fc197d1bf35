"""Clients, their studies, the waves of a study and the stores."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldstudy.core import stance
from fieldstudy.core.checklist import Method
from fieldstudy.extensions import Model, db
from fieldstudy.models.columns import At, Code, DecimalText, Key, Long, Name, OptionalAt, Words


class Client(Model):
    """`accent` (#rrggbb) and `logo_sha256` are for its reports and its managers' pages; empty: the house's own."""

    __tablename__ = "clients"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(300), unique=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    accent: Mapped[str] = mapped_column(String(7), default="", server_default="")
    logo_sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
    created_at: Mapped[At]


class Study(Model):
    """`staff_notice_on`: when staff were told that visits may happen; without it no visit starts.

    `jotting_methods`: the methods whose jottings the client reads; None leaves it to the house (core.stance).
    """

    __tablename__ = "studies"
    __table_args__ = (db.Index(None, "client_id", "slug"),)

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[Name]
    purpose: Mapped[Long]
    staff_notice: Mapped[Long]
    staff_notice_on: Mapped[date | None]
    jotting_methods: Mapped[tuple[Method, ...] | None] = mapped_column(Words(Method))
    created_at: Mapped[At]
    client: Mapped[Client] = relationship(lazy="joined", innerjoin=True)

    def shares_jottings_of(self, method: Method) -> bool:
        """Does the client read what fieldworkers jot down on visits by this method?"""
        return stance.jottings_reach_client(self.jotting_methods, method)


class Wave(Model):
    __tablename__ = "waves"
    __table_args__ = (UniqueConstraint("study_id", "name"), db.Index(None, "client_id", "study_id", "starts_on"))

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    study_id: Mapped[UUID] = mapped_column(ForeignKey("studies.id"))
    name: Mapped[Name]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    released_at: Mapped[OptionalAt]
    created_at: Mapped[At]
    study: Mapped[Study] = relationship(lazy="joined", innerjoin=True)


class Store(Model):
    """A point of sale, branch, call centre, site or help desk of one client."""

    __tablename__ = "stores"
    __table_args__ = (UniqueConstraint("client_id", "code"), db.Index(None, "client_id", "region"))

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    code: Mapped[Code]
    name: Mapped[Name]
    city: Mapped[str] = mapped_column(String(120), default="")
    region: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    latitude: Mapped[Decimal | None] = mapped_column(DecimalText)
    longitude: Mapped[Decimal | None] = mapped_column(DecimalText)
    timezone: Mapped[str] = mapped_column(String(60), default="Europe/Rome")
    created_at: Mapped[At]


class Reference(Model):
    """A picture that shows the fieldworkers of a wave how something should look; the files lie under their hash."""

    __tablename__ = "reference_pictures"
    __table_args__ = (db.Index(None, "client_id", "wave_id"),)

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    wave_id: Mapped[UUID] = mapped_column(ForeignKey("waves.id"))
    caption: Mapped[Name]
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    created_at: Mapped[At]
    removed_at: Mapped[OptionalAt]
