"""Entry and exit where several devices of one person hold them: what only one has noted comes together like notes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from fieldstudy.core import sealed
from fieldstudy.core.drafts import DeviceDraft, Said, heads, said
from fieldstudy.core.moments import FIELDS, Stay, is_another

STRUCK = "struck_times"
"""What of a draft says which times stood in its page's fields and were taken out of them, whoever had noted them."""


def stay_on(own: DeviceDraft | None, drafts: Sequence[DeviceDraft], known: Stay) -> Stay:
    """As the page of `own` has it, else as another device has noted it and nobody has gone on from.

    `drafts`: of one revision, the newest first; `known`: what the page says itself, else what has arrived.
    """
    return Stay(*(_time(name, own, drafts, known) for name in FIELDS)) if own is not None else known


def _time(name: str, own: DeviceDraft, drafts: Sequence[DeviceDraft], known: Stay) -> datetime | None:
    """What was typed and cannot be read is not written over."""
    if "".join(own.raw.get(name, ())).strip():
        return _of(known, name)
    speaking = [draft for draft in drafts if name in draft.content]
    others = [_of(told(draft, own).stay, name) for draft in heads(speaking) if draft.device != own.device]
    noted = [at for at in (_of(said(own).stay, name), *others) if at is not None]
    if noted:
        return noted[0]
    return None if name in own.content else _of(known, name)


def _of(stay: Stay, name: str) -> datetime | None:
    at: datetime | None = getattr(stay, name)
    return at


def told(draft: DeviceDraft, own: DeviceDraft) -> Said:
    """What `draft` says to `own`: a time that was struck there says nothing any more."""
    found = said(draft)
    gone = [name for name in FIELDS if any(not is_another(_of(found.stay, name), at) for at in _read_struck(own, name))]
    return replace(found, stay=replace(found.stay, **dict.fromkeys(gone)))


def struck_times(shown: Stay, now: Stay, before: Iterable[DeviceDraft]) -> dict[str, list[str]]:
    """What a page that showed `shown` has struck by saying `now`, with what those that it replaces had struck."""
    all_ = list(before)
    found: dict[str, list[str]] = {}
    for name in FIELDS:
        times = {at for draft in all_ for at in _read_struck(draft, name)}
        was, is_now = _of(shown, name), _of(now, name)
        if was is not None and (is_now is None or is_another(was, is_now)):
            times.add(was)
        if times:
            found[name] = [at.isoformat() for at in sorted(times)]
    return found


def _read_struck(draft: DeviceDraft, name: str) -> list[datetime]:
    """What a phone sent may be of any shape."""
    found: Any = draft.content.get(STRUCK)
    texts = found.get(name) if isinstance(found, dict) else None
    listed = texts if isinstance(texts, list) else []
    read = (sealed.read_instant(text) for text in listed if isinstance(text, str))
    return [at for at in read if at is not None]
