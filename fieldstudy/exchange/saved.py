"""The file that a phone hands to its person when it cannot send: sealed visits and their photos."""

from typing import BinaryIO, Literal
from uuid import UUID

import msgspec

VISITS_LIMIT = 200
MEDIA_LIMIT = 4_000


class NotASavedFile(Exception):
    pass


class SavedVisit(msgspec.Struct, frozen=True):
    """`body` is the canonical text that was sealed, character by character."""

    body: str
    sha256: str


class SavedMedium(msgspec.Struct, frozen=True):
    id: UUID
    sha256: str
    base64: bytes
    """Decoded."""


class SavedFile(msgspec.Struct, frozen=True):
    format: Literal["fieldstudy-saved-1"]
    visits: list[SavedVisit] = []
    media: list[SavedMedium] = []


# Made at import: two threads that make the first decoder of a type at the same time crash the process.
_DECODER = msgspec.json.Decoder(SavedFile)


def read(stream: BinaryIO) -> SavedFile:
    """The bounds of an upload are those of the application; raises NotASavedFile."""
    try:
        saved = _DECODER.decode(stream.read())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotASavedFile(str(error)) from None
    if len(saved.visits) > VISITS_LIMIT or len(saved.media) > MEDIA_LIMIT:
        raise NotASavedFile("too much in one file")
    return saved
