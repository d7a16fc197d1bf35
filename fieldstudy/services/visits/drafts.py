"""What was typed so far: kept as it was typed, never judged, never a conflict."""

from datetime import datetime

from sqlalchemy import delete

from fieldstudy.core import lifecycle
from fieldstudy.core.answers import Raw
from fieldstudy.extensions import db
from fieldstudy.models import Draft, Visit
from fieldstudy.models.columns import now
from fieldstudy.services import unit
from fieldstudy.services.visits.moving import VisitIsClosed


def save_draft(visit: Visit, raw: Raw, at: datetime | None = None) -> datetime:
    """The last word wins."""
    at = at or now()
    with unit.work(visit):
        if visit.state not in lifecycle.WITH_FIELDWORKER:
            raise VisitIsClosed(visit.state)
        keep(visit, raw, at)
    return at


def keep(visit: Visit, raw: Raw, at: datetime) -> None:
    """Inside a unit."""
    draft = db.session.get(Draft, visit.id)
    if draft is None:
        draft = Draft(visit_id=visit.id, client_id=visit.client_id)
        db.session.add(draft)
    draft.raw, draft.saved_at = {name: list(values) for name, values in raw.items()}, at


def drop(visit: Visit) -> None:
    """Inside a unit: what it held has been received."""
    held = delete(Draft).where(Draft.visit_id == visit.id)
    db.session.execute(held, execution_options={"synchronize_session": "evaluate"})
