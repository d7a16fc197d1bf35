"""The append-only record of who did what; the database itself refuses to change or delete a line."""

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldstudy.extensions import Model, db
from fieldstudy.models import triggers
from fieldstudy.models.columns import At, Key


class JournalLine(Model):
    __tablename__ = "journal"
    __table_args__ = (db.Index(None, "client_id", "subject_id", "at"), db.Index(None, "client_id", "at"))

    id: Mapped[Key]
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("clients.id"))
    at: Mapped[At]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    verb: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


triggers.refuse(JournalLine.__table__, "update", "delete")
