"""One sentence for each kind of problem. The keys are those of core.answers and of the importers."""

from collections.abc import Mapping

from fieldstudy.words import files
from fieldstudy.words.marks import _

ANSWER_SENTENCES: Mapping[str, str] = {
    "required": _("Please answer this question."),
    "photo_required": _("Please add a photo."),
    "photo_missing": _("A photo is asked for here and none is there yet."),
    "constraint": _("This answer does not fit what is asked here."),
    "unknown_choice": _("“%(value)s” is not one of the choices (%(allowed)s)."),
    "one_choice": _("Please choose one answer only."),
    "one_value": _("Please give one value only."),
    "na_alone": _("“Not applicable” cannot stand together with another answer."),
    "na_or_time": _("N/A and a time exclude each other: delete the time, or take N/A back."),
    "na_or_answer": _("N/A and an answer exclude each other: delete the answer, or take N/A back."),
    "exclusive": _("“%(value)s” can only be chosen alone: keep it, or keep the others."),
    "too_long": _("This text is too long: %(limit)s characters at most."),
    "not_a_number": _("“%(value)s” is not a number."),
    "not_an_integer": _("“%(value)s” is not a whole number."),
    "out_of_range": _("Please give a number from %(low)s to %(high)s, in steps of %(step)s."),
    "below_range": _("Please give a number from %(low)s upwards, in steps of %(step)s."),
    "not_a_time_span": _("“%(value)s” is not a length of time. Write seconds, or minutes and seconds as in 2:10."),
    "not_a_date": _("“%(value)s” is not a date."),
    "not_a_time": _("“%(value)s” is not a time of day. Write it as in 16:42."),
    "not_a_datetime": _("“%(value)s” is not a date with a time."),
    "left_before_entry": _("The exit from the store cannot come before the entry. Correct one of the two times."),
    "still_running": _("The timer is still running. Stop it, or write the time yourself."),
    "not_a_position": _("“%(value)s” is not a position. Write latitude and longitude."),
}

MEASURES = ("limit", "low", "high", "step", "start", "end", "count")
"""Values that are numbers of ours. A row number is none: it is read like a name."""

FILE_SENTENCES: Mapping[str, str | tuple[str, str]] = {
    **ANSWER_SENTENCES,
    **files.PROBLEM_SENTENCES,
    **files.NOTE_SENTENCES,
}
"""An answer that came in a file may have every problem that a typed one has."""


def of_answer(key: str, values: Mapping[str, str]) -> str:
    """A range without an upper end has a sentence of its own."""
    is_open = key == "out_of_range" and not values.get("high")
    return ANSWER_SENTENCES["below_range" if is_open else key]


def of_file(key: str, values: Mapping[str, str]) -> str | tuple[str, str]:
    """For one and for many where it counts. A key that nobody has put into words yet is better shown than hidden."""
    return of_answer(key, values) if key in ANSWER_SENTENCES else FILE_SENTENCES.get(key, key)
