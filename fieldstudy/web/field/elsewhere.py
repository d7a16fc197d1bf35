"""What the person's other devices hold of a visit; differences.py says it in words."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from fieldstudy.core import drafts as rules
from fieldstudy.core.drafts import Comparison, DevicePhoto, Gathered
from fieldstudy.core.sealed import SealedJotting
from fieldstudy.models import Draft, Jotting, Photo, Visit
from fieldstudy.queries import visits as visit_queries


@dataclass(frozen=True)
class Apart:
    """A draft that the shown one does not know of, and what it says otherwise or in addition."""

    draft: Draft
    comparison: Comparison


@dataclass(frozen=True)
class Elsewhere:
    drafts: Sequence[Draft]
    shown: Draft | None
    apart: tuple[Apart, ...]
    held: Gathered
    photos: tuple[DevicePhoto, ...] = ()

    @property
    def seen(self) -> str:
        """As a hidden field carries it, so that a save says what stood before whoever saved."""
        if self.shown is None:
            return "{}"
        seen = {**rules.seen_by(self.shown, self.drafts), self.shown.device: self.shown.stamp}
        return json.dumps(seen, separators=(",", ":"))

    def missing(self, photos: Iterable[Photo]) -> list[DevicePhoto]:
        """What lies on another device; `photos`: those that the server has."""
        known = {photo.medium_id for photo in photos}
        return [photo for photo in self.photos if photo.id not in known]

    def missing_of(self, photos: Iterable[Photo]) -> Counter[str]:
        """How many of them belong to each question, by its name."""
        return Counter(photo.question for photo in self.missing(photos) if photo.question)

    def notes(self, rows: Sequence[Jotting]) -> list[Jotting | SealedJotting]:
        """Those that have arrived, and those that a phone has backed up."""
        known = {id for row in rows for id in (row.id, row.origin_id)}
        backed_up = [note for note in self.held.jottings if note.id not in known]
        found: list[Jotting | SealedJotting] = [*rows, *backed_up]
        return sorted(found, key=lambda note: note.jotted_at)


def of(visit: Visit, device: str | None = None) -> Elsewhere:
    """`device`: whose draft is asked for; else the newest that nobody has gone on from."""
    found = visit_queries.list_drafts(visit)
    current = [draft for draft in found if draft.revision == visit.revision]
    asked = next((draft for draft in current if draft.device == device), None)
    shown = asked or rules.newest(current, visit.revision)
    others = [draft for draft in rules.heads(current) if shown and not rules.goes_on(shown, draft)]
    apart = [Apart(draft, rules.compare(rules.said(shown), rules.said(draft))) for draft in others if shown]
    held = rules.gather(current, shown.raw if shown else {}, stamp())
    return Elsewhere(
        found, shown, tuple(each for each in apart if each.comparison.lacks_here), held, rules.photos_on(current)
    )


def stamp() -> str:
    """What a time stamp says that was never sorted."""
    return _("Time stamp")


def read_seen(text: str) -> dict[str, int]:
    """What a page said that it showed; nothing where it was changed on the way."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    return {device: stamp for device, stamp in pairs if type(stamp) is int}
