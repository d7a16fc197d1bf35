"""What was written on a page that came when its visit was no longer open: kept nowhere, so it is shown whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from fieldstudy.core import drafts as rules
from fieldstudy.core.answers import photo_field
from fieldstudy.core.drafts import Said
from fieldstudy.core.moments import FIELDS
from fieldstudy.models import Visit
from fieldstudy.queries import visits as visit_queries
from fieldstudy.services import visits
from fieldstudy.web.field.differences import say_photo_count
from fieldstudy.web.field.forms import VisitForm, jotting_field
from fieldstudy.web.field.values import Values
from fieldstudy.words import Words


@dataclass(frozen=True)
class Row:
    title: str
    text: str


def page(visit: Visit, rows: Sequence[Row]) -> ResponseReturnValue:
    """`rows`: what was written there and is not in the visit."""
    is_sent = visit_queries.find_submission(visit) is not None
    return render_template("field/visit_closed.html", visit=visit, rows=rows, is_sent=is_sent), 410


def of_form(visit: Visit, form: VisitForm, files: Mapping[str, Sequence[FileStorage]], words: Words) -> list[Row]:
    """Answers, times, notes and photos, in the order of the page."""
    return [*_answers(visit, form, words), *beside(visit, form, files, words)]


def _answers(visit: Visit, form: VisitForm, words: Words) -> Iterator[Row]:
    submission = visit_queries.find_submission(visit)
    here = Said(form.raw, visits.stay_of(visit, form.raw))
    there = Said(submission.content["raw"] if submission else {}, visit.stay)
    found = rules.compare(here, there)
    values = Values(form, words, here.stay, visit.store.timezone, longest=None)
    alone = {name for name in FIELDS if getattr(here.stay, name) and not getattr(there.stay, name)}
    unsent = found.different | found.only_here | alone
    for name in sorted(unsent.intersection(values.places), key=values.places.__getitem__):
        yield Row(values.title(name), values.text(name))


def beside(visit: Visit, form: VisitForm, files: Mapping[str, Sequence[FileStorage]], words: Words) -> list[Row]:
    """Notes, unless they had arrived before, and photos, which the page cannot show."""
    arrived = {(note.section, note.text.strip()) for note in visit_queries.list_jottings(visit)}
    places = [*((section.name, section.label) for section in form.sections), ("", _("the whole visit"))]
    texts = {name: "".join(form.typed.get(jotting_field(name), ())).strip() for name, label in places}
    notes = [note(label, texts[name]) for name, label in places if texts[name] and (name, texts[name]) not in arrived]
    questions = [(question.name, question.label) for section in form.sections for question in section.questions]
    counts = {
        label: sum(bool(file.filename) for file in files.get(photo_field(name), ()))
        for name, label in (*questions, ("", _("The store was closed")))
    }
    return notes + [
        Row(label, say_photo_count(count, words.integer(count))) for label, count in counts.items() if count
    ]


def note(section: str, text: str) -> Row:
    return Row(_("Note: %(place)s", place=section), text)
