"""What a release would be without, name by name: assignments not begun, visits that do not count, other checklists."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, func, select

from fieldstudy.core import hints, lifecycle, ordering
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, ChecklistVersion, Fieldworker, Store, User, Visit, Wave
from fieldstudy.queries import figures


@dataclass(frozen=True)
class Line:
    """`visit_id` of a visit that has arrived, and can be read; `until`: the last day of the window."""

    store: str
    code: str
    fieldworker: str
    name: str
    until: date | None
    visit_id: UUID | None = None


@dataclass(frozen=True)
class Shortfall:
    """All by the store's code. `other_versions` count, and are told by the number of their version."""

    unstarted: Sequence[Line]
    by_state: Mapping[State, Sequence[Line]]
    other_forms: Sequence[Line]
    other_versions: Mapping[int, Sequence[Line]]
    spokesman: int | None
    """The number of the version that speaks for the wave; None while no visit counts."""
    outside: int
    """Approved visits whose day is none of the wave's."""


def of_wave(wave: Wave) -> Shortfall:
    by_state: dict[State, list[Line]] = defaultdict(list)
    other_versions: dict[int, list[Line]] = defaultdict(list)
    other_forms, outside, spokesman = [], 0, None
    for row in ordering.by_code(db.session.execute(_visits(wave)), lambda row: row.code):
        line, spokesman = _line(row, row.id if row.received_at else None), row.spokesman
        if row.state not in lifecycle.COUNTING:
            by_state[row.state].append(line)
        elif row.outcome is None and row.form_id != row.form_of_wave:
            other_forms.append(line)
        elif row.outcome is None and row.number != spokesman:
            other_versions[row.number].append(line)
        outside += row.state == State.APPROVED and hints.is_outside(_day(row), (wave.starts_on, wave.ends_on))
    return Shortfall(_unstarted(wave), by_state, other_forms, dict(sorted(other_versions.items())), spokesman, outside)


def _visits(wave: Wave) -> Select[Any]:
    """With the form and the version that speak for the wave beside each."""
    form_of_wave = figures.form_of(wave).scalar_subquery()
    spokesman = (
        select(func.max(ChecklistVersion.number))
        .join(Visit, Visit.checklist_version_id == ChecklistVersion.id)
        .where(*figures.counting(wave), ChecklistVersion.form_id == form_of_wave)
        .correlate(None)
    )
    return (
        _named(Visit)
        .add_columns(Visit.id, Visit.state, Visit.outcome, Visit.started_at, Visit.received_at, Assignment.window_to)
        .add_columns(Store.timezone, ChecklistVersion.form_id, ChecklistVersion.number)
        .add_columns(form_of_wave.label("form_of_wave"), spokesman.scalar_subquery().label("spokesman"))
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .outerjoin(Assignment, Assignment.id == Visit.assignment_id)
        .where(Visit.client_id == wave.client_id, Visit.wave_id == wave.id)
        .order_by(Visit.started_at, Visit.id)
    )


def _unstarted(wave: Wave) -> list[Line]:
    living = select(Visit.id).where(Visit.assignment_id == Assignment.id, Visit.state != State.VOID)
    query = (
        _named(Assignment)
        .add_columns(Assignment.window_to)
        .where(Assignment.client_id == wave.client_id, Assignment.wave_id == wave.id)
        .where(Assignment.state != State.VOID, ~living.exists())
        .order_by(Assignment.window_to, Assignment.id)
    )
    return [_line(row) for row in ordering.by_code(db.session.execute(query), lambda row: row.code)]


def _named(table: Any) -> Select[Any]:
    columns: Any = select(Store.name, Store.code, Fieldworker.code.label("fieldworker"), User.name.label("called"))
    return (
        columns.select_from(table)
        .join(Store, Store.id == table.store_id)
        .join(Fieldworker, Fieldworker.id == table.fieldworker_id)
        .outerjoin(User, User.id == Fieldworker.user_id)
    )


def _line(row: Row[Any], visit_id: UUID | None = None) -> Line:
    return Line(row.name, row.code, row.fieldworker, row.called or "", row.window_to, visit_id)


def _day(row: Row[Any]) -> date:
    """Where it took place."""
    day: date = row.started_at.astimezone(ZoneInfo(row.timezone)).date()
    return day
