"""The actions of a store as its report knows them."""

from collections.abc import Iterable

from fieldstudy.models import Action
from fieldstudy.reports.store.actions import ActionLine


def lines(now: Iterable[Action], before: Iterable[Action]) -> list[ActionLine]:
    """This wave's actions, then those of the last wave, each in the order in which they are listed."""
    return [*(_line(action, False) for action in now), *(_line(action, True) for action in before)]


def _line(action: Action, is_of_last_wave: bool) -> ActionLine:
    return ActionLine(
        section=action.section,
        text=action.text,
        question=action.question,
        lever=action.lever,
        owner=action.owner,
        due_on=action.due_on,
        done_on=action.done_on,
        is_of_last_wave=is_of_last_wave,
    )
