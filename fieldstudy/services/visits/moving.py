"""A step in the life of a visit."""

from fieldstudy.core import lifecycle
from fieldstudy.core.lifecycle import State
from fieldstudy.models import Visit


class VisitIsClosed(Exception):
    def __init__(self, state: State) -> None:
        super().__init__(f"the visit is {state}")
        self.state = state


def move(visit: Visit, state: State) -> None:
    """Inside a unit. Raises MoveIsNotAllowed."""
    lifecycle.check_move(visit.state, state)
    visit.state = state
