"""Assignments: who visits which store, when and how."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from fieldstudy.core import access, lifecycle, stance
from fieldstudy.core.checklist import Method
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Store, User, Visit, Wave
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries import open_assignments
from fieldstudy.queries import people as queries
from fieldstudy.services import fieldworkers, journal, unit


@dataclass(frozen=True)
class Task:
    """What is the same for all assignments of one act."""

    method: Method
    form_id: str
    window_from: date
    window_to: date
    scenario: str = ""
    briefing: str = ""
    gold_role: str = ""
    disclosure: str = ""
    covert_reason: str = ""
    allows_repeat: bool = False
    """May the same person go again to a store that they have visited in this wave?"""


@dataclass(frozen=True)
class Skipped:
    """Pairs of fieldworker and store that got no assignment: they have it already, or the person has been there."""

    assigned: int = 0
    visited: int = 0

    @property
    def count(self) -> int:
        return self.assigned + self.visited


class MethodIsNotTheirs(Exception):
    """These people have no role in which they may be sent by this method."""

    def __init__(self, users: Sequence[User]) -> None:
        super().__init__(", ".join(user.email for user in users))
        self.users = users


class WindowIsReversed(Exception):
    pass


class NothingToAssign(Exception):
    pass


class ApproverIsAuthor(Exception):
    pass


class WaveIsReleased(Exception):
    pass


class AssignmentIsStarted(Exception):
    pass


def assign(
    wave: Wave, users: Iterable[User], stores: Iterable[Store], task: Task, actor: UUID | None = None
) -> tuple[list[Assignment], Skipped]:
    """Every fieldworker to every store, but nobody twice: a pair that the wave has already, with this method and
    window, is skipped, and so is a store that the person has visited in this wave, where staff know the face.
    """
    gold_role, disclosure = stance.check(task.method, task.gold_role, task.disclosure, task.covert_reason)
    if task.window_to < task.window_from:
        raise WindowIsReversed
    people_sent, places = list(users), list(stores)
    _check_roles(wave, people_sent, task.method)
    pairs = [(user, store) for user in people_sent for store in places]
    if not pairs:
        raise NothingToAssign
    if wave.released_at is not None:
        raise WaveIsReleased
    with unit.work(wave):
        made, skipped = [], Counter[str]()
        pairs_assigned, pairs_visited = _list_assigned(wave, task), _list_visited(wave)
        for user, store in pairs:
            fieldworker = fieldworkers.find_or_add(wave.client_id, user)
            pair = (fieldworker.id, store.id)
            if pair in pairs_assigned or (pair in pairs_visited and not task.allows_repeat):
                skipped["assigned" if pair in pairs_assigned else "visited"] += 1
                continue
            made.append(
                Assignment(
                    id=new_id(),
                    client_id=wave.client_id,
                    wave_id=wave.id,
                    store_id=store.id,
                    fieldworker_id=fieldworker.id,
                    form_id=task.form_id,
                    method=task.method,
                    state=State.OFFERED,
                    window_from=task.window_from,
                    window_to=task.window_to,
                    scenario=task.scenario,
                    briefing=task.briefing,
                    gold_role=gold_role,
                    disclosure=disclosure,
                    covert_reason=task.covert_reason,
                    created_by=actor,
                )
            )
        db.session.add_all(made)
        journal.write("assignments.made", wave, actor, made=len(made), skipped=len(pairs) - len(made))
    return made, Skipped(**skipped)


def _check_roles(wave: Wave, users: Sequence[User], method: Method) -> None:
    others = [user for user in users if not _may_be_sent(wave, user, method)]
    if others:
        raise MethodIsNotTheirs(others)


def _may_be_sent(wave: Wave, user: User, method: Method) -> bool:
    return user.is_active and access.may_be_sent(queries.roles_at(wave.client_id, user), method)


Pairs = set[tuple[UUID, UUID]]
"""Fieldworker and store."""


def _list_assigned(wave: Wave, task: Task) -> Pairs:
    query = select(Assignment.fieldworker_id, Assignment.store_id).where(
        Assignment.client_id == wave.client_id,
        Assignment.wave_id == wave.id,
        Assignment.method == task.method,
        Assignment.window_from == task.window_from,
        Assignment.state != State.VOID,
    )
    return {(row[0], row[1]) for row in db.session.execute(query)}


def _list_visited(wave: Wave) -> Pairs:
    """Visits begun and visits from a file count; those that should never have been do not."""
    query = select(Visit.fieldworker_id, Visit.store_id).where(
        Visit.client_id == wave.client_id, Visit.wave_id == wave.id, Visit.state != State.VOID
    )
    return {(row[0], row[1]) for row in db.session.execute(query)}


def approve_covert(assignment: Assignment, actor: UUID) -> None:
    """The second person says yes; the author of the assignment may not."""
    if not access.may_approve_covert(actor, assignment.created_by):
        raise ApproverIsAuthor
    with unit.work(assignment):
        assignment.approved_by, assignment.approved_at = actor, now()
        journal.write("assignment.covert_approved", assignment, actor)


def withdraw(assignment: Assignment, actor: UUID, reason: str) -> None:
    """Take back an assignment that nobody has started."""
    with unit.work(assignment):
        lifecycle.check_move(assignment.state, State.VOID)
        if _is_started(assignment):
            raise AssignmentIsStarted
        assignment.state = State.VOID
        journal.write("assignment.withdrawn", assignment, actor, reason=reason)


def withdraw_unbegun(user_id: UUID, client_id: UUID | None, rest: Iterable[access.Membership]) -> list[str]:
    """Inside a unit: what this person was to do, has not begun and has no role left for; returns the ids."""
    found = open_assignments.list_for_person(user_id, client_id, tuple(rest))
    ids = [one.id for one in found if not one.is_begun]
    for assignment in db.session.scalars(select(Assignment).where(Assignment.id.in_(ids))):
        lifecycle.check_move(assignment.state, State.VOID)
        assignment.state = State.VOID
    return [str(id) for id in ids]


def _is_started(assignment: Assignment) -> bool:
    living = select(Visit.id).where(Visit.assignment_id == assignment.id, Visit.state != State.VOID)
    return db.session.scalar(living.limit(1)) is not None
