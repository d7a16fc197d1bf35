"""Chance that repeats: the same words give the same draws on every machine and every day."""

from collections.abc import Mapping, Sequence
from random import Random


def seeded(*words: object) -> Random:
    return Random(" ".join(str(word) for word in words))  # noqa: S311 a story, not a secret


def happens(rng: Random, share: float) -> bool:
    return rng.random() < share


def weighted(rng: Random, shares: Mapping[str, float]) -> str:
    return rng.choices(list(shares), weights=list(shares.values()))[0]


def near(rng: Random, centre: float, spread: float, low: float = 0.0, high: float = 1.0) -> float:
    return min(high, max(low, rng.gauss(centre, spread)))


def first_reached(level: float, steps: Sequence[tuple[float, str, float]]) -> tuple[str, float]:
    """Name and worth of the first step whose threshold the level reaches; the last step takes the rest."""
    for threshold, name, worth in steps:
        if level >= threshold:
            return name, worth
    return steps[-1][1], steps[-1][2]
