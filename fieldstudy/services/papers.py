"""The PDFs of an edition: ordered by its release, kept when they are drawn, and told of when the last one is there."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from fieldstudy.extensions import db
from fieldstudy.models import Edition, Job, JobState, Paper, Store, StoreEdition, Wave
from fieldstudy.models.columns import new_id, now
from fieldstudy.queries import papers
from fieldstudy.services import files, jobs, journal, mail, unit


def order(edition: Edition, store_edition_ids: Sequence[UUID]) -> None:
    """Inside a unit of work: a job for each store, and one for the network."""
    languages = papers.list_languages(edition.client_id)
    networks = [None] if edition.network is not None else []
    wanted = [None if one is None else str(one) for one in [*store_edition_ids, *networks]]
    _order_all(edition, wanted, languages)


def _order_all(edition: Edition, wanted: Iterable[str | None], languages: Sequence[str]) -> None:
    payloads = [{"edition": str(edition.id), "store_edition": one, "languages": languages} for one in wanted]
    jobs.add_all(papers.PAPERS, payloads, edition.client_id, total=len(languages))


def _order(edition: Edition, store_edition: str | None, languages: Sequence[str]) -> None:
    _order_all(edition, [store_edition], languages)


def refresh(wave: Wave, store: Store) -> None:
    """Inside a unit of work: an action of this store and wave stands in this report, and in that of the next wave."""
    for frozen in papers.list_frozen_from(wave, store):
        job = papers.find_latest_job(frozen.edition, frozen.id)
        if job is not None:
            _order_again(frozen.edition, job)


def order_report(edition: Edition, store_edition_id: UUID | None, language: str) -> None:
    """For a reader who asks for one that is not kept as it would be drawn now: of a store, or of the network."""
    with unit.work(edition):
        job = papers.find_latest_job(edition, store_edition_id)
        before = job.payload["languages"] if job else []
        if job is None or job.state not in papers.OPEN or language not in before:
            wanted = None if store_edition_id is None else str(store_edition_id)
            _order(edition, wanted, sorted({*before, language}))
            journal.write("paper.ordered", edition, None, language=language, store_edition=wanted)


def draw_again(edition: Edition, actor: UUID | None) -> int:
    """All of them, for a new colour or logo; what would come out the same is not drawn. Says how many."""
    with unit.work(edition):
        count = sum(_order_again(edition, job) for job in papers.list_latest_jobs(edition))
        journal.write("papers.drawn_again", edition, actor, count=count)
    return count


def draw_anew(frozen: Sequence[StoreEdition]) -> int:
    """Inside a unit: what is kept of these reports goes, and is drawn as they are now. Says how many PDFs went."""
    kept = [paper for one in frozen for paper in papers.list_papers(one.edition) if paper.store_edition_id == one.id]
    for paper in kept:
        db.session.delete(paper)
    db.session.flush()
    files.drop(paper.sha256 for paper in kept)
    for one in frozen:
        job = papers.find_latest_job(one.edition, one.id)
        if job is not None:
            _order_again(one.edition, job)
    return len(kept)


def _order_again(edition: Edition, job: Job) -> bool:
    """Nothing beside a job that still waits: it will see what is new."""
    if job.state == JobState.WAITING:
        return False
    _order(edition, job.payload["store_edition"], job.payload["languages"])
    return True


def keep(edition: Edition, store_edition_id: UUID | None, language: str, data: bytes, ingredients: str) -> Paper:
    """Once for edition, store and language, in place of the one before, whose file goes; the last paper of an edition
    has its managers told.
    """
    sha256 = files.put(data)
    with unit.work(edition):
        paper = papers.find(edition.id, store_edition_id, language) or _new(edition, store_edition_id, language)
        replaced = {paper.sha256} - {sha256, ""}
        paper.sha256, paper.size_bytes = sha256, len(data)
        paper.ingredients, paper.rendered_at = ingredients, now()
        journal.write("paper.kept", paper, None, language=language, sha256=sha256)
        db.session.flush()
        files.drop(replaced)
        _tell(edition)
    return paper


def _new(edition: Edition, store_edition_id: UUID | None, language: str) -> Paper:
    paper = Paper(
        id=new_id(),
        client_id=edition.client_id,
        edition_id=edition.id,
        store_edition_id=store_edition_id,
        language=language,
        sha256="",
        size_bytes=0,
    )
    db.session.add(paper)
    return paper


def _tell(edition: Edition) -> None:
    """Under the lock of the edition: of two last papers, one finds the letters of the other."""
    if not mail.is_possible() or not papers.is_complete(edition) or papers.list_jobs(edition, papers.TELL):
        return
    for user in papers.list_readers(edition):
        jobs.add(papers.TELL, {"edition": str(edition.id), "user": str(user.id)}, edition.client_id, total=1)


def cancel(edition: Edition, actor: UUID | None) -> int:
    """What waits ends here, what is being drawn ends with its page; says how many."""
    found = [job for job in papers.list_jobs(edition) if job.state in papers.OPEN]
    ended = 0
    for job in found:
        try:
            jobs.cancel(job, actor)
        except jobs.JobIsOver:
            continue
        ended += 1
    return ended


def retry(edition: Edition, actor: UUID | None) -> int:
    """Everything that was given up, cancelled or waits after an error, letters too; says how many."""
    again = 0
    for job in [*papers.list_latest_jobs(edition), *papers.list_jobs(edition, papers.TELL)]:
        if job.state in papers.ENDED or job.waits_after_error:
            jobs.retry(job, actor)
            again += 1
    return again
