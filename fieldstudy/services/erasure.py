"""A person goes out of the installation. What is the client's stays, under a code that nobody can follow any more.

The account keeps its id and nothing else, since the journal and the rows of an office speak of it by that id.
"""

import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Boolean, String, delete, update

from fieldstudy.core.redaction import Identity
from fieldstudy.extensions import db
from fieldstudy.models import (
    Conflict,
    Draft,
    Fieldworker,
    Jotting,
    Submission,
    User,
    Visit,
)
from fieldstudy.models.columns import now
from fieldstudy.queries import people as people_queries
from fieldstudy.queries import retention, traces
from fieldstudy.queries.traces import Codes
from fieldstudy.services import (
    assignments,
    database_copies,
    erasure_list,
    fsck,
    import_jobs,
    journal,
    photos,
    redactions,
    sessions,
    temporary_files,
    unit,
)
from fieldstudy.services.erasure_list import Erased

LASTING = frozenset({"id", "created_at", "erased_at", "email"})
"""Columns of an account that an erasure does not empty; the address has to be another's of nobody."""
PDF = b"%PDF"
NOBODY = "{id}@erased.invalid"


class WorkersAreBusy(Exception):
    """Photos that were sent wait for their clean copies, and would be lost for their visit; or a file with visits waits
    to come in, and may name whom it should not any more.
    """

    def __init__(self, photos: int, imports: int) -> None:
        super().__init__(f"waiting for a worker: photos that were sent ({photos}), files with visits ({imports})")
        self.photos, self.imports = photos, imports


@dataclass(frozen=True)
class Stays:
    """What an erasure leaves, and is told to whoever asked for it."""

    codes: Sequence[Codes] = ()
    photos: int = 0
    journal_lines: int = 0
    open_assignments: int = 0


@dataclass(frozen=True)
class Report:
    """`gone` by kind. `is_compact`: nothing of it is left in free pages of the database file either."""

    gone: Counter[str] = field(default_factory=Counter)
    stays: Stays = field(default_factory=Stays)
    is_compact: bool = True


@dataclass(frozen=True)
class _Subject:
    """A person with all their codes, or one code that has no account."""

    user: User | None
    codes: Sequence[Fieldworker]
    identity: Identity

    @property
    def code_ids(self) -> list[UUID]:
        return [code.id for code in self.codes]


def erase_person(user: User, actor: UUID | None = None, with_photos: bool = False, is_alone: bool = True) -> Report:
    """With all their codes at all clients. May be repeated, by the id. Raises WorkersAreBusy.

    `is_alone`: otherwise whoever erases several has the file of the database written anew at the end.
    """
    _check_workers(traces.count_waiting_photos(user.id))
    is_known = user.erased_at is None
    identity = Identity(user.email, user.name) if is_known else Identity()
    subject = _Subject(user, traces.list_codes(user.id), identity)
    _close(user, actor)
    erasure_list.add([Erased(now(), user=user.id, with_photos=with_photos)])
    report = _erase(subject, actor, with_photos)
    return _compacted(report) if is_alone else report


def erase_code(code: Fieldworker, actor: UUID | None = None, with_photos: bool = False) -> Report:
    """Of somebody who has no account; whoever has one goes with it, out of all clients."""
    if code.user_id is not None:
        return erase_person(people_queries.get_user(code.user_id), actor, with_photos)
    _check_workers(0)
    erasure_list.add([Erased(now(), fieldworker=code.id, with_photos=with_photos)])
    return _compacted(_erase(_Subject(None, [code], Identity()), actor, with_photos))


def _check_workers(photos: int) -> None:
    imports = import_jobs.count_waiting()
    if photos or imports:
        raise WorkersAreBusy(photos, imports)


def _compacted(report: Report) -> Report:
    return replace(report, is_compact=database_copies.compact())


def _close(user: User, actor: UUID | None) -> None:
    """First of all: nothing more arrives while the rest is looked for, and what was not begun goes back."""
    with unit.work(user):
        user.is_active = False
        assignments.withdraw_unbegun(user.id, None, ())
        sessions.end_all(user.id)
        journal.write("user.erasure_begun", user, actor)


def _erase(subject: _Subject, actor: UUID | None, with_photos: bool) -> Report:
    gone: Counter[str] = Counter()
    with unit.work():
        visits = traces.list_visits(subject.code_ids)
        stays = _stays(subject, visits, with_photos)
        _erase_writings(gone, visits)
        _erase_photos(gone, visits, with_photos)
        if subject.user is not None:
            _erase_jobs(gone, subject.user)
        _redact(gone, subject.identity, visits)
        if subject.user is not None:
            _erase_rows(gone, subject.user)
            _erase_folder(gone, subject.user)
            _empty(subject.user)
        counts = {kind: count for kind, count in gone.items() if count}
        journal.write("user.erased", subject.user or subject.codes[0], actor, counts=counts)
    _erase_letters(gone, subject.identity.email)
    _erase_drawn(gone)
    gone["files with visits that did not come in"] = import_jobs.drop_all()
    return Report(gone, stays)


def _stays(subject: _Subject, visits: Sequence[Visit], with_photos: bool) -> Stays:
    kept = 0 if with_photos else len(traces.list_photos(visits, is_all=True)) - len(traces.list_photos(visits, False))
    lines = traces.count_lines(subject.user.id) if subject.user else 0
    assignments = traces.count_open_assignments(subject.code_ids)
    return Stays(traces.list_kept_codes(subject.codes), kept, lines, assignments)


def _erase_writings(gone: Counter[str], visits: Sequence[Visit]) -> None:
    """Notes, drafts, and sendings as the phone wrote them; answers stay."""
    ids = [visit.id for visit in visits]
    gone["jottings"] = unit.change(delete(Jotting).where(Jotting.visit_id.in_(ids)))
    gone["drafts"] = unit.change(delete(Draft).where(Draft.visit_id.in_(ids)))
    emptied = update(Submission).where(Submission.visit_id.in_(ids), retention.has_content(Submission))
    gone["sendings emptied"] = unit.change(emptied.values(content=retention.EMPTIED))
    gone["other versions of sendings"] = unit.change(delete(Conflict).where(Conflict.visit_id.in_(ids)))


def _erase_photos(gone: Counter[str], visits: Sequence[Visit], is_all: bool) -> None:
    """Of visits that were never sent; the others are proofs of the client's, and go if they are asked for."""
    found = traces.list_photos(visits, is_all)
    photos.erase_files(found)
    gone["photos"] = len(found)


def _redact(gone: Counter[str], identity: Identity, visits: Sequence[Visit]) -> None:
    gone["answers without the name"] = redactions.redact_answers(identity, visits)
    done = redactions.redact_everywhere(identity)
    gone.update({f"texts without the name in {table}": count for table, count in done.texts.items()})
    gone["messages that waited for others"] = redactions.drop_flashes(identity)
    refrozen = redactions.refreeze(identity, visits, done.visit_ids)
    gone["frozen reports changed"], gone["PDFs to be drawn anew"] = refrozen.reports, refrozen.papers


def _erase_jobs(gone: Counter[str], user: User) -> None:
    for job in traces.list_jobs(user.id, "" if user.erased_at else user.email):
        db.session.delete(job)
        gone["jobs"] += 1
    db.session.flush()


def _erase_rows(gone: Counter[str], user: User) -> None:
    """Of every table with a `user_id`, those that come after this version as well; a code only loses its person."""
    for table, owner in traces.owned():
        if table is Fieldworker.__table__:
            gone["codes without a person"] = unit.change(update(table).where(owner == user.id).values(user_id=None))
        else:
            gone[table.name] = unit.change(delete(table).where(owner == user.id))


def _erase_folder(gone: Counter[str], user: User) -> None:
    """Photos as the camera wrote them, whole or in parts."""
    folder = _data() / "inbox" / str(user.id)
    gone["files in the inbox"] = sum(path.is_file() for path in folder.glob("*"))
    shutil.rmtree(folder, ignore_errors=True)


def _empty(user: User) -> None:
    """Every column, also of versions to come: an account has nothing that is not about a person."""
    empty: dict[str, Any] = {"erased_at": user.erased_at or now(), "email": NOBODY.format(id=user.id)}
    for column in User.__table__.c:
        if column.name not in LASTING:
            empty[column.name] = None if column.nullable else _nothing(column.type)
    unit.change(update(User).where(User.id == user.id).values(**empty))


def _nothing(kind: Any) -> Any:
    if isinstance(kind, Boolean):
        return False
    return "" if isinstance(kind, String) else 0


def _erase_letters(gone: Counter[str], email: str) -> None:
    """Those that the demo wrote into its folder."""
    for path in (_data() / "mail").rglob("*") if email else ():
        if path.is_file() and email.encode() in path.read_bytes().lower():
            path.unlink(missing_ok=True)
            gone["e-mails"] += 1


def _erase_drawn(gone: Counter[str]) -> None:
    """Previews and visits that are kept for an hour, and PDFs that were drawn again since: one that waits for its row
    is drawn once more. Other files that nothing names, once they are old.
    """
    gone["files kept for an hour"] = temporary_files.drop_all()
    old = set(fsck.list_orphans(now() - fsck.YOUNG))
    for path in fsck.list_orphans(now()):
        with suppress(FileNotFoundError):
            if path in old or _is_pdf(path):
                path.unlink()
                gone["files that nothing names"] += 1


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(PDF)) == PDF


def _data() -> Path:
    found: Path = current_app.extensions["fieldstudy"].data
    return found


def catch_up() -> int:
    """A backup brought back who had been erased since: they go again. Says how many."""
    count = 0
    for one in erasure_list.read(erasure_list.path()):
        user = people_queries.find_user(one.user) if one.user else None
        code = db.session.get(Fieldworker, one.fieldworker) if one.fieldworker else None
        if user is not None and user.erased_at is None:
            erase_person(user, with_photos=one.with_photos)
            count += 1
        elif code is not None and traces.has_writings(code):
            erase_code(code, with_photos=one.with_photos)
            count += 1
    return count
