"""What stores will do, as a table; and what came of what they did, as far as the next wave can tell."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from fieldstudy.models import Action
from fieldstudy.reports import actions as action_reports
from fieldstudy.reports.store import actions as action_part
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.voice import Voice, isolated
from fieldstudy.web.manager import tables
from fieldstudy.web.manager.tables import Cell, Column, Table


def table(voice: Voice, actions: Iterable[Action], today: date) -> Table:
    """By due date; those of several stores name theirs."""
    columns = [
        Column(_("What we will do"), "name"),
        Column(_("Store"), "region"),
        Column(_("About"), "words"),
        Column(_("Lever")),
        Column(_("Who")),
        Column(_("By when")),
        Column(_("State"), "words"),
    ]
    return tables.flat("actions", _("What we will do"), columns, [_row(voice, action, today) for action in actions])


def _row(voice: Voice, action: Action, today: date) -> list[Cell]:
    words = voice.words
    return [
        Cell(isolated(action.text), href=url_for("manager.action", action_id=action.id)),
        Cell(isolated(action.store.name)),
        _subject_cell(voice, action),
        Cell(words.name(action.lever) if action.lever else ""),
        Cell(isolated(action.owner)),
        Cell(words.day(action.due_on) if action.due_on else "", action.due_on),
        Cell(state(voice, action, today), tone="below" if _is_late(action, today) else ""),
    ]


def subject(voice: Voice, action: Action) -> str:
    return voice.question(action.question) if action.question else voice.section(action.section)


def _subject_cell(voice: Voice, action: Action) -> Cell:
    if action.question:
        return tables.question_cell(voice, action.question)
    return tables.section_cell(voice, action.section)


def _is_late(action: Action, today: date) -> bool:
    return action_part.is_late(action.due_on, action.done_on, today)


def state(voice: Voice, action: Action, today: date) -> str:
    if action.done_on is not None:
        return _("done on %(day)s", day=voice.words.the_day(action.done_on))
    return _("overdue") if _is_late(action, today) else _("to do")


def results(case: Case, actions: Sequence[Action], today: date) -> Table:
    """The last wave's actions, and what this wave says of what they were about, in the words of the report."""
    columns = [
        Column(_("What was to be done"), "name"),
        Column(_("About"), "words"),
        Column(_("State"), "words"),
        Column(_("What this wave says"), "words"),
    ]
    told = action_part.as_of(action_part.build(case, action_reports.lines((), actions)), case.words, today)
    rows = [
        [
            Cell(isolated(action.text), href=url_for("manager.action", action_id=action.id)),
            replace(_subject_cell(case.voice, action), text=row.about),
            Cell(row.state),
            Cell(row.outcome),
        ]
        for action, row in zip(actions, told.before if told else (), strict=True)
    ]
    return tables.flat("results", _("What came of the last wave's actions"), columns, rows)
