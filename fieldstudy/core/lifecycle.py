"""The life of a visit: one table of allowed moves, and which states count."""

from enum import StrEnum


class State(StrEnum):
    PLANNED = "planned"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    IN_FIELD = "in_field"
    SEALED = "sealed"
    RECEIVED = "received"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    RELEASED = "released"
    APPEALED = "appealed"
    UPHELD = "upheld"
    AMENDED = "amended"
    DECLINED = "declined"
    LOCKED = "locked"
    HELD = "held"
    EXCLUDED = "excluded"
    VOID = "void"


class Outcome(StrEnum):
    """How a visit ended that could not go as it should."""

    STORE_CLOSED = "store_closed"


S = State

MOVES: dict[State, frozenset[State]] = {
    S.PLANNED: frozenset({S.OFFERED, S.VOID}),
    S.OFFERED: frozenset({S.ACCEPTED, S.PLANNED, S.VOID}),
    S.ACCEPTED: frozenset({S.IN_FIELD, S.OFFERED, S.VOID}),
    S.IN_FIELD: frozenset({S.SEALED, S.VOID}),
    S.SEALED: frozenset({S.RECEIVED, S.HELD, S.VOID}),
    S.RECEIVED: frozenset({S.IN_REVIEW, S.HELD, S.EXCLUDED, S.VOID}),
    S.IN_REVIEW: frozenset({S.RETURNED, S.APPROVED, S.HELD, S.EXCLUDED, S.VOID}),
    S.RETURNED: frozenset({S.IN_FIELD, S.IN_REVIEW, S.VOID}),
    S.APPROVED: frozenset({S.RELEASED, S.IN_REVIEW, S.HELD, S.EXCLUDED, S.VOID}),
    S.RELEASED: frozenset({S.APPEALED, S.LOCKED, S.EXCLUDED, S.VOID}),
    S.APPEALED: frozenset({S.UPHELD, S.AMENDED, S.DECLINED, S.VOID}),
    S.UPHELD: frozenset({S.LOCKED}),
    S.AMENDED: frozenset({S.LOCKED}),
    S.DECLINED: frozenset({S.LOCKED}),
    S.LOCKED: frozenset(),
    S.HELD: frozenset({S.RECEIVED, S.EXCLUDED, S.VOID}),
    S.EXCLUDED: frozenset({S.IN_REVIEW, S.VOID}),
    # A withdrawn assignment is taken up again when its visit was made all the same; a void visit has no such way.
    S.VOID: frozenset({S.ACCEPTED}),
}

COUNTING = frozenset({S.APPROVED, S.RELEASED, S.APPEALED, S.UPHELD, S.AMENDED, S.DECLINED, S.LOCKED})
UNBEGUN = frozenset({S.PLANNED, S.OFFERED, S.ACCEPTED})
"""Of an assignment: as long as it has no visit, it may be taken back."""
WITH_FIELDWORKER = frozenset({S.IN_FIELD, S.RETURNED})
AWAITING_REVIEW = frozenset({S.RECEIVED, S.IN_REVIEW})
OPEN_TO_CHOICE = AWAITING_REVIEW | {S.HELD}
"""Of a visit that arrived in two versions a person may still say which one holds."""
ARRIVED = frozenset(State) - {S.PLANNED, S.OFFERED, S.ACCEPTED, S.IN_FIELD, S.SEALED, S.VOID}
"""States that show that the server holds a visit of this assignment."""
NEEDS_REASON = frozenset({S.RETURNED, S.HELD, S.EXCLUDED, S.VOID})


class MoveIsNotAllowed(Exception):
    def __init__(self, before: State, after: State) -> None:
        super().__init__(f"a visit that is {before} cannot become {after}")
        self.before = before
        self.after = after


def may_move(before: State, after: State) -> bool:
    return after in MOVES[before]


def check_move(before: State, after: State) -> None:
    if not may_move(before, after):
        raise MoveIsNotAllowed(before, after)


def counts(state: State) -> bool:
    """Approved, and every state after it that is not void or excluded."""
    return state in COUNTING
