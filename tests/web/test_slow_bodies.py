"""Bodies that trickle in, without a proxy that would take them in first: gunicorn alone."""

import json
import socket
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any
from uuid import UUID, uuid4
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask

from fieldstudy.core.access import Role
from fieldstudy.services import media
from fieldstudy.web.bodies import Body, BodyIsSlow, Paced, Watch
from tests import factories as make
from tests import phone, processes
from tests.phone import Phone, Snapshot

DATABASES = ("sqlite",)
PHOTO = Snapshot("window_photo", bytes(range(256)) * 1024)
"""A whole piece of a phone, of 256 KB."""


class Line:
    """A connection over which nothing comes any more once it was shut."""

    is_shut = False

    def shutdown(self, how: int) -> None:
        self.is_shut = True


class Source:
    failed = False

    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self, size: int) -> bytes:
        data, self.content = self.content[:size], self.content[size:]
        return data


def body(came: int, age: float, watch: Watch) -> Body:
    """One of 256 KB, of which so much came, asked for the first time so many seconds before 1000."""
    made = Body(Source(b""), Line(), watch, str(256 * 1024))  # type: ignore[arg-type]
    made.begun_at, made.count = 1000.0 - age, came
    watch.bodies.append(made)
    return made


@pytest.mark.parametrize(
    ("came", "age", "ends"),
    [
        (0, 9.9, False),
        (0, 10.1, True),
        # 3,072 bytes a second after the first ten seconds: 30,720 bytes at twenty.
        (30_719, 20.0, True),
        (30_720, 20.0, False),
        # A phone with 6 KB a second is never ended for it.
        (6_144 * 42, 42.0, False),
        (2_000_000, 600.1, True),
    ],
)
def test_what_comes_below_the_floor_is_ended(came: int, age: float, ends: bool) -> None:
    watch = Watch()
    one = body(came, age, watch)
    watch.look(1000.0)
    assert (one.slow is not None, one.line.is_shut, watch.bodies) == (ends, ends, [] if ends else [one])  # type: ignore[attr-defined]


def test_of_a_crowd_the_youngest_are_ended_and_what_is_quick_does_not_count() -> None:
    watch = Watch()
    ages = [5.0, 4.0, 3.0, 2.0, 1.5, 1.2, 0.5]
    made = [body(40_000, age, watch) for age in ages]
    watch.look(1000.0)
    assert [one.slow.is_crowd if one.slow else None for one in made] == [None] * 4 + [True] * 2 + [None]


def test_what_came_before_the_end_is_given_and_then_the_end_is_told() -> None:
    made = Body(Source(b"x" * 5000), Line(), Watch(), "9000")  # type: ignore[arg-type]
    assert made.read(65_536) == b"x" * 4096
    assert made.read(65_536) == b"x" * 904
    made.end(is_crowd=False)
    with pytest.raises(BodyIsSlow):
        made.read(65_536)


def test_a_body_that_is_here_is_not_watched_any_more() -> None:
    watch = Watch()
    made = Body(Source(b"x" * 100), Line(), watch, "100")  # type: ignore[arg-type]
    assert (made.read(100), watch.bodies) == (b"x" * 100, [])


@pytest.mark.parametrize("asked", [0, 10, 5000])
def test_what_nobody_asked_for_is_swallowed_under_the_watch_after_the_answer(asked: int) -> None:
    """The server itself would wait for it as long as somebody likes to trickle."""
    source, watched = Source(b"x" * 5000), set()

    def read(size: int, inner: Any = source.read) -> bytes:
        if source.content:
            watched.add(len(paced.watch.bodies))
        return bytes(inner(size))

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        environ["wsgi.input"].read(asked)
        return [b"answer"]

    paced = Paced(app)
    source.read = read  # type: ignore[method-assign]
    environ = {"wsgi.input": source, "gunicorn.socket": Line(), "CONTENT_LENGTH": "5000"}
    answer = paced(environ, lambda *told: lambda data: None)
    left = len(source.content)
    assert (list(answer), left) == ([b"answer"], 5000 - min(asked, 4096))
    answer.close()  # type: ignore[attr-defined]
    assert (source.content, paced.watch.bodies, watched) == (b"", [], {1})


def test_what_trickles_on_after_the_answer_is_ended() -> None:
    source = Source(b"")
    paced = Paced(lambda environ, start_response: [b"answer"])
    environ = {"wsgi.input": source, "gunicorn.socket": Line(), "CONTENT_LENGTH": "5000"}
    answer = paced(environ, lambda *told: lambda data: None)
    environ["wsgi.input"].end(is_crowd=True)
    answer.close()  # type: ignore[attr-defined]
    assert (source.failed, environ["gunicorn.socket"].is_shut, paced.watch.bodies) == (True, True, [])


@pytest.mark.parametrize("told", [{"CONTENT_LENGTH": str(10**11)}, {"HTTP_TRANSFER_ENCODING": "chunked"}])
def test_what_goes_on_after_the_answer_is_taken_for_a_megabyte_at_most(told: dict[str, str]) -> None:
    """However fast: whoever sends without an end would otherwise keep the thread and the line."""
    source, paced = Source(b"x" * 3_000_000), Paced(lambda environ, start_response: [b"answer"])
    environ = {"wsgi.input": source, "gunicorn.socket": Line(), **told}
    paced(environ, lambda *told: lambda data: None).close()  # type: ignore[attr-defined]
    took = 3_000_000 - len(source.content)
    # A megabyte, and the step during which it was passed.
    assert (1024**2 < took <= 1024**2 + 64 * 1024, source.failed) == (True, True)
    assert (environ["gunicorn.socket"].is_shut, paced.watch.bodies) == (True, [])


def test_what_was_announced_and_is_little_is_swallowed_whole() -> None:
    """A piece of a phone on a bad line, which would not see the answer otherwise."""
    source, paced = Source(b"x" * 262_144), Paced(lambda environ, start_response: [b"answer"])
    environ = {"wsgi.input": source, "gunicorn.socket": Line(), "CONTENT_LENGTH": "262144"}
    paced(environ, lambda *told: lambda data: None).close()  # type: ignore[attr-defined]
    assert (source.content, source.failed, environ["gunicorn.socket"].is_shut) == (b"", False, False)


@pytest.mark.parametrize(("after", "ends"), [(-0.1, True), (0.1, False)])
def test_what_trickles_after_the_answer_and_is_much_has_a_second(after: float, ends: bool) -> None:
    watch = Watch()
    one = body(40_000, 2.0, watch)
    one.leaves_at = 1000.0 + after
    watch.look(1000.0)
    assert (one.slow is not None, one.line.is_shut) == (ends, ends)  # type: ignore[attr-defined]


# Real connections


@dataclass(frozen=True)
class Told:
    status: int
    headers: dict[str, str]
    body: bytes
    is_closed: bool

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def trickle(port: int, head: str, body: bytes, pause: float, step: int = 1) -> Told:
    """Sends the head, then `step` bytes of the body after each pause until there is an answer, and reads that."""
    with socket.create_connection(("127.0.0.1", port), 60) as line:
        line.sendall(head.encode())
        line.settimeout(pause)
        for start in range(0, len(body), step):
            try:
                line.recv(1, socket.MSG_PEEK)
                break
            except TimeoutError:
                line.sendall(body[start : start + step])
        line.settimeout(60)
        with HTTPResponse(line) as answer:
            answer.begin()
            content = answer.read()
        return Told(answer.status, dict(answer.headers), content, _is_closed(line))


def _is_closed(line: socket.socket) -> bool:
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True


def head(method: str, path: str, length: int, headers: dict[str, str]) -> str:
    named = {"Host": "127.0.0.1", "Content-Length": str(length), "Sec-Fetch-Site": "same-origin", **headers}
    return "\r\n".join([f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items()), "", ""])


def piece_head(one: Phone, photo: Snapshot, start: int = 0) -> str:
    size = len(photo.content)
    headers = {
        **one.own_headers("PUT"),
        "Content-Type": "application/octet-stream",
        "Content-Range": f"bytes {start}-{size - 1}/{size}",
        "Upload-Sha256": photo.sha256,
    }
    return head("PUT", f"/api/v1/media/{photo.id}", size - start, headers)


def test_each_body_below_the_floor_has_an_answer_that_can_be_understood(app: Flask) -> None:
    """A page, the text of a draft, a piece of a photo of which a part came, and one of which nothing came."""
    app.config["WTF_CSRF_ENABLED"] = True
    user = make.user(Role.SHOPPER, make.client())
    silent = Snapshot("window_photo", PHOTO.content[::-1])
    with processes.server(app) as server, ThreadPoolExecutor(4) as pool:
        one = Phone(server.address, phone.cookie_of(app, user))
        one.session()
        as_json = {**one.own_headers("PUT"), "Content-Type": "application/json"}
        json_head = head("PUT", f"/api/v1/drafts/{uuid4()}", 9000, as_json)
        form_head = head("POST", "/account/sign-in", 9000, {"Content-Type": "application/x-www-form-urlencoded"})
        asked = [
            pool.submit(trickle, server.port, form_head, b"email=" + b"x" * 8994, 0.5),
            pool.submit(trickle, server.port, json_head, b" " * 9000, 0.5),
            pool.submit(trickle, server.port, piece_head(one, PHOTO), PHOTO.content, 0.5, 600),
            pool.submit(trickle, server.port, piece_head(one, silent), b"", 0.5),
        ]
        page, draft, part, nothing = (future.result() for future in asked)
        assert (page.status, page.headers["Retry-After"]) == (503, "10")
        assert "The connection is too slow" in page.body.decode()
        for told in (draft, nothing):
            assert (told.status, told.headers["Retry-After"], told.json) == (503, "10", {"error": "slow"})
        offset = media.look(user.id, UUID(PHOTO.id)).offset
        assert (part.status, part.json, offset > 0) == (200, {"offset": offset}, True)
        # What comes late is never taken for another request.
        assert [told.is_closed for told in (page, draft, part, nothing)] == [True] * 4
        assert one.put_photo(PHOTO).status == 201


def flood(port: int, head: str, block: bytes) -> tuple[bytes, int, float]:
    """The first of the answer, how many bytes were sent until the line was closed, and after how many seconds."""
    count, begun, seen = 0, time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(head.encode())
        try:
            while time.monotonic() - begun < 10:
                seen = seen or line.recv(12, socket.MSG_PEEK)
                line.sendall(block)
                count += len(block)
                time.sleep(0.05 if len(block) < 1024 else 0)
        except OSError:
            pass
    return seen, count, time.monotonic() - begun


def test_a_refused_body_without_an_end_is_closed_with_its_answer(app: Flask) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    chunked = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    block = b"x" * 65_536
    with processes.server(app) as server:
        refused = flood(server.port, head("POST", "/account/sign-in", 10**11, form), block)
        endless = flood(server.port, chunked, b"10000\r\n" + block + b"\r\n")
        slow = flood(server.port, head("POST", "/account/sign-in", 900_000_000, form), b"x" * 256)
    assert [told[0] for told in (refused, endless, slow)] == [b"HTTP/1.1 413", b"HTTP/1.1 200", b"HTTP/1.1 413"]
    # What lies between the two, in the buffers of the line, counts as sent.
    assert all(count < 30_000_000 and seconds < 5 for _, count, seconds in (refused, endless, slow))


CROWD = 16
BYTES_PER_SECOND = 6 * 1024
PAGE_SECONDS = 3.0
"""Not the second of the proxy's own test: here threads do wait, though not all of them and not for long."""


def send_as_told(port: int, one: Phone, photo: Snapshot) -> list[int]:
    """As the phone's script does: on from where the server says, and after a rest where it asks for one."""
    statuses: list[int] = []
    start = 0
    while not statuses or statuses[-1] != 201:
        told = trickle(port, piece_head(one, photo, start), photo.content[start:], 0.25, BYTES_PER_SECOND // 4)
        statuses.append(told.status)
        start = told.json.get("offset", start)
        time.sleep(int(told.headers.get("Retry-After", "0")))
    return statuses


def test_a_crowd_of_slow_phones_leaves_threads_for_others_and_arrives(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    user = make.user(Role.SHOPPER, make.client())
    photos = [Snapshot("window_photo", PHOTO.content[number : number + 48 * 1024]) for number in range(CROWD)]
    with processes.server(app) as server, ThreadPoolExecutor(CROWD) as pool:
        one = Phone(server.address, phone.cookie_of(app, user))
        one.session()
        sent = [pool.submit(send_as_told, server.port, one, photo) for photo in photos]
        time.sleep(1)
        waits = [_seconds_of_page(server.address) for _ in range(20)]
        statuses = [future.result() for future in sent]
    print(f"longest wait for the sign-in page: {max(waits):.2f} s; answers to the phones: {statuses}")
    assert (max(waits) < PAGE_SECONDS, {found[-1] for found in statuses}) == (True, {201})
    assert sum(found == [201] for found in statuses) >= CROWD // 4


def _seconds_of_page(address: str) -> float:
    begun = time.monotonic()
    with urllib.request.urlopen(f"{address}/account/sign-in", timeout=60) as page:
        page.read()
    time.sleep(0.2)
    return time.monotonic() - begun - 0.2
