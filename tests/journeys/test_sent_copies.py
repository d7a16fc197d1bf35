"""What was sent stays on the phone until the server has it in a backup, and comes back to a server that lost it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route

from fieldstudy.extensions import db
from fieldstudy.models import Medium, Quarantined, Submission, Visit
from fieldstudy.models.columns import now
from fieldstudy.services import backups, media
from tests.journeys.phones import fieldworker
from tests.journeys.test_queue import (
    expect_state,
    fill,
    phone,
    ready_page,
    rows,
    stored,
    tasks,
    withdraw,
)

DATABASES = ("sqlite",)
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("programs_of_the_server")]

PUT = """async ([id, change]) => {
  const { open, signed } = await import(`/field/assets/${document.documentElement.dataset.build}/js/field/database.js`);
  const db = open((await signed()).user);
  const visit = await db.get("visits", id);
  const receipt = { ...visit.receipt, ...change.receipt };
  await db.put("visits", { ...visit, ...change, receipt });
}"""
FILL_UP = """async () => {
  const { open, signed } = await import(`/field/assets/${document.documentElement.dataset.build}/js/field/database.js`);
  const db = open((await signed()).user);
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    IDBObjectStore.prototype.put = put;
    throw new DOMException("no room", "QuotaExceededError");
  };
  await db.put("bytes", new ArrayBuffer(8), "new");
}"""


def wait_for(page: Page, wanted: list[str], store: str = "bytes") -> None:
    for _ in range(150):
        if stored(page, store) == wanted:
            return
        page.wait_for_timeout(60)
    raise AssertionError(f"never {wanted}: {stored(page, store)}")


@contextmanager
def sent(app: Flask, browser: Browser) -> Iterator[tuple[Page, BrowserContext, str]]:
    """A visit with a photo that has arrived."""
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        visit_id = fill(page, assignment, photos=1)
        page.goto("/field/")
        expect_state(page, visit_id, "sent")
        yield page, context, visit_id


@pytest.fixture(autouse=True)
def _no_marks(app: Flask) -> Iterator[None]:
    """The data folder serves other tests too."""
    yield
    for name in (backups.MARK, backups.RESTORED):
        (app.extensions["fieldstudy"].data / name).unlink(missing_ok=True)


def mark(app: Flask, name: str, at: datetime) -> None:
    backups._mark(app.extensions["fieldstudy"].data / name, at)


WHO = """async () => {
  const { person } = await import(`/field/assets/${document.documentElement.dataset.build}/js/field/database.js`);
  return person();
}"""


def test_the_phone_knows_who_it_is_by_the_cookie_of_a_secure_server(app: Flask, browser: Browser) -> None:
    """Chromium lets this machine set it without TLS."""
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        context.clear_cookies(name="person")
        page.evaluate("() => { document.cookie = '__Host-person=somebody; Path=/; Secure'; }")
        assert page.evaluate(WHO) == "somebody"


def test_photos_stay_until_they_are_backed_up_and_the_text_stays_then(app: Flask, browser: Browser) -> None:
    with sent(app, browser) as (page, _, visit_id):
        mark(app, backups.MARK, now() - timedelta(minutes=5))
        page.goto("/field/")
        page.wait_for_timeout(1500)
        assert len(stored(page, "bytes")) == 1
        mark(app, backups.MARK, now())
        page.goto("/field/")
        wait_for(page, [])
        assert stored(page, "visits", visit_id)["raw"]["q-greeted"] == ["yes"]


def test_a_real_backup_lets_the_photos_go(app: Flask, browser: Browser, tmp_path: Path) -> None:
    with sent(app, browser) as (page, _, visit_id):
        received_at = (now() - timedelta(minutes=10)).isoformat()
        page.evaluate(PUT, [visit_id, {"receipt": {"received_at": received_at}}])
        db.session.rollback()
        backups.make(tmp_path / "set")
        page.goto("/field/")
        wait_for(page, [])


def test_after_three_days_all_goes(app: Flask, browser: Browser) -> None:
    with sent(app, browser) as (page, _, visit_id):
        page.evaluate(PUT, [visit_id, {"sent_at": (now() - timedelta(hours=73)).timestamp() * 1000}])
        page.goto("/field/")
        wait_for(page, [])
        assert (stored(page, "visits"), stored(page, "photos")) == ([], [])


def test_on_a_full_phone_the_copies_go_first(app: Flask, browser: Browser) -> None:
    with sent(app, browser) as (page, _, visit_id):
        page.evaluate(FILL_UP)
        assert [key for key in stored(page, "bytes") if not key.startswith("test-")] == ["new"]
        assert stored(page, "visits", visit_id)["state"] == "sent"


def test_a_server_that_was_restored_is_sent_what_it_lost(app: Flask, browser: Browser, tmp_path: Path) -> None:
    """From a copy of before the visit: the database and the inbox. The visit is there once more, and once."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the copy is one of SQLite's file; test_backups restores PostgreSQL")
    path = Path(str(db.engine.url.database))
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        user = fieldworker(assignment)
        page = ready_page(app, context, address, user)
        page.goto("about:blank")
        copy_database(path, tmp_path / "before")
        page.goto("/field/")
        visit_id = fill(page, assignment, photos=1)
        page.goto("/field/")
        expect_state(page, visit_id, "sent")
        sha256 = stored(page, "visits", visit_id)["sealed"]["sha256"]
        page.evaluate(PUT, [visit_id, {"receipt": {"received_at": (now() - timedelta(minutes=10)).isoformat()}}])
        page.goto("about:blank")
        put_back(path, tmp_path / "before")
        shutil.rmtree(media._folder(user.id))
        assert (rows(Visit), rows(Submission), rows(Medium)) == ([], [], [])
        sendings: list[str] = []
        page.on("request", lambda each: sendings.append(each.url) if each.method == "PUT" else None)
        page.goto("/field/")
        for _ in range(150):
            if rows(Submission):
                break
            page.wait_for_timeout(60)
        expect_state(page, visit_id, "sent")
        page.goto("/field/")
        page.wait_for_timeout(1500)
        assert [row.sha256 for row in rows(Submission)] == [sha256]
        assert [str(row.id) for row in rows(Visit)] == [visit_id]
        [medium] = rows(Medium)
        assert media.path_of(medium.user_id, medium.id).stat().st_size == medium.size_bytes
        assert sum("/visits/" in url for url in sendings) == 2  # the first time the server says what it misses


def test_a_visit_that_is_not_shown_and_not_lost_goes_out_once_more_at_most(app: Flask, browser: Browser) -> None:
    """The server answers with the receipt that it gave before: so it has it."""
    with sent(app, browser) as (page, context, visit_id):
        before = (now() - timedelta(minutes=10)).isoformat()
        page.evaluate(PUT, [visit_id, {"receipt": {"received_at": before}}])
        db.session.execute(db.update(Visit).values(received_at=datetime.fromisoformat(before)))
        db.session.execute(db.update(Submission).values(received_at=datetime.fromisoformat(before)))
        db.session.commit()
        sendings: list[str] = []
        page.on("request", lambda each: sendings.append(each.url) if "/api/v1/visits/" in each.url else None)
        context.route("**/field/sync", without_visits)
        for _ in range(3):
            page.goto("/field/")
            page.wait_for_timeout(1500)
            expect_state(page, visit_id, "sent")
        assert len(sendings) == 1
        assert len(rows(Submission)) == 1


def without_visits(route: Route) -> None:
    told = route.fetch().json()
    tasks = [{**task, "visit": None} for task in told["assignments"]]
    route.fulfill(json={**told, "assignments": tasks})


def copy_database(path: Path, target: Path) -> None:
    db.session.remove()
    db.engine.dispose()
    target.mkdir()
    for part in path.parent.glob(f"{path.name}*"):
        shutil.copy(part, target)


def put_back(path: Path, source: Path) -> None:
    db.session.remove()
    db.engine.dispose()
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()
    for part in source.iterdir():
        shutil.copy(part, path.parent)


def test_what_is_under_review_is_sent_again_after_a_restore_once(app: Flask, browser: Browser) -> None:
    [assignment] = tasks(1)
    with phone(app, browser) as (context, address):
        page = ready_page(app, context, address, fieldworker(assignment))
        visit_id = fill(page, assignment, photos=0)
        withdraw(assignment)
        page.goto("/field/")
        expect_state(page, visit_id, "sent")
        assert [str(row.visit_id) for row in rows(Quarantined)] == [visit_id]
        sendings: list[str] = []
        page.on("request", lambda each: sendings.append(each.url) if "/api/v1/visits/" in each.url else None)
        page.goto("/field/")
        page.wait_for_timeout(1500)
        assert sendings == []
        mark(app, backups.RESTORED, now())
        for _ in range(2):
            page.goto("/field/")
            page.wait_for_timeout(1500)
            expect_state(page, visit_id, "sent")
        assert len(sendings) == 1
        assert len(rows(Quarantined)) == 1
