"""Codes on paper for whoever has lost the phone: how they look, and what was meant by what somebody typed."""

from collections.abc import Iterable

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's: no letter that looks like a number or another letter."""
LENGTH, GROUP = 16, 4
"""80 bits."""
NUMBER = 10
_MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", "u": "v"})


def written(characters: Iterable[str]) -> str:
    """In groups of four: 8k2m-…"""
    text = "".join(characters)
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def read(text: str) -> str:
    """Without blanks and lines between; empty for what can be none of ours."""
    plain = "".join(character for character in text.lower() if character.isalnum()).translate(_MISREAD)
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else ""
