"""Tells one visit in the reader's words: its answers, its times, who did what with it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from flask_babel import format_timedelta, gettext, ngettext
from flask_babel import lazy_gettext as _

from fieldstudy.core import answers as answering
from fieldstudy.core.answers import Answer, Encounter
from fieldstudy.core.checklist import CHOICES, NUMBERS, Checklist, Crowding, Question, QuestionType, Text
from fieldstudy.core.lifecycle import Outcome, State
from fieldstudy.core.moments import Moment
from fieldstudy.models import JournalLine, User, Visit
from fieldstudy.queries.reviews import QuestionReview
from fieldstudy.services import visits
from fieldstudy.words import Words

VERBS: Mapping[str, Any] = {
    "visit.started": _("started the visit"),
    "visit.submitted": _("sent revision %(revision)s"),
    "visit.in_review": _("took it into review"),
    "visit.approved": _("approved it"),
    "visit.returned": _("sent it back"),
    "visit.held": _("held it"),
    "visit.received": _("put it back into the queue"),
    "visit.excluded": _("excluded it"),
    "visit.void": _("declared it void"),
    "visit.version_chosen": _("chose the other version of revision %(revision)s"),
    "visit.version_kept": _("kept the first version of revision %(revision)s"),
}
MOMENTS: Mapping[Moment, Any] = {
    Moment.BEFORE: _("before entering the store"),
    Moment.IN_STORE: _("in the store"),
    Moment.WITHIN_HOUR: _("within an hour after it"),
    Moment.LATER: _("later than an hour after it"),
}
OWN_REASONS: Mapping[str, Any] = {
    "second_visit": _("Held because another visit of the same assignment had arrived before."),
    "imported": _("Imported from a file."),
}
"""Reasons that the software gives itself, as the services write them."""
ENCOUNTER_PARTS: Mapping[str, Any] = {
    "feeling": _("feeling"),
    "arousal": _("arousal"),
    "met_at": _("time of day"),
    "crowding": _("crowding"),
}


class ChecklistTeller:
    """Questions and what was typed, by the checklist alone."""

    def __init__(self, words: Words, checklist: Checklist) -> None:
        self.words = words
        self.checklist = checklist

    def say(self, text: Text, name: str = "") -> str:
        """The checklist's own text in the reader's language, else in its own, else the name of the thing."""
        return text.say(self.words.locale, self.checklist.default_language) or name

    def question(self, name: str) -> str:
        return self.say(self.checklist.question_by_name[name].label, name)

    def value(self, question: Question, value: str) -> str:
        number = answering.read_number(value)
        if question.type in CHOICES:
            labels = {option.name: self.say(option.label, option.name) for option in question.options}
            return self.words.listing(labels.get(name, name) for name in value.split())
        if question.type in NUMBERS and number is not None:
            is_span = question.type == QuestionType.TIMER
            return self.words.seconds(int(number)) if is_span else self.words.points(number)
        if question.type == QuestionType.DATE:
            return self.words.day(date.fromisoformat(value))
        if question.type == QuestionType.DATETIME:
            return self.words.moment(datetime.fromisoformat(value))
        return value

    # Fields of the form, as they came

    def field(self, name: str) -> str:
        """What a field of the form is about."""
        return self._field_names.get(name, name)

    @cached_property
    def _field_names(self) -> dict[str, str]:
        names = {}
        for question in self.checklist.questions:
            label = self.question(question.name)
            names[answering.answer_field(question.name)] = label
            names[answering.na_field(question.name)] = gettext("%(question)s: not applicable", question=label)
            names[answering.comment_field(question.name)] = gettext("%(question)s: comment", question=label)
        for section in self.checklist.sections:
            for part, said in ENCOUNTER_PARTS.items():
                label = self.say(section.label, section.name)
                names[answering.encounter_field(part, section.name)] = f"{label}: {said}"
        return names

    def raw(self, field: str, values: Iterable[str]) -> str:
        """The text of a field as it was typed; choices by their labels."""
        text = " ".join(values)
        question = self.checklist.question_by_name.get(field.removeprefix(answering.answer_field("")))
        if question is not None and question.type in CHOICES:
            return self.value(question, text)
        if field.startswith("crowding-") and text in set(Crowding):
            return self.words.name(Crowding(text))
        return text


class Teller(ChecklistTeller):
    """All that is told about one visit."""

    def __init__(self, words: Words, visit: Visit, *, with_names: bool = False) -> None:
        super().__init__(words, visit.checklist_version.content)
        self.visit = visit
        self._with_names = with_names

    @property
    def fieldworker(self) -> str:
        """By code; whoever sent them there knows the name too."""
        found = self.visit.fieldworker
        return f"{found.user.name} · {found.code}" if self._with_names and found.user else found.code

    def local(self, at: datetime) -> datetime:
        """In the store's own time."""
        return visits.local(at, self.visit.store.timezone)

    def clock(self, offset: timedelta) -> str:
        """How wrong the phone's clock was."""
        span = format_timedelta(abs(offset))
        if offset > timedelta(0):
            return gettext("%(span)s ahead; the times here are set right", span=span)
        return gettext("%(span)s behind; the times here are set right", span=span)

    def moment(self, moment: Moment) -> str:
        """When an answer was given; nothing where that is unknown."""
        return str(MOMENTS.get(moment, ""))

    # Answers

    def given(self, item: QuestionReview) -> str:
        """What stands beside a question: its answer, how many photos, or why there is neither."""
        if not item.is_relevant:
            return gettext("did not apply")
        if item.question.type == QuestionType.IMAGE and not item.answer.is_given:
            return ngettext("%(num)s photo", "%(num)s photos", len(item.photos))
        return self.answer(item.question, item.answer)

    def answer(self, question: Question, answer: Answer) -> str:
        if answer.is_na:
            return gettext("not applicable")
        return self.value(question, answer.value) if answer.value else gettext("no answer")

    def encounter(self, encounter: Encounter) -> str:
        """What was noted about the touchpoint as a whole; nothing that was left empty."""
        said = []
        if encounter.feeling is not None:
            said.append(gettext("feeling %(value)s", value=self.words.signed(Decimal(encounter.feeling))))
        if encounter.arousal is not None:
            said.append(gettext("arousal %(value)s of 3", value=encounter.arousal))
        if encounter.met_at:
            said.append(gettext("at %(time)s", time=encounter.met_at))
        if encounter.crowding is not None:
            said.append(self.words.name(encounter.crowding))
        return " · ".join(said)

    # What became of it

    def line(self, line: JournalLine) -> str:
        """The act; a verb that has no words yet is shown as it stands."""
        said = str(VERBS.get(line.verb, line.verb))
        said = said % {"revision": line.details.get("revision", "")} if "%(" in said else said
        reason = line.details.get("reason")
        if line.details.get("outcome") == Outcome.STORE_CLOSED:
            closed = gettext("the store was closed")
            said = f"{said}: {closed}"
        return f"{said}: {reason}" if reason else said

    def actor(self, user: User | None) -> str:
        if user is None:
            return gettext("the system")
        return self.fieldworker if user.id == self.visit.fieldworker.user_id else user.name

    def state_reason(self) -> str:
        reason = self.visit.state_reason
        return str(OWN_REASONS.get(reason, reason))

    def closed(self) -> str:
        """Why there is nothing to decide."""
        if self.visit.state == State.RETURNED:
            return gettext("It is with the fieldworker, who corrects it and sends it again.")
        if self.visit.state == State.VOID:
            return gettext("It was declared void; that is the end of it.")
        return gettext("Its wave is released: its figures are frozen. Set aside, it leaves them with the next edition.")
