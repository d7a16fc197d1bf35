"""The reviewer's queue: visits that have arrived, narrowed by store, person and day, page by page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from fieldstudy.core.access import Role, Viewer
from fieldstudy.core.lifecycle import State
from fieldstudy.core.search import matches
from fieldstudy.extensions import db
from fieldstudy.models import Conflict, Fieldworker, ScoreRow, Store, Visit
from fieldstudy.queries import pages, reach

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
"""Beyond these nothing was visited, and at the ends of the calendar a time zone leads out of it."""


@dataclass(frozen=True)
class Search:
    """Words about the store, of the fieldworker's code, and days of the visit where it took place."""

    store: str = ""
    fieldworker: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class QueueLine:
    visit: Visit
    final: Decimal | None
    is_conflicted: bool


def count(viewer: Viewer, search: Search) -> dict[State, int]:
    query = select(Visit.state, func.count()).join(Store, Store.id == Visit.store_id)
    found = query.where(*_conditions(viewer, search)).group_by(Visit.state)
    return {row[0]: row[1] for row in db.session.execute(found)}


def list_page(
    viewer: Viewer, search: Search, states: Iterable[State], total: int, page: int, newest_first: bool = False
) -> Pagination:
    """Queue lines, the longest waiting first; `total` is what `count` found in these states."""
    is_conflicted = exists().where(Conflict.visit_id == Visit.id, Conflict.resolved_at.is_(None))
    query = (
        select(Visit, ScoreRow.final, is_conflicted)
        .join(Store, Store.id == Visit.store_id)
        .outerjoin(ScoreRow, ScoreRow.visit_id == Visit.id)
        .where(*_conditions(viewer, search), Visit.state.in_(sorted(states)))
        .order_by(Visit.received_at.desc() if newest_first else Visit.received_at, Visit.id)
    )
    found = pages.of_rows(query, total, page)
    found.items = [QueueLine(*row) for row in found.items]
    return found


def _conditions(viewer: Viewer, search: Search) -> list[ColumnElement[bool]]:
    found = [reach.of_clients(viewer, Visit.client_id, Role.REVIEWER), Visit.received_at.is_not(None)]
    if search.store:
        texts = (Store.code, Store.name, Store.city, Store.region)
        found.append(_is_found(viewer, Visit.store_id, search.store, Store, *texts))
    if search.fieldworker:
        found.append(_is_found(viewer, Visit.fieldworker_id, search.fieldworker, Fieldworker, Fieldworker.code))
    if search.first_day or search.last_day:
        found.append(_took_place(viewer, search))
    return found


def _is_found(viewer: Viewer, key: Any, searched: str, table: Any, *texts: Any) -> ColumnElement[bool]:
    """Compared here, by the rule of all lists: databases disagree about capitals, and know nothing of accents."""
    rows = db.session.execute(select(table.id, *texts).where(reach.of_clients(viewer, table.client_id, Role.REVIEWER)))
    condition: ColumnElement[bool] = key.in_([row[0] for row in rows if matches(searched, row[1:])])
    return condition


def _took_place(viewer: Viewer, search: Search) -> ColumnElement[bool]:
    """A day begins at another instant in every time zone."""
    reachable = reach.of_clients(viewer, Store.client_id, Role.REVIEWER)
    zones = db.session.scalars(select(Store.timezone).where(reachable).distinct())
    return or_(false(), *(and_(Store.timezone == zone, *_between(search, ZoneInfo(zone))) for zone in zones))


def _between(search: Search, zone: ZoneInfo) -> list[Any]:
    bounds = []
    if search.first_day:
        bounds.append(Visit.started_at >= datetime.combine(max(search.first_day, FIRST_DAY), time.min, zone))
    if search.last_day:
        next_day = min(search.last_day, LAST_DAY) + timedelta(days=1)
        bounds.append(Visit.started_at < datetime.combine(next_day, time.min, zone))
    return bounds
