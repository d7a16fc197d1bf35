"""What a test says of a change between two waves of the network, in words."""

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
