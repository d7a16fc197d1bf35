"""Slow phones and half-open requests stop nobody: the real nginx with deploy/nginx.conf, before gunicorn.conf.py."""

import asyncio
import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import uuid4

import pytest
from flask import Flask

from fieldstudy.core.access import Role
from fieldstudy.models import User
from tests import factories as make
from tests import nginx, phone, processes
from tests.nginx import Front
from tests.phone import Snapshot, sha256

DATABASES = ("sqlite",)

BYTES_PER_SECOND = 6 * 1024
STEP_SECONDS = 0.25
PIECE_BYTES = 48 * 1024
"""Eight seconds of sending: pages are asked for meanwhile."""
HALF_OPEN = 60
LIMIT_SECONDS = 1.0
PAGES, ROUNDS = 8, 3


@pytest.fixture
def front(app: Flask) -> Iterator[Front]:
    app.config["WTF_CSRF_ENABLED"] = True
    with processes.server(app, TRUSTED_PROXIES="1") as server, nginx.front(server.port) as made:
        yield made


@dataclass(frozen=True)
class Piece:
    """One request of a phone, as the bytes that it sends."""

    head: bytes
    body: bytes


def signed_in(app: Flask, front: Front, user: User) -> dict[str, str]:
    """The headers of somebody who has a token."""
    cookie = phone.cookie_of(app, user)
    connection = http.client.HTTPSConnection("127.0.0.1", front.port, context=front.trust, timeout=30)
    connection.request("GET", "/api/v1/session", headers={"Cookie": cookie})
    token = phone.Reply(200, {}, connection.getresponse().read()).json["token"]
    connection.close()
    return {"Cookie": cookie, "X-CSRFToken": token, "Sec-Fetch-Site": "same-origin"}


def piece(headers: dict[str, str]) -> Piece:
    photo = Snapshot("window_photo", bytes(range(256)) * (PIECE_BYTES // 256))
    named = {
        **headers,
        "Host": "127.0.0.1",
        "Content-Type": "application/octet-stream",
        "Content-Length": str(PIECE_BYTES),
        "Content-Range": f"bytes 0-{PIECE_BYTES - 1}/{PIECE_BYTES}",
        "Upload-Sha256": sha256(photo.content),
    }
    lines = [f"PUT /api/v1/media/{uuid4()} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items()), "", ""]
    return Piece("\r\n".join(lines).encode(), photo.content)


async def send_slowly(front: Front, piece: Piece, source: str) -> int:
    """The status of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", front.port, ssl=front.trust, local_addr=(source, 0))
    writer.write(piece.head)
    step = int(BYTES_PER_SECOND * STEP_SECONDS)
    for start in range(0, len(piece.body), step):
        writer.write(piece.body[start : start + step])
        await writer.drain()
        await asyncio.sleep(STEP_SECONDS)
    line = await asyncio.wait_for(reader.readline(), 30)
    await _leave(writer)
    return int(line.split()[1])


async def hold_open(front: Front, piece: Piece, number: int, source: str) -> None:
    """In turn: nothing said, half of the headers, and a body of which a byte comes now and then."""
    kind = number % 3
    secure = front.trust if kind else None
    _, writer = await asyncio.open_connection("127.0.0.1", front.port, ssl=secure, local_addr=(source, 0))
    try:
        writer.write([b"", piece.head[:60], piece.head][kind])
        while True:
            await asyncio.sleep(1)
            writer.write([b"", b"", b"x"][kind])
            await writer.drain()
    except (OSError, asyncio.CancelledError):
        pass
    finally:
        await _leave(writer)


async def _leave(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


class Crowd:
    """Slow phones, each at an address of its own, and one person who opens connections; in a thread of their own."""

    def __init__(self, front: Front, phones: list[Piece], half_open: Piece) -> None:
        self.front, self.phones, self.half_open = front, phones, half_open
        self.statuses: list[int] = []
        self.is_under_way = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._all()), daemon=True)

    async def _all(self) -> None:
        held = [
            asyncio.create_task(hold_open(self.front, self.half_open, number, "127.0.2.1"))
            for number in range(HALF_OPEN)
        ]
        sent = [
            asyncio.create_task(send_slowly(self.front, one, f"127.0.1.{number}"))
            for number, one in enumerate(self.phones, 1)
        ]
        await asyncio.sleep(1.5)
        self.is_under_way.set()
        self.statuses = await asyncio.gather(*sent)
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)


@contextmanager
def crowd(front: Front, phones: list[Piece], half_open: Piece) -> Iterator[Crowd]:
    made = Crowd(front, phones, half_open)
    made.thread.start()
    assert made.is_under_way.wait(30)
    yield made
    made.thread.join(60)


def seconds_of_page(front: Front) -> float:
    begun = time.monotonic()
    connection = http.client.HTTPSConnection("127.0.0.1", front.port, context=front.trust, timeout=30)
    connection.request("GET", "/account/sign-in")
    answer = connection.getresponse()
    assert (answer.status, b"</html>" in answer.read()) == (200, True)
    connection.close()
    return time.monotonic() - begun


def worst_of(ask: Callable[[], float]) -> float:
    """Of the best round: who waits for threads waits in every round, a machine that is busy otherwise does not."""
    return min(max(ask() for _ in range(PAGES)) for _ in range(ROUNDS))


@pytest.mark.parametrize("phones", [8, 16])
def test_slow_phones_and_half_open_requests_stop_nobody(app: Flask, front: Front, phones: int) -> None:
    headers = signed_in(app, front, make.user(Role.SHOPPER, make.client()))
    quiet = worst_of(lambda: seconds_of_page(front))
    with crowd(front, [piece(headers) for _ in range(phones)], piece(headers)) as made:
        busy = worst_of(lambda: seconds_of_page(front))
        assert made.statuses == [], "the phones were still sending"
    print(f"{phones} phones: sign-in page {quiet:.3f} s, and {busy:.3f} s beside them")
    log = processes.log_of(app, "server").read_text()
    assert (busy < LIMIT_SECONDS, made.statuses) == (True, [201] * phones), (busy, log)
