"""Honest people beside hostile ones: each waits for the server from a process of its own, and so does a bare sleeper.

What the sleeper waits for beyond its sleep is the noise of the machine, whatever the server does.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import UUID

from flask import Flask

from fieldstudy.models import Assignment, ChecklistVersion, User
from fieldstudy.models.columns import new_id
from tests import phone
from tests.phone import Phone

ROOT = Path(__file__).parent.parent
PAUSE_SECONDS, NAP_SECONDS, END_SECONDS = 0.2, 0.02, 30
BOUND_SECONDS = 1.0
FIRST_ROUNDS = 4
"""Not counted: a server that has just started compiles its templates at the first requests."""
SLEEPER = "sleeper"
WELL = (200, 204)


@dataclass
class Waits:
    """Seconds of each request by its kind; beside them how much too long a process slept that only sleeps."""

    by_kind: dict[str, list[float]] = field(default_factory=dict)
    noise: list[float] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)

    @property
    def worst(self) -> float:
        return max(max(waits) for waits in self.by_kind.values())

    @property
    def bound(self) -> float:
        """What the machine itself kept a sleeper waiting for, everybody else has to wait for as well."""
        return BOUND_SECONDS + max(self.noise)

    def medians(self) -> list[float]:
        return [at(waits, 0.5) for waits in self.by_kind.values()]

    def __str__(self) -> str:
        lines = [_line(kind, waits) for kind, waits in (*self.by_kind.items(), (SLEEPER, self.noise))]
        return "\n".join(["honest requests: how many, median, p95, worst", *lines])


def at(waits: Sequence[float], part: float) -> float:
    return sorted(waits)[min(len(waits) - 1, int(len(waits) * part))]


def _line(kind: str, waits: Sequence[float]) -> str:
    middle, late = (at(waits, part) * 1000 for part in (0.5, 0.95))
    worst = f"{max(waits) * 1000:8.1f} ms (number {waits.index(max(waits)) + 1})"
    return f"  {kind:8} {len(waits):6} {middle:8.1f} ms {late:8.1f} ms {worst}"


def check(waits: Waits, is_whole: bool) -> None:
    """A few requests tell the median alone; `make fuzz` sends enough that the worst one means something."""
    assert waits.refused == []
    assert max(waits.medians()) < BOUND_SECONDS
    if is_whole:
        assert waits.worst < waits.bound, str(waits)


@contextmanager
def beside(
    address: str, app: Flask, person: User, assignment: Assignment, version: ChecklistVersion
) -> Iterator[Waits]:
    """Somebody opens the sign-in page, a fieldworker the list of assignments, and a phone backs up its draft; again and
    again, all at the same time. What they waited for stands in the result once the block is over.
    """
    ids: Mapping[str, UUID] = {"assignment": assignment.id, "version": version.id, "visit": new_id()}
    told = {"address": address, "cookie": phone.cookie_of(app, person), **{name: str(one) for name, one in ids.items()}}
    with _started("honest", told) as honest, _started(SLEEPER, {}) as sleeper:
        waits = Waits()
        yield waits
        found, noise = (_end(one) for one in (honest, sleeper))
        waits.by_kind, waits.refused, waits.noise = found["waits"], found["refused"], noise["waits"][SLEEPER]


@contextmanager
def _started(who: str, told: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.honest", who, json.dumps(told)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield process
    finally:
        process.kill()
        process.wait(END_SECONDS)
        process.stdout.close()


def _end(process: subprocess.Popen[str]) -> Any:
    answer, _ = process.communicate("", END_SECONDS)
    return json.loads(answer)


# In the process


def _draft(told: Mapping[str, str], stamp: int) -> bytes:
    raw, started_at = {"q-greeted": ["yes"]}, phone.iso(phone.datetime.now(phone.UTC))
    ids = {"assignment": told["assignment"], "version": told["version"], "started_at": started_at}
    draft = {**ids, "device": "one", "stamp": stamp, "revision": 1, "raw": raw, "seen": {}}
    return json.dumps({**draft, "content": {"jottings": [], "photos": []}}).encode()


def _requests(told: Mapping[str, str]) -> Mapping[str, Callable[[], int]]:
    stranger, reader, writer = (Phone(told["address"], cookie, tries=1) for cookie in ("", *[told["cookie"]] * 2))
    writer.session()
    stamps = iter(range(1, 10**9))

    def status(phone_: Phone, method: str, path: str, body: bytes = b"") -> int:
        kind = {"Content-Type": "application/json"} if body else {}
        reply = phone_.once(method, path, body, kind)
        return reply.status if reply is not None else 599

    return {
        "page": lambda: status(stranger, "GET", "/account/sign-in"),
        "list": lambda: status(reader, "GET", "/field/"),
        "draft": lambda: status(writer, "PUT", f"/api/v1/drafts/{told['visit']}", _draft(told, next(stamps))),
    }


def _repeat(act: Callable[[], int], waits: list[float], refused: list[Any], is_over: Event) -> None:
    while not is_over.wait(PAUSE_SECONDS):
        begun = time.monotonic()
        status = act()
        waits.append(time.monotonic() - begun)
        if status not in WELL:
            refused.append(status)


def _nap() -> int:
    time.sleep(NAP_SECONDS)
    return WELL[0]


def main(who: str, told: Mapping[str, str]) -> None:
    """Until the input ends; then everything is told at once."""
    acts = {SLEEPER: _nap} if who == SLEEPER else _requests(told)
    for _ in range(FIRST_ROUNDS):
        for act in acts.values():
            act()
    waits: dict[str, list[float]] = {kind: [] for kind in acts}
    refused: list[Any] = []
    is_over = Event()
    threads = [Thread(target=_repeat, args=(act, waits[kind], refused, is_over)) for kind, act in acts.items()]
    for thread in threads:
        thread.start()
    print("begun", flush=True)
    sys.stdin.read()
    is_over.set()
    for thread in threads:
        thread.join()
    late = {kind: [one - NAP_SECONDS if kind == SLEEPER else one for one in some] for kind, some in waits.items()}
    print(json.dumps({"waits": late, "refused": refused}))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
