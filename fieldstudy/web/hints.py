"""Hints about a visit in words, for the desk and for the release."""

from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from fieldstudy.core.hints import Hint, HintKind
from fieldstudy.words import Words


def say(words: Words, hint: Hint) -> str:
    value = hint.value
    if isinstance(value, datetime):
        return _("began at %(time)s, the store’s own time", time=words.clock(value))
    if isinstance(value, date):
        return outside_wave(words, value)
    if isinstance(value, timedelta):
        duration = words.seconds(int(value.total_seconds()))
        if hint.kind == HintKind.SHORT_STAY:
            return _("only %(duration)s in the store", duration=duration)
        return _("only %(duration)s from the start to the end of the form", duration=duration)
    if hint.kind == HintKind.ONE_COLOUR:
        return ngettext("one photo is of a single colour", "%(num)s photos are of a single colour", value)
    return ngettext("the only scored answer is at its best", "all %(num)s scored answers are at their best", value)


def outside_wave(words: Words, day: date) -> str:
    return _("dated %(day)s, outside the days of the wave", day=words.day(day))
