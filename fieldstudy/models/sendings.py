"""What is sent before it is anything else: photos in the inbox, and visits that nobody expected."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldstudy.extensions import Model, db
from fieldstudy.models.columns import Instant, Key, OptionalAt


class Medium(Model):
    """A photo that a phone or a page sent, byte by byte; its file lies in the inbox, which nothing serves.

    The phone mints `id`, so it is unique for one person only. A visit that names it takes it in (`visit_id`), at once
    where a page sent it; a worker then makes the clean copies (`photo_id`) or says why it cannot (`refusal`, a key of
    PictureIsRefused).
    """

    __tablename__ = "media"
    __table_args__ = (db.Index(None, "visit_id"), db.Index(None, "received_at"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime] = mapped_column(Instant)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"))
    question: Mapped[str] = mapped_column(String(120), default="")
    taken_at: Mapped[OptionalAt]
    photo_id: Mapped[UUID | None] = mapped_column(ForeignKey("photos.id"))
    refusal: Mapped[str] = mapped_column(String(40), default="")
    erased_at: Mapped[OptionalAt]


class Quarantined(Model):
    """A visit that was sent by somebody who may work in the field, and that cannot be taken in as it is.

    `client_id` and `visit_id` may be of nothing that we know; `reason` is one of core.sealed.Doubt.
    """

    __tablename__ = "quarantined"
    __table_args__ = (
        db.UniqueConstraint("user_id", "visit_id", "revision", "sha256"),
        db.Index(None, "client_id", "resolved_at"),
    )

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("clients.id"))
    visit_id: Mapped[UUID]
    revision: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime] = mapped_column(Instant)
    resolved_at: Mapped[OptionalAt]
    resolution: Mapped[str] = mapped_column(String(40), default="")
