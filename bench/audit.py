"""`make audit`: how the phone's pages feel; prints it and writes bench/audit.json. Nothing is asserted."""

import json
import platform
import statistics
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench import handset, lighthouse, load, world
from bench.application import application
from bench.handset import SLOWNESS, STARTS, Handset, Memory, Start, Touch
from bench.lighthouse import Scores
from fieldstudy.core.access import Role
from fieldstudy.models import Assignment, User
from fieldstudy.models.columns import new_id, now
from fieldstudy.services import visits
from tests import factories as make
from tests import phone, processes, servers

RESULTS = Path(__file__).parent / "audit.json"
GOALS = "Goals: performance >= 95, accessibility and best practices 100; 1000 ms; 100 ms; 150 MB."


def main() -> None:
    with application() as (app, _):
        user, begun, waiting = _world()
        cookie = phone.cookie_of(app, user)
        with load.gunicorn("wsgi:app", processes.environment(app)) as server:
            scores = _lighthouse(server.address, cookie, begun)
            starts, touches, memories = _handset(server.address, user, cookie, waiting)
    _print(scores, starts, touches, memories)
    measured = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {platform.system()}",
        "lighthouse": [asdict(score) for score in scores],
        "cold_start": [asdict(one) for one in starts],
        "touch": [asdict(one) for one in touches],
        "memory": [asdict(one) for one in memories],
    }
    RESULTS.write_text(json.dumps(measured, indent=1) + "\n")


def _world() -> tuple[User, str, Assignment]:
    """A shopper with six assignments of 40 questions; the form of one that is begun, and one that is not."""
    study = make.study()
    make.version(study, world.checklist())
    wave = make.wave(study, starts_on=now().date() - timedelta(days=1))
    user = make.user(Role.SHOPPER, study.client)
    window = {"window_from": wave.starts_on, "window_to": wave.ends_on}
    made = [make.assignment(wave, user, **window) for _ in range(6)]
    return user, f"/field/visits/{visits.start(made[0], new_id(), user.id).id}", made[1]


def _lighthouse(address: str, cookie: str, form: str) -> list[Scores]:
    with sync_playwright() as playwright:
        browser = servers.find_browser(playwright.chromium.executable_path)
    pages = {"list of assignments": "/field/", "form of 40 questions": form}
    return [lighthouse.measure(name, address + path, cookie, browser) for name, path in pages.items()]


def _handset(
    address: str, user: User, cookie: str, waiting: Assignment
) -> tuple[list[Start], list[Touch], list[Memory]]:
    one = Handset(address, str(user.id), cookie)
    try:
        form = one.prepare(str(waiting.id))
        starts = [_starts(one, form, slowness) for slowness in SLOWNESS]
        one.seed()
        touches = [found for slowness in SLOWNESS for found in handset.touch(one, form, slowness)]
        memories = [handset.memory(one, "form", form), handset.memory(one, "queue", "/field/queue")]
    finally:
        one.throw_away()
    return starts, touches, memories


def _starts(one: Handset, form: str, slowness: int) -> Start:
    times = [handset.start(one, form, slowness) for _ in range(STARTS)]
    paint, usable = (statistics.median(column) for column in zip(*times, strict=True))
    return Start(slowness, paint, usable, STARTS)


def _print(scores: list[Scores], starts: list[Start], touches: list[Touch], memories: list[Memory]) -> None:
    for score in scores:
        points = ", ".join(f"{name} {value}" for name, value in score.points.items())
        times = ", ".join(f"{name} {value} ms" for name, value in score.times_ms.items())
        print(f"Lighthouse, {score.page} (mobile, median of {score.runs}): {points}; {times}")
        print(f"  lost points: {', '.join(score.found) or 'none'}")
    for one in starts:
        print(
            f"Cold start of the form from what is kept, CPU {one.slowness}× slower: "
            f"first paint {one.first_paint_ms:.0f} ms, usable {one.usable_ms:.0f} ms (median of {one.starts})"
        )
    queue = f"{handset.QUEUED} visits of {handset.PHOTOS} photos queued"
    for one in touches:
        spread = f"p95 {one.p95_ms:.0f} ms, worst {one.worst_ms:.0f} ms of {one.interactions}"
        print(f"{one.what.capitalize()}, {queue}, CPU {one.slowness}× slower: {spread}")
    for used in memories:
        print(f"Memory of the page, {used.what}, {queue}: heap {used.heap_mb:.1f} MB, buffers {used.buffers_mb:.1f} MB")
    print(GOALS)


if __name__ == "__main__":
    main()
