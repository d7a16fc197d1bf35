"""Visits that were sent and cannot be taken in: kept byte by byte until a person decides about them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from fieldstudy.core import lifecycle
from fieldstudy.core import sealed as sealing
from fieldstudy.core.answers import Problem
from fieldstudy.core.lifecycle import State
from fieldstudy.core.sealed import Doubt, Malformed
from fieldstudy.extensions import db
from fieldstudy.models import Quarantined
from fieldstudy.models.columns import now
from fieldstudy.services import journal, unit
from fieldstudy.services.visits import arriving
from fieldstudy.services.visits.arriving import InDoubt, MediaAreMissing, Parcel
from fieldstudy.services.visits.reviewing import ReasonIsMissing

PERSON_OPEN_LIMIT = 200
PERSON_BYTES_LIMIT = 50 * 1024 * 1024
TAKEN_IN, SET_ASIDE = "taken_in", "set_aside"


class QuarantineIsFull(Exception):
    """This person's quota."""


class AlreadyResolved(Exception):
    pass


@dataclass(frozen=True)
class Obstacle:
    """What still stands in the way: a doubt, the questions with problems, or how many photos are not here."""

    doubt: Doubt | None = None
    problems: tuple[Problem, ...] = ()
    missing_photos: int = 0


def find(user_id: UUID, visit_id: UUID, revision: int, sha256: str) -> Quarantined | None:
    query = select(Quarantined).where(
        Quarantined.user_id == user_id,
        Quarantined.visit_id == visit_id,
        Quarantined.revision == revision,
        Quarantined.sha256 == sha256,
    )
    return db.session.scalar(query)


def put(row: Quarantined) -> Quarantined:
    """Inside a unit. Raises QuarantineIsFull."""
    _check_quota(row)
    db.session.add(row)
    db.session.flush()
    journal.write("visit.quarantined", row, row.user_id, visit=str(row.visit_id), reason=row.reason)
    return row


def _check_quota(row: Quarantined) -> None:
    size = func.coalesce(func.sum(func.length(Quarantined.body)), 0)
    query = select(func.count(), size).where(Quarantined.user_id == row.user_id, Quarantined.resolved_at.is_(None))
    count, size_bytes = db.session.execute(query).one()
    if count >= PERSON_OPEN_LIMIT or size_bytes + len(row.body) > PERSON_BYTES_LIMIT:
        raise QuarantineIsFull


def take_in(row: Quarantined, actor: UUID) -> Obstacle | None:
    """Try once more, as the sender's own sending; None once it is received.

    That its assignment was withdrawn is no obstacle to a person who decides: the withdrawal is taken back.
    """
    with unit.work(row):
        _check_open(row)
        obstacle = _try(row, arriving.accept)
        if obstacle is not None and obstacle.doubt == Doubt.WITHDRAWN_ASSIGNMENT:
            obstacle = _take_in_all_the_same(row, actor)
        if obstacle is None:
            _resolve(row, TAKEN_IN, actor)
    return obstacle


def _take_in_all_the_same(row: Quarantined, actor: UUID) -> Obstacle | None:
    assignment = arriving.find_assignment(_parcel(row).sealed.assignment)
    assert assignment is not None  # noqa: S101 it was found to be withdrawn
    lifecycle.check_move(assignment.state, State.ACCEPTED)
    assignment.state = State.ACCEPTED
    db.session.flush()
    obstacle = _try(row, arriving.accept)
    if obstacle is None:
        journal.write("assignment.restored", assignment, actor, visit=str(row.visit_id))
    else:
        assignment.state = State.VOID
    return obstacle


def look(row: Quarantined) -> Obstacle | None:
    """What stands in the way now; nothing is done about it."""
    return _try(row, arriving.look)


def _try(row: Quarantined, act: Callable[[Parcel], object]) -> Obstacle | None:
    try:
        act(_parcel(row))
    except InDoubt as found:
        return Obstacle(found.doubt, found.problems)
    except MediaAreMissing as found:
        return Obstacle(missing_photos=len(found.ids))
    except Malformed:
        return Obstacle(Doubt.MALFORMED)
    return None


def _parcel(row: Quarantined) -> Parcel:
    """The instants by the phone's own word about its clock; when it was sent is when it came."""
    sealed = sealing.read(sealing.parse(row.body))
    offset = sealed.clock_offset
    return Parcel(row.user_id, sealing.set_right(sealed, offset), row.body, row.sha256, offset, now())


def set_aside(row: Quarantined, reason: str, actor: UUID) -> None:
    """It stays as it is, and waits for nobody any more."""
    if not reason.strip():
        raise ReasonIsMissing
    with unit.work(row):
        _check_open(row)
        _resolve(row, SET_ASIDE, actor, reason=reason.strip())


def _check_open(row: Quarantined) -> None:
    if row.resolved_at is not None:
        raise AlreadyResolved


def _resolve(row: Quarantined, resolution: str, actor: UUID, **details: Any) -> None:
    row.resolved_at, row.resolution = now(), resolution
    journal.write(f"quarantine.{resolution}", row, actor, visit=str(row.visit_id), **details)
