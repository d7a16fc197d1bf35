"""Where answers were given, in a sentence: claimed only for visits whose entry and exit are both known."""

from collections.abc import Iterator
from decimal import Decimal

from fieldstudy.core.grounds import Grounds
from fieldstudy.words import Words


def on_evidence(words: Words, share: Decimal) -> str:
    return words.capital(
        words.gettext(
            "%(share)s of the points rest on a photo, a receipt or a measured time.",
            share=words.the(words.percent(share)),
        )
    )


def in_store(words: Words, grounds: Grounds) -> Iterator[str]:
    """Nothing where no phone said when an answer was given."""
    if grounds.in_store_share is not None:
        yield words.gettext(
            "%(share)s of the points whose moment is known were answered in the store.",
            share=words.the(words.percent(grounds.in_store_share)),
        )
        yield from _left_out(words, grounds)
    elif grounds.clocked or grounds.timed:
        yield words.gettext(
            "How much was answered in the store is not stated: no visit says both when it entered and when it left."
        )


def _left_out(words: Words, grounds: Grounds) -> Iterator[str]:
    others = grounds.clocked - grounds.placed
    if others:
        yield words.ngettext(
            "%(num)s visit does not say both when it entered and when it left, and is left out of this share.",
            "%(num)s visits do not say both when they entered and when they left, and are left out of this share.",
            others,
        )
