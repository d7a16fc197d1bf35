"""The append-only record: every service writes one line in its own transaction."""

from typing import Any
from uuid import UUID

from fieldstudy.models import JournalLine
from fieldstudy.models.columns import now
from fieldstudy.services import unit


def write(verb: str, subject: Any, actor: UUID | None, client_id: UUID | None = None, **details: Any) -> None:
    """`subject` is a row, or the class of a table where the act was about many."""
    line = {
        "client_id": client_id or (None if isinstance(subject, type) else getattr(subject, "client_id", None)),
        "at": now(),
        "actor_id": actor,
        "verb": verb,
        "subject": subject.__tablename__,
        "subject_id": None if isinstance(subject, type) else subject.id,
        "details": details,
    }
    unit.insert_last(JournalLine, line)
