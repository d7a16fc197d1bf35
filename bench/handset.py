"""The phone's pages in Chromium, slowed down as a cheap phone is: cold start, taps and keys, memory."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from tests import servers

PHONE: Any = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "en-GB"}
SLOWNESS = (1, 6)
STARTS = 5
QUEUED, PHOTOS, PHOTO_BYTES, THUMB_BYTES = 60, 30, 300_000, 4_000
LEAST_SEEN_MS = 16
"""The browser does not report an event that is answered sooner."""

# A visit at a time, so that seeding itself needs little memory.
SEED = """async ([user, count, photos, bytes, thumb]) => {
  const base = await new Promise((resolve, reject) => {
    const opening = indexedDB.open(`fieldstudy-${user}`);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const hash = "0".repeat(64), at = new Date().toISOString();
  for (let n = 0; n < count; n += 1) {
    const work = base.transaction(["visits", "photos", "bytes"], "readwrite");
    const id = crypto.randomUUID(), ids = Array.from({ length: photos }, () => crypto.randomUUID());
    const listed = ids.map((photo) => ({ id: photo, question: "", sha256: hash, size: bytes, taken_at: at }));
    work.objectStore("visits").put({
      id, assignment: crypto.randomUUID(), version: crypto.randomUUID(), method: "mystery_shopping",
      form: "/field/forms/none", store: `Store ${n}`, timezone: "Europe/Rome", today: at.slice(0, 10), revision: 1,
      state: "sealed", raw: {}, given: {}, removed: [], jottings: [], stamps: [], started_at: at, left_at: null,
      outcome: "", saved_at: 1, backed_up_at: 1,
      server: { reasons: [], photos: [], jottings: [] }, receipt: null, sent_at: null, problem: null,
      sealed: { body: JSON.stringify({ visit: id, photos: listed }), sha256: hash, at: Date.now() },
    });
    for (const photo of ids) {
      work.objectStore("photos").put({
        id: photo, visit: id, question: "", sha256: hash, size: bytes, type: "image/jpeg", taken_at: at,
        thumb: new ArrayBuffer(thumb), offset: 0, sent: false,
      });
      work.objectStore("bytes").put(new ArrayBuffer(bytes), photo);
    }
    await new Promise((resolve, reject) => { work.oncomplete = resolve; work.onabort = () => reject(work.error); });
  }
  base.close();
}"""
WATCH = """() => {
  const waits = (window.waits = new Map()), since = performance.now();
  new PerformanceObserver((list) => {
    for (const { interactionId, duration, startTime } of list.getEntries())
      if (interactionId && startTime > since)
        waits.set(interactionId, Math.max(duration, waits.get(interactionId) ?? 0));
  }).observe({ type: "event", durationThreshold: 16 });
}"""
PAINT = (
    "() => performance.getEntriesByType('paint').find(({ name }) => name === 'first-contentful-paint')?.startTime ?? 0"
)


@dataclass(frozen=True)
class Start:
    """Milliseconds from the navigation until something shows, and until the form can be filled; medians."""

    slowness: int
    first_paint_ms: float
    usable_ms: float
    starts: int


@dataclass(frozen=True)
class Touch:
    """From the finger to the next picture, over all interactions; those under 16 ms count as 16."""

    slowness: int
    what: str
    p95_ms: float
    worst_ms: float
    interactions: int


@dataclass(frozen=True)
class Memory:
    """Of the form page, after a collection of what is no longer needed."""

    what: str
    heap_mb: float
    buffers_mb: float


class Handset:
    """One phone: a folder that its browser keeps everything in, and which outlives the browser."""

    def __init__(self, address: str, user: str, cookie: str) -> None:
        self.address, self.user, self.cookie = address, user, cookie
        self.folder = Path(tempfile.mkdtemp(prefix="fieldstudy-handset-"))

    def throw_away(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def switched_on(self, is_offline: bool = True) -> Iterator[BrowserContext]:
        with sync_playwright() as playwright:
            program = servers.find_browser(playwright.chromium.executable_path)
            context = playwright.chromium.launch_persistent_context(
                str(self.folder),
                executable_path=program,
                args=servers.BROWSER_FLAGS,
                chromium_sandbox=False,
                base_url=self.address,
                **PHONE,
            )
            context.set_default_timeout(60_000)
            name, _, value = self.cookie.partition("=")
            cookies = {name: value, "person": self.user}
            context.add_cookies([{"name": key, "value": text, "url": self.address} for key, text in cookies.items()])
            context.set_offline(is_offline)
            try:
                yield context
            finally:
                context.close()

    def prepare(self, assignment: str) -> str:
        """Everything for offline use is here, and a visit is begun; the path of its form."""
        with self.switched_on(is_offline=False) as context:
            page = context.new_page()
            page.goto("/field/")
            page.locator('[data-ready="yes"]').first.wait_for()
            context.set_offline(True)
            page.goto(f"/field/assignments/{assignment}")
            page.get_by_role("button", name="Start the visit").click()
            page.locator("form.scripted").wait_for()
            return page.url.removeprefix(self.address).split("#")[0]

    def seed(self) -> None:
        with self.switched_on() as context:
            page = context.new_page()
            page.goto("/field/")
            page.evaluate(SEED, [self.user, QUEUED, PHOTOS, PHOTO_BYTES, THUMB_BYTES])


def slow_down(page: Page, slowness: int) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowness})
    return session


def start(handset: Handset, form: str, slowness: int) -> tuple[float, float]:
    """A browser that was not running opens the form from what it has kept."""
    with handset.switched_on() as context:
        page = context.new_page()
        watcher = slow_down(page, slowness)
        page.goto(form, wait_until="commit")
        usable = _mark(watcher, "usable")
        return page.evaluate(PAINT), usable


def _mark(watcher: CDPSession, name: str) -> float:
    """When the page said so. Asked seldom and plainly: a locator's own script would take its time on a slow phone."""
    found = f"performance.getEntriesByName({json.dumps(name)})[0]?.startTime ?? 0"
    for _ in range(60):
        time.sleep(0.5)
        told = watcher.send("Runtime.evaluate", {"expression": found})["result"]["value"]
        if told:
            return float(told)
    raise TimeoutError(f"the page never said {name}")


def touch(handset: Handset, form: str, slowness: int) -> list[Touch]:
    with handset.switched_on() as context:
        page = context.new_page()
        page.goto(form)
        page.locator("form.scripted").wait_for()
        page.wait_for_timeout(2_000)
        slow_down(page, slowness)
        return [_watched(page, slowness, "taps", _tap), _watched(page, slowness, "keys", _type)]


def _watched(page: Page, slowness: int, what: str, act: Any) -> Touch:
    page.evaluate(WATCH)
    count = act(page)
    page.wait_for_timeout(1_000)
    seen = page.evaluate("() => [...window.waits.values()]")
    waits = sorted([*seen, *[LEAST_SEEN_MS] * (count - len(seen))])
    return Touch(slowness, what, waits[int(len(waits) * 0.95)], waits[-1], len(waits))


def _tap(page: Page) -> int:
    count = 0
    for section in page.locator("section.page[data-section]").all():
        page.evaluate("(id) => { location.hash = id }", section.get_attribute("id"))
        for choice in section.locator(".pick:visible").all()[:14]:
            choice.tap()
            count += 1
    return count


def _type(page: Page) -> int:
    text = "It was bright and calm, nobody waited, and the assistant smiled at everybody who came in."
    page.evaluate("() => { location.hash = document.querySelector('section.page[data-section]').id }")
    page.locator("section.page:visible textarea:visible, section.page:visible input[type=text]:visible").first.focus()
    page.keyboard.type(text, delay=40)
    return len(text)


def memory(handset: Handset, what: str, path: str) -> Memory:
    with handset.switched_on() as context:
        page = context.new_page()
        page.goto(path)
        page.wait_for_timeout(3_000)
        session = context.new_cdp_session(page)
        session.send("HeapProfiler.collectGarbage")
        used = session.send("Runtime.getHeapUsage")
        return Memory(what, used["usedSize"] / 1e6, used.get("backingStorageSize", 0) / 1e6)
