"""Jottings."""

from datetime import datetime
from uuid import UUID

from fieldstudy.core import lifecycle
from fieldstudy.core.answers import TEXT_LIMIT
from fieldstudy.extensions import db
from fieldstudy.models import Jotting, Visit
from fieldstudy.models.columns import new_id
from fieldstudy.services import journal, unit
from fieldstudy.services.visits import VisitIsClosed


class JottingIsEmpty(Exception):
    pass


def jot(visit: Visit, section: str, text: str, jotted_at: datetime, actor: UUID | None) -> Jotting:
    """One timestamped jotting, tied to a touchpoint or (empty section) free. It can never be changed."""
    if not text.strip():
        raise JottingIsEmpty
    with unit.work(visit):
        if visit.state not in lifecycle.WITH_FIELDWORKER:
            raise VisitIsClosed(visit.state)
        jotting = Jotting(
            id=new_id(),
            client_id=visit.client_id,
            visit_id=visit.id,
            section=section,
            text=text.strip()[:TEXT_LIMIT],
            jotted_at=jotted_at,
        )
        db.session.add(jotting)
        journal.write("jotting.written", jotting, actor, visit=str(visit.id))
    return jotting
