"""In what the person's other devices differ from the page that is shown, in words.

static/js/field/differences.js says the same of a phone's own draft, with the sentences that stand here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import ngettext

from fieldstudy.core import drafts as rules
from fieldstudy.core.answers import answer_field
from fieldstudy.core.draft_asides import LaidAside
from fieldstudy.core.drafts import Comparison, DevicePhoto
from fieldstudy.core.moments import FIELDS, Stay
from fieldstudy.models import Draft, Photo, Visit
from fieldstudy.services import visits
from fieldstudy.web.field.elsewhere import Apart, Elsewhere
from fieldstudy.web.field.forms import VisitForm
from fieldstudy.web.field.values import Values
from fieldstudy.words import Words

NOTHING = "\N{EN DASH}"


@dataclass(frozen=True)
class Row:
    """One field; `lines` say what stands here and there."""

    anchor: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Rows of one kind; with a title they can be closed."""

    title: str
    rows: tuple[Row, ...]
    is_open: bool = False


@dataclass(frozen=True)
class Card:
    """`shows`: what the address says of answers that can be shown instead; empty where there is nothing to choose."""

    title: str
    texts: tuple[str, ...]
    groups: tuple[Group, ...]
    shows: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """`banner` is empty where all devices hold the same, `chosen` where the page shows its own answers."""

    banner: str = ""
    chosen: str = ""
    cards: tuple[Card, ...] = ()
    seen: str = "{}"
    times: str = "{}"

    @property
    def is_about_answers(self) -> bool:
        return any(card.shows for card in self.cards)

    @property
    def is_only_of_photos(self) -> bool:
        """What was laid aside is no part of the banner."""
        return bool(self.banner) and not any("device" in card.shows for card in self.cards)


def tell(elsewhere: Elsewhere, photos: Sequence[Photo], visit: Visit, form: VisitForm, words: Words) -> Told:
    """`photos`: those that the server has."""
    missing = elsewhere.missing(photos)
    cards = [_Comparing(visit, form, elsewhere, each, words).card() for each in elsewhere.apart]
    sentences = [f"{card.title}: {', '.join(group.title for group in card.groups)}." for card in cards[:1]]
    if missing:
        cards.append(_photo_card(missing, photos, Values(form, words), words))
        sentences.append(f"{cards[-1].title}.")
    cards += [_Comparing(visit, form, elsewhere, each, words).card() for each in elsewhere.aside]
    chosen = _title(elsewhere.shown, elsewhere, visit, words) if elsewhere.instead_of and elsewhere.shown else ""
    return Told(" ".join(sentences), chosen, tuple(cards), elsewhere.seen, elsewhere.times)


def _title(draft: Draft | LaidAside, elsewhere: Elsewhere, visit: Visit, words: Words) -> str:
    """Where answers come from, as a page without script says it."""
    if draft.device == elsewhere.own:
        key = "kept_browser"
    elif rules.is_page(draft.device):
        key = "on_other_page"
    else:
        key = "kept_there" if isinstance(draft, LaidAside) else "on_phone"
    return sentences()[key].format(words.moment(visits.local(draft.saved_at, visit.store.timezone)))


class _Comparing:
    """One draft of another device beside the shown one."""

    def __init__(self, visit: Visit, form: VisitForm, page: Elsewhere, there: Apart, words: Words) -> None:
        def values(draft: Draft | LaidAside, stay: Stay) -> Values:
            return Values(type(form)(draft.raw.items()), words, stay, visit.store.timezone)

        self.draft, self.found, self.words = there.draft, there.comparison, words
        self.here = values(page.shown or there.draft, page.stay)
        self.there = values(there.draft, rules.said(there.draft).stay)
        self.is_own = there.draft.device == page.own
        self.title = _title(there.draft, page, visit, words)

    def card(self) -> Card:
        found = self.found
        groups = (
            self._group(", ".join(_unlike(found, self.words)), found.different, self._both, is_open=True),
            self._group(_counted(say_more_there, found.only_there, self.words), found.only_there, self._there),
            self._group(_counted(say_more_here, found.only_here, self.words), found.only_here, self._here),
        )
        shows = {"aside": self.draft.id} if isinstance(self.draft, LaidAside) else {"device": self.draft.device}
        return Card(self.title, (), tuple(group for group in groups if group.rows), shows)

    def _group(
        self, title: str, names: Iterable[str], lines: Callable[[str], tuple[str, ...]], is_open: bool = False
    ) -> Group:
        known = [name for name in names if name in self.here.places]
        ordered = sorted(known, key=self.here.places.__getitem__)
        rows = (Row(self.here.anchor(name), self.here.title(name), lines(name)) for name in ordered)
        return Group(title, tuple(rows), is_open)

    def _both(self, name: str) -> tuple[str, ...]:
        said = sentences()
        key = "before" if self.is_own else "there_page" if rules.is_page(self.draft.device) else "there"
        here, there = _("Here"), said[key]
        return f"{here}: {self.here.text(name) or NOTHING}", f"{there}: {self.there.text(name) or NOTHING}"

    def _here(self, name: str) -> tuple[str, ...]:
        return (self.here.text(name),)

    def _there(self, name: str) -> tuple[str, ...]:
        return (self.there.text(name),)


def _unlike(comparison: Comparison, words: Words) -> list[str]:
    """How many answers, and how many times, are others."""
    times = comparison.different.intersection(FIELDS)
    kinds = ((say_differ, comparison.different - times), (say_times, times))
    return [_counted(say, names, words) for say, names in kinds if names]


def _counted(say: Callable[[int, str], str], things: Iterable[object], words: Words) -> str:
    number = len(list(things))
    return say(number, words.integer(number))


def _photo_card(missing: Sequence[DevicePhoto], arrived: Sequence[Photo], values: Values, words: Words) -> Card:
    pocket = [photo for photo in missing if photo.is_pocket]
    loose = [photo for photo in missing if not photo.question and not photo.is_pocket]
    kinds = ((say_photos_pocket, pocket), (say_photos_loose, loose))
    is_apart = len({photo.device for photo in missing}) > 1
    say, say_more = (say_photos_apart, say_photos_apart_more) if is_apart else (say_photos, say_photos_more)
    texts = [say_more(len(missing)), *(_counted(say, photos, words) for say, photos in kinds if photos)]
    asked = [name for name in dict.fromkeys(answer_field(photo.question) for photo in missing) if name in values.places]

    def count(photos: Iterable[DevicePhoto | Photo], name: str) -> str:
        return _counted(say_photo_count, [photo for photo in photos if answer_field(photo.question) == name], words)

    here, there = _("Here"), sentences()["there_apart" if is_apart else "there"]
    rows = (
        Row(name, values.title(name), (f"{here}: {count(arrived, name)}", f"{there}: {count(missing, name)}"))
        for name in asked
    )
    return Card(_counted(say, missing, words), tuple(texts), (Group("", tuple(rows), is_open=True),))


def sentences() -> dict[str, str]:
    return {
        "on_phone": _("On another phone (last saved: %(moment)s)", moment="{}"),
        "on_page": _("In a browser without JavaScript (last saved: %(moment)s)", moment="{}"),
        "on_other_page": _("In another browser without JavaScript (last saved: %(moment)s)", moment="{}"),
        "kept_browser": _("From this browser, as of %(moment)s", moment="{}"),
        "kept_here": _("From this phone, as of %(moment)s", moment="{}"),
        "kept_there": _("From another phone, as of %(moment)s", moment="{}"),
        "went_on": _(
            "You went on with this visit on another device: %(moment)s. Answers that changed are kept as they were "
            "here.",
            moment="{}",
        ),
        "came_back": _("This visit was sent and came back. What this phone says otherwise is kept."),
        "sent_before": _(
            "This visit was sent already, from another phone or from the website. What you write here stays on this "
            "phone; if you send it too, both are kept and a person will choose."
        ),
        "same_as_of": _(
            "The server does not answer, or you are signed out. "
            "On %(moment)s all your devices showed the same answers.",
            moment="{}",
        ),
        "unheard": _(
            "The server does not answer, or you are signed out: this phone does not know what your other devices show."
        ),
        "here_side": _("On this phone"),
        "there": _("On the other phone"),
        "there_apart": _("On the other phones"),
        "there_page": _("In the other browser"),
        "before": _("Before"),
        "comment_word": _("Comment"),
        "see_answers": _("See what differs"),
        "see_photos": _("See which"),
        "keep_mine": _("Keep this phone's answers"),
        "take_theirs": _("Use these answers instead"),
        "fill_empty": _("Only fill in what is empty here"),
        "effect": _("This phone's answers"),
        "take_back": _("You can take it back on this page."),
        "waits": _("The visit has not been sent yet."),
        "waits_apart": _(
            "Another device of yours has other answers: choose which ones count, or send this phone's answers."
        ),
    }


def say_differ(number: int, count: str) -> str:
    text: str = ngettext("%(count)s different answer", "%(count)s different answers", number, count=count)
    return text


def say_times(number: int, count: str) -> str:
    text: str = ngettext(
        "%(count)s different time of entry or exit", "%(count)s different times of entry and exit", number, count=count
    )
    return text


def say_more_there(number: int, count: str) -> str:
    text: str = ngettext(
        "%(count)s answer that is missing here", "%(count)s answers that are missing here", number, count=count
    )
    return text


def say_more_here(number: int, count: str) -> str:
    text: str = ngettext("%(count)s answer only here", "%(count)s answers only here", number, count=count)
    return text


def say_photo_count(number: int, count: str) -> str:
    text: str = ngettext("%(count)s photo", "%(count)s photos", number, count=count)
    return text


def say_photos(number: int, count: str) -> str:
    text: str = ngettext(
        "%(count)s photo is still on the other phone",
        "%(count)s photos are still on the other phone",
        number,
        count=count,
    )
    return text


def say_photos_apart(number: int, count: str) -> str:
    """As above, where they lie on several phones."""
    text: str = ngettext(
        "%(count)s photo is still on the other phones",
        "%(count)s photos are still on the other phones",
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


def say_photos_apart_more(number: int, count: str = "") -> str:
    return _(
        "Each phone can send only its own photos. Send the visit from one of those phones, or from here without them."
    )


def say_photos_wait(number: int, count: str = "") -> str:
    text: str = ngettext(
        "A photo is only on another phone: send the visit from there, or from here without it.",
        "Some photos are only on another phone: send the visit from there, or from here without them.",
        number,
    )
    return text


def say_photos_apart_wait(number: int, count: str = "") -> str:
    return _(
        "Some photos are only on other phones: send the visit from one of them, with the photos that it holds, or from "
        "here without them."
    )


def say_photos_pocket(number: int, count: str) -> str:
    text: str = ngettext(
        "%(count)s photo was taken on the pocket screen: to see it, open the visit there.",
        "%(count)s photos were taken on the pocket screen: to see them, open the visit there.",
        number,
        count=count,
    )
    return text


def say_photos_loose(number: int, count: str) -> str:
    text: str = ngettext(
        "%(count)s photo belongs to no question: to see it, open the visit there.",
        "%(count)s photos belong to no question: to see them, open the visit there.",
        number,
        count=count,
    )
    return text


def _effects() -> dict[str, Callable[[int, str], str]]:
    """What a choice does to the answers that stand here."""
    return {
        "replaced": lambda n, count: ngettext("%(count)s replaced", "%(count)s replaced", n, count=count),
        "emptied": lambda n, count: ngettext("%(count)s emptied", "%(count)s emptied", n, count=count),
        "added": lambda n, count: ngettext("%(count)s added", "%(count)s added", n, count=count),
        "unchanged": lambda n, count: ngettext("%(count)s unchanged", "%(count)s unchanged", n, count=count),
        "times_replaced": lambda n, count: ngettext(
            "%(count)s time replaced", "%(count)s times replaced", n, count=count
        ),
    }


COUNTED = {
    "differ": say_differ,
    "times_differ": say_times,
    "more_there": say_more_there,
    "more_here": say_more_here,
    "photos_there": say_photos,
    "photos_there_more": say_photos_more,
    "photos_there_wait": say_photos_wait,
    "photos_apart": say_photos_apart,
    "photos_apart_more": say_photos_apart_more,
    "photos_apart_wait": say_photos_apart_wait,
    "photos_pocket": say_photos_pocket,
    "photos_loose": say_photos_loose,
    **_effects(),
}
"""Sentences with a number, for the page's own script as well."""
