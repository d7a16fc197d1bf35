"""A bad connection: a proxy that cuts what runs through it, seeded, so that a run can be had again."""

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

PIECE_BYTES = 16 * 1024
Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter


@dataclass(frozen=True)
class Faults:
    """Which share of the connections is cut on the way up and on the way down, and how slow each piece is.

    A cut falls anywhere: upwards between the first byte and `most_up_bytes`, at the latest when the answer begins (the
    server may then have done what it was asked, and nobody hears of it); downwards within the first `most_down_bytes`.
    """

    up: float = 0.0
    down: float = 0.0
    latency_seconds: float = 0.0
    seed: int = 1
    certain: int = 0
    """So many connections are cut on their way up before chance decides: no run may pass because nothing was cut."""
    most_up_bytes: int = 300_000
    most_down_bytes: int = 400


@dataclass
class Proxy:
    """What the proxy did so far."""

    address: str = ""
    is_calm: bool = False
    """While a test says so nothing is cut."""
    connections: int = 0
    cut_up: int = 0
    cut_down: int = 0


@dataclass
class _Line:
    """One connection and its fate: after how many bytes it is cut in each direction (None: never)."""

    phone: Writer
    server: Writer
    up_at: int | None
    down_at: int | None
    is_cut: bool = field(default=False)

    def cut(self) -> None:
        self.is_cut = True
        for side in (self.phone, self.server):
            side.transport.abort()


@contextmanager
def proxy(target: str, faults: Faults) -> Iterator[Proxy]:
    """Stands before the server at `target` (its address, without a slash) on a port of its own."""
    made, ready = Proxy(), threading.Event()
    tunnel = _Tunnel(urlsplit(target).port or 80, faults, made)
    thread = threading.Thread(target=lambda: asyncio.run(tunnel.serve(ready)), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield made
    finally:
        tunnel.loop.call_soon_threadsafe(tunnel.is_over.set)
        thread.join(10)


class _Tunnel:
    def __init__(self, port: int, faults: Faults, made: Proxy) -> None:
        self.port, self.faults, self.made = port, faults, made
        self.chance = random.Random(faults.seed)  # noqa: S311
        self.lines: dict[asyncio.Task[None], _Line] = {}

    async def serve(self, ready: threading.Event) -> None:
        self.loop, self.is_over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self.carry, "127.0.0.1", 0)
        self.made.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        await self.is_over.wait()
        server.close()
        for line in self.lines.values():
            line.cut()
        await asyncio.gather(*self.lines, return_exceptions=True)

    async def carry(self, from_phone: Reader, to_phone: Writer) -> None:
        self.made.connections += 1
        up_at, down_at = self._draw_up(), self._draw_down()
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            to_phone.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self.lines[task] = line = _Line(to_phone, to_server, up_at, down_at)
        if not self.is_over.is_set():
            await asyncio.gather(self._upwards(from_phone, line), self._downwards(from_server, line))
        # An abort would throw away what the other side has not read yet: an untouched connection ends politely.
        for side in (to_phone, to_server):
            side.close()
            with suppress(OSError):
                await side.wait_closed()
        del self.lines[task]

    def _draw_up(self) -> int | None:
        """Short and long distances alike often: headers, the middle of a body, its last bytes."""
        if self.made.is_calm:
            return None
        if self.made.cut_up >= self.faults.certain and self.chance.random() >= self.faults.up:
            return None
        return int(self.faults.most_up_bytes ** self.chance.random())

    def _draw_down(self) -> int | None:
        if self.made.is_calm or self.chance.random() >= self.faults.down:
            return None
        return self.chance.randrange(self.faults.most_down_bytes)

    async def _upwards(self, reader: Reader, line: _Line) -> None:
        passed = 0
        while piece := await self._read(reader):
            if line.up_at is not None and passed + len(piece) > line.up_at:
                await self._pass(piece[: line.up_at - passed], line.server)
                self._cut(line, "up")
                return
            passed += len(piece)
            if not await self._pass(piece, line.server):
                return
        with suppress(OSError):
            line.server.write_eof()

    async def _downwards(self, reader: Reader, line: _Line) -> None:
        passed = 0
        while piece := await self._read(reader):
            if line.up_at is not None:
                self._cut(line, "up")
                return
            if line.down_at is not None and passed + len(piece) > line.down_at:
                await self._pass(piece[: line.down_at - passed], line.phone)
                self._cut(line, "down")
                return
            passed += len(piece)
            if not await self._pass(piece, line.phone):
                return
        line.phone.close()

    async def _read(self, reader: Reader) -> bytes:
        try:
            piece = await reader.read(PIECE_BYTES)
        except OSError:
            return b""
        if self.faults.latency_seconds:
            await asyncio.sleep(self.faults.latency_seconds)
        return piece

    async def _pass(self, piece: bytes, writer: Writer) -> bool:
        try:
            writer.write(piece)
            await writer.drain()
        except OSError:
            return False
        return True

    def _cut(self, line: _Line, direction: str) -> None:
        if line.is_cut:
            return
        if direction == "up":
            self.made.cut_up += 1
        else:
            self.made.cut_down += 1
        line.cut()
