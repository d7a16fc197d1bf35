"""Field notes: jottings today; expanded notes and memos will cite them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fieldstudy.extensions import Model, db
from fieldstudy.models import triggers
from fieldstudy.models.columns import At, Instant, Key


class Jotting(Model):
    """Written once. `jotted_at` is the moment in the field, `received_at` when the server had it; `origin_id` is the
    phone's own name for it, so that a jotting that is sent twice is kept once.
    """

    __tablename__ = "jottings"
    __table_args__ = (
        db.Index(None, "client_id", "visit_id", "jotted_at"),
        db.Index(None, "visit_id", "origin_id", unique=True),
    )

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    section: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(Text)
    jotted_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[At]
    origin_id: Mapped[UUID | None]


triggers.refuse(Jotting.__table__, "update")
