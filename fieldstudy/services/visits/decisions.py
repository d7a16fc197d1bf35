"""A decision rests on what the page showed: what another reviewer did meanwhile is not overridden without a word."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fieldstudy.models import Visit
from fieldstudy.services import unit
from fieldstudy.services.visits.receiving import find_submission


class PageIsOld(Exception):
    """The visit is no longer what the page showed that the decision came from."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(f"visit {visit.id} has changed since the page was opened")
        self.visit = visit


def mark(visit: Visit) -> str:
    """State, revision and the content that holds: two versions of one revision may have changed places."""
    submission = find_submission(visit.id, visit.revision)
    return f"{visit.state}.{visit.revision}.{'' if submission is None else submission.sha256[:16]}"


@contextmanager
def decision(visit: Visit, seen: str | None, *rows: Any) -> Iterator[None]:
    """A unit of work. `seen` is the mark of the page; None where nobody decides from a page. Raises PageIsOld, also
    where the page has no mark: an empty one is no visit's.
    """
    with unit.work(visit, *rows):
        if seen is not None and seen != mark(visit):
            raise PageIsOld(visit)
        yield
