"""A revision that came twice and not alike: a person says which version holds. The other one is kept for ever."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fieldstudy.core import lifecycle
from fieldstudy.core import sealed as sealing
from fieldstudy.core.answers import Problem, na_first
from fieldstudy.core.sealed import Sealed
from fieldstudy.extensions import db
from fieldstudy.models import Conflict, Medium, Photo, Submission, Visit
from fieldstudy.models.columns import now
from fieldstudy.services import journal, scores
from fieldstudy.services.visits import contents, receiving
from fieldstudy.services.visits.decisions import decision
from fieldstudy.services.visits.judging import judge, stay_of


class ChoiceIsLate(Exception):
    """The visit has been decided about, or has gone on to its next revision."""


class VersionHasProblems(Exception):
    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} problems")


def may_choose(visit: Visit, conflict: Conflict) -> bool:
    return visit.state in lifecycle.OPEN_TO_CHOICE and conflict.revision == visit.revision


def keep_first(visit: Visit, conflict: Conflict, actor: UUID | None, seen: str | None = None) -> None:
    """What was received first stays what it is."""
    with decision(visit, seen, conflict):
        _check(visit, conflict)
        conflict.resolved_at = now()
        journal.write("visit.version_kept", visit, actor, revision=conflict.revision, sha256=conflict.sha256)


def use_other(visit: Visit, conflict: Conflict, actor: UUID | None, seen: str | None = None) -> None:
    """The two contents change places; answers, photos and score follow. Raises VersionHasProblems."""
    with decision(visit, seen, conflict):
        _check(visit, conflict)
        submission = receiving.find_submission(visit.id, conflict.revision)
        if submission is None:
            raise ChoiceIsLate
        before, chosen = submission.content, conflict.content
        _exchange_photos(visit, before, chosen)
        _take(visit, chosen)
        _exchange(submission, conflict)
        conflict.resolved_at = now()
        journal.write("visit.version_chosen", visit, actor, revision=submission.revision, sha256=submission.sha256)


def _check(visit: Visit, conflict: Conflict) -> None:
    if not may_choose(visit, conflict):
        raise ChoiceIsLate


def _take(visit: Visit, content: Mapping[str, Any]) -> None:
    """Judged like any other sending."""
    sealed = _sealed(content)
    photos = receiving.list_pictured(visit) if sealed is None else _pictured(visit, sealed)
    sealed_at = (visit.ended_at or now()) if sealed is None else sealed.sealed_at
    outcome = sealing.outcome_of(content)
    asked = visit.checklist_version.content.for_method(visit.method)
    reading = judge(visit, na_first(asked, content["raw"]), photos, sealed_at, outcome)
    if reading.problems:
        raise VersionHasProblems(reading.problems)
    visit.outcome = outcome
    stay = stay_of(visit, content["raw"]) if sealed is None else sealing.stay_after(sealed, visit.stay)
    visit.entered_at, visit.left_at = stay.entered_at, stay.left_at
    given: Mapping[str, datetime] = {}
    if sealed is not None:
        given = sealed.given
        contents.keep(visit, sealed, _media(visit, sealed))
    db.session.flush()
    scores.rewrite(visit, reading, scores.of(visit, reading.answers, outcome), given)


def _sealed(content: Mapping[str, Any]) -> Sealed | None:
    """None for what a page sent."""
    if "format" not in content:
        return None
    sealed = sealing.read(content)
    return sealing.set_right(sealed, sealed.clock_offset)


def _pictured(visit: Visit, sealed: Sealed) -> list[Any]:
    return [*contents.list_kept(visit.id, sealed), *sealed.photos]


def _media(visit: Visit, sealed: Sealed) -> list[Medium]:
    wanted = [photo.id for photo in sealed.photos]
    query = select(Medium).where(Medium.user_id == visit.fieldworker.user_id, Medium.id.in_(wanted))
    return list(db.session.scalars(query))


def _exchange(submission: Submission, conflict: Conflict) -> None:
    submission.sha256, conflict.sha256 = conflict.sha256, submission.sha256
    submission.content, conflict.content = conflict.content, submission.content
    submission.received_at, conflict.received_at = conflict.received_at, submission.received_at
    sealed = _sealed(submission.content)
    offset = sealed.clock_offset if sealed is not None else None
    submission.clock_offset_seconds = None if offset is None else round(offset.total_seconds())


def _exchange_photos(visit: Visit, before: Mapping[str, Any], chosen: Mapping[str, Any]) -> None:
    """A page's list names all photos of the visit by hash; a phone's names its own by id, and what it took away."""
    at = now()
    old, new = sealing.media_of(before), sealing.media_of(chosen)
    listed = set(sealing.pictures(chosen))
    for photo in db.session.scalars(select(Photo).where(Photo.visit_id == visit.id)):
        if "format" not in chosen:
            is_shown = (photo.question, photo.received_sha256) in listed
        elif photo.medium_id in new or str(photo.id) in before.get("removed", ()):
            is_shown = True
        else:
            is_shown = photo.removed_at is None and photo.medium_id not in old
        photo.removed_at = None if is_shown else photo.removed_at or at
    _release_waiting(visit, set(old) - set(new))


def _release_waiting(visit: Visit, ids: set[UUID]) -> None:
    """Photos of the version that loses whose clean copy is not made yet: they wait in the inbox, for nobody."""
    waiting = select(Medium).where(Medium.visit_id == visit.id, Medium.id.in_(ids), Medium.photo_id.is_(None))
    for medium in db.session.scalars(waiting):
        medium.visit_id = None
