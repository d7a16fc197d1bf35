"""Answers of a visit that were laid aside on some device, or came too late: which of them can be shown again.

static/js/field/choice.js says the same of what a phone holds; both are held to tests/core/drafts.json.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from fieldstudy.core import sealed
from fieldstudy.core.answers import Raw
from fieldstudy.core.drafts import SENT, DeviceDraft, Said, compare, laid, said

EARLIER = 3
"""So many of its own earlier states a device is offered."""
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""When something was saved by a clock that nobody had set: it is offered all the same, after all others."""


class SavedDraft(DeviceDraft, Protocol):
    @property
    def saved_at(self) -> datetime: ...


@dataclass(frozen=True)
class LaidAside:
    """What a device said once; it can stand where a draft does, and nobody has gone on from it."""

    id: str
    saved_at: datetime
    device: str
    raw: Raw
    content: dict[str, Any]
    revision: int = 0
    stamp: int = 0


def of_drafts(drafts: Iterable[SavedDraft], revision: int) -> list[LaidAside]:
    """The newest first: what the drafts of this revision have laid aside, and those that an earlier one left."""
    found: dict[str, LaidAside] = {}
    for draft in drafts:
        for each in _of_draft(draft, revision):
            found.setdefault(each.id, each)
    return sorted(found.values(), key=lambda each: each.saved_at, reverse=True)


def _of_draft(draft: SavedDraft, revision: int) -> Iterator[LaidAside]:
    entries = draft.content.get("aside")
    if draft.revision == revision:
        yield from filter(None, map(_read, entries if isinstance(entries, list) else ()))
    elif draft.device != SENT:
        content = laid(draft)
        yield LaidAside(content["id"], draft.saved_at, draft.device, draft.raw, content)


def _read(entry: Any) -> LaidAside | None:
    """What a phone sent may be of any shape."""
    if not isinstance(entry, dict) or not _is_raw(entry.get("raw")):
        return None
    id, device, at = (entry.get(name) for name in ("id", "device", "at"))
    if not (isinstance(id, str) and isinstance(device, str) and isinstance(at, str)):
        return None
    saved_at = sealed.read_instant(at) or UNKNOWN
    return LaidAside(id, saved_at, device, entry["raw"], entry)


def _is_raw(raw: Any) -> bool:
    return isinstance(raw, dict) and all(
        isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in raw.values()
    )


def offered(found: Sequence[LaidAside], shown: Said, own: str | None, apart: Collection[str]) -> list[LaidAside]:
    """What brings something that is not shown: the newest of its own device, of another one the newest alone, and none
    of a device that is `apart`, whose answers are offered already.
    """
    known = set(apart)
    newest = [each for each in found if each.device == own or _is_first(each.device, known)]
    distinct = {json.dumps(sorted(each.raw.items())): each for each in newest}
    lacking = [each for each in distinct.values() if compare(shown, said(each)).lacks_here]
    dropped = [each for each in lacking if each.device == own][EARLIER:]
    return [each for each in lacking if each not in dropped]


def _is_first(device: str, known: set[str]) -> bool:
    is_new = device not in known
    known.add(device)
    return is_new
