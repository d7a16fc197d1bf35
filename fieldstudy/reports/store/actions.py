"""Part 9: what the store will do, how the next wave tests it, and what became of the last wave's actions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from fieldstudy.core.changes import Change, Verdict
from fieldstudy.core.checklist import ExPro
from fieldstudy.reports.store import priorities
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.voice import isolated, printed, shortened
from fieldstudy.words import Words
from fieldstudy.words import changes as change_words

ABOUT_CHARACTERS = 110


@dataclass(frozen=True)
class ActionLine:
    """One action as it is kept: about a question, or (empty question) about the whole touchpoint.

    `is_of_last_wave`: it answered the report before this one, and this wave says what became of it.
    """

    section: str
    text: str
    question: str = ""
    lever: ExPro | None = None
    owner: str = ""
    due_on: date | None = None
    done_on: date | None = None
    is_of_last_wave: bool = False


@dataclass(frozen=True)
class ActionRow:
    """`outcome`: how the next wave tests it, or the verdict on one of the last wave.

    `open_until`: its due day while it is not done.
    """

    number: str
    about: str
    text: str
    lever: str
    owner: str
    due: str
    state: str
    outcome: str
    open_until: date | None = None


@dataclass(frozen=True)
class Actions:
    """An empty group is left out with its heading."""

    now: tuple[ActionRow, ...]
    before: tuple[ActionRow, ...]
    last_wave: str


def build(case: Case, lines: Sequence[ActionLine]) -> Actions | None:
    if not lines:
        return None
    now = [line for line in lines if not line.is_of_last_wave]
    before = [line for line in lines if line.is_of_last_wave]
    return Actions(
        tuple(_row(case, line, number, _test(case, line)) for number, line in enumerate(now, 1)),
        tuple(_row(case, line, number, _verdict(case, line)) for number, line in enumerate(before, 1)),
        case.snapshot.last.name if case.snapshot.last else "",
    )


def numbers_for(lines: Sequence[ActionLine], section: str) -> list[int]:
    """The numbers of this wave's actions at a touchpoint, so that a priority can point at them."""
    now = [line for line in lines if not line.is_of_last_wave]
    return [number for number, line in enumerate(now, 1) if line.section == section]


def _row(case: Case, line: ActionLine, number: int, outcome: str) -> ActionRow:
    words = case.words
    due = words.the_day(line.due_on) if line.due_on else ""
    done = words.gettext("done on %(day)s", day=words.the_day(line.done_on)) if line.done_on else words.gettext("open")
    return ActionRow(
        number=words.integer(number),
        about=_about(case, line),
        text=isolated(line.text),
        lever=words.name(line.lever) if line.lever else "",
        owner=isolated(line.owner),
        due=due,
        state=done,
        outcome=outcome,
        open_until=None if line.done_on else line.due_on,
    )


def is_late(due_on: date | None, done_on: date | None, today: date) -> bool:
    return done_on is None and due_on is not None and due_on < today


def as_of(actions: Actions | None, words: Words, today: date) -> Actions | None:
    """For a screen, which is read today: what is late says so. Paper bears no day on which it was read."""
    if actions is None:
        return None
    now, before = (tuple(_seen(row, words, today) for row in rows) for rows in (actions.now, actions.before))
    return replace(actions, now=now, before=before)


def _seen(row: ActionRow, words: Words, today: date) -> ActionRow:
    return replace(row, state=words.gettext("overdue")) if is_late(row.open_until, None, today) else row


def _about(case: Case, line: ActionLine) -> str:
    section = shortened(case.section(line.section), ABOUT_CHARACTERS)
    if not line.question:
        return section
    return f"{section}: {shortened(case.question(line.question), ABOUT_CHARACTERS)}"


def _test(case: Case, line: ActionLine) -> str:
    """The figure that the next wave asks for again."""
    words = case.words
    question = case.checklist.question_by_name.get(line.question)
    section = case.section_by_name.get(line.section)
    if question is not None:
        figure = priorities.figure_of(case, question)
        norm = question.norm
    else:
        figure = case.figure(section) if section else None
        norm = section.norm if section else None
    if figure is None or printed(figure) is None:
        return words.gettext("The next wave asks it again.")
    value = case.printed(figure)
    if question is not None and question.is_reverse:
        turned = words.gettext("in points: less earns more")
        value = f"{value} ({turned})"
    now = words.gettext("The next wave measures it again: now %(value)s", value=value)
    return now + (", " + words.gettext("norm %(value)s", value=words.points(norm)) if norm is not None else "") + "."


def _verdict(case: Case, line: ActionLine) -> str:
    """Of the question where its rate was tested, else of its touchpoint."""
    words = case.words
    change = case.question_changes.get(line.question)
    if change is not None:
        found = case.question_figures.get(line.question)
        said = verdict(case, change, case.printed(found.rate if found else None))
        return "; ".join(part for part in (said, case.voice.wanted(line.question)) if part)
    section, change = case.section_by_name.get(line.section), case.section_changes.get(line.section)
    last = case.snapshot.last
    if section is not None and change is None and last is not None and last.basis.reasons:
        return words.gettext("not measured alike in both waves")
    if section is None or change is None:
        return words.gettext("not measured in both waves")
    said = verdict(case, change, case.printed(case.figure(section)))
    return words.gettext("the touchpoint as a whole: %(said)s", said=said) if line.question else said


def verdict(case: Case, change: Change, now: str) -> str:
    """▲ better (40 → 72), or that it cannot be told from so many visits."""
    words = case.words
    if change.verdict == Verdict.NOT_COMPARED:
        return words.name(change.verdict)
    values = f" ({case.printed(change.before)} → {now})"
    if change.verdict == Verdict.CANNOT_TELL:
        visits = case.snapshot.figures.score.base
        said = words.ngettext(
            "no change that we can tell from %(num)s visit", "no change that we can tell from %(num)s visits", visits
        )
        return said + values
    return (change_words.marked(words, change) or change_words.verdict(words, change)) + values
