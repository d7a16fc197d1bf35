"""Who is signed in, and where."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldstudy.extensions import Model
from fieldstudy.models.columns import At, Instant, Key
from fieldstudy.models.people import User

ENDING = "ending"


class Session(Model):
    """One person in one browser. The cookie holds a secret; only its hash is kept. The row of a session that was ended
    from elsewhere stays for some days, so that its browser can be told why; signing out takes it away at once.

    `data`: what waits to be said on the next page, and which device the pages without script of this browser are; of
    a session that was ended, why.
    """

    __tablename__ = "sessions"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[At]
    last_seen_at: Mapped[At]
    ends_at: Mapped[datetime] = mapped_column(Instant, index=True)
    browser: Mapped[str] = mapped_column(String(60), default="")
    system: Mapped[str] = mapped_column(String(60), default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    user: Mapped[User] = relationship()
