"""What was typed so far: kept as it was typed, device by device; never judged, never a conflict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from fieldstudy.core import draft_times, lifecycle, moments
from fieldstudy.core import drafts as rules
from fieldstudy.core.answers import Raw
from fieldstudy.core.drafts import PAGE, Said
from fieldstudy.core.moments import Stay
from fieldstudy.core.sealed import SealedJotting
from fieldstudy.extensions import db
from fieldstudy.models import Draft, Visit
from fieldstudy.models.columns import now
from fieldstudy.queries.visits import find_submission, list_drafts, list_jottings
from fieldstudy.services import unit
from fieldstudy.services.visits.judging import stay_of
from fieldstudy.services.visits.moving import VisitIsClosed

DEVICES = 50
"""More than anybody fills one visit on: a phone that comes after them is kept on itself alone. A page is not refused,
but what it hides is laid aside in its own draft then.
"""


@dataclass(frozen=True)
class Leaf:
    """What a page says of itself: of which device it is, which drafts it showed (None: it did not say), whether it
    showed another draft than its own, so that saving it is a choice, and which entry and exit stood in its fields.
    """

    device: str = PAGE
    seen: Mapping[str, int] | None = None
    is_choice: bool = False
    stay: Stay = field(default_factory=Stay)


def save_draft(visit: Visit, raw: Raw, at: datetime | None = None, leaf: Leaf | None = None) -> str:
    """From a page. Returns the device that holds it."""
    with unit.work(visit):
        if visit.state not in lifecycle.WITH_FIELDWORKER:
            raise VisitIsClosed(visit.state)
        return keep_page(visit, raw, at or now(), leaf or Leaf())


def keep_page(visit: Visit, raw: Raw, at: datetime, leaf: Leaf) -> str:
    """Inside a unit. A page that has not seen what its device saved last becomes a device of its own, and both stay.
    Returns the device.
    """
    current = _current(visit)
    is_old = leaf.seen is not None and rules.hides(leaf.device, leaf.seen, current)
    device = rules.new_page() if is_old and len(current) < DEVICES else leaf.device
    before = rules.overtaken(device, leaf.seen or {}, current)
    content = _of_page(visit, raw, leaf, before)
    hidden = [draft for draft in before if is_old and draft.device == device]
    content |= rules.times_beside(content, hidden)
    said = Said(raw, stay_of(visit, raw))
    aside = rules.asides(before, said, leaf.is_choice or bool(hidden))[-DEVICES:]
    keep(visit, raw, at, device, content=content | ({"aside": aside} if aside else {}))
    _delete(visit, [draft.device for draft in rules.left_behind(_current(visit))])
    return device


def _current(visit: Visit) -> list[Draft]:
    return [draft for draft in list_drafts(visit) if draft.revision == visit.revision]


def _of_page(visit: Visit, raw: Raw, leaf: Leaf, before: Sequence[Draft] = ()) -> dict[str, Any]:
    """What a page holds beside its answers, in a phone's words: what it showed, and entry and exit; a page that does
    not ask for them leaves them as they were. `before`: what it takes the place of.
    """
    content: dict[str, Any] = {"seen": dict(leaf.seen or {})}
    if not any(name in raw for name in moments.FIELDS):
        return content | rules.times_beside(content, sorted(before, key=lambda draft: draft.device != leaf.device))
    stay = stay_of(visit, raw)
    times = {moments.ENTERED: stay.entered_at, moments.LEFT: stay.left_at}
    content |= {name: at and at.isoformat() for name, at in times.items()}
    return content | {draft_times.STRUCK: draft_times.struck_times(leaf.stay, stay, before)}


def stay_on_page(visit: Visit, raw: Raw, device: str) -> Stay:
    """Entry and exit as they go along with what the page of `device` has just saved."""
    current = _current(visit)
    own = next((draft for draft in current if draft.device == device), None)
    return draft_times.stay_on(own, current, stay_of(visit, raw))


def running_timers(visit: Visit, raw: Raw) -> frozenset[str]:
    """Questions that have no answer yet, although the page may show one."""
    return rules.running(_current(visit), raw)


def keep(
    visit: Visit,
    raw: Raw,
    at: datetime,
    device: str = PAGE,
    stamp: int | None = None,
    content: Mapping[str, Any] | None = None,
) -> bool:
    """Inside a unit. Never takes the place of what another device holds, nor of something newer of the same one.

    `stamp`: as the device counts; without one the server counts for it, beyond all that anybody has seen of it.
    """
    held = {draft.device: draft for draft in list_drafts(visit)}
    draft = held.get(device)
    if stamp is None:
        known = [rules.vector(each).get(device, 0) for each in held.values()]
        stamp = max([round(at.timestamp() * 1000), *(each + 1 for each in known)])
    if draft is None:
        if len(held) >= DEVICES and not rules.is_page(device):
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
    """Inside a unit: what `device` held has been received with `notes`, and what came back before. What of another
    device did not go along stays under it, and the device is told: whoever gave it may still want it.
    """
    known = [*notes, *_arrived_notes(visit)]
    drafts, sent = list_drafts(visit), Said(raw, visit.stay)
    own = next((draft for draft in drafts if draft.device == device), None)

    def is_over(draft: Draft) -> bool:
        if draft.device in (device, rules.SENT):
            return True
        is_known = own is not None and rules.goes_on(own, draft)
        return rules.is_told(draft, known) and (is_known or rules.is_said(draft, sent))

    _delete(visit, [draft.device for draft in drafts if is_over(draft)])


def has_arrived(visit: Visit, draft: rules.DeviceDraft) -> bool:
    """Does the visit, as it was sent, say all that a device says of it afterwards?"""
    submission = find_submission(visit)
    if submission is None or submission.revision != draft.revision:
        return False
    sent = Said(submission.content["raw"], visit.stay)
    return rules.is_said(draft, sent) and rules.is_told(draft, _arrived_notes(visit))


def _arrived_notes(visit: Visit) -> list[SealedJotting]:
    """Under the ids that their phones gave them."""
    rows = list_jottings(visit)
    return [SealedJotting(row.origin_id or row.id, row.section, row.text, row.jotted_at) for row in rows]


def _delete(visit: Visit, devices: Sequence[str]) -> None:
    if devices:
        held = delete(Draft).where(Draft.visit_id == visit.id, Draft.device.in_(devices))
        db.session.execute(held, execution_options={"synchronize_session": "fetch"})
