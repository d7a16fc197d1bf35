"""Work that is done later. The row is the truth; whoever runs it may die at any moment."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fieldstudy.extensions import Model, db
from fieldstudy.models.columns import At, Instant, Key, OptionalAt, Word


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Job(Model):
    """REFUSED: there was nothing to do, or what it was given is wrong; nobody who runs the program need look at it.

    `lease_until`: until then the worker that holds it may be alive; afterwards anybody takes it up again."""

    __tablename__ = "jobs"
    __table_args__ = (db.Index(None, "state", "due_at"), db.Index(None, "client_id", "kind"))

    id: Mapped[Key]
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("clients.id"))
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[JobState] = mapped_column(Word(JobState), default=JobState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    lease_until: Mapped[OptionalAt]
    due_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[At]
    finished_at: Mapped[OptionalAt]

    @property
    def waits_after_error(self) -> bool:
        """It failed before, and is tried again by itself when it is due."""
        return self.state == JobState.WAITING and bool(self.error)
