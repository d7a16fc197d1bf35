"""What was kept long enough goes, and nothing else; every clock is a setting, and 0 stops it."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import make_url

from fieldstudy.cli import main
from fieldstudy.config import Config
from fieldstudy.core.access import Membership, Role, Viewer
from fieldstudy.extensions import Model, db
from fieldstudy.models import (
    AnswerRow,
    Draft,
    Invitation,
    Job,
    Jotting,
    Medium,
    Paper,
    Photo,
    Quarantined,
    Submission,
    Visit,
)
from fieldstudy.models.columns import now
from fieldstudy.services import accounts, fieldnotes, files, fsck, media, photos, purge, quarantine, releases, visits
from tests import factories as make
from tests import inbox, world

MARK = "heron-7731"


@pytest.fixture(autouse=True)
def data(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """A folder of its own: that of other tests holds what earlier ones left."""
    config = app.extensions["fieldstudy"]
    app.extensions["fieldstudy"] = replace(config, data=tmp_path)
    yield tmp_path
    app.extensions["fieldstudy"] = config


def count(table: type[Model]) -> int:
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(table))


def after(**days: int) -> datetime:
    return now() + timedelta(**days)


def work(app: Flask) -> None:
    while app.extensions["workshop"].work():
        continue


def released_visit(app: Flask) -> Visit:
    """With a photo and a jotting, in a report that is drawn."""
    wave = make.wave()
    visit = make.visit(make.assignment(wave))
    photos.keep(visit, "window", make.picture(), None)
    fieldnotes.jot(visit, "welcome", MARK, make.NOON, None)
    visits.submit(visit, 1, {**make.GOOD, "q-words": ["The door stood open"]}, None, make.NOON)
    visits.approve(visit, None)
    releases.release(wave)
    work(app)
    return visit


def test_photos_jottings_and_sendings_end_after_the_release_and_answers_stay(app: Flask) -> None:
    visit = released_visit(app)
    photo = db.session.scalars(db.select(Photo)).one()
    paths = [files.path_of(photo.sha256), files.path_of(photo.sha256, photos.SMALL)]
    young = purge.run(after(days=729))
    assert (young["photos"], young["jottings"], young["sendings"], count(Jotting)) == (0, 0, 0, 1)
    report = purge.run(after(days=731))
    assert (report["photos"], report["jottings"], report["sendings"]) == (1, 1, 1)
    assert [path.exists() for path in paths] == [False, False]
    assert (count(Jotting), count(Photo), db.session.scalars(db.select(Photo)).one().erased_at is None) == (0, 1, False)
    assert "The door stood open" not in str(db.session.scalars(db.select(Submission)).one().content)
    answer = db.session.get(AnswerRow, (visit.id, 1, "words"))
    assert answer.value == "The door stood open"
    assert fsck.check().is_sound


def test_a_report_that_showed_an_erased_photo_is_drawn_anew(app: Flask) -> None:
    released_visit(app)
    before = {paper.sha256 for paper in db.session.scalars(db.select(Paper).where(Paper.store_edition_id.is_not(None)))}
    purge.run(after(days=731))
    assert [files.path_of(sha256).exists() for sha256 in before] == [False] * len(before)
    work(app)
    kept = db.session.scalars(db.select(Paper).where(Paper.store_edition_id.is_not(None))).all()
    assert len(kept) == len(before) > 0
    assert not before & {paper.sha256 for paper in kept}
    assert fsck.check().is_sound


def test_a_file_that_two_photos_share_goes_with_the_second(app: Flask) -> None:
    released_visit(app)
    other = make.visit(make.assignment(make.wave()))
    shared = photos.keep(other, "window", make.picture(), None).sha256
    assert purge.run(after(days=731))["photos"] == 1
    assert (files.path_of(shared).exists(), files.path_of(shared, photos.SMALL).exists()) == (True, True)


def test_a_wave_that_was_never_released_keeps_all(app: Flask) -> None:
    visit = make.visit()
    photos.keep(visit, "window", make.picture(), None)
    fieldnotes.jot(visit, "welcome", MARK, make.NOON, None)
    visits.submit(visit, 1, make.GOOD, None, make.NOON)
    purge.run(after(days=20_000))
    assert (count(Jotting), db.session.scalars(db.select(Photo)).one().erased_at) == (1, None)


def test_drafts_invitations_and_what_was_decided_end(app: Flask) -> None:
    world.fill(app)
    row = db.session.scalars(db.select(Quarantined)).one()
    drafts, open_ones = count(Draft), count(Quarantined)
    assert (drafts > 0, open_ones, count(Invitation) > 0) == (True, 1, True)
    assert purge.run(after(days=500))["sendings under review"] == 0
    quarantine.set_aside(row, "A trial", make.user(Role.REVIEWER, make.client()).id)
    report = purge.run(after(days=181))
    assert (report["sendings under review"], count(Quarantined)) == (1, 0)
    assert (count(Draft), count(Invitation)) == (0, 0)


def test_a_refused_picture_goes_as_it_came(app: Flask) -> None:
    wave = make.wave()
    visit = make.received(make.assignment(wave))
    medium = inbox.send(visit, b"no picture")
    work(app)
    visits.approve(visit, None)
    releases.release(wave)
    path = media.path_of(medium.user_id, medium.id)
    assert (purge.run(after(days=10))["refused pictures"], path.exists()) == (0, True)
    assert (purge.run(after(days=731))["refused pictures"], path.exists(), count(Medium)) == (1, False, 0)


def test_a_dry_run_counts_the_same_and_keeps_it(app: Flask) -> None:
    released_visit(app)
    world.fill(app)
    at, before = after(days=800), {table: count(table) for table in (Draft, Jotting, Invitation, Medium, Job)}
    would = purge.run(at, is_dry=True)
    assert {table: count(table) for table in before} == before
    did = purge.run(at)
    # The PDF that showed the photo is a file that nothing names once the photo is gone: it went with it.
    assert (did, sum(would.values()) > 5) == (would, True)
    assert not any(purge.run(at).values())


def test_batches_are_small_and_an_interrupted_run_is_taken_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "BATCH", 2)
    visit = make.visit()
    for number in range(5):
        fieldnotes.jot(visit, "", f"{MARK} {number}", make.NOON, None)
    visits.submit(visit, 1, make.GOOD, None, make.NOON)
    visits.approve(visit, None)
    releases.release(visit.wave)
    write, calls = purge.journal.write, []

    def dies(verb: str, table: Any, *rest: Any, **details: Any) -> None:
        calls.append(details["count"])
        if len(calls) == 2:
            raise KeyboardInterrupt
        write(verb, table, *rest, **details)

    kind = purge.KINDS["jottings"]
    with monkeypatch.context() as patch:
        patch.setattr(purge.journal, "write", dies)
        with pytest.raises(KeyboardInterrupt):
            purge._purge("jottings", kind, after(days=731), False)
    assert (calls, count(Jotting)) == ([2, 2], 3)
    assert (purge.run(after(days=731))["jottings"], count(Jotting)) == (3, 0)


CLOCKS: dict[str, Callable[[Flask], object]] = {
    "keep_photos_days": released_visit,
    "keep_jottings_days": released_visit,
    "keep_sendings_days": released_visit,
    "keep_drafts_days": world.fill,
    "keep_invitations_days": world.fill,
}


@pytest.mark.parametrize("clock", CLOCKS)
def test_nought_keeps_for_ever(app: Flask, clock: str) -> None:
    CLOCKS[clock](app)
    at = after(days=30_000)
    kinds = [name for name, kind in purge.KINDS.items() if kind.clock == clock]
    assert any(purge.run(at, is_dry=True)[name] for name in kinds)
    app.extensions["fieldstudy"] = replace(app.extensions["fieldstudy"], **{clock: 0})
    assert not any(purge.run(at)[name] for name in kinds)


def test_files_that_nothing_names_go_after_a_day(app: Flask, data: Path) -> None:
    sha256 = files.put(b"a report that was drawn again")
    assert (purge.run()[purge.ORPHANS], files.path_of(sha256).exists()) == (0, True)
    long_ago = (now() - timedelta(days=2)).timestamp()
    os.utime(files.path_of(sha256), (long_ago, long_ago))
    assert (purge.run()[purge.ORPHANS], files.path_of(sha256).exists()) == (1, False)


def test_no_byte_of_what_went_is_left_in_the_file_of_the_database(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL gives the room free by itself")
    config: Config = app.extensions["fieldstudy"]
    released_visit(app)
    path = Path(make_url(config.database_url).database)

    def lies_there() -> bool:
        return any(MARK.encode() in part.read_bytes() for part in path.parent.glob(f"{path.name}*"))

    assert lies_there()
    purge.run(after(days=731))
    assert not lies_there()
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_command_says_what_went(app: Flask) -> None:
    make.user(Role.REVIEWER, make.client())
    db.session.remove()
    said = CliRunner().invoke(main, ["purge", "--dry-run"], obj=lambda: app)
    assert (said.exit_code, "0\tphotos\n" in said.output, "0 would be erased" in said.output) == (0, True, True)
    assert "0 erased" in CliRunner().invoke(main, ["purge"], obj=lambda: app).output


def test_deactivated_accounts_are_kept_unless_somebody_sets_a_time(app: Flask) -> None:
    admin, client = make.user(Role.ADMIN), make.client()
    gone, back, here = (make.user(Role.REVIEWER, client) for _ in range(3))
    viewer = Viewer(admin.id, (Membership(Role.ADMIN),))
    for user in (gone, back):
        accounts.deactivate(user, viewer)
    accounts.activate(back, viewer)
    assert purge.run(after(days=9_000))[purge.ACCOUNTS] == 0
    app.extensions["fieldstudy"] = replace(app.extensions["fieldstudy"], keep_accounts_days=365)
    assert purge.run(after(days=364))[purge.ACCOUNTS] == 0
    assert purge.run(after(days=366), is_dry=True)[purge.ACCOUNTS] == 1
    assert purge.run(after(days=366))[purge.ACCOUNTS] == 1
    db.session.expire_all()
    assert [user.erased_at is None for user in (gone, back, here)] == [False, True, True]
    assert purge.run(after(days=366))[purge.ACCOUNTS] == 0
