"""How many photos the worker makes anew: from the inbox to two clean copies, with every row and flush of a real job."""

import io
import time
from dataclasses import dataclass

from flask import Flask
from PIL import Image, ImageFilter

from fieldstudy.exchange import picture_decoder
from fieldstudy.extensions import db
from fieldstudy.models import Job, JobState, Visit
from tests import factories as make
from tests.inbox import send
from tests.workers import started

KINDS = (
    ("photo as the phone shrinks it", (2048, 1536), 300, 60),
    ("photo as a camera makes it", (4000, 3000), 2000, 30),
)
WARM_UP = 4
POLL_SECONDS = 0.02
LONGEST_SECONDS = 300


@dataclass(frozen=True)
class Rate:
    """Photos per second through `fieldstudy worker` with its two processes, and what making one anew costs alone."""

    name: str
    kilobytes: int
    photos: int
    photos_per_second: float
    alone_ms: float


def measure(app: Flask) -> list[Rate]:
    """Within the application's context, on its database and data folder."""
    visit = make.received()
    return [_measure(app, visit, *kind) for kind in KINDS]


def _measure(app: Flask, visit: Visit, name: str, size: tuple[int, int], kilobytes: int, photos: int) -> Rate:
    data, before = photo(size, kilobytes), _count(JobState.DONE)
    for number in range(photos + WARM_UP):
        # Bytes behind the end make each file another one, as photos are.
        send(visit, data + str(number).encode())
    with started(app):
        first, begun = _wait(before + WARM_UP)
        last, ended = _wait(before + photos + WARM_UP)
    return Rate(name, len(data) // 1000, photos, (last - first) / (ended - begun), _alone(data))


def _wait(count: int) -> tuple[int, float]:
    """Until so many jobs are done; how many there are then, and when that is."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while (done := _count(JobState.DONE)) < count:
        if time.monotonic() > deadline or _count(JobState.FAILED):
            raise RuntimeError(f"only {done} of {count} photos were made anew")
        time.sleep(POLL_SECONDS)
    return done, time.monotonic()


def _count(state: JobState) -> int:
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(Job).where(Job.state == state)) or 0


def photo(size: tuple[int, int], kilobytes: int) -> bytes:
    """A JPEG of about this size: soft shapes with grain, since neither noise nor a drawing costs what a photo costs."""
    bands = [Image.effect_noise(size, 90).filter(ImageFilter.GaussianBlur(2)) for _ in "RGB"]
    image, data = Image.merge("RGB", bands), b""
    for quality in range(20, 96, 3):
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=quality)
        data = stream.getvalue()
        if len(data) >= kilobytes * 1000:
            break
    return data


def _alone(data: bytes) -> float:
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        picture_decoder.decode(data)
        times.append((time.perf_counter() - begun) * 1000)
    return min(times)


def table(rates: list[Rate]) -> str:
    lines = [f"{'what':34}{'KB':>6}{'photos/s':>10}{'one alone, ms':>15}{'photos':>8}"]
    lines += [
        f"{rate.name:34}{rate.kilobytes:>6}{rate.photos_per_second:>10.1f}{rate.alone_ms:>15.0f}{rate.photos:>8}"
        for rate in rates
    ]
    return "\n".join(lines)
