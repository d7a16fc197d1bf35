"""What is told about a visit that could not be taken in."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from fieldstudy.core import sealed
from fieldstudy.core.answers import Problem
from fieldstudy.core.sealed import Doubt
from fieldstudy.models import Quarantined
from fieldstudy.queries.sendings import QuarantineLine
from fieldstudy.services import quarantine, visits
from fieldstudy.web import clock
from fieldstudy.web.desk.teller import ChecklistTeller
from fieldstudy.words import Words

WHY: Mapping[str, Any] = {
    Doubt.MALFORMED: _("What arrived cannot be read as a visit; the app on that phone may be damaged or very old."),
    Doubt.UNKNOWN_ASSIGNMENT: _("Its assignment does not exist."),
    Doubt.FOREIGN_ASSIGNMENT: _("Its assignment belongs to another fieldworker."),
    Doubt.WITHDRAWN_ASSIGNMENT: _("Its assignment was withdrawn."),
    Doubt.FOREIGN_VISIT: _("This visit was begun by another fieldworker."),
    Doubt.MAY_NOT_START: _(
        "It could not have begun that day: the staff notice, or the yes of a second person, was missing."
    ),
    Doubt.UNKNOWN_VERSION: _("Its checklist is not one of this assignment."),
    Doubt.CLOSED: _("The visit was not with its fieldworker any more when this came."),
    Doubt.OTHER_REVISION: _("The visit stands at another revision."),
    Doubt.FOREIGN_PHOTO: _("One of its photos belongs to another visit."),
    Doubt.HAS_PROBLEMS: _("Some answers break a rule of the checklist."),
}


DECISIONS: Mapping[str, Any] = {
    quarantine.TAKEN_IN: _("It was recorded."),
    quarantine.SET_ASIDE: _("It was set aside, and is kept."),
}


def who(line: QuarantineLine) -> str:
    """By code, as everywhere on the desk; by name where no client is known, which only an administrator sees."""
    if line.code is not None:
        return line.code
    return line.sender.name or line.sender.email if line.row.client_id is None else gettext("without a code here")


def decision(row: Quarantined) -> str:
    """What became of it. Without a decision it was sent once more and received."""
    return str(DECISIONS.get(row.resolution, DECISIONS[quarantine.TAKEN_IN]))


class DoubtfulVisit:
    """Its content as far as it can be read."""

    def __init__(self, words: Words, line: QuarantineLine) -> None:
        self.words = words
        self.line = line
        self.tell = ChecklistTeller(words, line.version.content) if line.version else None

    @property
    def sender(self) -> str:
        return who(self.line)

    @property
    def why(self) -> str:
        return str(WHY[self.line.row.reason])

    @property
    def place(self) -> str:
        return self.line.assignment.store.name if self.line.assignment else gettext("Unknown store")

    def moment(self, at: datetime) -> str:
        """In the store's own time where the store is known."""
        if self.line.assignment is None:
            return self.words.moment_there(clock.local(at))
        return self.words.moment(visits.local(at, self.line.assignment.store.timezone))

    @property
    def sealed_at(self) -> datetime | None:
        return sealed.read_instant(str(self.line.content.get("sealed_at", "")))

    @property
    def photos(self) -> int:
        return len(sealed.media_of(self.line.content))

    def answers(self) -> Iterator[tuple[str, str]]:
        """Each field that was filled, with its question where the checklist is known."""
        raw = self.line.content.get("raw")
        for name, values in raw.items() if isinstance(raw, dict) else ():
            texts = [text for text in values if isinstance(text, str)] if isinstance(values, list) else []
            if self.tell is None:
                yield name, " ".join(texts)
            else:
                yield self.tell.field(name), self.tell.raw(name, texts)

    def jottings(self) -> list[str]:
        found = self.line.content.get("jottings")
        rows = found if isinstance(found, list) else []
        return [str(row["text"]) for row in rows if isinstance(row, dict) and row.get("text")]

    def problem(self, problem: Problem) -> tuple[str, str]:
        name = self.tell.field(problem.field) if self.tell else problem.field
        return name, self.words.problem(problem)
