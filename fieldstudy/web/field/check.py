"""What stands between a form and its sending: what blocks it and, apart from that, what is only asked for."""

from collections.abc import Mapping
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
    """`blocking` is what sending would refuse; `advisable` are photos that it asks about once, and `elsewhere` those
    that lie on another phone.
    """

    blocking: tuple[Item, ...]
    advisable: tuple[Item, ...]
    elsewhere: tuple[Item, ...]

    @property
    def is_complete(self) -> bool:
        return not (self.blocking or self.advisable or self.elsewhere)


def of_form(form: VisitForm, reading: Reading, there: Mapping[str, str], words: Words) -> Check:
    """`there`: what is said of the photos that lie on another phone, by the name of their question."""

    def told(problem: Problem) -> str:
        return there.get(form.owner(problem.field).question.name, "")

    def reason(problem: Problem) -> str:
        return (problem.key == "photo_required" and told(problem)) or _reason(form, problem, words)

    return Check(
        tuple(_item(form, problem, reason(problem)) for problem in reading.problems),
        tuple(_item(form, problem, _asked(form, problem)) for problem in reading.missing if not told(problem)),
        tuple(_item(form, problem, told(problem)) for problem in reading.missing if told(problem)),
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
