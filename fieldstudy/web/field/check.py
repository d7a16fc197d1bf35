"""What stands between a form and its sending: what blocks it and, apart from that, what is only asked for."""

from dataclasses import dataclass

from flask_babel import gettext as _

from fieldstudy.core.answers import Problem, Reading
from fieldstudy.web.field.forms import VisitForm
from fieldstudy.web.field.progress import EMPTY
from fieldstudy.words import Words


@dataclass(frozen=True)
class Item:
    """`field` is where its link leads."""

    field: str
    label: str
    text: str


@dataclass(frozen=True)
class Check:
    """`blocking` is what sending would refuse; `advisable` are photos that it asks about once."""

    blocking: tuple[Item, ...]
    advisable: tuple[Item, ...]


def of_form(form: VisitForm, reading: Reading, words: Words) -> Check:
    return Check(
        tuple(_item(form, problem, _reason(form, problem, words)) for problem in reading.problems),
        tuple(_item(form, problem, _asked(form, problem)) for problem in reading.missing),
    )


def _item(form: VisitForm, problem: Problem, text: str) -> Item:
    owner = form.owner(problem.field)
    return Item(owner.name, owner.label.text, text)


def _reason(form: VisitForm, problem: Problem, words: Words) -> str:
    """That an answer is needed need not be said of each: where it belongs says more."""
    return _section(form, problem) if problem.key in EMPTY else form.say(problem, words)


def _asked(form: VisitForm, problem: Problem) -> str:
    is_receipt = form.owner(problem.field).question.asks_receipt
    return _("Till receipt") if is_receipt else _section(form, problem)


def _section(form: VisitForm, problem: Problem) -> str:
    return next(section.label for section in form.sections if problem.field in {q.field for q in section.questions})
