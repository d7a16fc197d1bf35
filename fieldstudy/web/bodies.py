"""No request holds a thread for as long as it likes to trickle in.

A thread waits for every body, and there are few threads. A proxy that takes requests in whole makes this idle; without
one it keeps a shop's bad line, or somebody's bad will, from stopping everybody. What a body is read from is shut by a
watch beside the threads, so that whoever reads finds the end of what came.
"""

import io
import math
import socket
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, ServiceUnavailable
from werkzeug.wsgi import ClosingIterator

FLOOR_BYTES = 3 * 1024
"""A second, after the first seconds: the phone's largest piece then comes within its own patience of two minutes."""
GRACE_SECONDS = 10.0
LONGEST_SECONDS = 600.0
SLOW_SECONDS = 1.0
SLOW_MOST = 4
"""Of the threads of a process, so many may wait for bodies that take longer than a moment; the others answer."""
REST_SECONDS = 10
STEP_SECONDS = 0.25
LEFT_BYTES, LEFT_SECONDS = 1024 * 1024, 1.0
"""Of what goes on after the answer, so much is taken, that the answer is seen; then the connection is closed."""
FIRST_BYTES, MOST_BYTES = 4 * 1024, 64 * 1024
SOCKET = "gunicorn.socket"


class BodyIsSlow(ServiceUnavailable):
    """The rest of a body is not waited for. `is_crowd`: it came fast enough, but too many came slowly at once."""

    def __init__(self, is_crowd: bool) -> None:
        super().__init__(retry_after=REST_SECONDS)
        self.is_crowd = is_crowd


class BodyIsMalformed(BadRequest):
    """Sent in chunks of which one cannot be read."""


def install(app: Flask) -> None:
    app.wsgi_app = Paced(app.wsgi_app)  # type: ignore[method-assign]


class Paced:
    def __init__(self, app: WSGIApplication) -> None:
        self.app, self.watch = app, Watch()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        line = environ.get(SOCKET)
        if line is None or not _has_body(environ):
            return self.app(environ, start_response)
        body = Body(environ["wsgi.input"], line, self.watch, environ.get("CONTENT_LENGTH", ""))
        environ["wsgi.input"] = body
        try:
            answer = self.app(environ, start_response)
        except BaseException:
            body.rest()
            raise
        return ClosingIterator(answer, body.swallow)


def _has_body(environ: WSGIEnvironment) -> bool:
    return environ.get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ


class Body(io.RawIOBase):
    """What a request brings, in small steps at first: how much of it came is known while it is still coming."""

    def __init__(self, inner: Any, line: socket.socket, watch: "Watch", length: str = "") -> None:
        self.inner, self.line, self.watch = inner, line, watch
        self.length = int(length) if length.isascii() and length.isdigit() else None
        self.begun_at = 0.0
        self.count = 0
        self.step = FIRST_BYTES
        self.slow: BodyIsSlow | None = None
        self.leaves_at = math.inf

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """What came before the end is given; then whoever asks on is told."""
        if not self.begun_at:
            self.begun_at = time.monotonic()
            self.watch.add(self)
        asked = min(len(buffer), self.step)
        data = self._take(asked)
        if len(data) < asked or self.count == self.length:
            self.rest()
        if not data and self.slow:
            raise self.slow
        buffer[: len(data)] = data
        return len(data)

    def _take(self, size: int) -> bytes:
        before = time.monotonic()
        data: bytes = b"" if self.slow else self._read(size)
        self.count += len(data)
        is_fast = time.monotonic() - before < STEP_SECONDS / 5
        self.step = min(self.step * 2, MOST_BYTES) if is_fast else FIRST_BYTES
        return data

    def _read(self, size: int) -> bytes:
        """After such a body the server closes the connection by itself."""
        try:
            data: bytes = self.inner.read(size)
            return data
        except ParseException as error:
            raise BodyIsMalformed from error

    def swallow(self) -> None:
        """What nobody asked for, once the answer has gone out: the server would wait for it by itself, unwatched."""
        most = self.count + LEFT_BYTES
        if self.length is None or self.length > most:
            self.leaves_at = time.monotonic() + LEFT_SECONDS
        with suppress(BodyIsSlow, BodyIsMalformed, OSError):
            while self.read(MOST_BYTES):
                if self.count > most:
                    self.end(is_crowd=False)
        self.rest()

    def rest(self) -> None:
        if self.begun_at:
            self.watch.remove(self)

    def age(self, now: float) -> float:
        return now - self.begun_at

    def is_too_slow(self, now: float) -> bool:
        age = self.age(now)
        return now > self.leaves_at or age > LONGEST_SECONDS or self.count < FLOOR_BYTES * (age - GRACE_SECONDS)

    def end(self, is_crowd: bool) -> None:
        """Where the next request would begin on this connection is not known any more: it is closed."""
        self.slow = BodyIsSlow(is_crowd)
        self.inner.failed = True
        self.line.shutdown(socket.SHUT_RD)


class Watch:
    """Looks at the bodies that are coming in, from a thread of its own that begins with the first of them."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.bodies: list[Body] = []
        self.thread: threading.Thread | None = None

    def add(self, body: Body) -> None:
        with self.changed:
            self.bodies.append(body)
            if self.thread is None:
                self.thread = threading.Thread(target=self._go_on, name="bodies", daemon=True)
                self.thread.start()
            self.changed.notify()

    def remove(self, body: Body) -> None:
        with self.changed:
            if body in self.bodies:
                self.bodies.remove(body)

    def _go_on(self) -> None:
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.bodies)
                self.look(time.monotonic())
            time.sleep(STEP_SECONDS)

    def look(self, now: float) -> None:
        """The oldest may go on: most of them is here."""
        waiting = [body for body in self.bodies if body.age(now) > SLOW_SECONDS]
        ended = {body: False for body in waiting if body.is_too_slow(now)}
        ended |= dict.fromkeys([body for body in waiting if body not in ended][SLOW_MOST:], True)
        for body, is_crowd in ended.items():
            self.bodies.remove(body)
            _end(body, is_crowd)


def _end(body: Body, is_crowd: bool) -> None:
    """A connection that has gone by itself has ended too."""
    try:
        body.end(is_crowd)
    except OSError:
        return
