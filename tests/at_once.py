"""Two who act in the same moment, each with a connection of their own."""

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread

from flask import Flask

from fieldstudy.extensions import db

LONG, WHILE = 30, 1.0
"""Seconds: until a test gives up, and how long one waits for another who may be waiting at a lock."""


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """What each of them returned, or the name of what it raised; in the order of the acts."""
    found: list[object] = [None] * len(acts)
    start = Barrier(len(acts))

    def run(place: int, act: Callable[[], object]) -> None:
        with app.app_context():
            start.wait(LONG)
            try:
                found[place] = act()
            except Exception as error:
                found[place] = type(error).__name__
            finally:
                db.session.remove()

    db.session.rollback()
    threads = [Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    return found


def together(act: Callable[..., object], count: int = 2) -> Callable[..., object]:
    """The same, but each waits before it for the others, or for a second where a lock holds them off."""
    meeting = Barrier(count)

    def waits(*given: object, **named: object) -> object:
        with suppress(BrokenBarrierError):
            meeting.wait(WHILE)
        return act(*given, **named)

    return waits
