"""An edition in words: when it was frozen and, after the first, why there is one and what it changed."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from fieldstudy.core import rounding
from fieldstudy.core.editions import EditionChange, StoreChange
from fieldstudy.reports.voice import isolated
from fieldstudy.words import Words


def named(words: Words, title: str, edition: int | None) -> str:
    """A preview, and from the second edition on a report, says on every page which one it is."""
    if edition is None:
        return words.gettext("%(title)s · preview, not released", title=title)
    if edition < 2:
        return title
    return words.gettext("%(title)s · edition %(number)s", title=title, number=edition)


def preview(words: Words, at: datetime) -> str:
    """For the head of every page; `at` on the clock of the place."""
    return words.gettext(
        "Preview, not released: as the visits stood on %(moment)s. These figures may still change.",
        moment=words.moment(at),
    )


def frozen(words: Words, edition: int | None) -> str:
    """None before the release."""
    if edition is None:
        return words.gettext("A preview: these figures have not been released.")
    if edition > 1:
        return words.gettext("%(number)s: frozen when this edition was released.", number=edition)
    return words.gettext("%(number)s: frozen when the wave was released.", number=edition)


def again(words: Words, reason: str, change: EditionChange | None, code: str = "") -> Iterator[str]:
    """For one store, or (without a code) for the network; nothing for the first edition.

    The reason names what happened in the stores that changed: the others need not read it.
    """
    if change is None:
        return
    if not code or change.of_store(code):
        yield words.gettext("Why there is a new edition: %(reason)s", reason=isolated(_stopped(reason)))
    if not code:
        yield words.ngettext(
            "%(num)s store changed against the edition before.",
            "%(num)s stores changed against the edition before.",
            len(change.stores),
        )
        yield _moved(words, change.before, change.after)
        return
    store = change.of_store(code)
    if store is None:
        yield words.gettext("This store's own visits are those of the edition before; only the network moved.")
        return
    yield words.capital(words.listing([*visits(words, store)])) + "." if any(visits(words, store)) else ""
    yield _moved(words, store.before, store.after)


def _stopped(reason: str) -> str:
    """Written by a person, with a full stop or without: other sentences follow."""
    written = reason.rstrip()
    return written if written.endswith((".", "!", "?", "…", "؟", "。")) else f"{written}."


def visits(words: Words, store: StoreChange) -> Iterator[str]:
    """What happened to the store's visits; empty where only its score moved."""
    if store.came_in:
        yield words.ngettext("%(num)s visit came in", "%(num)s visits came in", store.came_in)
    if store.went_out:
        yield words.ngettext("%(num)s visit went out", "%(num)s visits went out", store.went_out)
    if store.amended:
        yield words.ngettext("%(num)s visit was amended", "%(num)s visits were amended", store.amended)
    if store.reworded:
        yield words.ngettext(
            "%(num)s visit shows other notes or answers than before",
            "%(num)s visits show other notes or answers than before",
            store.reworded,
        )


def _moved(words: Words, before: Decimal | None, after: Decimal | None) -> str:
    if printed(words, before) == printed(words, after):
        return words.gettext("The score reads the same: %(score)s.", score=printed(words, after))
    return words.gettext(
        "The score was %(before)s and is now %(after)s.", before=printed(words, before), after=printed(words, after)
    )


def printed(words: Words, score: Decimal | None) -> str:
    return words.gettext("not available") if score is None else words.number(rounding.percent(score))
