"""Letters that tell somebody what happened to their account. They hold no link that opens anything."""

from enum import StrEnum
from typing import Any

from fieldstudy.core.factors import Change
from fieldstudy.models import User
from fieldstudy.queries.invitations import NOTICE
from fieldstudy.services import jobs, mail


class Notice(StrEnum):
    PASSWORD = "password"  # noqa: S105 the name of a notice
    ROLE = "role"
    FACTORS = "factors"


def password_changed(user: User) -> None:
    """Inside a unit, as the others."""
    _tell(user, Notice.PASSWORD)


def role_given(user: User, membership: Any) -> None:
    client = str(membership.client_id) if membership.client_id else None
    _tell(user, Notice.ROLE, client=client, role=membership.role)


def factors_changed(user: User, change: Change) -> None:
    _tell(user, Notice.FACTORS, change=change)


def _tell(user: User, notice: Notice, **facts: str | None) -> None:
    if mail.is_possible() and user.is_active:
        jobs.add(NOTICE, {"user": str(user.id), "notice": notice, **facts})
