"""The wall between tenants as SQL: every query that serves a viewer adds one of these conditions."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true

from fieldstudy.core.access import FIELDWORKERS, Role, Viewer
from fieldstudy.models import Assignment, Fieldworker, Store, Visit


def of_clients(viewer: Viewer, column: Any, *roles: Role) -> ColumnElement[bool]:
    """Rows whose client one of the viewer's memberships in these roles includes."""
    memberships = viewer.memberships_as(*roles)
    if not memberships:
        return false()
    if any(membership.client_id is None for membership in memberships):
        return true()
    condition: ColumnElement[bool] = column.in_({membership.client_id for membership in memberships})
    return condition


def of_results(viewer: Viewer) -> ColumnElement[bool]:
    """Stores whose results the viewer may read: those that a manager's memberships include (all of the client, one
    region, or one), and all of a coordinator's clients.
    """
    conditions = [of_clients(viewer, Store.client_id, Role.COORDINATOR)]
    for membership in viewer.memberships_as(Role.MANAGER):
        parts = [Store.client_id == membership.client_id]
        if membership.region is not None:
            parts.append(Store.region == membership.region)
        if membership.store_id is not None:
            parts.append(Store.id == membership.store_id)
        conditions.append(and_(*parts))
    return or_(*conditions)


def of_whole_clients(viewer: Viewer, column: Any) -> ColumnElement[bool]:
    """Rows of clients of which the viewer sees every store, as `access.sees_all_stores` says."""
    wide = [m for m in viewer.memberships_as(Role.MANAGER) if not m.is_narrowed]
    of_managers: ColumnElement[bool] = column.in_({membership.client_id for membership in wide})
    return or_(of_managers, of_clients(viewer, column, Role.COORDINATOR))


def own_assignment(viewer: Viewer) -> ColumnElement[bool]:
    return and_(_in_the_field(viewer), Assignment.fieldworker.has(Fieldworker.user_id == viewer.user_id))


def own_visit(viewer: Viewer) -> ColumnElement[bool]:
    return and_(_in_the_field(viewer), Visit.fieldworker.has(Fieldworker.user_id == viewer.user_id))


def _in_the_field(viewer: Viewer) -> ColumnElement[bool]:
    return true() if viewer.has(*FIELDWORKERS) else false()
