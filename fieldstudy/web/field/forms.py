"""The form of a visit, built from its checklist: fields that hold raw text and judge nothing."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, SelectField, StringField, TextAreaField

from fieldstudy.core import moments
from fieldstudy.core.answers import ENCOUNTER_PARTS, Problem, Raw, answer_field, encounter_field, photo_field
from fieldstudy.core.answers.readers import to_clock
from fieldstudy.core.checklist import CHOICES, Checklist, Method, Question
from fieldstudy.core.drafts import stop_field
from fieldstudy.core.moments import Stay
from fieldstudy.models import ChecklistVersion, Visit
from fieldstudy.web.field import drawn
from fieldstudy.web.field.drawn import DrawnQuestion, DrawnSection
from fieldstudy.web.pages import ListForm, search_field
from fieldstudy.words import Words


def jotting_field(section: str) -> str:
    return f"jotting-{section}"


CLOSED = "closed"
"""Where photos of a closed door are taken, on every page by this name."""
WHOLE_VISIT = jotting_field("")
"""The note of a phone's pocket screen: no page shows it, but a phone that cannot save posts it."""


class QuestionField(Field):
    """A question with all that belongs to it: what was typed or chosen, N/A and comment."""

    def __init__(self, question: DrawnQuestion, **keywords: Any) -> None:
        super().__init__(label=question.label, **keywords)
        self.question = question

    def process(self, formdata: MultiDict[str, str], data: Any = None, extra_filters: Any = None) -> None:
        self.chosen = formdata.getlist(self.question.field)
        self.text = self.chosen[0] if self.chosen else ""
        self.is_na = any(formdata.getlist(self.question.na_field))
        self.comment = formdata.get(self.question.comment_field, "")
        self.stopped = formdata.get(stop_field(self.question.name), "")


class SectionField(Field):
    """How a touchpoint was met, and the jotting that is being written there."""

    def __init__(self, section: DrawnSection, **keywords: Any) -> None:
        super().__init__(label=section.label, **keywords)
        self.section = section

    def process(self, formdata: MultiDict[str, str], data: Any = None, extra_filters: Any = None) -> None:
        for part in ENCOUNTER_PARTS:
            setattr(self, part, formdata.get(encounter_field(part, self.section.name), ""))
        self.jotting = formdata.get(jotting_field(self.section.name), "")


class StayField(Field):
    """Entry into the store or exit from it, as a field for date and time has it."""

    def process(self, formdata: MultiDict[str, str], data: Any = None, extra_filters: Any = None) -> None:
        self.text = formdata.get(self.name, "")


class ClosedField(Field):
    """The photos of a store that was closed, which belong to no question."""

    def process(self, formdata: MultiDict[str, str], data: Any = None, extra_filters: Any = None) -> None:
        pass


STAY_LABELS = {moments.ENTERED: _l("Time you went in"), moments.LEFT: _l("Time you left the store")}


class VisitForm(Form):
    sections: ClassVar[tuple[DrawnSection, ...]]
    owners: ClassVar[Mapping[str, str]]
    """The field that each name in the HTML belongs to; nothing else is taken in."""
    times: ClassVar[frozenset[str]]
    """The fields of measured times."""
    defaults: ClassVar[Raw]
    """What an untouched form begins with."""

    def __init__(self, typed: Iterable[tuple[str, Sequence[str]]]) -> None:
        self.typed = {
            name: self._read(name, values) for name, values in typed if name in self.owners or name == WHOLE_VISIT
        }
        formdata: MultiDict[str, str] = MultiDict(self.typed)
        super().__init__(formdata=formdata)

    def _read(self, name: str, texts: Sequence[str]) -> list[str]:
        """A measured time comes back as timers write it: a bare "4" says of what."""
        return [to_clock(text) for text in texts] if name in self.times else list(texts)

    @property
    def raw(self) -> Raw:
        """What is judged and sent: all but the jottings, which are kept on their own."""
        return {name: values for name, values in self.typed.items() if not name.startswith("jotting-")}

    def show_stay(self, stay: Stay, timezone: str) -> None:
        """Entry and exit in the store's own time, also where a phone has posted them as instants."""
        for name in moments.FIELDS:
            at = getattr(stay, name)
            if at is not None:
                self[name].text = at.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M")

    @property
    def mark(self) -> str:
        """Of all that the page asks. It comes back with the page, and is the same then if nobody touched anything."""
        unasked = {
            each.question.field for each in self if isinstance(each, QuestionField) and not each.question.is_asked
        }
        said = {name: texts for name, texts in self.raw.items() if self.owners[name] not in unasked}
        said |= {name: [self[name].text] for name in moments.FIELDS}
        texts = {name: sorted(text.replace("\r\n", "\n").strip() for text in found) for name, found in said.items()}
        given = {name: [text for text in found if text] for name, found in texts.items()}
        plain = json.dumps(sorted((name, found) for name, found in given.items() if found))
        return hashlib.sha256(plain.encode()).hexdigest()

    def hang(self, name: str, message: str) -> None:
        """Put a message beside the question that this name in the HTML belongs to."""
        owner = self.owner(name)
        owner.errors = [*owner.errors, message]

    def owner(self, name: str) -> Field:
        """The question or touchpoint that this name in the HTML belongs to."""
        return self[self.owners[name]]

    def say(self, problem: Problem, words: Words) -> str:
        """A choice is called here as the page calls it; a timer runs on a phone."""
        if problem.key == "still_running":
            return _say_running(self.owner(problem.field))
        if problem.key != "exclusive":
            return words.problem(problem)
        labels = {choice.value: choice.label for choice in self.owner(problem.field).question.choices}
        return words.problem(replace(problem, values={"value": labels[problem.values["value"]]}))

    def clear_jotting(self, section: str) -> None:
        """It has been kept, and must not be kept again."""
        name = jotting_field(section)
        self.typed.pop(name, None)
        if name in self.owners:
            self[self.owners[name]].jotting = ""

    def validate(self, problems: Iterable[Problem], words: Words) -> bool:
        """Takes over the one judgement, which was made elsewhere for the whole page."""
        for problem in problems:
            self.hang(problem.field, self.say(problem, words))
        return not self.errors

    @property
    def wrong(self) -> list[Field]:
        return [owner for owner in self if owner.errors]


def _say_running(field: QuestionField) -> str:
    """Another time than the phone's counts by itself; the same one, or none, somebody has to say so."""
    if field.text.strip():
        return _(
            "A timer is still running on one of your phones. Stop it there, write another time here, or tick “The time "
            "written here counts”."
        )
    if field.question.is_required:
        return _("A timer is still running on one of your phones. Stop it there, or write the time here.")
    return _("A timer is still running on one of your phones. Stop it there, write the time here, or tick “No time”.")


class SentListForm(ListForm):
    """What the sent visits are searched for."""

    search = search_field(_l("Store or checklist"))


class DeviceForm(Form):
    """Whose draft is to be shown, where several devices hold one, or what was laid aside."""

    device = StringField(default=None)
    aside = StringField(default=None)


class JottingForm(Form):
    """A jotting and the touchpoint it is tied to; the empty section is the whole visit."""

    section = SelectField(default="")
    text = TextAreaField()

    def __init__(self, sections: Iterable[DrawnSection], formdata: MultiDict[str, str]) -> None:
        super().__init__(formdata)
        self.section.choices = [("", _("the whole visit")), *((section.name, section.label) for section in sections)]


@dataclass(frozen=True)
class _Key:
    """The checklist hangs on the version, and need not be compared."""

    version_id: UUID
    method: Method
    language: str
    checklist: Checklist = field(compare=False, repr=False)


def of_visit(visit: Visit, language: str) -> type[VisitForm]:
    return of_version(visit.checklist_version, visit.method, language)


def of_version(version: ChecklistVersion, method: Method, language: str) -> type[VisitForm]:
    return _form_class(_Key(version.id, method, language, version.content))


@lru_cache(maxsize=64)
def _form_class(key: _Key) -> type[VisitForm]:
    checklist = key.checklist.for_method(key.method)
    sections = drawn.draw(checklist, key.language)
    fields: dict[str, Any] = {name: StayField(label) for name, label in STAY_LABELS.items()}
    owners: dict[str, str] = {name: name for name in moments.FIELDS}
    fields[CLOSED], owners[photo_field("")] = ClosedField(_l("The store was closed")), CLOSED
    for section in sections:
        for question in section.questions:
            fields[question.field] = QuestionField(question)
            owners.update(dict.fromkeys(_names(question), question.field))
        met, *others = (encounter_field(part, section.name) for part in ENCOUNTER_PARTS)
        fields[met] = SectionField(section)
        owners.update(dict.fromkeys((met, *others, jotting_field(section.name)), met))
    times = (question.field for section in sections for question in section.questions if question.kind == "timer")
    defaults = {answer_field(question.name): _default(question) for question in checklist.questions if question.default}
    about = {"sections": sections, "owners": owners, "defaults": defaults, "times": frozenset(times)}
    return type("ChecklistForm", (VisitForm,), fields | about)


def _names(question: DrawnQuestion) -> tuple[str, ...]:
    fields = question.field, question.na_field, question.comment_field, question.photo_field
    return (*fields, stop_field(question.name)) if question.kind == "timer" else fields


def _default(question: Question) -> list[str]:
    return question.default.split() if question.type in CHOICES else [question.default]
