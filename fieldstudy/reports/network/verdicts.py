"""What a test says of a change between two waves of the network, in words."""

from decimal import Decimal

from fieldstudy.core.changes import Change, Verdict
from fieldstudy.words import Words


def mark(words: Words, change: Change | None) -> str:
    """For a row of a table: an arrow beside the word, only where a test says that it moved."""
    if change is None:
        return ""
    match change.verdict:
        case Verdict.BETTER:
            return "▲ " + words.gettext("better")
        case Verdict.WORSE:
            return "▼ " + words.gettext("worse")
        case Verdict.CANNOT_TELL:
            return words.gettext("cannot tell")
        case Verdict.TOO_FEW:
            return words.gettext("too few visits")


def sentence(words: Words, printed_now: Decimal, printed_before: Decimal, change: Change, stores: int) -> str:
    """The network's change since the last wave; the difference is that of the printed numbers."""
    difference = words.gap(printed_now, printed_before)
    values = {"change": "±0" if difference == "0" else difference, "before": words.points(printed_before)}
    match change.verdict:
        case Verdict.BETTER:
            return words.gettext(
                "%(change)s on the last wave (%(before)s): better; chance alone would hardly do that.", **values
            )
        case Verdict.WORSE:
            return words.gettext(
                "%(change)s on the last wave (%(before)s): worse; chance alone would hardly do that.", **values
            )
        case Verdict.CANNOT_TELL:
            return words.ngettext(
                "%(change)s on the last wave (%(before)s): no change that we can tell from %(num)s store.",
                "%(change)s on the last wave (%(before)s): no change that we can tell from %(num)s stores.",
                stores,
                **values,
            )
        case Verdict.TOO_FEW:
            return words.gettext(
                "%(change)s on the last wave (%(before)s): too few stores to tell whether it changed.", **values
            )
