"""Two things timed in turn, so that a machine that slows down slows both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """Medians over the rounds: wall milliseconds, CPU milliseconds, and the ratio taken round by round."""

    name: str
    goal: str
    ours_ms: float
    floor_ms: float
    ours_cpu_ms: float
    floor_cpu_ms: float
    ratio: float
    rounds: int


def in_turn(name: str, goal: str, ours: Callable[[], object], floor: Callable[[], object], rounds: int) -> Pair:
    """One warm-up each, then ours, floor, ours, floor …"""
    ours(), floor()
    timed = [(_time(ours), _time(floor)) for _ in range(rounds)]
    return Pair(
        name,
        goal,
        *(statistics.median(row[side][clock] for row in timed) for clock, side in ((0, 0), (0, 1), (1, 0), (1, 1))),
        statistics.median(ours[1] / floor[1] for ours, floor in timed),
        rounds,
    )


def _time(call: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def table(pairs: list[Pair]) -> str:
    rows = [("what", "ours ms", "floor ms", "ours CPU", "floor CPU", "CPU ratio", "rounds", "goal")]
    rows += [
        (
            pair.name,
            f"{pair.ours_ms:.1f}",
            f"{pair.floor_ms:.1f}",
            f"{pair.ours_cpu_ms:.1f}",
            f"{pair.floor_cpu_ms:.1f}",
            f"{pair.ratio:.2f}",
            str(pair.rounds),
            pair.goal,
        )
        for pair in pairs
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
