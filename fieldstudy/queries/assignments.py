"""The assignments of a wave and the visits that came without one, first what has to be done first."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fieldstudy.core import hints, lifecycle, ordering, search, stance
from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Fieldworker, Store, User, Visit, Wave
from fieldstudy.queries import pages, visits


class Source(StrEnum):
    """How a visit came to be in the wave."""

    ASSIGNED = "assigned"
    FILE = "file"


@dataclass(frozen=True)
class Wanted:
    """Which lines are asked for; None and an empty search are any."""

    search: str = ""
    store_id: UUID | None = None
    fieldworker_id: UUID | None = None
    method: Method | None = None
    state: State | None = None
    source: Source | None = None
    is_outside: bool = False
    """Only visits whose day is none of the wave's."""


@dataclass(frozen=True)
class AssignmentLine:
    """An assignment with the visit that came of it, or a visit from a file, which has no assignment.

    `state` is that of the visit, as long as there is none that of the assignment; `day` is the store's own, on which
    the visit began.
    """

    assignment: Assignment | None
    visit: Visit | None
    day: date | None = None
    is_outside: bool = False

    @property
    def plan(self) -> Assignment | Visit:
        """What names store, fieldworker, method and stance."""
        found = self.assignment or self.visit
        assert found is not None  # noqa: S101 a line is of one of the two
        return found

    @property
    def state(self) -> State:
        return self.visit.state if self.visit else self.plan.state

    @property
    def waits_for_approval(self) -> bool:
        one = self.assignment
        return one is not None and _waits(one.state, one.method, one.disclosure, one.approved_at)

    def is_late(self, today: date) -> bool:
        one = self.assignment
        if one is None:
            return False
        return ordering.urgency(self.state, (one.window_from, one.window_to), today) == ordering.Urgency.LATE

    @property
    def may_be_withdrawn(self) -> bool:
        return self.visit is None and lifecycle.may_move(self.plan.state, State.VOID)


@dataclass(frozen=True)
class _Row:
    """As much of a line as its place in the list needs: a wave may have thousands."""

    assignment_id: UUID | None
    visit_id: UUID | None
    store_id: UUID
    fieldworker_id: UUID
    method: Method
    state: State
    window: tuple[date, date]
    waits: bool
    texts: tuple[str, str, str, str, str]
    """Code, name and city of the store, code and name of the fieldworker."""
    day: date | None
    is_outside: bool

    def key(self, today: date) -> tuple[Any, ...]:
        store, person = ordering.natural_key(self.texts[0]), ordering.natural_key(self.texts[3])
        return (
            ordering.urgency(self.state, self.window, today, self.waits),
            self.window[1],
            store,
            person,
            str(self.assignment_id or self.visit_id),
        )

    def is_wanted(self, wanted: Wanted) -> bool:
        source = Source.ASSIGNED if self.assignment_id else Source.FILE
        asked = (
            (wanted.store_id, self.store_id),
            (wanted.fieldworker_id, self.fieldworker_id),
            (wanted.method, self.method),
            (wanted.state, self.state),
            (wanted.source, source),
        )
        is_asked = all(want in (None, value) for want, value in asked) and self.is_outside >= wanted.is_outside
        return is_asked and search.matches(wanted.search, self.texts)


@dataclass(frozen=True)
class AssignmentPage:
    """`found` holds the lines of this page; the counts are of all that were asked for."""

    found: Pagination
    assigned: int
    from_file: int


class WaveAssignments:
    """All lines of a wave, read once: what they can be narrowed to, and one page of those that are asked for."""

    def __init__(self, wave: Wave) -> None:
        self._rows = _rows(wave)

    @property
    def stores(self) -> list[tuple[UUID, str, str]]:
        """Id, code and name, by code."""
        return _by_code((row.store_id, row.texts[0], row.texts[1]) for row in self._rows)

    @property
    def fieldworkers(self) -> list[tuple[UUID, str, str]]:
        """Id, code and name, by code; the name is empty for whoever cannot sign in."""
        return _by_code((row.fieldworker_id, row.texts[3], row.texts[4]) for row in self._rows)

    def list_page(self, wanted: Wanted, today: date, page: int) -> AssignmentPage:
        """What is late first, what is over last."""
        rows = [row for row in self._rows if row.is_wanted(wanted)]
        assigned = sum(row.assignment_id is not None for row in rows)
        found = pages.of_lines(sorted(rows, key=lambda row: row.key(today)), page)
        found.items = _lines(found.items)
        return AssignmentPage(found, assigned, len(rows) - assigned)


def _by_code(found: Iterable[tuple[UUID, str, str]]) -> list[tuple[UUID, str, str]]:
    return sorted(set(found), key=lambda one: (ordering.natural_key(one[1]), str(one[0])))


def _rows(wave: Wave) -> list[_Row]:
    with_assignment: dict[UUID | None, list[Any]] = defaultdict(list)
    for visit in db.session.execute(_thin(Visit, wave, Visit.assignment_id, Visit.started_at)):
        with_assignment[visit.assignment_id].append(visit)
    own = (Assignment.window_from, Assignment.window_to, Assignment.disclosure, Assignment.approved_at)
    days = (wave.starts_on, wave.ends_on)
    found = [_planned(row, with_assignment[row.id], days) for row in db.session.execute(_thin(Assignment, wave, *own))]
    return found + [_from_file(visit, days) for visit in with_assignment[None]]


def _thin(table: Any, wave: Wave, *columns: Any) -> Any:
    """Of assignments or visits, the oldest visit first."""
    return (
        select(
            table.id,
            table.store_id,
            table.fieldworker_id,
            table.method,
            table.state,
            Store.code,
            Store.name,
            Store.city,
            Store.timezone,
            Fieldworker.code.label("person"),
            User.name.label("called"),
            *columns,
        )
        .select_from(table)
        .join(Store, Store.id == table.store_id)
        .join(Fieldworker, Fieldworker.id == table.fieldworker_id)
        .outerjoin(User, User.id == Fieldworker.user_id)
        .where(table.client_id == wave.client_id, table.wave_id == wave.id)
        .order_by(table.started_at if table is Visit else table.id)
    )


def _planned(row: Any, came: Sequence[Any], days: tuple[date, date]) -> _Row:
    visit = visits.current_of(came)
    window = (row.window_from, row.window_to)
    waits = _waits(row.state, row.method, row.disclosure, row.approved_at)
    return _row(row, row.id, visit, window, waits, days)


def _from_file(visit: Any, days: tuple[date, date]) -> _Row:
    day = _day_of(visit)
    return _row(visit, None, visit, (day, day), False, days)


def _day_of(visit: Any) -> date:
    """Where it took place: midnight there, which a file without hours means, is the day before in UTC."""
    day: date = visit.started_at.astimezone(ZoneInfo(visit.timezone)).date()
    return day


def _row(
    row: Any,
    assignment_id: UUID | None,
    visit: Any | None,
    window: tuple[date, date],
    waits: bool,
    days: tuple[date, date],
) -> _Row:
    day = _day_of(visit) if visit else None
    return _Row(
        assignment_id=assignment_id,
        visit_id=visit.id if visit else None,
        store_id=row.store_id,
        fieldworker_id=row.fieldworker_id,
        method=row.method,
        state=visit.state if visit else row.state,
        window=window,
        waits=waits,
        texts=(row.code, row.name, row.city, row.person, row.called or ""),
        day=day,
        is_outside=day is not None and hints.is_outside(day, days),
    )


def _waits(state: State, method: Method, disclosure: str, approved_at: Any) -> bool:
    return state != State.VOID and approved_at is None and stance.needs_approval(method, disclosure)


def _lines(rows: Sequence[_Row]) -> list[AssignmentLine]:
    """The rows of one page as lines, in their order."""
    called = joinedload(Assignment.fieldworker).joinedload(Fieldworker.user)
    planned = select(Assignment).where(Assignment.id.in_([row.assignment_id for row in rows if row.assignment_id]))
    assignments = {one.id: one for one in db.session.scalars(planned.options(called))}
    came = select(Visit).where(Visit.id.in_([row.visit_id for row in rows if row.visit_id]))
    called = joinedload(Visit.fieldworker).joinedload(Fieldworker.user)
    found = {visit.id: visit for visit in db.session.scalars(came.options(called))}
    return [
        AssignmentLine(
            assignments[row.assignment_id] if row.assignment_id else None,
            found[row.visit_id] if row.visit_id else None,
            row.day,
            row.is_outside,
        )
        for row in rows
    ]
