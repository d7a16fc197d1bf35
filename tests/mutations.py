"""JSON bodies as nobody writes them by mistake: a good one with something wrong at a random place, from a seed."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

DEEP = 5_000
NASTY: tuple[Any, ...] = (
    None, True, 0, -1, 2**53, 2**63, 10**400, 0.5, 1e308, float("nan"), float("inf"), "", "\0", "a\ud800b", "\ufeff",
    "x" * 5_000, "2026-02-30T25:61:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "../../etc/passwd",
    "' OR 1=1 --", [], {}, [[]], {"": {}}, [None], ["\0"], [{"id": 1}], {"q-greeted": [["yes"]]}, {"__proto__": []},
)  # fmt: skip


def mutated(good: dict[str, Any], count: int, seed: int) -> Iterator[bytes]:
    chance = random.Random(seed)  # noqa: S311 nothing secret
    for _ in range(count):
        yield chance.choice(WAYS)(good, chance)


def _another_value(good: dict[str, Any], chance: random.Random) -> bytes:
    copy = json.loads(json.dumps(good))
    _put(copy, chance.choice(NASTY), chance)
    return json.dumps(copy).encode()


def _put(inside: Any, value: Any, chance: random.Random) -> None:
    keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
    key = chance.choice(keys)
    if isinstance(inside[key], dict | list) and inside[key] and chance.random() < 0.6:
        return _put(inside[key], value, chance)
    inside[key] = value
    return None


def _without_a_key(good: dict[str, Any], chance: random.Random) -> bytes:
    gone = chance.choice(list(good))
    return json.dumps({key: value for key, value in good.items() if key != gone}).encode()


def _one_more_key(good: dict[str, Any], chance: random.Random) -> bytes:
    return json.dumps({**good, chance.choice(["", "x", "\0", "\ud800", "device"]): chance.choice(NASTY)}).encode()


def _nested(good: dict[str, Any], chance: random.Random) -> bytes:
    opening, closing = chance.choice([("[", "]"), ('{"a":', "}")])
    depth = chance.choice([33, 200, 900, 990, DEEP])
    deep = opening * depth + "1" + closing * depth * chance.choice([0, 1])
    name = chance.choice([*good, "more"])
    return chance.choice([deep, json.dumps(good)[:-1] + f', "{name}": {deep}}}']).encode()


def _other_bytes(good: dict[str, Any], chance: random.Random) -> bytes:
    body = bytearray(json.dumps(good).encode())
    for _ in range(chance.randint(1, 5)):
        place = chance.randrange(len(body))
        body[place : place + chance.randint(0, 3)] = chance.choice([b"", b"\0", b"\xff", b"{", b"]", b'"', b"\\u"])
    return bytes(body)


def _cut(good: dict[str, Any], chance: random.Random) -> bytes:
    body = json.dumps(good).encode()
    return body[: chance.randrange(len(body))]


def _another_encoding(good: dict[str, Any], chance: random.Random) -> bytes:
    return json.dumps(good).encode(chance.choice(["utf-16", "utf-32", "utf-8-sig", "utf-7"]))


def _no_object(good: dict[str, Any], chance: random.Random) -> bytes:
    return json.dumps(chance.choice([*NASTY, [good], json.dumps(good)])).encode()


WAYS: tuple[Callable[[dict[str, Any], random.Random], bytes], ...] = (
    _another_value, _another_value, _another_value, _without_a_key, _one_more_key, _nested, _other_bytes, _cut,
    _another_encoding, _no_object,
)  # fmt: skip
