"""How many visits the door for phones takes in, beside the bare floor: real servers and connections, every flush on."""

import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ACCEPTED = (200, 201)
START_SECONDS = 30
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Letter:
    """One visit as the bytes of its requests: photo pieces first, then the visit."""

    requests: tuple[bytes, ...]


@dataclass(frozen=True)
class Run:
    """What one server did with one pile of letters."""

    visits_per_second: float
    cpu_ms_per_visit: float
    p95_ms: float
    errors: int
    first_error: str


@dataclass(frozen=True)
class Load:
    """The same load on our server and on the floor, in turn; ratio of visits per second."""

    name: str
    goal: str
    clients: int
    ours: Run
    floor: Run
    ratio: float


@dataclass(frozen=True)
class Server:
    address: str
    group: int

    def cpu_seconds(self) -> float:
        return sum(int(fields[11]) + int(fields[12]) for fields in self._stats()) / TICKS

    def rss_mb(self) -> float:
        return sum(int(fields[21]) for fields in self._stats()) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def _stats(self) -> Iterator[list[str]]:
        """The fields after the name of every process of the server's group."""
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == self.group:
                yield fields


@contextmanager
def gunicorn(application: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """The application under gunicorn.conf.py, in a process group of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application]
    settings = {**os.environ, **environment, "FIELDSTUDY_BIND": f"127.0.0.1:{port}"}
    process = subprocess.Popen(command, env=settings, start_new_session=True)
    try:
        _wait_for(port, process)
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(START_SECONDS)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start") from None
            time.sleep(0.05)


def request(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def compare(
    name: str, goal: str, clients: int, ours: Server, floor: Server, letters: Callable[[int], list[Letter]], count: int
) -> Load:
    """`letters(n)` gives n letters that nobody has sent yet; each server gets two piles, in turn."""
    piles = [letters(count // 2) for _ in range(2)]
    runs = [(send(ours, pile, clients), send(floor, pile, clients)) for pile in piles]
    ours_run, floor_run = (_together([run[side] for run in runs]) for side in (0, 1))
    return Load(name, goal, clients, ours_run, floor_run, ours_run.visits_per_second / floor_run.visits_per_second)


def _together(runs: list[Run]) -> Run:
    return Run(
        len(runs) / sum(1 / run.visits_per_second for run in runs),
        statistics.mean(run.cpu_ms_per_visit for run in runs),
        max(run.p95_ms for run in runs),
        sum(run.errors for run in runs),
        next((run.first_error for run in runs if run.first_error), ""),
    )


def send(server: Server, pile: list[Letter], clients: int) -> Run:
    """`clients` threads, each with one connection that stays open, share the pile."""
    waiting, waits, errors = deque(pile), list[float](), list[str]()
    threads = [threading.Thread(target=_drain, args=(server, waiting, waits, errors)) for _ in range(clients)]
    wall, cpu = time.perf_counter(), server.cpu_seconds()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, cpu = time.perf_counter() - wall, server.cpu_seconds() - cpu
    p95 = sorted(waits)[int(len(waits) * 0.95)] * 1000 if waits else 0.0
    return Run(len(pile) / wall, cpu * 1000 / len(pile), p95, len(errors), errors[0] if errors else "")


def _drain(server: Server, waiting: deque[Letter], waits: list[float], errors: list[str]) -> None:
    line = Line(server.address)
    while True:
        try:
            letter = waiting.popleft()
        except IndexError:
            line.close()
            return
        begun = time.perf_counter()
        for number, asked in enumerate(letter.requests, 1):
            status, answer = line.ask(asked)
            if status not in ACCEPTED:
                errors.append(f"{status} to request {number}: {answer[:200]!r}")
                break
        waits.append(time.perf_counter() - begun)


class Line:
    """The least of an HTTP client: what it costs must not hide what the servers cost."""

    def __init__(self, address: str) -> None:
        host, _, port = address.removeprefix("http://").partition(":")
        self.place = (host, int(port))
        self.socket = self._open()

    def _open(self) -> socket.socket:
        opened = socket.create_connection(self.place, 60)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def close(self) -> None:
        self.socket.close()

    def ask(self, asked: bytes) -> tuple[int, bytes]:
        """Status and body. A connection that the server has closed meanwhile is opened again, once."""
        try:
            return self._ask(asked)
        except OSError:
            self.close()
            self.socket = self._open()
            return self._ask(asked)

    def _ask(self, asked: bytes) -> tuple[int, bytes]:
        self.socket.sendall(asked)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        head, _, body = answer.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        while len(body) < int(fields.get(b"content-length", 0)):
            body += self._more()
        if fields.get(b"connection") == b"close":
            self.close()
            self.socket = self._open()
        return int(head.split(b" ", 2)[1]), body

    def _more(self) -> bytes:
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionResetError("the server closed the connection")
        return piece


def table(loads: list[Load]) -> str:
    costs, waits = ("CPU ms/visit", "floor"), ("p95 ms", "floor")
    head = ("what", "clients", "visits/s", "floor", "ratio", *costs, *waits, "errors", "goal")
    rows = [head, *(_row(load) for load in loads)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _row(load: Load) -> tuple[str, ...]:
    ours, floor = load.ours, load.floor
    rates = (f"{ours.visits_per_second:.0f}", f"{floor.visits_per_second:.0f}", f"{load.ratio:.2f}")
    costs = (f"{ours.cpu_ms_per_visit:.1f}", f"{floor.cpu_ms_per_visit:.1f}")
    waits = (f"{ours.p95_ms:.0f}", f"{floor.p95_ms:.0f}")
    return (load.name, str(load.clients), *rates, *costs, *waits, f"{ours.errors}/{floor.errors}", load.goal)
