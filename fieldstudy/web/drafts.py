"""The drafts of a visit as phones read them: one for each device."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fieldstudy.core import drafts as rules
from fieldstudy.models import Draft


def of(drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    """What each device holds; a phone makes of it what its own draft lacks."""
    return [
        {
            "device": draft.device,
            "revision": draft.revision,
            "stamp": draft.stamp,
            "saved_at": iso(draft.saved_at),
            "raw": draft.raw,
            "content": {**draft.content, **_seen(draft, drafts)},
        }
        for draft in drafts
    ]


def _seen(draft: Draft, drafts: Sequence[Draft]) -> dict[str, dict[str, int]]:
    return {"seen": rules.seen_by(draft, drafts)} if "seen" in draft.content else {}


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None
