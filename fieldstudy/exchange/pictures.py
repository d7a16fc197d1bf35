"""Pictures as they may be kept: two JPEG without anything but the pixels, made in a child process with limits."""

import io
import re
from dataclasses import dataclass
from typing import BinaryIO

from fieldstudy.exchange.child import ChildHasFailed, Errand, Reason, Refusal, Task

BYTES_LIMIT = 15 * 1024 * 1024
PIXEL_LIMIT = 24_000_000
JPEG_PIXEL_LIMIT = 50_000_000
SIDE_LIMIT = 12_000
FAILURES = {Reason.BUSY: "busy", Reason.LIMIT: "too_much_work", Reason.CRASH: "damaged"}


class PictureIsRefused(Exception):
    """`key` is one of

    empty: no byte in it; not_a_picture: neither JPEG, PNG, WebP nor HEIC; too_large: more than 15 MB;
    too_many_pixels: more than 50 million in a JPEG, 24 million in others; side_too_long: more than 12,000 pixels;
    animated: more than one picture in it; damaged: it cannot be read to its end, or its data do not fill it;
    too_much_work: decoding took more time or memory than one picture may have; busy: nothing is known about it yet.
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Picture:
    """Two JPEG: `clean` of at most 2048 px a side, whose size is told, and `small` of at most 800 px and 80 KB.

    `is_one_colour`: it shows nothing, up to the noise of a sensor.
    """

    clean: bytes
    small: bytes
    width: int
    height: int
    received_sha256: str
    is_one_colour: bool = False


_PICTURE: Errand[Picture, str] = Errand(Task.PICTURE, Picture, str)


KINDS = (rb"\xff\xd8\xff", rb"\x89PNG\r\n\x1a\n", rb"RIFF.{4}WEBP", rb".{4}ftyp(?:hei|hev|mif|msf)")
"""How files begin that may be a JPEG, PNG, WebP or HEIC; only the child says whether they are."""
_IS_KNOWN = re.compile(b"|".join(KINDS), re.DOTALL).match
HEAD_BYTES = 16


def glance(stream: BinaryIO) -> None:
    """What can be told without opening it: raises PictureIsRefused."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    if not size:
        raise PictureIsRefused("empty")
    if size > BYTES_LIMIT:
        raise PictureIsRefused("too_large")
    if not _IS_KNOWN(head):
        raise PictureIsRefused("not_a_picture")


def clean(stream: BinaryIO) -> Picture:
    """Raises PictureIsRefused."""
    try:
        return _PICTURE.run("", received(stream))
    except Refusal as refusal:
        raise PictureIsRefused(refusal.facts) from None
    except ChildHasFailed as failure:
        raise PictureIsRefused(FAILURES[failure.reason]) from failure


def received(stream: BinaryIO) -> bytes:
    """All of it, if that is neither nothing nor too much; raises PictureIsRefused."""
    content = stream.read(BYTES_LIMIT + 1)
    if not content:
        raise PictureIsRefused("empty")
    if len(content) > BYTES_LIMIT:
        raise PictureIsRefused("too_large")
    return content
