"""Part 7: what happened, as the fieldworkers wrote it, touchpoint by touchpoint."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from fieldstudy.core.checklist import QuestionType
from fieldstudy.reports.store.case import Case


@dataclass(frozen=True)
class Entry:
    """`prompt` is the question that a told answer belongs to, empty for a jotting."""

    when: str
    visit: str
    prompt: str
    text: str


@dataclass(frozen=True)
class Told:
    title: str
    is_moment: bool
    entries: tuple[Entry, ...]


def build(case: Case) -> tuple[Told, ...]:
    """In the order of the journey; jottings that belong to no touchpoint come last."""
    places = [(section.name, case.section(section.name)) for section in case.checklist.sections]
    moments = {section.name for section in case.checklist.sections if section.is_moment_of_truth}
    names = {name for name, _ in places}
    free = [(case.words.gettext("At no touchpoint in particular"), False, list(_free(case, names)))]
    told = [(label, name in moments, list(_entries(case, name))) for name, label in places]
    return tuple(
        Told(label, is_moment, tuple(entry for _, entry in sorted(entries, key=lambda pair: pair[0])))
        for label, is_moment, entries in [*told, *free]
        if entries
    )


def _entries(case: Case, section: str) -> Iterator[tuple[datetime, Entry]]:
    yield from _jottings(case, {section})
    yield from _told(case, section)


def _free(case: Case, known: set[str]) -> Iterator[tuple[datetime, Entry]]:
    sections = {jotting.section for visit in case.snapshot.visits for jotting in visit.jottings}
    yield from _jottings(case, sections - known)


def _jottings(case: Case, sections: set[str]) -> Iterator[tuple[datetime, Entry]]:
    for visit in case.snapshot.visits:
        for jotting in visit.jottings:
            if jotting.section in sections:
                when = case.words.short_moment(jotting.jotted_at)
                yield jotting.jotted_at, Entry(when, _visit(case, visit.number), "", jotting.text)


def _told(case: Case, section: str) -> Iterator[tuple[datetime, Entry]]:
    """Answers in the fieldworker's own words stand with the jottings, not in a table."""
    for visit in case.snapshot.visits:
        for answer in visit.answers:
            question = case.checklist.question_by_name.get(answer.question)
            if question is None or case.checklist.section_of[question.name].name != section:
                continue
            text = "\n".join(part for part in (answer.value, answer.comment) if part)
            if question.type == QuestionType.TEXT and text:
                when = case.words.short_day(visit.started_at)
                yield visit.started_at, Entry(when, _visit(case, visit.number), case.question(question.name), text)


def _visit(case: Case, number: int) -> str:
    return case.words.gettext("visit %(number)s", number=number)
