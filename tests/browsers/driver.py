"""Firefox and WebKit by the W3C's WebDriver commands, each over the protocol that its own build speaks.

Firefox answers on a socket of its own (Marionette), WebKitGTK through its driver over HTTP; neither needs a library.
"""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, ClassVar

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
START_SECONDS = 60
SIZE = "1000x1000x24"
FIREFOX = ("firefox-esr", "firefox")
MINIBROWSERS = "lib/*/webkit2gtk-4.*/MiniBrowser"
PREFERENCES = """
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
user_pref("marionette.port", %d);
"""


class CommandFailed(Exception):
    """The browser's own words."""


class Browser:
    """What both have in common: the W3C commands that our tests need."""

    def __init__(self, command: Callable[[str, str, dict[str, Any] | None], Any]) -> None:
        """`command` takes method, path within the session, and parameters."""
        self.command = command

    def open(self, address: str) -> None:
        self.command("POST", "url", {"url": address})

    def reload(self) -> None:
        self.run("window.isOld = true; location.reload()")
        self.wait_for("return !window.isOld && document.readyState === 'complete'")

    def url(self) -> str:
        found: str = self.command("GET", "url", None)
        return found

    def set_cookie(self, cookie: str) -> None:
        """Of the page that is open."""
        name, _, value = cookie.partition("=")
        self.command("POST", "cookie", {"cookie": {"name": name, "value": value, "path": "/"}})

    def run(self, script: str, *arguments: Any) -> Any:
        """`script` is the body of a function."""
        return self.command("POST", "execute/sync", {"script": script, "args": list(arguments)})

    def wait_for(self, script: str, *arguments: Any, seconds: float = 20) -> Any:
        """The first true value of the script."""
        deadline = time.monotonic() + seconds
        while True:
            with suppress(CommandFailed):
                if found := self.run(script, *arguments):
                    return found
            if time.monotonic() > deadline:
                text = self.run("return location.href + '\\n' + document.body.innerText")
                raise AssertionError(f"not within {seconds} s: {script}\n{text[:2000]}")
            time.sleep(0.1)

    def find(self, selector: str) -> str:
        found = self.command("POST", "element", {"using": "css selector", "value": selector})
        element: str = found[ELEMENT]
        return element

    def click(self, selector: str) -> None:
        self.command("POST", f"element/{self.find(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        self.command("POST", f"element/{self.find(selector)}/value", {"text": text})

    def screenshot(self) -> bytes:
        return base64.b64decode(self.command("GET", "screenshot", None))


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """A screen without glass, for browsers that want one; yields the environment that names it."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", SIZE, "-nolisten", "tcp"]
    running = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as told:
            number = told.readline().strip()
        yield {**os.environ, "DISPLAY": f":{number}"}
    finally:
        running.terminate()
        running.wait(10)


@contextmanager
def firefox(environment: dict[str, str]) -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, FIREFOX)), None)
    if program is None:
        raise RuntimeError("No Firefox for these tests: apt-get install firefox-esr")
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="fieldstudy-firefox-") as profile:
        (Path(profile) / "user.js").write_text(PREFERENCES % port)
        command = [program, "--marionette", "--no-remote", "--profile", profile]
        with _running(command, {**environment, "HOME": profile}), closing(_connect(port)) as line:
            yield Browser(_Marionette(line))


@contextmanager
def webkit(environment: dict[str, str]) -> Iterator[Browser]:
    driver = shutil.which("WebKitWebDriver")
    program = next((str(path) for path in sorted(Path("/usr").glob(MINIBROWSERS), reverse=True)), None)
    if driver is None or program is None:
        raise RuntimeError("No WebKitGTK for these tests: apt-get install webkit2gtk-driver")
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="fieldstudy-webkit-") as home:
        # The sandbox wants namespaces that root and containers do not have; the only pages it sees are ours.
        own = {"HOME": home, "XDG_DATA_HOME": home, "XDG_CACHE_HOME": home}
        own |= {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "LIBGL_ALWAYS_SOFTWARE": "1"}
        with _running([driver, f"--port={port}"], {**environment, **own}):
            yield Browser(_Driver(port, program))


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = subprocess.Popen(command, env=environment, start_new_session=True, **quiet)  # type: ignore[call-overload]
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait(10)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


class _Driver:
    """WebDriver over HTTP."""

    def __init__(self, port: int, program: str) -> None:
        self.port = port
        options = {"binary": program, "args": ["--automation"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        _connect(port).close()
        self.session = self._ask("POST", "/session", wanted)["sessionId"]

    def __call__(self, method: str, path: str, parameters: dict[str, Any] | None) -> Any:
        return self._ask(method, f"/session/{self.session}/{path}", parameters)

    def _ask(self, method: str, path: str, parameters: dict[str, Any] | None) -> Any:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
        body = None if parameters is None else json.dumps(parameters)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            value = json.loads(response.read())["value"]
        finally:
            connection.close()
        if response.status != 200:
            raise CommandFailed(f"{value['error']}: {value.get('message', '')}")
        return value


class _Marionette:
    """The same commands by the names that Firefox has for them: `length:[type, id, name or error, value]`."""

    NAMES: ClassVar = {
        ("POST", "url"): "Navigate",
        ("GET", "url"): "GetCurrentURL",
        ("POST", "refresh"): "Refresh",
        ("POST", "cookie"): "AddCookie",
        ("POST", "execute/sync"): "ExecuteScript",
        ("POST", "element"): "FindElement",
        ("POST", "click"): "ElementClick",
        ("POST", "value"): "ElementSendKeys",
        ("GET", "screenshot"): "TakeScreenshot",
    }

    def __init__(self, line: socket.socket) -> None:
        self.socket = line
        self.socket.settimeout(START_SECONDS)
        self.number = 0
        self._read()
        self._ask("NewSession", {})

    def __call__(self, method: str, path: str, parameters: dict[str, Any] | None) -> Any:
        found = dict(parameters or {})
        if path.startswith("element/"):
            _, found["id"], path = path.split("/")
        value = self._ask(self.NAMES[method, path], found)
        return value.get("value", value) if isinstance(value, dict) and ELEMENT not in value else value

    def _ask(self, name: str, parameters: dict[str, Any]) -> Any:
        self.number += 1
        sent = json.dumps([0, self.number, f"WebDriver:{name}", parameters])
        self.socket.sendall(f"{len(sent.encode())}:{sent}".encode())
        _, _, error, value = self._read()
        if error:
            raise CommandFailed(f"{error['error']}: {error.get('message', '')}")
        return value

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._bytes(1)
        return json.loads(self._bytes(int(length[:-1])))

    def _bytes(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            piece = self.socket.recv(count - len(found))
            if not piece:
                raise CommandFailed("the browser hung up")
            found += piece
        return found


def _connect(port: int) -> socket.socket:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 5)
        except OSError:
            if time.monotonic() > deadline:
                raise RuntimeError("the browser did not start") from None
            time.sleep(0.1)
