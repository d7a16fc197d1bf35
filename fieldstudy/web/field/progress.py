"""How far a form is filled: what is given and what is still missing, touchpoint by touchpoint."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from fieldstudy.core.answers import ENCOUNTER_PARTS, Problem, Reading, encounter_field
from fieldstudy.web.field import differences
from fieldstudy.web.field.drawn import DrawnQuestion, DrawnSection
from fieldstudy.web.field.forms import VisitForm
from fieldstudy.words import Words
from fieldstudy.words.problems import ANSWER_SENTENCES

EMPTY = ("required", "photo_required")
"""The problems of a question that nobody has answered yet."""
RUNNING = "still_running"


@dataclass(frozen=True)
class Progress:
    """`unanswered` are required; a missing photo (`unpictured`) stops nobody unless its question is required.

    `there` counts the photos that are asked for and lie on another phone; `wrong` what cannot be sent as it is.
    """

    asked: int
    given: int
    unanswered: tuple[DrawnQuestion, ...]
    unpictured: tuple[DrawnQuestion, ...]
    there: int
    wrong: int
    running: int

    @property
    def percent(self) -> int:
        return round(100 * self.given / self.asked) if self.asked else 0

    @property
    def missing(self) -> tuple[DrawnQuestion, ...]:
        return (*self.unanswered, *(question for question in self.unpictured if question not in self.unanswered))


def wrong(reading: Reading) -> list[Problem]:
    """What is said beside its question as soon as the form is drawn: what is still empty is no mistake yet."""
    return [problem for problem in reading.problems if problem.key not in (*EMPTY, RUNNING)]


def of_section(
    section: DrawnSection, reading: Reading, pictured: Collection[str], there: Mapping[str, int]
) -> Progress:
    """`pictured`: questions with a photo; `there`: how many photos of each lie on another phone."""
    given = {answer.question for answer in reading.answers if answer.is_given}
    keys = {problem.field: problem.key for problem in reading.problems}
    own = {question.field for question in section.questions}
    own |= {encounter_field(part, section.name) for part in ENCOUNTER_PARTS}
    without_photo = {problem.field for problem in reading.missing}
    asked = [q for q in section.questions if q.is_asked and q.name in reading.relevant]
    lacking = [q for q in asked if keys.get(q.field) == "photo_required" or q.field in without_photo]
    return Progress(
        asked=len(asked),
        given=sum(q.name in given or (q.kind == "image" and q.name in pictured) for q in asked),
        unanswered=tuple(q for q in asked if keys.get(q.field) == "required"),
        unpictured=tuple(q for q in lacking if q.name not in there),
        there=sum(there.get(q.name, 0) for q in lacking),
        wrong=sum(field in own and key not in (*EMPTY, RUNNING) for field, key in keys.items()),
        running=sum(field in own and key == RUNNING for field, key in keys.items()),
    )


def numbers(sections: Mapping[str, Progress]) -> dict[str, int]:
    """The touchpoints that apply, numbered; one that does not is none of those that there are."""
    asked = [name for name, found in sections.items() if found.asked]
    return {name: number for number, name in enumerate(asked, 1)}


def say_missing(progress: Progress, words: Words) -> str:
    """2 answers and 1 photo are missing · 1 photo is on another phone · 1 answer needs another look · a timer is
    running.
    """
    if not progress.asked:
        return _("nothing is asked so far")
    wrong = [_wrong(progress.wrong, words.integer(progress.wrong))] if progress.wrong else []
    running = [_timers(progress.running, words.integer(progress.running))] if progress.running else []
    there = [say_there(progress.there, words.integer(progress.there))] if progress.there else []
    return " · ".join([*_say_empty(progress, words), *there, *wrong, *running]) or _("nothing is missing")


def say_refused(form: VisitForm, reading: Reading, words: Words) -> str:
    """What was never answered is told from what is there and cannot be sent as it is."""
    empty = {form.owner(one.field).name: form.say(one, words) for one in reading.problems if one.key in EMPTY}
    unanswered = sum(field.errors == [empty.get(field.name)] for field in form.wrong)
    wrong = len(form.wrong) - unanswered
    parts = ((_unanswered, unanswered), (_wrong, wrong))
    return " · ".join(say(count, words.integer(count)) for say, count in parts if count)


def _say_empty(progress: Progress, words: Words) -> list[str]:
    answers, photos = len(progress.unanswered), len(progress.missing) - len(progress.unanswered)
    parts = [_answers(answers, words.integer(answers))] if answers else []
    parts += [_photos(photos, words.integer(photos))] if photos else []
    return [_missing(answers + photos, words.listing(parts))] if parts else []


def patterns(words: Words) -> dict[str, list[str]]:
    """The same words for the page's own script: the form for one, then that for many. Each {} is a place."""
    counted = {
        "unanswered": _unanswered,
        "answers": _answers,
        "photos": _photos,
        "missing": _missing,
        "wrong": _wrong,
        "timers": _timers,
    }
    counted |= {"entries": _entries, "unpictured": say_unpictured, "there_photos": say_there, **differences.COUNTED}
    forms = {name: [say(number, "{}") for number in (1, 2)] for name, say in counted.items()}
    alone = {**_states(), **_comforts(), **_pictures(), **_sending(), **differences.sentences()}
    sentences = {key: words.gettext(text, **PLACES) for key, text in ANSWER_SENTENCES.items()}
    return {**forms, **{name: [text] for name, text in {**alone, **sentences}.items()}}


PLACES = {name: f"{{{name}}}" for name in ("value", "allowed", "limit", "low", "high", "step")}


def _states() -> dict[str, str]:
    return {
        "complete": _("nothing is missing"),
        "unasked": _("nothing is asked so far"),
        "place": _("%(number)s of %(count)s", number="{number}", count="{count}"),
        "saved": _("Saved on this phone %(time)s", time="{}"),
        "from_phone": _("Saved on another phone %(time)s", time="{}"),
        "from_server": _("Saved on the server %(time)s", time="{}"),
        "saving": _("Saving …"),
        "unsaved": _("This phone cannot save at the moment. Leave this page open."),
        "rescued": _("What could not be saved before is here again."),
        "elsewhere": _("Open in another tab"),
        "unsaved_short": _("Not saved"),
        "elsewhere_long": _(
            "This visit is open in another tab. Here it can only be read; it opens by itself once the other is closed."
        ),
        "saved_sent": _("Sent"),
        "sealed_short": _("Waiting to be sent"),
        "returned": _("Sent back:"),
        "blocking": _("Before you can send"),
        "advisable": _("Photos still missing; you can send all the same"),
        "others": _("Photos on other phones; you can send all the same"),
        "till_receipt": _("Till receipt"),
    }


def _comforts() -> dict[str, str]:
    return {
        "start": _("Start"),
        "stop": _("Stop"),
        "locating": _("Looking for the position …"),
        "within": _("within %(metres)s m", metres="{}"),
        "unlocated": _("The position could not be found. You can go on without it."),
        "refused": _("This phone does not give the position here. You can go on without it."),
        "running": _("Running: %(question)s", question="{}"),
        "stopped": _("Stopped: %(question)s", question="{}"),
        "measured": _("%(time)s is measured already.", time="{}"),
        "resume": _("Go on from %(time)s", time="{}"),
        "measure_anew": _("Measure again"),
        "leave_time": _("Leave it at %(time)s", time="{}"),
        "discard": _("Discard this measurement"),
        "back_to": _("Go back to %(time)s", time="{}"),
        "change_time": _("Change the time"),
        "taken_out": _("%(time)s was removed: a question that does not apply has no time.", time="{}"),
        "entered": _("Entry at %(time)s", time="{}"),
        "left": _("Exit at %(time)s", time="{}"),
        "stamp": _("Time stamp"),
        "note": _("Note"),
        "photo": _("Photo"),
        "photos_word": _("Photos"),
        "notes_word": _("Notes with the time"),
        "whole": _("the whole visit"),
        "unsorted": _("Not sorted yet"),
        "sorted": _("nothing is waiting to be sorted"),
        "where": _("Where does it belong: %(entry)s", entry="{}"),
        "to_entered": _("Time you went in"),
        "to_left": _("Time you left the store"),
        "to_met": _("Time of: %(section)s", section="{}"),
        "throw_away": _("Discard it"),
    }


def _pictures() -> dict[str, str]:
    return {
        "unreadable": _(
            "“%(name)s” is not a photo that this phone can read. Take the picture again, or choose a JPEG or PNG.",
            name="{}",
        ),
        "empty_file": _(
            "“%(name)s” is empty: the phone handed over no picture. Take it again, or open it in the gallery first and "
            "then choose it.",
            name="{}",
        ),
        "dismiss": _("OK"),
        "unkept": _("“%(name)s” could not be kept: this phone has no room left, or cannot save.", name="{}"),
        "removed": _("Photo removed"),
        "undo": _("Undo"),
        "remove": _("Remove"),
        "blur": _("Photo %(number)s: view, blur or remove", number="{}"),
        "blur_loose": _("Photo: view, blur or remove"),
        "on_server": _("Photo %(number)s, sent before", number="{}"),
    }


def _sending() -> dict[str, str]:
    return {
        "waiting": _(
            "Finished at %(time)s. It will be sent as soon as there is a connection, or once you sign in again.",
            time="{}",
        ),
        "arrived": _("Your visit has arrived"),
        "review": _("Sent. A person looks at it before it is recorded."),
        "conflict": _("This visit had arrived already, with other answers. Both are kept, and a person will choose."),
        "attention": _("It could not be sent. “Waiting to be sent” says why."),
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


def say_unpictured(number: int, count: str) -> str:
    text: str = ngettext("%(count)s photo is missing", "%(count)s photos are missing", number, count=count)
    return text


def say_there(number: int, count: str) -> str:
    text: str = ngettext(
        "%(count)s photo is on another phone", "%(count)s photos are on other phones", number, count=count
    )
    return text


def _unanswered(number: int, count: str) -> str:
    text: str = ngettext(
        "%(count)s question is still to be completed",
        "%(count)s questions are still to be completed",
        number,
        count=count,
    )
    return text


def _wrong(number: int, count: str) -> str:
    text: str = ngettext(
        "%(count)s answer needs another look", "%(count)s answers need another look", number, count=count
    )
    return text


def _timers(number: int, count: str) -> str:
    text: str = ngettext("a timer is running", "%(count)s timers are running", number, count=count)
    return text


def _entries(number: int, count: str) -> str:
    text: str = ngettext(
        "%(count)s thing is not sorted yet", "%(count)s things are not sorted yet", number, count=count
    )
    return text
