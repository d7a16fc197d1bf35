"""How near the true value is, as the sentence beside a score on page one."""

from decimal import Decimal

from fieldstudy.core import figures
from fieldstudy.core.figures import LEAST_UNITS, Base, Figure
from fieldstudy.reports.voice import printed_ends
from fieldstudy.words import Words


def said(words: Words, figure: Figure) -> str:
    """Of a mean of two visits or stores at least. An interval without length is none: it says how alike they are."""
    ends, is_of_stores = printed_ends(figure), figure.base_of == Base.STORES
    if ends is None:
        return _without(words, figure.base, is_of_stores)
    if figures.is_uniform(figure):
        return _uniform(words, figure.base, is_of_stores)
    if ends[0] == ends[1]:
        return _narrow(words, figure.base, words.number(ends[0]), is_of_stores)
    return _between(words, figure.base, ends, is_of_stores)


def _without(words: Words, base: int, is_of_stores: bool) -> str:
    if base >= LEAST_UNITS and is_of_stores:
        return words.ngettext(
            "From %(num)s store, too unlike to say how near the true mean is.",
            "From %(num)s stores, too unlike to say how near the true mean is.",
            base,
        )
    if base >= LEAST_UNITS:
        return words.ngettext(
            "From %(num)s visit, too unlike to say how near the true value is.",
            "From %(num)s visits, too unlike to say how near the true value is.",
            base,
        )
    if is_of_stores:
        return words.ngettext(
            "From %(num)s store: not enough to say how near the true mean is.",
            "From %(num)s stores: not enough to say how near the true mean is.",
            base,
        )
    return words.ngettext(
        "From %(num)s visit: not enough to say how near the true value is.",
        "From %(num)s visits: not enough to say how near the true value is.",
        base,
    )


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
