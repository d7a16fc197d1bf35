"""Do the data of a picture fill what its header promises? Decoders leave the rest blank, and say nothing."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from fieldstudy.exchange.jpeg_scans import Progressive

INFLATED_PIECE = 1024 * 1024
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))

START_OF_SCAN, END = 0xDA, 0xD9
SEQUENTIAL, PROGRESSIVE = (0xC0, 0xC1), 0xC2
HUFFMAN, RESTART = 0xC4, 0xDD
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Within coded data FF stands only before 00, before the marks of restarts, and before more FF.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
LOOKAHEAD = bytes(16)
"""The decoder wants some bytes more than it uses."""


@dataclass
class _Jpeg:
    """Up to the end of its first picture: phones put a second, hidden one behind it."""

    frame: int = 0
    width: int = 0
    height: int = 0
    scans: int = 0
    coded_bytes: int = 0
    end: int | None = None
    means: Progressive = field(default_factory=Progressive)


def endless_jpeg(received: bytes) -> bytes:
    """The picture without its end mark: at the mark a decoder makes up what is missing, without it it fails.

    Only where everything lies in one scan, as in the photos of cameras; others are decoded after their end was read.
    """
    jpeg = _walk(received)
    if jpeg.end is None or jpeg.scans != 1 or jpeg.frame not in SEQUENTIAL:
        return received
    return received[: jpeg.end] + LOOKAHEAD


def jpeg_may_be_filled(received: bytes) -> bool:
    """No data can be shorter than one bit for the mean of each block of 8 x 8 pixels; where the means come first, they
    are counted.
    """
    jpeg = _walk(received)
    if jpeg.frame == PROGRESSIVE and not jpeg.means.is_filled:
        return False
    return jpeg.coded_bytes * 8 >= -(-jpeg.width // 8) * -(-jpeg.height // 8)


def _walk(received: bytes) -> _Jpeg:
    """From marker to marker; what is no JPEG from some place on is left to the decoder."""
    jpeg, place = _Jpeg(), 2
    while place + 4 <= len(received) and received[place] == 0xFF:
        marker = received[place + 1]
        if marker == END:
            break
        size = 0 if marker == 0xFF else int.from_bytes(received[place + 2 : place + 4], "big") + 1
        if marker in FRAMES and not jpeg.frame:
            jpeg.frame = marker
            jpeg.height, jpeg.width = (int.from_bytes(received[place + at : place + at + 2], "big") for at in (5, 7))
        segment = received[place + 4 : place + size + 1]
        place += size + 1
        if marker == PROGRESSIVE:
            jpeg.means.frame(segment)
        elif marker == HUFFMAN:
            jpeg.means.huffman(segment)
        elif marker == RESTART:
            jpeg.means.interval = int.from_bytes(segment[:2], "big")
        if marker == START_OF_SCAN:
            found = _MARKER.search(received, place)
            until = found.start() if found else len(received)
            if jpeg.frame == PROGRESSIVE:
                jpeg.means.scan(segment, received[place:until])
            jpeg.scans += 1
            jpeg.coded_bytes += until - place
            place = until
    is_ended = received[place : place + 2] == bytes((0xFF, END))
    jpeg.end = place if is_ended else None
    return jpeg


def png_is_filled(received: bytes) -> bool:
    """Inflated piece by piece, and counted against the rows that the header promises."""
    inflating, size = zlib.decompressobj(), 0
    promised = _promised_bytes(received)
    for data in _png_data(received):
        while data:
            size += len(inflating.decompress(data, INFLATED_PIECE))
            data = inflating.unconsumed_tail
            if inflating.eof or size >= promised:
                return size >= promised
    return False


def _png_data(received: bytes) -> Iterator[bytes]:
    place = 8
    while place + 8 <= len(received):
        length = int.from_bytes(received[place : place + 4], "big")
        if received[place + 4 : place + 8] == b"IDAT":
            yield received[place + 8 : place + 8 + length]
        place += 12 + length


def _promised_bytes(received: bytes) -> int:
    """Every row with the byte that names its filter."""
    width, height = (int.from_bytes(received[place : place + 4], "big") for place in (16, 20))
    depth, colour, interlace = received[24], received[25], received[28]
    passes = ADAM7 if interlace else ((0, 0, 1, 1),)
    bits = depth * CHANNELS[colour]
    sizes = [(-(-(width - x) // across), -(-(height - y) // down)) for x, y, across, down in passes]
    return sum(rows * (1 + -(-columns * bits // 8)) for columns, rows in sizes if columns > 0 and rows > 0)
