"""Papers that are there already, and what makes them be drawn again."""

import pytest
from flask import Flask

from fieldstudy import words
from fieldstudy.extensions import db
from fieldstudy.models import Job, JobState, Paper, Wave
from fieldstudy.models.columns import now
from fieldstudy.queries import papers as paper_queries
from fieldstudy.reports import pdf, store
from fieldstudy.services import actions, papers, studies
from fieldstudy.services.actions import Plan
from tests import factories as make
from tests import papers as drawn
from tests.reports import content, snapshots

DATABASES = ("sqlite",)


@pytest.fixture
def wave(app: Flask) -> Wave:
    made = drawn.released()
    drawn.do_all_jobs(app)
    return made


def hashes() -> dict[str, str]:
    """Of every paper, by what it is of and its language."""
    db.session.rollback()
    return {f"{p.store_edition_id} {p.language}": p.sha256 for p in db.session.scalars(db.select(Paper))}


def test_an_action_is_in_the_kept_paper_of_its_store_soon_after(app: Flask, wave: Wave) -> None:
    before, frozen = hashes(), make.edition(wave, "AA")
    actions.add(frozen, Plan("Greet at the door", question="greeted"), None)
    drawn.do_all_jobs(app)
    after = hashes()
    assert {key.split()[0] for key in before if before[key] != after[key]} == {str(frozen.id)}


def test_drawing_again_changes_nothing_where_nothing_would_look_different(app: Flask, wave: Wave) -> None:
    at = {p.id: p.rendered_at for p in db.session.scalars(db.select(Paper))}
    assert papers.draw_again(drawn.newest(wave), None) == 3
    drawn.do_all_jobs(app)
    db.session.expire_all()
    assert {p.id: p.rendered_at for p in db.session.scalars(db.select(Paper))} == at


def test_a_new_colour_is_in_every_paper_that_is_drawn_again(app: Flask, wave: Wave) -> None:
    before = hashes()
    studies.set_accent(wave.study.client, "#7a1fa2", None)
    papers.draw_again(drawn.newest(wave), None)
    drawn.do_all_jobs(app)
    after = hashes()
    assert (before.keys(), {key for key in before if before[key] == after[key]}) == (after.keys(), set())


def test_papers_that_are_drawn_again_are_counted_once(wave: Wave) -> None:
    edition = drawn.newest(wave)
    papers.draw_again(edition, None)
    papers.draw_again(edition, None)
    found = paper_queries.progress(edition)
    assert (found.reports, found.ready, paper_queries.count_missing(edition)) == (3, 0, 0)


def test_a_job_that_waits_after_an_error_can_begin_at_once(wave: Wave) -> None:
    edition = drawn.newest(wave)
    job = paper_queries.list_latest_jobs(edition)[0]
    job.state, job.error, job.attempts, job.due_at = JobState.WAITING, "OSError: gone", 2, now().replace(year=2100)
    db.session.commit()
    assert papers.retry(edition, None) == 1
    again = db.session.get_one(Job, job.id)
    assert (again.error, again.attempts, again.due_at < now()) == ("", 0, True)


def test_a_damaged_photo_makes_no_paper_without_it() -> None:
    snapshot = snapshots.store_snapshot(photos=1)
    built = store.build(snapshot, content.CHECKLIST, words.of("en"), 1, snapshot.photo_hashes)
    broken = dict.fromkeys(snapshot.photo_hashes, b"\xff\xd8 no picture")
    with pytest.raises(pdf.PictureIsBroken):
        pdf.render(built, "en", broken)
