"""A decision rests on what the page showed: what another reviewer did meanwhile is not overridden without a word."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from fieldstudy.models import Visit
from fieldstudy.queries.visits import find_score, list_conflicts, list_jottings
from fieldstudy.services import unit
from fieldstudy.services.visits.receiving import find_submission, list_photos


class PageIsOld(Exception):
    """The visit is no longer what the page showed that the decision came from."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(f"visit {visit.id} has changed since the page was opened")
        self.visit = visit


def mark(visit: Visit) -> str:
    """Of all that its page shows and that can change: where it stands, the content that holds, what arrived beside it.

    Two versions of one revision may have changed places; a second one, a photo or a note may have come later.
    """
    submission, score = find_submission(visit.id, visit.revision), find_score(visit)
    shown = (
        (str(visit.state), visit.revision, visit.state_reason, str(visit.outcome)),
        "" if submission is None else submission.sha256,
        None if score is None else (str(score.checklist_version_id), score.revision, _printed(score.final)),
        sorted((str(one.id), one.sha256, one.resolved_at is not None) for one in list_conflicts(visit)),
        sorted((str(photo.id), photo.question) for photo in list_photos(visit)),
        sorted(str(jotting.id) for jotting in list_jottings(visit)),
    )
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def _printed(final: Decimal | None) -> str:
    return "" if final is None else f"{final:.6f}"


@contextmanager
def decision(visit: Visit, seen: str | None, *rows: Any) -> Iterator[None]:
    """A unit of work. `seen` is the mark of the page; None where nobody decides from a page. Raises PageIsOld, also
    where the page has no mark: an empty one is no visit's.
    """
    with unit.work(visit, *rows):
        if seen is not None and seen != mark(visit):
            raise PageIsOld(visit)
        yield
