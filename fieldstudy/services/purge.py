"""What was kept for as long as the settings say goes: in batches, so that nobody waits, and as often as one likes."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, delete, inspect, select, tuple_, update

from fieldstudy.config import Config
from fieldstudy.extensions import Model, db
from fieldstudy.models import (
    Conflict,
    Draft,
    Invitation,
    Jotting,
    Medium,
    PendingSignIn,
    Photo,
    Quarantined,
    Session,
    Submission,
    Throttle,
)
from fieldstudy.models.columns import now
from fieldstudy.queries import retention
from fieldstudy.queries import sendings as sending_queries
from fieldstudy.services import database_copies, erasure, fsck, journal, media, papers, photos, temporary_files, unit

BATCH = 200

Removal = Callable[[ColumnElement[bool]], int]


@dataclass(frozen=True)
class Kind:
    """`clock` is a field of Config; without one it goes as soon as it is due. `remove` works inside a unit."""

    table: type[Model]
    is_due: retention.Condition
    remove: Removal
    clock: str = ""


def _delete(table: type[Model]) -> Removal:
    return lambda rows: unit.change(delete(table).where(rows))


def _empty(table: type[Submission | Conflict]) -> Removal:
    """Answers, score and the hash that tells a second sending from the first stay."""
    return lambda rows: unit.change(update(table).where(rows).values(content=retention.EMPTIED))


def _erase_photos(rows: ColumnElement[bool]) -> int:
    """The PDFs that show one are drawn anew without it."""
    found = db.session.scalars(select(Photo).where(rows)).all()
    photos.erase_files(found)
    papers.draw_anew(retention.list_frozen(retention.places_of_photos(found)))
    return len(found)


def _drop_media(rows: ColumnElement[bool]) -> int:
    found = db.session.scalars(select(Medium).where(rows)).all()
    for medium in found:
        media.drop(medium)
    return len(found)


KINDS: Mapping[str, Kind] = {
    "sessions": Kind(Session, retention.sessions, _delete(Session)),
    "unfinished sign-ins": Kind(PendingSignIn, retention.pending_sign_ins, _delete(PendingSignIn)),
    "counts of tries": Kind(Throttle, retention.throttles, _delete(Throttle)),
    "invitations": Kind(Invitation, retention.invitations, _delete(Invitation), "keep_invitations_days"),
    "drafts": Kind(Draft, retention.drafts, _delete(Draft), "keep_drafts_days"),
    "sendings under review": Kind(Quarantined, retention.quarantined, _delete(Quarantined), "keep_quarantine_days"),
    "photos": Kind(Photo, retention.photos, _erase_photos, "keep_photos_days"),
    "refused pictures": Kind(Medium, retention.refused_pictures, _drop_media, "keep_photos_days"),
    "jottings": Kind(Jotting, retention.jottings, _delete(Jotting), "keep_jottings_days"),
    "sendings": Kind(Submission, retention.submissions, _empty(Submission), "keep_sendings_days"),
    "other versions of sendings": Kind(Conflict, retention.conflicts, _empty(Conflict), "keep_sendings_days"),
}
ACCOUNTS = "deactivated accounts"
INBOX, PARTS, ORPHANS = "photos in the inbox", "parts of photos", "files that nothing names"


def run(at: datetime | None = None, is_dry: bool = False) -> dict[str, int]:
    """How much went of each kind, or would go."""
    at = at or now()
    report = {name: _purge(name, kind, at, is_dry) for name, kind in KINDS.items()}
    report[ACCOUNTS] = _purge_accounts(_before("keep_accounts_days", at), is_dry)
    before = _before("keep_inbox_days", at)
    report[INBOX] = _purge_inbox(before, is_dry) if before else 0
    report[PARTS] = _unlink(media.list_parts(before), is_dry) if before else 0
    report[ORPHANS] = _unlink(fsck.list_orphans(at - fsck.YOUNG), is_dry)
    if not is_dry and any(report.values()):
        temporary_files.drop_all()
        database_copies.compact()
    return report


def _before(clock: str, at: datetime) -> datetime | None:
    config: Config = current_app.extensions["fieldstudy"]
    days: int = getattr(config, clock) if clock else 0
    return at - timedelta(days=days) if days or not clock else None


def _purge(name: str, kind: Kind, at: datetime, is_dry: bool) -> int:
    before = _before(kind.clock, at)
    if before is None:
        return 0
    keys = inspect(kind.table).primary_key
    condition = kind.is_due(before)
    found = db.session.execute(select(*keys).where(condition)).all()
    if is_dry:
        return len(found)
    batches = [found[start : start + BATCH] for start in range(0, len(found), BATCH)]
    return sum(_remove(name, kind, condition & tuple_(*keys).in_(batch)) for batch in batches)


def _remove(name: str, kind: Kind, rows: ColumnElement[bool]) -> int:
    with unit.work():
        count = kind.remove(rows)
        journal.write("purge.done", kind.table, None, kind=name, count=count)
    return count


def _purge_accounts(before: datetime | None, is_dry: bool) -> int:
    """As if they had asked for it; one whose photos wait for a worker comes next time."""
    found = retention.list_idle_accounts(before) if before else []
    if is_dry:
        return len(found)
    count = 0
    for user in found:
        with suppress(erasure.WorkersAreBusy):
            erasure.erase_person(user, is_alone=False)
            count += 1
    return count


def _purge_inbox(before: datetime, is_dry: bool) -> int:
    """What a visit under review or the other version of a visit names stays. Nobody can name one meanwhile."""
    if is_dry:
        return len(sending_queries.list_idle_media(before))
    count = 0
    while True:
        with unit.work():
            idle = sending_queries.list_idle_media(before)[:BATCH]
            for medium in idle:
                media.drop(medium)
            if not idle:
                return count
            count += len(idle)
            journal.write("purge.done", Medium, None, kind=INBOX, count=len(idle))


def _unlink(paths: Sequence[Any], is_dry: bool) -> int:
    if not is_dry:
        for path in paths:
            path.unlink(missing_ok=True)
    return len(paths)
