"""Links that set a password, and roles that are offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from fieldstudy.core.access import Role, Viewer
from fieldstudy.core.invitations import Kind, State
from fieldstudy.extensions import db
from fieldstudy.models import Client, Invitation, Job, JobState, User
from fieldstudy.queries import reach

LETTER, RESET_LETTER, NOTICE = "invitation_letter", "reset_letter", "notice"
"""Kinds of jobs: the letters about an account."""


@dataclass(frozen=True)
class PendingLine:
    """A role that is offered and not answered, and how far its letter is; None where no mail is sent. Or one that was
    declined, which is said until there is another.
    """

    invitation: Invitation
    letter: JobState | None

    @property
    def declined_at(self) -> datetime | None:
        return self.invitation.used_at if self.invitation.state == State.DECLINED else None


def find_by_token(token_sha256: str) -> Invitation | None:
    return db.session.scalar(select(Invitation).where(Invitation.token_sha256 == token_sha256))


def get(invitation_id: UUID) -> Invitation:
    return db.session.get_one(Invitation, invitation_id)


def get_user(user_id: UUID) -> User:
    return db.session.get_one(User, user_id)


def get_client(client_id: UUID) -> Client:
    return db.session.get_one(Client, client_id)


def _is_pending() -> ColumnElement[bool]:
    return and_(Invitation.kind == Kind.ROLE, Invitation.state == State.OPEN)


def find_pending(viewer: Viewer, invitation_id: UUID) -> Invitation | None:
    """For whoever looks after the client's people."""
    reachable = reach.of_clients(viewer, Invitation.client_id, Role.COORDINATOR, Role.ADMIN)
    return db.session.scalar(select(Invitation).where(Invitation.id == invitation_id, _is_pending(), reachable))


def find_own(viewer: Viewer, invitation_id: UUID) -> Invitation | None:
    query = select(Invitation).where(Invitation.id == invitation_id, _is_pending(), _is_own(viewer.user_id))
    return db.session.scalar(query)


def list_own(user_id: UUID) -> Sequence[Invitation]:
    """Roles that wait for this person's answer. None for an account that may be anybody's."""
    query = select(Invitation).where(_is_pending(), _is_own(user_id)).order_by(Invitation.id)
    return db.session.scalars(query).all()


def _is_own(user_id: UUID) -> ColumnElement[bool]:
    is_proven = Invitation.user.has(User.proved_at.is_not(None))
    return and_(Invitation.user_id == user_id, is_proven)


def list_pending_for_client(client_id: UUID) -> list[PendingLine]:
    """The newest first."""
    is_shown = or_(_is_pending(), _is_last_word())
    query = select(Invitation).where(Invitation.client_id == client_id, is_shown).order_by(Invitation.id.desc())
    found = db.session.scalars(query).all()
    rows = db.session.execute(_letters(client_id)).all() if found else []
    letters = {str(row[0]): row[1] for row in rows}
    return [PendingLine(one, letters.get(str(one.id))) for one in found]


def _is_last_word() -> ColumnElement[bool]:
    """Declined, and this client offered the person nothing since."""
    later = aliased(Invitation)
    is_same = and_(later.user_id == Invitation.user_id, later.client_id == Invitation.client_id)
    since = select(later.id).where(is_same, later.kind == Kind.ROLE, later.id > Invitation.id)
    return and_(Invitation.kind == Kind.ROLE, Invitation.state == State.DECLINED, ~since.exists())


def _letters(client_id: UUID) -> Select[Any]:
    """The newest last."""
    named = Job.payload["invitation"].as_string()
    return select(named, Job.state).where(Job.client_id == client_id, Job.kind == LETTER).order_by(Job.id)
