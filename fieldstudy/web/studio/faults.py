"""Numbers that do not add up, in words."""

from collections.abc import Iterable
from decimal import Decimal

from flask_babel import gettext as _

from fieldstudy.core.sums import Fault
from fieldstudy.words import Words

DECIMALS = 4


def worded(faults: Iterable[Fault], words: Words) -> list[str]:
    """Which number, what it would have printed and what lies under it."""
    return [
        _(
            "%(where)s: %(printed)s would have been printed, and what lies under it gives %(summed)s.",
            where=fault.where,
            printed=_number(fault.printed, words),
            summed=_number(fault.summed, words),
        )
        for fault in faults
    ]


def _number(value: Decimal | None, words: Words) -> str:
    return _("nothing") if value is None else words.number(value, DECIMALS)
