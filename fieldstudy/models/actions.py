"""What a store does about what it read, and the papers that were rendered for it."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldstudy.core.checklist import ExPro
from fieldstudy.extensions import Model, db
from fieldstudy.models.columns import At, Key, Long, Word
from fieldstudy.models.studies import Store, Wave


class Action(Model):
    """About one question, or (empty question) one touchpoint of the wave whose report it answers."""

    __tablename__ = "actions"
    __table_args__ = (db.Index(None, "client_id", "wave_id", "store_id"),)

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    wave_id: Mapped[UUID] = mapped_column(ForeignKey("waves.id"))
    store_id: Mapped[UUID] = mapped_column(ForeignKey("stores.id"))
    section: Mapped[str] = mapped_column(String(120))
    question: Mapped[str] = mapped_column(String(120), default="")
    lever: Mapped[ExPro | None] = mapped_column(Word(ExPro))
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(300), default="")
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    result: Mapped[Long]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[At]
    wave: Mapped[Wave] = relationship(lazy="joined", innerjoin=True)
    store: Mapped[Store] = relationship(lazy="joined", innerjoin=True)


class Paper(Model):
    """A rendered PDF of an edition: of one store, or (without one) of the network; the file lies under its hash.

    `ingredients` is the hash of what it shows beside the frozen figures: colour, logo, actions, photos that are there.
    """

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("edition_id", "store_edition_id", "language"), db.Index(None, "client_id"))

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id"))
    store_edition_id: Mapped[UUID | None] = mapped_column(ForeignKey("store_editions.id"))
    language: Mapped[str] = mapped_column(String(8))
    ingredients: Mapped[str] = mapped_column(String(64), default="", server_default="")
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    rendered_at: Mapped[At]
