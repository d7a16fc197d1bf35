"""Assignments and what came of them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldstudy.core.checklist import Crowding, Method
from fieldstudy.core.drafts import PAGE
from fieldstudy.core.lifecycle import Outcome, State
from fieldstudy.core.moments import Stay
from fieldstudy.core.scoring import Fired
from fieldstudy.extensions import Model, db
from fieldstudy.models.checklists import ChecklistVersion
from fieldstudy.models.columns import At, DecimalText, Frozen, Instant, Key, Long, OptionalAt, Points, Word
from fieldstudy.models.people import Fieldworker
from fieldstudy.models.studies import Store, Study, Wave


class Assignment(Model):
    """Who visits which store, when and how. Covert work waits for a second person (`approved_by`)."""

    __tablename__ = "assignments"
    __table_args__ = (
        db.Index(None, "client_id", "wave_id", "store_id"),
        db.Index(None, "client_id", "fieldworker_id", "window_from"),
    )

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    wave_id: Mapped[UUID] = mapped_column(ForeignKey("waves.id"))
    store_id: Mapped[UUID] = mapped_column(ForeignKey("stores.id"))
    fieldworker_id: Mapped[UUID] = mapped_column(ForeignKey("fieldworkers.id"))
    form_id: Mapped[str] = mapped_column(String(120))
    method: Mapped[Method] = mapped_column(Word(Method))
    state: Mapped[State] = mapped_column(Word(State), default=State.OFFERED)
    window_from: Mapped[date]
    window_to: Mapped[date]
    scenario: Mapped[Long]
    briefing: Mapped[Long]
    gold_role: Mapped[str] = mapped_column(String(40), default="")
    disclosure: Mapped[str] = mapped_column(String(20), default="")
    covert_reason: Mapped[Long]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[OptionalAt]
    created_at: Mapped[At]
    wave: Mapped[Wave] = relationship(lazy="joined", innerjoin=True)
    store: Mapped[Store] = relationship(lazy="joined", innerjoin=True)
    fieldworker: Mapped[Fieldworker] = relationship(lazy="joined", innerjoin=True)
    visits: Mapped[list["Visit"]] = relationship(back_populates="assignment", order_by="Visit.started_at")

    @property
    def timezone(self) -> str:
        return self.store.timezone

    @property
    def staff_notice_on(self) -> date | None:
        return self.wave.study.staff_notice_on


class Visit(Model):
    """`id` is minted by the client at the start; a return opens revision n + 1 of the same visit.

    `entered_at`, `left_at`: when the fieldworker entered the store and left it, as far as somebody noted it;
    `started_at` and `ended_at` are those of the form. `outcome` is empty for a visit that went as it should.
    """

    __tablename__ = "visits"
    __table_args__ = (
        db.Index(None, "client_id", "wave_id", "state", "store_id"),
        db.Index(None, "client_id", "fieldworker_id"),
        db.Index(None, "client_id", "assignment_id"),
    )

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    wave_id: Mapped[UUID] = mapped_column(ForeignKey("waves.id"))
    store_id: Mapped[UUID] = mapped_column(ForeignKey("stores.id"))
    fieldworker_id: Mapped[UUID] = mapped_column(ForeignKey("fieldworkers.id"))
    assignment_id: Mapped[UUID | None] = mapped_column(ForeignKey("assignments.id"))
    checklist_version_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_versions.id"))
    method: Mapped[Method] = mapped_column(Word(Method))
    gold_role: Mapped[str] = mapped_column(String(40), default="")
    disclosure: Mapped[str] = mapped_column(String(20), default="")
    state: Mapped[State] = mapped_column(Word(State))
    state_reason: Mapped[Long]
    revision: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[OptionalAt]
    received_at: Mapped[OptionalAt]
    entered_at: Mapped[OptionalAt]
    left_at: Mapped[OptionalAt]
    outcome: Mapped[Outcome | None] = mapped_column(Word(Outcome))
    wave: Mapped[Wave] = relationship(lazy="joined", innerjoin=True)
    store: Mapped[Store] = relationship(lazy="joined", innerjoin=True)
    fieldworker: Mapped[Fieldworker] = relationship(lazy="joined", innerjoin=True)
    assignment: Mapped[Assignment | None] = relationship(back_populates="visits")
    checklist_version: Mapped[ChecklistVersion] = relationship()

    @property
    def study(self) -> Study:
        return self.wave.study

    @property
    def stay(self) -> Stay:
        return Stay(self.entered_at, self.left_at)


class Draft(Model):
    """What one device holds of a visit, as typed; saved over and over by that device alone, never judged.

    `content` is all but the answers, in the phone's own words: notes, stamps, times, timers, which photos lie there.
    `device` is an id that the browser minted, or one of the two words in core.drafts; `stamp` as there.
    """

    __tablename__ = "drafts"

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    device: Mapped[str] = mapped_column(String(40), primary_key=True, default=PAGE)
    revision: Mapped[int]
    stamp: Mapped[int] = mapped_column(BigInteger, default=0)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    raw: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(Instant)


class Submission(Model):
    """One accepted sending. The pair (visit, revision) is unique in the database: what was sent arrived once.

    `clock_offset_seconds`: how far ahead the phone's clock was when it sent; unknown without a phone.
    """

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("visit_id", "revision"), db.Index(None, "client_id", "visit_id"))

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    revision: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(Instant)
    clock_offset_seconds: Mapped[int | None]


class Conflict(Model):
    """Another content that came under the key of a submission: kept beside it until a person chooses.

    Choosing exchanges the two contents, so that nothing is ever dropped.
    """

    __tablename__ = "conflicts"
    __table_args__ = (UniqueConstraint("visit_id", "revision", "sha256"), db.Index(None, "client_id", "visit_id"))

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    revision: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(Instant)
    resolved_at: Mapped[OptionalAt]


class AnswerRow(Model):
    """An answer of one revision; `value` as core.answers writes it, `given_at` by the phone's clock, set right."""

    __tablename__ = "answers"

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(String(120), primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    value: Mapped[str] = mapped_column(Text, default="")
    is_na: Mapped[bool] = mapped_column(default=False)
    comment: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[OptionalAt]


class EncounterRow(Model):
    __tablename__ = "encounters"

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    section: Mapped[str] = mapped_column(String(120), primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    feeling: Mapped[int | None]
    arousal: Mapped[int | None]
    met_at: Mapped[str] = mapped_column(String(5), default="")
    crowding: Mapped[Crowding | None] = mapped_column(Word(Crowding))


class ScoreRow(Model):
    """The score of the current revision; a stored score keeps the version it was computed with."""

    __tablename__ = "scores"

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    checklist_version_id: Mapped[UUID] = mapped_column(ForeignKey("checklist_versions.id"))
    revision: Mapped[int]
    earned: Mapped[Decimal] = mapped_column(Points)
    possible: Mapped[Decimal] = mapped_column(Points)
    raw: Mapped[Decimal | None] = mapped_column(DecimalText)
    final: Mapped[Decimal | None] = mapped_column(DecimalText)
    fired: Mapped[tuple[Fired, ...]] = mapped_column(Frozen(tuple[Fired, ...]))


class SectionScoreRow(Model):
    __tablename__ = "section_scores"

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    section: Mapped[str] = mapped_column(String(120), primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    earned: Mapped[Decimal] = mapped_column(Points)
    possible: Mapped[Decimal] = mapped_column(Points)
    weight: Mapped[Decimal] = mapped_column(Points)
    na_count: Mapped[int]
    is_zeroed: Mapped[bool]


class Photo(Model):
    """A picture, re-encoded; the files lie in the data folder under their hash. `medium_id`: as the phone knows it.

    `erased_at`: its files are gone; that there was a photo stays. `is_one_colour`: false also of photos
    from before this was looked at.
    """

    __tablename__ = "photos"
    __table_args__ = (
        db.Index(None, "client_id", "visit_id", "question"),
        db.Index(None, "visit_id", "medium_id", unique=True),
    )

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    question: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    received_sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    is_one_colour: Mapped[bool] = mapped_column(default=False, server_default=false())
    taken_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[OptionalAt]
    erased_at: Mapped[OptionalAt]
    medium_id: Mapped[UUID | None]


class ReturnReason(Model):
    """Why a revision was sent back; an empty question is about the visit as a whole."""

    __tablename__ = "return_reasons"
    __table_args__ = (db.Index(None, "client_id", "visit_id", "revision"),)

    id: Mapped[Key]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    revision: Mapped[int]
    question: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(Text)
