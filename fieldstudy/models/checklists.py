"""Published versions of a checklist. Frozen: a changed file makes a new version, and visits keep theirs."""

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from fieldstudy.core.checklist import Checklist
from fieldstudy.extensions import Model, db
from fieldstudy.models.columns import At, Frozen, Key
from fieldstudy.models.studies import Study


class ChecklistVersion(Model):
    """`source` is the file as it came: unknown columns are in it, and it is what a download gives back.

    `published_at` is the last time: of the versions of a form, the one that was published last is in force.
    `notes` are what the import left out or filled in (exchange.problems); None: it came in before they were kept.
    """

    __tablename__ = "checklist_versions"
    __table_args__ = (
        UniqueConstraint("study_id", "form_id", "number"),
        UniqueConstraint("study_id", "form_id", "sha256"),
        db.Index(None, "client_id", "study_id"),
    )

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    study_id: Mapped[UUID] = mapped_column(ForeignKey("studies.id"))
    form_id: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[Checklist] = mapped_column(Frozen(Checklist, is_shared=True))
    source_name: Mapped[str] = mapped_column(String(300))
    source: Mapped[bytes] = deferred(mapped_column(db.LargeBinary))
    notes: Mapped[list[Any] | None] = deferred(mapped_column(JSON(none_as_null=True)))
    published_at: Mapped[At]
    study: Mapped[Study] = relationship()
