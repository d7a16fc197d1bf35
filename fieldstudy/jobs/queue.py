"""The only module that knows Huey: a queue of calls, and the processes that answer them."""

import json
import os
import signal
from collections.abc import Callable
from typing import Any

from huey import RedisHuey, SqliteHuey
from huey.api import Huey
from huey.consumer import Consumer, Scheduler, Worker
from huey.registry import Message
from huey.serializer import Serializer

from fieldstudy.config import Config

SWEEP_SECONDS = 2
"""How often workers look without being called: a lease ran out, an attempt is due, a call was lost."""
POLL_SECONDS = 0.5
CALLS = 8
"""As many may wait. Each wakes one process; one that finds nothing to do costs a look."""
SHUTDOWN_SECONDS = 8
"""How long a running job may go on once the worker is told to end; then it is given back."""


class Queue:
    def __init__(self, config: Config, work: Callable[[], None]) -> None:
        self._huey = _huey(config)
        self._call = self._huey.task(name="work")(work)

    def call(self) -> None:
        if self._huey.pending_count() < CALLS:
            self._call()

    def run(self, processes: int, leader: int, sweep: Callable[[], None]) -> None:
        """`sweep` calls as well, but never fails."""
        consumer = _Consumer(sweep, leader, self._huey, processes)
        consumer.run()


def _huey(config: Config) -> Huey:
    options: dict[str, Any] = {"name": "fieldstudy", "results": False, "serializer": _Json()}
    if config.redis_url:
        return RedisHuey(url=config.redis_url, **options)
    return SqliteHuey(filename=str(config.data / "huey.sqlite"), **options)


class _Json(Serializer):
    """Huey would pickle: then whoever can write to the queue could run what they like."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(data))


class _Attached:
    """A process that ends with the consumer that made it, even when that was killed."""

    def initialize(self) -> None:
        self.consumer = os.getppid()
        super().initialize()  # type: ignore[misc]

    def loop(self, now: Any = None) -> None:
        if os.getppid() != self.consumer:
            raise KeyboardInterrupt
        super().loop(now)  # type: ignore[misc]


class _Worker(_Attached, Worker):
    pass


class _Sweeper(_Attached, Scheduler):
    sweep: Callable[[], None]
    leader: int

    def loop(self, now: Any = None) -> None:
        self.sweep()
        if self.leader and not _is_alive(self.leader):
            os.kill(self.consumer, signal.SIGTERM)
        super().loop(now)


class _Consumer(Consumer):
    """SIGTERM lets running jobs finish for a while, Ctrl-C gives them back at once."""

    worker_class = _Worker
    scheduler_class = _Sweeper

    def __init__(self, sweep: Callable[[], None], leader: int, huey: Huey, processes: int) -> None:
        self._sweep, self._leader = sweep, leader
        super().__init__(
            huey,
            processes,
            worker_type="process",
            periodic=False,
            max_delay=POLL_SECONDS,
            scheduler_interval=SWEEP_SECONDS,
            health_check_interval=1,
            shutdown_timeout=SHUTDOWN_SECONDS,
            graceful_signal="TERM",
        )

    def _create_scheduler(self) -> _Sweeper:
        sweeper: _Sweeper = super()._create_scheduler()
        sweeper.sweep, sweeper.leader = self._sweep, self._leader
        return sweeper


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
