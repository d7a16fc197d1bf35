"""What tests see of a phone: its own store, its taps, and its sudden end."""

import io
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Page

from fieldstudy.models import Assignment, User, Visit
from tests import servers, signing

PHONE: Any = {"viewport": {"width": 390, "height": 844}, "locale": "it-IT", "has_touch": True, "is_mobile": True}
PATIENCE = 30_000
"""Milliseconds. Only a machine that is busy with other things makes anybody wait so long."""

_STORE = """([user, store]) => new Promise((resolve, reject) => {
  const opening = indexedDB.open(`fieldstudy-${user}`);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const base = opening.result;
    const asking = base.transaction(store).objectStore(store).getAll();
    asking.onsuccess = () => {
      base.close();
      resolve(asking.result.map((one) => ({ ...one, thumb: undefined, bytes: one.byteLength })));
    };
  };
})"""


def cookies(app: Flask, user: User, address: str) -> Any:
    """Both that signing in sets."""
    found = {"session": signing.token_of(app, user), "person": str(user.id)}
    return [{"name": name, "value": value, "url": address} for name, value in found.items()]


def fieldworker(row: Assignment | Visit) -> User:
    user = row.fieldworker.user
    assert user is not None
    return user


def stored(page: Page, user: User, store: str = "visits") -> list[dict[str, Any]]:
    """What lies in this store of this person's database on the phone."""
    found: list[dict[str, Any]] = page.evaluate(_STORE, [str(user.id), store])
    return found


_WHOLE = """() => new Promise((resolve) => {
  setTimeout(() => resolve(false), 30_000);
  const look = () => (performance.getEntriesByName("whole").length ? resolve(true) : setTimeout(look, 20));
  look();
})"""


def wait_for_acts(page: Page) -> None:
    """Until all of the form's own script is there: what comes last takes photos, takes choices back and sends."""
    assert page.evaluate(_WHOLE)


def photo_of(colour: tuple[int, int, int] = (120, 90, 60), size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A picture with enough in it to be seen changing, and with a camera's name in its EXIF."""
    image = Image.effect_noise(size, 60).convert("RGB")
    image = Image.blend(image, Image.new("RGB", size, colour), 0.5)
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def as_file(content: bytes, name: str = "image.jpg") -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


@contextmanager
def profile(
    app: Flask, browser: Browser, of: Assignment | Visit, folder: Path, address: str
) -> Iterator[BrowserContext]:
    """A browser that keeps what it stores in this folder, as a phone does; it may be killed inside the block."""
    context = browser.browser_type.launch_persistent_context(
        str(folder),
        executable_path=servers.find_browser(browser.browser_type.executable_path),
        args=servers.BROWSER_FLAGS,
        chromium_sandbox=False,
        base_url=address,
        **PHONE,
    )
    context.set_default_timeout(PATIENCE)
    context.add_cookies(cookies(app, fieldworker(of), address))
    try:
        yield context
    finally:
        with suppress(Error):  # it may be dead already
            context.close()


def running(folder: Path) -> list[int]:
    """The browser's processes that live on this folder, and all that they have started."""
    found = {pid for pid in _pids() if str(folder) in _read(pid, "cmdline")}
    for pid in sorted(_pids()):
        fields = _read(pid, "stat").rpartition(")")[2].split()
        if fields and int(fields[1]) in found:
            found.add(pid)
    return sorted(found)


def kill(folder: Path) -> None:
    """As a phone does that runs out of battery: nobody is asked, nothing is flushed."""
    for pid in running(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _pids() -> Iterator[int]:
    return (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
