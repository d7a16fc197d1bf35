"""How far a form is filled: what is given and what is still missing, touchpoint by touchpoint."""

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from fieldstudy.core.answers import Reading
from fieldstudy.web.field.drawn import DrawnQuestion, DrawnSection
from fieldstudy.words import Words


@dataclass(frozen=True)
class Progress:
    """`unanswered` are required; a missing photo (`unpictured`) stops nobody unless its question is required."""

    asked: int
    given: int
    unanswered: tuple[DrawnQuestion, ...]
    unpictured: tuple[DrawnQuestion, ...]

    @property
    def percent(self) -> int:
        return round(100 * self.given / self.asked) if self.asked else 0

    @property
    def missing(self) -> tuple[DrawnQuestion, ...]:
        return (*self.unanswered, *(question for question in self.unpictured if question not in self.unanswered))


def of_section(section: DrawnSection, reading: Reading, pictured: Collection[str]) -> Progress:
    given = {answer.question for answer in reading.answers if answer.is_given}
    keys = {problem.field: problem.key for problem in reading.problems}
    without_photo = {problem.field for problem in reading.missing}
    asked = [q for q in section.questions if q.is_asked and q.name in reading.relevant]
    return Progress(
        asked=len(asked),
        given=sum(q.name in given or (q.kind == "image" and q.name in pictured) for q in asked),
        unanswered=tuple(q for q in asked if keys.get(q.field) == "required"),
        unpictured=tuple(q for q in asked if keys.get(q.field) == "photo_required" or q.field in without_photo),
    )


def say_missing(progress: Progress, words: Words) -> str:
    """2 answers and 1 photo are missing."""
    if not progress.asked:
        return _("nothing is asked so far")
    answers, photos = len(progress.unanswered), len(progress.missing) - len(progress.unanswered)
    parts = [_answers(answers, words.integer(answers))] if answers else []
    parts += [_photos(photos, words.integer(photos))] if photos else []
    return _missing(answers + photos, words.listing(parts)) if parts else _("nothing is missing")


def patterns() -> dict[str, list[str]]:
    """The same words for the page's own script: the form for one, then that for many."""
    return {
        "answers": [_answers(number, "{}") for number in (1, 2)],
        "photos": [_photos(number, "{}") for number in (1, 2)],
        "missing": [_missing(number, "{}") for number in (1, 2)],
        "complete": [_("nothing is missing")],
        "unasked": [_("nothing is asked so far")],
        "saved": [_("Saved %(time)s", time="{}")],
        "saving": [_("Saving …")],
        "unsaved": [_("Not saved yet: no connection")],
        "signed_out": [_("Not saved: you are signed out")],
        "closed": [_("Not saved: this visit was sent already")],
        "offline": [_("No connection: nothing was sent. Everything stays here; try again later.")],
        "start": [_("Start")],
        "stop": [_("Stop")],
        "photo_failed": [_("The photo is not kept yet: no connection. It goes along when you save or send.")],
        "jotting_failed": [_("The note is not kept yet: no connection. It goes along when you save or send.")],
    }


def _answers(number: int, count: str) -> str:
    text: str = ngettext("%(count)s answer", "%(count)s answers", number, count=count)
    return text


def _photos(number: int, count: str) -> str:
    text: str = ngettext("%(count)s photo", "%(count)s photos", number, count=count)
    return text


def _missing(number: int, what: str) -> str:
    text: str = ngettext("%(what)s is missing", "%(what)s are missing", number, what=what)
    return text
