"""The drafts of a visit as phones read them: one for each device."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

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
            "content": draft.content,
        }
        for draft in drafts
    ]


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None
