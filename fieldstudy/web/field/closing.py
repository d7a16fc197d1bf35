"""What another device holds of a visit whose store is said to have been closed, beside answers and photos."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from fieldstudy.models import Jotting
from fieldstudy.web.field.elsewhere import Elsewhere
from fieldstudy.words import Words


def tell(elsewhere: Elsewhere, jottings: Sequence[Jotting], words: Words) -> tuple[str, ...]:
    """`jottings`: those that have arrived."""
    notes = len(elsewhere.backed_up(jottings))
    timer = (_("A timer is still running on one of your phones."),) if elsewhere.timers else ()
    return (*timer, *((_say_notes(notes, words.integer(notes)),) if notes else ()))


def _say_notes(number: int, count: str) -> str:
    text: str = ngettext(
        "%(count)s note that you wrote elsewhere goes along.",
        "%(count)s notes that you wrote elsewhere go along.",
        number,
        count=count,
    )
    return text
