"""Several versions of a checklist in one wave, and visits with another checklist, in words."""

from collections.abc import Iterator, Sequence

from fieldstudy.core.snapshots import OtherChecklists
from fieldstudy.core.versions import VersionUse
from fieldstudy.words import Words

MOST_STORES = 12


def asked_in(words: Words, count: int | None, of: int) -> str:
    """Nothing for what every version of the wave asks."""
    if count is None:
        return ""
    return words.ngettext(
        "asked in %(num)s of %(of)s visits", "asked in %(num)s of %(of)s visits", count, of=words.integer(of)
    )


def named(words: Words, version: VersionUse) -> str:
    """By Fieldstudy's own number: authors may leave theirs as it was."""
    if not version.label:
        return words.gettext("version %(number)s (file %(hash)s)", number=version.number, hash=version.sha256)
    return words.gettext(
        "version %(number)s (“%(label)s” in file %(hash)s)",
        number=version.number,
        label=version.label,
        hash=version.sha256,
    )


def visits_with(words: Words, versions: Sequence[VersionUse]) -> str:
    """3 visits with version 2"""
    count = sum(version.visits for version in versions)
    numbers = words.listing(str(version.number) for version in sorted(versions, key=lambda one: one.number))
    visits = words.ngettext("%(num)s visit", "%(num)s visits", count)
    return words.ngettext(
        "%(visits)s with version %(numbers)s",
        "%(visits)s with versions %(numbers)s",
        len(versions),
        visits=visits,
        numbers=numbers,
    )


def others(words: Words, found: OtherChecklists) -> Iterator[str]:
    """Visits of a wave that were made with another checklist than most."""
    if found.visits:
        yield words.ngettext(
            "%(num)s visit was made with another checklist than most and is in no figure.",
            "%(num)s visits were made with another checklist than most and are in no figure.",
            found.visits,
        )
    if found.stores:
        shown = list(found.stores[:MOST_STORES])
        rest = len(found.stores) - len(shown)
        names = "; ".join(shown) + (f"; +{rest}" if rest else "")
        yield words.ngettext(
            "Visited with that checklist only, and therefore without a figure: %(names)s.",
            "Visited with that checklist only, and therefore without figures: %(names)s.",
            len(found.stores),
            names=names,
        )
