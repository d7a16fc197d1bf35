"""Part 7: what happened, as the fieldworkers wrote it, touchpoint by touchpoint."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from fieldstudy.core.checklist import QuestionType
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.voice import isolated


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
    written = _written(case)
    places = [
        (section.name, case.section(section.name), section.is_moment_of_truth) for section in case.checklist.sections
    ]
    places.append(("", case.words.gettext("At no touchpoint in particular"), False))
    return tuple(
        Told(label, is_moment, _once(entry for _, entry in sorted(written[name], key=lambda pair: pair[0])))
        for name, label, is_moment in places
        if written.get(name)
    )


def _once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """A question that several visits answer one after the other is said before the first of them."""
    said: list[Entry] = []
    last = ""
    for entry in entries:
        said.append(replace(entry, prompt="") if entry.prompt == last else entry)
        last = entry.prompt
    return tuple(said)


def _written(case: Case) -> dict[str, list[tuple[datetime, Entry]]]:
    """Jottings and answers in the fieldworker's own words, by touchpoint."""
    found: dict[str, list[tuple[datetime, Entry]]] = defaultdict(list)
    for section, at, entry in (*_jottings(case), *_answers(case)):
        found[section].append((at, entry))
    return found


def _jottings(case: Case) -> Iterator[tuple[str, datetime, Entry]]:
    """Those that belong to no touchpoint stand under an empty name."""
    for visit in case.snapshot.visits:
        for jotting in visit.jottings:
            section = jotting.section if jotting.section in case.section_by_name else ""
            when = case.words.short_moment(jotting.jotted_at)
            yield section, jotting.jotted_at, Entry(when, _visit(case, visit.number), "", isolated(jotting.text))


def _answers(case: Case) -> Iterator[tuple[str, datetime, Entry]]:
    for visit in case.snapshot.visits:
        for answer in visit.answers:
            question = case.checklist.question_by_name.get(answer.question)
            if question is None or question.type != QuestionType.TEXT:
                continue
            text = isolated("\n".join(part for part in (answer.value, answer.comment) if part))
            if text:
                when = case.words.short_day(visit.started_at)
                entry = Entry(when, _visit(case, visit.number), case.question(question.name), text)
                yield case.checklist.section_of[question.name].name, visit.started_at, entry


def _visit(case: Case, number: int) -> str:
    return case.words.gettext("visit %(number)s", number=number)
