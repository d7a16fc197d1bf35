"""What the person's other devices hold of a visit; differences.py says it in words."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from fieldstudy.core import draft_asides, draft_times
from fieldstudy.core import drafts as rules
from fieldstudy.core.draft_asides import LaidAside
from fieldstudy.core.drafts import Comparison, DevicePhoto, Gathered, Said
from fieldstudy.core.moments import FIELDS, Stay
from fieldstudy.core.sealed import SealedJotting
from fieldstudy.models import Draft, Jotting, Photo, Visit
from fieldstudy.queries import visits as visit_queries
from fieldstudy.services import visits
from fieldstudy.web.drafts import iso


@dataclass(frozen=True)
class Apart:
    """A draft that the shown one does not know of, and what it says otherwise or in addition."""

    draft: Draft | LaidAside
    comparison: Comparison


@dataclass(frozen=True)
class Elsewhere:
    drafts: Sequence[Draft]
    own: str | None
    shown: Draft | LaidAside | None
    apart: tuple[Apart, ...]
    held: Gathered
    stay: Stay
    """Entry and exit as they stand in the page's fields."""
    photos: tuple[DevicePhoto, ...] = ()
    timers: Mapping[str, str] = field(default_factory=dict)
    """When each timer that a phone holds was started, by its question."""
    instead_of: Draft | None = None
    """Whoever saves what is shown chooses it instead of this one."""
    aside: tuple[Apart, ...] = ()
    """What was laid aside and says something otherwise or in addition."""

    @property
    def seen(self) -> str:
        """As a hidden field carries it, so that a save says what stood before whoever saved."""
        seen: dict[str, int] = {}
        for draft in (each for each in (self.instead_of, self.shown) if isinstance(each, Draft)):
            seen |= {**rules.seen_by(draft, self.drafts), draft.device: draft.stamp}
        return json.dumps(seen, separators=(",", ":"))

    @property
    def times(self) -> str:
        """`stay` as a hidden field carries it, so that a save says which times stood there."""
        times = {name: iso(getattr(self.stay, name)) for name in FIELDS}
        return json.dumps({name: at for name, at in times.items() if at}, separators=(",", ":"))

    def missing(self, photos: Iterable[Photo]) -> list[DevicePhoto]:
        """What lies on another device; `photos`: those that the server has."""
        known = {photo.medium_id for photo in photos}
        return [photo for photo in self.photos if photo.id not in known]

    def missing_of(self, photos: Iterable[Photo]) -> Counter[str]:
        """How many of them belong to each question, by its name."""
        return Counter(photo.question for photo in self.missing(photos) if photo.question)

    def backed_up(self, rows: Sequence[Jotting]) -> list[SealedJotting]:
        """Notes that a phone has backed up; `rows`: those that have arrived."""
        known = {id for row in rows for id in (row.id, row.origin_id)}
        return [note for note in self.held.jottings if note.id not in known]

    def notes(self, rows: Sequence[Jotting]) -> list[Jotting | SealedJotting]:
        """Those that have arrived, and those that a phone has backed up."""
        found: list[Jotting | SealedJotting] = [*rows, *self.backed_up(rows)]
        return sorted(found, key=lambda note: note.jotted_at)


def of(visit: Visit, own: str | None, asked: str | None = None, aside: str | None = None) -> Elsewhere:
    """`own`: the device of the page; its draft is shown, or the newest that nobody has gone on from, if not `asked`
    for that of another one, or for what was laid `aside` under this id.
    """
    found = visit_queries.list_drafts(visit)
    current = [draft for draft in found if draft.revision == visit.revision]
    usual = rules.newest(current, visit.revision, own)
    laid = draft_asides.of_drafts(found, visit.revision)
    chosen: list[Draft | LaidAside] = [draft for draft in current if draft.device == asked]
    shown = next(iter([*chosen, *(each for each in laid if each.id == aside)]), usual)
    others = [draft for draft in rules.heads(current) if shown and not rules.goes_on(shown, draft)]
    raw = shown.raw if shown else {}
    stay = draft_times.stay_on(shown, current, visits.stay_of(visit, raw))
    here = Said(raw, stay)
    apart = [Apart(draft, rules.compare(here, draft_times.told(draft, shown))) for draft in others if shown]
    lacking = tuple(each for each in apart if each.comparison.lacks_here)
    offered = draft_asides.offered(laid, here, own, {each.draft.device for each in lacking})
    return Elsewhere(
        found,
        own,
        shown,
        lacking,
        rules.gather(current, raw, stamp()),
        stay,
        rules.photos_on(current),
        rules.timers(current),
        instead_of=None if shown is usual else usual,
        aside=tuple(Apart(each, rules.compare(here, rules.said(each))) for each in offered),
    )


def stamp() -> str:
    """What a time stamp says that was never sorted."""
    return _("Time stamp")
