"""The PDFs of an edition: those that are there, and the jobs that make them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from fieldstudy.config import LOCALES
from fieldstudy.core import ordering
from fieldstudy.core.access import Role, Viewer
from fieldstudy.extensions import db
from fieldstudy.models import Edition, Job, JobState, Membership, Paper, Store, StoreEdition, User, Wave
from fieldstudy.queries import reach

PAPERS, TELL = "papers", "tell_manager"
OPEN = (JobState.WAITING, JobState.RUNNING)
ENDED = (JobState.FAILED, JobState.REFUSED, JobState.CANCELLED)


@dataclass(frozen=True)
class Failure:
    """`store` is None for the network's report; a job that waits with an error is tried again by itself."""

    store: Store | None
    state: JobState
    error: str

    @property
    def is_final(self) -> bool:
        return self.state in ENDED


@dataclass(frozen=True)
class Progress:
    """Reports, each in all its languages; `failures` by code of the store.

    `kept` counts the PDFs that are there by language, read together with `ready`, so that the two agree on one page.
    """

    reports: int
    ready: int
    kept: Mapping[str, int]
    is_drawn_again: bool
    failures: Sequence[Failure]
    letters: int
    sent: int
    unsent: Sequence[str]
    """Addresses of managers whose letter was given up."""
    is_running: bool

    @property
    def may_retry(self) -> bool:
        return bool(self.unsent or self.failures)


def find(edition_id: UUID, store_edition_id: UUID | None, language: str) -> Paper | None:
    query = select(Paper).where(
        Paper.edition_id == edition_id, Paper.store_edition_id == store_edition_id, Paper.language == language
    )
    return db.session.scalar(query)


def list_jobs(edition: Edition, kind: str = PAPERS) -> Sequence[Job]:
    return db.session.scalars(_jobs(edition, kind)).all()


def _jobs(edition: Edition, kind: str) -> Select[Any]:
    of_edition: ColumnElement[bool] = Job.payload["edition"].as_string() == str(edition.id)
    return select(Job).where(Job.client_id == edition.client_id, Job.kind == kind, of_edition).order_by(Job.id)


def list_latest_jobs(edition: Edition) -> Sequence[Job]:
    """One a report: what was drawn again, for an action or a colour, has several."""
    return _latest(list_jobs(edition))


def _latest(jobs: Sequence[Job]) -> list[Job]:
    return list({job.payload["store_edition"]: job for job in jobs}.values())


def find_latest_job(edition: Edition, store_edition_id: UUID | None) -> Job | None:
    """Of a store, or without one of the network; None for an edition from before papers were ordered."""
    wanted = None if store_edition_id is None else str(store_edition_id)
    of_report: ColumnElement[bool] = Job.payload["store_edition"].as_string() == wanted
    query = _jobs(edition, PAPERS).where(of_report).order_by(None).order_by(Job.id.desc())
    return db.session.scalars(query.limit(1)).first()


def count_stores(edition: Edition) -> int:
    query = select(func.count()).select_from(StoreEdition).where(StoreEdition.edition_id == edition.id)
    return db.session.scalar(query) or 0


def list_frozen_from(wave: Wave, store: Store) -> Sequence[StoreEdition]:
    """The store's newest reports, of this wave and of those after it."""
    newest = (
        select(Edition.wave_id, func.max(Edition.number).label("number"))
        .join(Wave, Wave.id == Edition.wave_id)
        .where(Wave.study_id == wave.study_id, Wave.starts_on >= wave.starts_on)
        .group_by(Edition.wave_id)
        .subquery()
    )
    is_newest = and_(newest.c.wave_id == Edition.wave_id, newest.c.number == Edition.number)
    query = select(StoreEdition).join(StoreEdition.edition).join(newest, is_newest)
    return db.session.scalars(query.where(StoreEdition.store_id == store.id).order_by(StoreEdition.id)).all()


def count_missing(edition: Edition) -> int:
    """Papers that were ordered and are not there."""
    ordered = sum(job.total for job in list_latest_jobs(edition))
    kept = select(func.count()).select_from(Paper).where(Paper.edition_id == edition.id)
    return ordered - (db.session.scalar(kept) or 0)


def is_complete(edition: Edition) -> bool:
    """Every store was ordered and all that was ordered is there. Of an edition from before papers were ordered, only
    those are there that somebody asked for.
    """
    stores = {job.payload["store_edition"] for job in list_latest_jobs(edition)} - {None}
    return len(stores) >= count_stores(edition) and count_missing(edition) <= 0


def progress(edition: Edition) -> Progress:
    all_jobs, letters = list_jobs(edition), list_jobs(edition, TELL)
    jobs = _latest(all_jobs)
    drawn = list_papers(edition)
    rendered = {(str(one.store_edition_id or "") or None, one.language): one.rendered_at for one in drawn}
    stores = _stores(edition)
    failures = [
        Failure(stores.get(job.payload["store_edition"]), job.state, job.error)
        for job in jobs
        if job.state in ENDED or job.waits_after_error
    ]
    users = [UUID(job.payload["user"]) for job in letters if job.state in ENDED]
    return Progress(
        len(jobs),
        sum(_is_ready(job, rendered) for job in jobs),
        _by_language(drawn),
        len(all_jobs) > len(jobs),
        ordering.by_code(failures, lambda failure: failure.store.code if failure.store else ""),
        len(letters),
        sum(job.state == JobState.DONE for job in letters),
        db.session.scalars(select(User.email).where(User.id.in_(users)).order_by(User.email)).all(),
        any(job.state in OPEN for job in (*jobs, *letters)),
    )


def _is_ready(job: Job, rendered: Mapping[tuple[str | None, str], datetime]) -> bool:
    """Done, or kept in all its languages already: the worker says so a moment after the last one is kept."""
    times = [rendered.get((job.payload["store_edition"], language)) for language in job.payload["languages"]]
    return job.state == JobState.DONE or all(at is not None and at >= job.created_at for at in times)


def list_papers(edition: Edition) -> Sequence[Paper]:
    return db.session.scalars(select(Paper).where(Paper.edition_id == edition.id)).all()


def _stores(edition: Edition) -> dict[str, Store]:
    query = select(StoreEdition.id, Store).join(Store, Store.id == StoreEdition.store_id)
    return {str(row[0]): row[1] for row in db.session.execute(query.where(StoreEdition.edition_id == edition.id))}


@dataclass(frozen=True)
class Kept:
    """`code` is empty for the network's report."""

    code: str
    name: str
    sha256: str


def list_for_manager(viewer: Viewer, edition: Edition, language: str) -> Sequence[Kept]:
    """Within reach; the network's report is for those who see every store."""
    return _kept(edition, language, or_(reach.of_results(viewer), _of_network(viewer)))


def _of_network(viewer: Viewer) -> ColumnElement[bool]:
    return Paper.store_edition_id.is_(None) & reach.of_whole_clients(viewer, Paper.client_id)


def list_for_coordinator(viewer: Viewer, edition: Edition, language: str) -> Sequence[Kept]:
    return _kept(edition, language, reach.of_clients(viewer, Paper.client_id, Role.COORDINATOR))


def _kept(edition: Edition, language: str, condition: ColumnElement[bool]) -> Sequence[Kept]:
    query = (
        select(Store.code, Store.name, Paper.sha256)
        .select_from(Paper)
        .outerjoin(StoreEdition, StoreEdition.id == Paper.store_edition_id)
        .outerjoin(Store, Store.id == StoreEdition.store_id)
        .where(Paper.edition_id == edition.id, Paper.language == language, condition)
    )
    kept = [Kept(code or "", name or "", sha256) for code, name, sha256 in db.session.execute(query)]
    return ordering.by_code(kept, lambda paper: paper.code)


def list_managers(client_id: UUID) -> Sequence[User]:
    """Each once, whatever their memberships."""
    roles = select(Membership.user_id).where(Membership.role == Role.MANAGER, Membership.client_id == client_id)
    return db.session.scalars(select(User).where(User.id.in_(roles), User.is_active).order_by(User.id)).all()


def list_readers(edition: Edition) -> Sequence[User]:
    """Managers with a store in this edition."""
    inside = (StoreEdition.edition_id == edition.id, StoreEdition.store_id == Store.id)
    matches = (
        select(StoreEdition.id)
        .join(Store)
        .where(
            *inside,
            or_(Membership.region.is_(None), Membership.region == Store.region),
            or_(Membership.store_id.is_(None), Membership.store_id == Store.id),
        )
    )
    roles = select(Membership.user_id).where(
        Membership.role == Role.MANAGER, Membership.client_id == edition.client_id, matches.exists()
    )
    return db.session.scalars(select(User).where(User.id.in_(roles), User.is_active).order_by(User.id)).all()


def get_user(user_id: UUID) -> User:
    return db.session.scalars(select(User).where(User.id == user_id)).one()


def list_languages(client_id: UUID) -> list[str]:
    """Those its managers chose; all of them where somebody has not chosen, or where there is nobody."""
    chosen = {user.locale for user in list_managers(client_id)}
    return [one for one in LOCALES if one in chosen or not chosen or "" in chosen]


def count_kept(edition: Edition) -> Mapping[str, int]:
    return _by_language(list_papers(edition))


def _by_language(papers: Sequence[Paper]) -> Mapping[str, int]:
    return dict(sorted(Counter(paper.language for paper in papers).items()))
