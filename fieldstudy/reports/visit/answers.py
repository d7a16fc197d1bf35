"""What was answered, in the reader's words."""

from datetime import date, datetime
from decimal import Decimal

from fieldstudy.core.answers import Answer, Encounter, read_number
from fieldstudy.core.checklist import CHOICES, NUMBERS, Question, QuestionType
from fieldstudy.reports.voice import Voice, isolated


def said(voice: Voice, question: Question, answer: Answer) -> str:
    """Empty where there is no answer."""
    if answer.is_na:
        return voice.words.gettext("not applicable")
    return _value(voice, question, answer.value) if answer.value else ""


def _value(voice: Voice, question: Question, value: str) -> str:
    words, number = voice.words, read_number(value)
    if question.type in CHOICES:
        labels = {option.name: voice.say(option.label, option.name) for option in question.options}
        return words.listing(labels.get(name, name) for name in value.split())
    if question.type in NUMBERS and number is not None:
        return words.seconds(int(number)) if question.type == QuestionType.TIMER else words.points(number)
    if question.type == QuestionType.DATE:
        return words.day(date.fromisoformat(value))
    if question.type == QuestionType.DATETIME:
        return words.moment(datetime.fromisoformat(value))
    return isolated(value)


def encounter(voice: Voice, met: Encounter) -> str:
    """What was noted about the touchpoint as a whole; nothing that was left empty."""
    words = voice.words
    parts = [
        words.gettext("at %(time)s", time=met.met_at) if met.met_at else "",
        "" if met.feeling is None else words.gettext("feeling %(value)s", value=words.signed(Decimal(met.feeling))),
        "" if met.arousal is None else words.gettext("arousal %(value)s of 3", value=met.arousal),
        "" if met.crowding is None else words.name(met.crowding),
    ]
    return " · ".join(part for part in parts if part)
