"""What a search finds: capitals, accents and apostrophes make no difference, whatever the database."""

import unicodedata
from collections.abc import Iterable

APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´"))


def fold(text: str) -> str:
    """FORLÌ, Forlì, forli and forli' are one text."""
    text = text.translate(APOSTROPHES)
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(part for part in parts if not unicodedata.combining(part))
    return text.casefold()


def matches(search: str, texts: Iterable[str]) -> bool:
    """Is every word of the search part of one of these texts?"""
    words = fold(search).split()
    if not words:
        return True
    found = fold("\n".join(texts))
    return all(word in found for word in words)
