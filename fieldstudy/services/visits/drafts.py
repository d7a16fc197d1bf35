"""What was typed so far: kept as it was typed, device by device; never judged, never a conflict."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete

from fieldstudy.core import drafts as rules
from fieldstudy.core import lifecycle, moments
from fieldstudy.core.answers import Raw
from fieldstudy.core.drafts import PAGE, Said, Text
from fieldstudy.core.sealed import SealedJotting
from fieldstudy.extensions import db
from fieldstudy.models import Draft, Visit
from fieldstudy.models.columns import now
from fieldstudy.queries.visits import list_drafts, list_jottings
from fieldstudy.services import unit
from fieldstudy.services.visits.moving import VisitIsClosed

DEVICES = 50
"""More than anybody fills one visit on; whoever comes after them is kept on its own device alone."""


def save_draft(visit: Visit, raw: Raw, at: datetime | None = None, seen: Mapping[str, int] | None = None) -> datetime:
    """From a page, where the last word wins. `seen`: what of other devices the page showed."""
    at = at or now()
    with unit.work(visit):
        if visit.state not in lifecycle.WITH_FIELDWORKER:
            raise VisitIsClosed(visit.state)
        keep(visit, raw, at, content=of_page(visit, raw, seen))
    return at


def of_page(visit: Visit, raw: Raw, seen: Mapping[str, int] | None) -> dict[str, Any]:
    """What a page holds beside its answers, in a phone's words: what it showed, and entry and exit if it asks them."""
    content: dict[str, Any] = {"seen": dict(seen or {})}
    if any(name in raw for name in moments.FIELDS):
        stay, _ = moments.read_stay(raw, ZoneInfo(visit.store.timezone))
        times = {moments.ENTERED: stay.entered_at, moments.LEFT: stay.left_at}
        content |= {name: at and at.isoformat() for name, at in times.items()}
    return content


def running_timers(visit: Visit, raw: Raw) -> frozenset[str]:
    """Questions that have no answer yet, although the page may show one."""
    return rules.running([draft for draft in list_drafts(visit) if draft.revision == visit.revision], raw)


def keep(
    visit: Visit,
    raw: Raw,
    at: datetime,
    device: str = PAGE,
    stamp: int | None = None,
    content: Mapping[str, Any] | None = None,
) -> bool:
    """Inside a unit. Never takes the place of what another device holds, nor of something newer of the same one.

    `stamp`: as the device counts; without one the server counts for it, so that no two contents ever share one.
    """
    held = {draft.device: draft for draft in list_drafts(visit)}
    draft = held.get(device)
    if stamp is None:
        stamp = max(round(at.timestamp() * 1000), draft.stamp + 1 if draft else 0)
    if draft is None:
        if len(held) >= DEVICES:
            return False
        draft = Draft(visit_id=visit.id, client_id=visit.client_id, device=device)
        db.session.add(draft)
    elif (draft.revision, draft.stamp) > (visit.revision, stamp):
        return True
    elif (draft.revision, draft.stamp) == (visit.revision, stamp):
        content = rules.kept_again(draft, raw, content or {})
    draft.raw, draft.saved_at = {name: list(values) for name, values in raw.items()}, at
    draft.revision, draft.stamp, draft.content = visit.revision, stamp, dict(content or {})
    return True


def drop(visit: Visit, raw: Raw, notes: Sequence[SealedJotting], device: str = PAGE) -> None:
    """Inside a unit: what `device` held has been received with `notes`, and what came back before. Other answers and
    other notes than those that were received stay under their device: whoever gave them may still want them.
    """
    known: list[Text | SealedJotting] = [*notes, *(Text(row.section, row.text) for row in list_jottings(visit))]

    def has_arrived(draft: Draft) -> bool:
        return not rules.compare(Said(draft.raw), Said(raw)).all and rules.is_told(draft, known)

    drafts = list_drafts(visit)
    gone = [draft.device for draft in drafts if draft.device in (device, rules.SENT) or has_arrived(draft)]
    if gone:
        held = delete(Draft).where(Draft.visit_id == visit.id, Draft.device.in_(gone))
        db.session.execute(held, execution_options={"synchronize_session": "fetch"})
