"""What a release froze: editions of a wave, one snapshot a store."""

from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from fieldstudy.core import snapshots
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.editions import EditionChange
from fieldstudy.core.figures import Figure
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.extensions import Model, db
from fieldstudy.models.checklists import ChecklistVersion
from fieldstudy.models.columns import At, Frozen, Key
from fieldstudy.models.studies import Store, Wave


class Edition(Model):
    """Edition 1 is made by the release of a wave; a change after that makes edition 2, and says what changed."""

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("wave_id", "number"), db.Index(None, "client_id", "wave_id"))

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    wave_id: Mapped[UUID] = mapped_column(ForeignKey("waves.id"))
    number: Mapped[int]
    released_at: Mapped[At]
    released_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    network: Mapped[NetworkSnapshot | None] = deferred(mapped_column(Frozen(NetworkSnapshot)))
    change: Mapped[EditionChange | None] = mapped_column(Frozen(EditionChange))
    wave: Mapped[Wave] = relationship(lazy="joined", innerjoin=True)


class StoreEdition(Model):
    """The frozen report values of one store; the score stands beside them so that lists need not open them."""

    __tablename__ = "store_editions"
    __table_args__ = (UniqueConstraint("edition_id", "store_id"), db.Index(None, "client_id", "store_id"))

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("editions.id"))
    store_id: Mapped[UUID] = mapped_column(ForeignKey("stores.id"))
    checklist_version_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_versions.id"))
    score: Mapped[Figure] = mapped_column(Frozen(Figure))
    snapshot: Mapped[StoreSnapshot] = deferred(mapped_column(Frozen(StoreSnapshot)))
    sha256: Mapped[str] = mapped_column(String(64))
    edition: Mapped[Edition] = relationship(lazy="joined", innerjoin=True)
    store: Mapped[Store] = relationship(lazy="joined", innerjoin=True)
    checklist_version: Mapped[ChecklistVersion] = relationship()

    @property
    def checklist(self) -> Checklist:
        """As the client knows it, with what only older versions of the wave asked."""
        return self.snapshot.facts.checklist(self.checklist_version.content)

    @property
    def shown(self) -> StoreSnapshot:
        """What a report or a page is drawn from; the frozen bytes, and their hash, stay as they are."""
        return snapshots.store_for_client(self.snapshot, self.checklist_version.content, self.checklist)
