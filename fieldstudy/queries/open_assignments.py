"""What somebody still has to do: asked before a role is taken from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from fieldstudy.core import lifecycle, people
from fieldstudy.core.access import Membership
from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Fieldworker, Visit


@dataclass(frozen=True)
class OpenAssignment:
    """`is_begun`: there is a visit of it, begun or sent back, that only its author can finish."""

    id: UUID
    client_id: UUID
    method: Method
    is_begun: bool


def list_for_person(user_id: UUID, client_id: UUID | None, rest: Sequence[Membership] = ()) -> list[OpenAssignment]:
    """At one client, or (None) at all; without what the roles in `rest` are enough for."""
    return [
        one for one in _list_open(user_id, client_id) if not people.may_still_be_sent(rest, one.client_id, one.method)
    ]


def _list_open(user_id: UUID, client_id: UUID | None) -> Iterable[OpenAssignment]:
    visit_state = (
        select(Visit.state)
        .where(Visit.assignment_id == Assignment.id, Visit.state != State.VOID)
        .limit(1)
        .correlate(Assignment)
        .scalar_subquery()
    )
    query = (
        select(Assignment.id, Assignment.client_id, Assignment.method, visit_state)
        .join(Fieldworker, Fieldworker.id == Assignment.fieldworker_id)
        .where(Fieldworker.user_id == user_id, Assignment.state.in_(sorted(lifecycle.UNBEGUN)))
        .order_by(Assignment.id)
    )
    if client_id is not None:
        query = query.where(Assignment.client_id == client_id)
    for id, owner, method, state in db.session.execute(query):
        if state is None or state in lifecycle.WITH_FIELDWORKER:
            yield OpenAssignment(id, owner, method, state is not None)


@dataclass(frozen=True)
class WorkLeft:
    """How many assignments go back, and how many visits wait for somebody who cannot come any more."""

    unbegun: int = 0
    begun: int = 0


def count_for_person(user_id: UUID, client_id: UUID | None, rest: Sequence[Membership] = ()) -> WorkLeft:
    found = list_for_person(user_id, client_id, rest)
    begun = sum(one.is_begun for one in found)
    return WorkLeft(len(found) - begun, begun)
