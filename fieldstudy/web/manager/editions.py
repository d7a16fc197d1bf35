"""What a manager may know of a later edition: what changed where they may look, and why, if it is about that."""

from collections.abc import Collection

from fieldstudy.core import ordering
from fieldstudy.core.editions import StoreChange
from fieldstudy.models import Edition


def within(edition: Edition, codes: Collection[str]) -> list[StoreChange]:
    found = [store for store in edition.change.stores if store.code in codes] if edition.change else []
    return ordering.by_code(found, lambda store: store.code)


def tells_why(edition: Edition, codes: Collection[str]) -> bool:
    """The coordinator's reason names what happened in the stores that changed."""
    return bool(within(edition, codes))
