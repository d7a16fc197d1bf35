"""Do the means of all blocks stand in a progressive JPEG? Where they end early, a decoder paints the rest grey.

The first scans of such a file hold one number for each block of 8 x 8 pixels: a Huffman code, which says how many bits
follow. Walking over them counts the blocks without decoding any.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

FRAME_HEAD = 6
PEEK = 16
"""Bits of the longest code."""
_RESTART_MARK = re.compile(rb"\xff[\xd0-\xd7]")

Skips = Sequence[int]
"""By the next 16 bits: those of a code and of the number behind it; 0 where no code begins so."""


@dataclass
class Component:
    across: int
    down: int


@dataclass
class Progressive:
    """Told each segment in turn; whoever walks the file knows what they are."""

    width: int = 0
    height: int = 0
    components: dict[int, Component] = field(default_factory=dict)
    tables: dict[int, Skips] = field(default_factory=dict)
    interval: int = 0
    complete: set[int] = field(default_factory=set)

    @property
    def is_filled(self) -> bool:
        return set(self.components) <= self.complete

    def frame(self, segment: bytes) -> None:
        self.height, self.width = int.from_bytes(segment[1:3], "big"), int.from_bytes(segment[3:5], "big")
        for place in range(FRAME_HEAD, FRAME_HEAD + 3 * segment[5], 3):
            key, sampling = segment[place], segment[place + 1]
            self.components[key] = Component(max(1, sampling >> 4), max(1, sampling & 15))

    def huffman(self, segment: bytes) -> None:
        place = 0
        while place + 17 <= len(segment):
            kind, counts = segment[place], segment[place + 1 : place + 17]
            place += 17
            if kind < 16:
                self.tables[kind] = _skips(counts, segment[place : place + sum(counts)])
            place += sum(counts)

    def scan(self, segment: bytes, data: bytes) -> None:
        """Only one that begins the means: not one that makes them finer, nor one of details."""
        count = segment[0]
        first, approximation = segment[1 + 2 * count], segment[3 + 2 * count]
        if first or approximation >> 4:
            return
        named = [(segment[1 + 2 * n], segment[2 + 2 * n] >> 4) for n in range(count)]
        units, tables = self._layout(named)
        if _count(data, tables, self.interval, units) >= units:
            self.complete |= {key for key, _ in named}

    def _layout(self, named: Sequence[tuple[int, int]]) -> tuple[int, list[Skips]]:
        """How many units the scan has, and the tables of the blocks of one."""
        most = [max(getattr(one, side) for one in self.components.values()) for side in ("across", "down")]
        if len(named) == 1:
            own = self.components[named[0][0]]
            sides = ((self.width, own.across, most[0]), (self.height, own.down, most[1]))
            across, down = (_ceil(_ceil(size * part, whole), 8) for size, part, whole in sides)
            return across * down, [self.tables[named[0][1]]]
        units = _ceil(self.width, 8 * most[0]) * _ceil(self.height, 8 * most[1])
        blocks = [(self.components[key].across * self.components[key].down, table) for key, table in named]
        return units, [self.tables[table] for count, table in blocks for _ in range(count)]


def _ceil(whole: int, part: int) -> int:
    return -(-whole // part)


def _skips(counts: bytes, values: bytes) -> Skips:
    found, code, place = [0] * (1 << PEEK), 0, 0
    for length, count in enumerate(counts, 1):
        for value in values[place : place + count]:
            first = code << (PEEK - length)
            size = 1 << (PEEK - length)
            found[first : first + size] = [length + value] * min(size, len(found) - first)
            code += 1
        place += count
        code <<= 1
    return found


def _count(data: bytes, tables: Sequence[Skips], interval: int, wanted: int) -> int:
    """Whole units in the data of a scan; restarts begin at a byte, after so many units."""
    done = 0
    for piece in _pieces(data):
        done += _walk(piece, tables, min(interval or wanted, wanted - done))
    return done


def _pieces(data: bytes) -> Iterator[bytes]:
    for piece in _RESTART_MARK.split(data):
        yield piece.replace(b"\xff\x00", b"\xff")


def _walk(data: bytes, tables: Sequence[Skips], most: int) -> int:
    end, padded, place = len(data) * 8, data + bytes(4), 0
    for done in range(most):
        for skips in tables:
            at = place >> 3
            if place >= end:
                return done
            word = padded[at] << 16 | padded[at + 1] << 8 | padded[at + 2]
            skip = skips[word >> (8 - (place & 7)) & 0xFFFF]
            if not skip:
                return done
            place += skip
        if place > end:
            return done
    return most
