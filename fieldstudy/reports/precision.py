"""How near the true value is, as the sentence beside a score on page one."""

from decimal import Decimal

from fieldstudy.core import figures
from fieldstudy.core.figures import Base, Figure
from fieldstudy.reports.voice import is_scattered, printed_ends
from fieldstudy.words import Words


def said(words: Words, figure: Figure) -> str:
    """Of a mean of two visits or stores at least. An interval without length is none: it says how alike they are."""
    ends, is_of_stores = printed_ends(figure), figure.base_of == Base.STORES
    if ends is None:
        return _without(words, figure)
    if figures.is_uniform(figure):
        return _uniform(words, figure.base, is_of_stores)
    if ends[0] == ends[1]:
        return _narrow(words, figure.base, words.number(ends[0]), is_of_stores)
    return _between(words, figure.base, ends, is_of_stores)


def without(words: Words, figure: Figure) -> str:
    """Why there is no interval, on page one and in a table alike: 4 visits, too unlike."""
    is_of_stores = figure.base_of == Base.STORES
    if is_scattered(figure) and is_of_stores:
        return words.ngettext("%(num)s store, too unlike", "%(num)s stores, too unlike", figure.base)
    if is_scattered(figure):
        return words.ngettext("%(num)s visit, too unlike", "%(num)s visits, too unlike", figure.base)
    if is_of_stores:
        return words.ngettext("%(num)s store: not enough", "%(num)s stores: not enough", figure.base)
    return words.ngettext("%(num)s visit: not enough", "%(num)s visits: not enough", figure.base)


def _without(words: Words, figure: Figure) -> str:
    units = without(words, figure)
    if figure.base_of == Base.STORES:
        return words.gettext("From %(stores)s to say how near the true mean is.", stores=units)
    return words.gettext("From %(visits)s to say how near the true value is.", visits=units)


def _uniform(words: Words, base: int, is_of_stores: bool) -> str:
    if is_of_stores:
        return words.ngettext(
            "From %(num)s store, all with the same result.", "From %(num)s stores, all with the same result.", base
        )
    return words.ngettext(
        "From %(num)s visit, all with the same result.", "From %(num)s visits, all with the same result.", base
    )


def _narrow(words: Words, base: int, value: str, is_of_stores: bool) -> str:
    if is_of_stores:
        return words.ngettext(
            "From %(num)s store: the true mean lies close to %(value)s.",
            "From %(num)s stores: the true mean lies close to %(value)s.",
            base,
            value=value,
        )
    return words.ngettext(
        "From %(num)s visit: the true value lies close to %(value)s.",
        "From %(num)s visits: the true value lies close to %(value)s.",
        base,
        value=value,
    )


def _between(words: Words, base: int, ends: tuple[Decimal, Decimal], is_of_stores: bool) -> str:
    low, high = (words.number(end) for end in ends)
    if is_of_stores:
        return words.ngettext(
            "From %(num)s store: the true mean may lie between %(low)s and %(high)s.",
            "From %(num)s stores: the true mean may lie between %(low)s and %(high)s.",
            base,
            low=low,
            high=high,
        )
    return words.ngettext(
        "From %(num)s visit: the true value may lie between %(low)s and %(high)s.",
        "From %(num)s visits: the true value may lie between %(low)s and %(high)s.",
        base,
        low=low,
        high=high,
    )
