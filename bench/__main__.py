"""`make bench`: pages, reports and the door beside their floors; prints a table and writes bench/results.json."""

import json
import platform
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from bench import dashboards, door, encode, floor, many, reports, timing
from bench.application import application
from bench.timing import Pair
from bench.world import World, raw
from fieldstudy.queries import snapshots
from fieldstudy.services import files, photos
from tests import signing

ROUNDS_FORM, ROUNDS_REPORT = 60, 9
RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    with application() as (app, folder):
        world = World()
        pairs = [*_form(app, world, folder), _report(world), *reports.by_rows()]
        loads, memories = door.measure(app)
        rates = encode.measure(app)
        drawn = many.measure(app)
    boards = dashboards.measure()
    print(timing.table([*pairs, *boards]))
    print("\nFloor of the form: bare Flask, one SQLite table, the same flush. Floor of the report: bare WeasyPrint on")
    print("the same finished HTML. Medians; the ratio is of CPU, taken round by round.")
    print(dashboards.ABOUT)
    print(
        "\nThe door for phones, under gunicorn as `make run` has it, against bare Flask and SQLite in the same process"
    )
    print(
        "model, by turns; sign-in, token, validation, score, journal and every flush on. Ratio of visits per second.\n"
    )
    print(door.table(loads, memories))
    for rate in rates:
        print(f"worker, {rate.name}, {rate.kilobytes} KB: {rate.photos_per_second:.1f} photos/s")
    print(drawn)
    measured = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {platform.system()}",
        "pairs": [asdict(pair) for pair in (*pairs, *boards)],
        "loads": [asdict(load) for load in loads],
        "photos": [asdict(rate) for rate in rates],
        "many_reports": asdict(drawn),
        "memory": [asdict(memory) for memory in memories],
    }
    RESULTS.write_text(json.dumps(measured, indent=1) + "\n")


def _form(app: Flask, world: World, folder: Path) -> list[Pair]:
    bare = floor.create(folder / "floor.sqlite", 40).test_client()
    plain = {f"q{number}": "yes" for number in range(40)}
    waiting = world.started(ROUNDS_FORM + 2)
    client = _signed_in(app, world)
    page = f"/field/visits/{waiting[0].id}"
    typed = {name: values[0] for name, values in raw(1).items()} | {"act": "submit_anyway", "revision": "1"}
    next_visit = cycle(waiting[1:])
    return [
        timing.in_turn(
            "form of 40 questions, GET",
            "<= 25 ms",
            _ok(lambda: client.get(page), 200),
            lambda: bare.get("/form"),
            ROUNDS_FORM,
        ),
        timing.in_turn(
            "form of 40 questions, submit",
            "<= 25 ms",
            _ok(lambda: client.post(f"/field/visits/{next(next_visit).id}", data=typed), 302, 303),
            lambda: bare.post("/form", data=plain),
            ROUNDS_FORM,
        ),
    ]


def _signed_in(app: Flask, world: World) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", signing.token_of(app, world.shopper))
    return client


def _ok(call: Callable[[], object], *codes: int) -> Callable[[], object]:
    def checked() -> object:
        response = call()
        if response.status_code not in codes:
            raise RuntimeError(f"{response.status_code} instead of {codes}: {response.text[:300]}")
        return response

    return checked


def _report(world: World) -> Pair:
    """Eight visits, 40 questions, six photos."""
    world.fill(8, with_photo=6)
    taken = snapshots.take(world.wave, world.store)[0]
    pictures = files.read_all(taken.snapshot.photo_hashes, photos.SMALL)
    name, goal = "store report, 8 visits × 40 questions, 6 photos", "<= 1.15×, <= 700 ms"
    return reports.beside_bare(name, goal, taken.snapshot, taken.version.content, pictures, ROUNDS_REPORT)


main()
