"""What the person's other devices hold of a visit, for the page that works without script."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from fieldstudy.core import drafts as rules
from fieldstudy.core.drafts import Gathered
from fieldstudy.core.sealed import SealedJotting
from fieldstudy.models import Draft, Jotting, Visit
from fieldstudy.queries import visits as visit_queries
from fieldstudy.services import visits
from fieldstudy.words import Words


@dataclass(frozen=True)
class Apart:
    """A draft that the shown one does not know of, and how many of its answers are others."""

    draft: Draft
    answers: int


@dataclass(frozen=True)
class Elsewhere:
    drafts: Sequence[Draft]
    shown: Draft | None
    apart: tuple[Apart, ...]
    held: Gathered

    @property
    def seen(self) -> str:
        """As a hidden field carries it, so that a save says what stood before whoever saved."""
        return json.dumps(rules.vector(self.shown), separators=(",", ":")) if self.shown else "{}"

    def notes(self, rows: Sequence[Jotting]) -> list[Jotting | SealedJotting]:
        """Those that have arrived, and those that a phone has backed up."""
        known = {id for row in rows for id in (row.id, row.origin_id)}
        backed_up = [note for note in self.held.jottings if note.id not in known]
        found: list[Jotting | SealedJotting] = [*rows, *backed_up]
        return sorted(found, key=lambda note: note.jotted_at)


@dataclass(frozen=True)
class Card:
    """`device`: whose answers can be shown instead; None where there is nothing to choose."""

    title: str
    text: str
    device: str | None = None


@dataclass(frozen=True)
class Told:
    """The same in words; `banner` is empty where all devices hold the same."""

    banner: str = ""
    cards: tuple[Card, ...] = ()
    seen: str = "{}"


def of(visit: Visit, device: str | None = None) -> Elsewhere:
    """`device`: whose draft is asked for; else the newest that nobody has gone on from."""
    found = visit_queries.list_drafts(visit)
    current = [draft for draft in found if draft.revision == visit.revision]
    asked = next((draft for draft in current if draft.device == device), None)
    shown = asked or rules.newest(current, visit.revision)
    others = [draft for draft in rules.heads(current) if shown and draft is not shown and not rules.knows(shown, draft)]
    apart = [Apart(draft, len(rules.differing(draft.raw, shown.raw))) for draft in others if shown]
    held = rules.gather(current, shown.raw if shown else {}, stamp())
    return Elsewhere(found, shown, tuple(each for each in apart if each.answers), held)


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


def tell(elsewhere: Elsewhere, arrived: set[UUID | None], visit: Visit, words: Words) -> Told:
    """`arrived`: photos that the server has."""

    def moment(draft: Draft) -> str:
        return words.moment(visits.local(draft.saved_at, visit.store.timezone))

    cards = [
        Card(
            _title(each.draft, moment(each.draft)),
            say_differ(each.answers, words.integer(each.answers)),
            each.draft.device,
        )
        for each in elsewhere.apart
    ]
    photos = len([id for id in elsewhere.held.photos if id not in arrived])
    if photos:
        cards.append(Card(say_photos(photos, words.integer(photos)), say_photos_more(photos)))
    first = elsewhere.apart[0] if elsewhere.apart else None
    told = say_apart(first.answers, words.integer(first.answers), moment(first.draft)) if first else ""
    return Told(told or (cards[0].title if cards else ""), tuple(cards), elsewhere.seen)


def _title(draft: Draft, moment: str) -> str:
    return sentences()["on_page" if draft.device == rules.PAGE else "on_phone"].format(moment)


def sentences() -> dict[str, str]:
    return {
        "on_phone": _("On another phone, saved %(moment)s", moment="{}"),
        "on_page": _("In a browser without JavaScript, saved %(moment)s", moment="{}"),
        "kept_here": _("From this phone, %(moment)s", moment="{}"),
        "kept_there": _("From another phone, %(moment)s", moment="{}"),
        "went_on": _(
            "Another phone went on with this visit: %(moment)s. Answers that changed are kept as they were here.",
            moment="{}",
        ),
        "keep_mine": _("Keep the answers shown here"),
        "take_theirs": _("Use these answers instead"),
        "fill_empty": _("Only fill in what is empty here"),
    }


def say_apart(number: int, count: str, moment: str = "{moment}") -> str:
    text: str = ngettext(
        "Another phone holds %(count)s different answer, saved %(moment)s.",
        "Another phone holds %(count)s different answers, saved %(moment)s.",
        number,
        count=count,
        moment=moment,
    )
    return text


def say_differ(number: int, count: str) -> str:
    text: str = ngettext("%(count)s answer is different.", "%(count)s answers are different.", number, count=count)
    return text


def say_photos(number: int, count: str) -> str:
    text: str = ngettext(
        "%(count)s photo is still on the other phone",
        "%(count)s photos are still on the other phone",
        number,
        count=count,
    )
    return text


def say_photos_more(number: int, count: str = "") -> str:
    text: str = ngettext(
        "It can be sent only from there. Send the visit from that phone, or from here without it.",
        "They can be sent only from there. Send the visit from that phone, or from here without them.",
        number,
    )
    return text


COUNTED = {
    "apart": say_apart,
    "differ": say_differ,
    "photos_there": say_photos,
    "photos_there_more": say_photos_more,
}
"""Sentences with a number, for the page's own script as well."""
