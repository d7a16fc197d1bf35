"""What a password has to be. Nothing is said about which characters it is made of (NIST 800-63B)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum

LEAST, MOST = 10, 256
PRODUCT = "fieldstudy"
_SHORTEST_WORD = 3
_OWN_CHARACTERS = 6
"""So many have to be left when the words that others know are taken away."""


class Weakness(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    PERSONAL = "personal"
    COMMON = "common"
    PATTERN = "pattern"
    ORDINARY = "ordinary"


def normalized(password: str) -> str:
    """The same letters, however the keyboard composes them (NFC). Nothing that looks different becomes equal."""
    return unicodedata.normalize("NFC", password)


def wrong_length(password: str) -> Weakness | None:
    if len(password) < LEAST:
        return Weakness.TOO_SHORT
    return Weakness.TOO_LONG if len(password) > MOST else None


def context_words(texts: Iterable[str]) -> list[str]:
    """The product, and of each of these texts (an address, a name, a client) the whole, its words, and these joined."""
    found = dict.fromkeys([PRODUCT])
    for text in texts:
        found |= dict.fromkeys(_parts(text.lower()))
    return [word for word in found if len(word) >= _SHORTEST_WORD]


def is_personal(password: str, words: Iterable[str]) -> bool:
    text = rest = password.lower()
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != text and len(rest) < _OWN_CHARACTERS


def stems(password: str) -> list[str]:
    """The word without the few digits and marks that people put behind it and around it: Password2026! is password."""
    text = password.lower()
    found = (text, re.sub(r"[\W\d_]+$", "", text), re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text))
    return [word for word in found if len(text) - len(word) < _OWN_CHARACTERS]


def _parts(text: str) -> Iterator[str]:
    words = re.findall(r"[^\W_]+", text)
    yield text
    yield from words
    yield "".join(words)
