"""Who somebody is, taken out of what was written: the address and the name, and nothing that only looks like them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MARK = "[…]"


@dataclass(frozen=True)
class Identity:
    """`name` as the account had it, of one word or several."""

    email: str = ""
    name: str = ""

    @property
    def parts(self) -> list[str]:
        return self.name.split()


def in_own_words(identity: Identity) -> re.Pattern[str] | None:
    """For what the person wrote: there a name of one word is theirs."""
    return _pattern([identity.email], [identity.parts])


def in_words_of_others(identity: Identity) -> re.Pattern[str] | None:
    """A single first name may be anybody's, and an ordinary word besides."""
    return _pattern([identity.email], [identity.parts] if len(identity.parts) > 1 else [])


def _pattern(addresses: list[str], names: list[list[str]]) -> re.Pattern[str] | None:
    """Names in both orders, with any blanks between their words."""
    found = [re.escape(address) for address in addresses if address]
    for parts in names:
        for ordered in (parts, [*parts[-1:], *parts[:-1]]):
            found.append(r"[\s,]+".join(map(re.escape, ordered)))
    whole = [one for one in dict.fromkeys(found) if one]
    return re.compile(rf"(?<!\w)(?:{'|'.join(whole)})(?!\w)", re.IGNORECASE) if whole else None


def searches(identity: Identity) -> list[str]:
    """LIKE patterns of a database, which find at least all that `in_words_of_others` does.

    A database knows the capitals of ASCII alone, and JSON escapes some signs: what is no plain letter may be anything.
    """
    texts = [identity.email]
    if len(identity.parts) > 1:
        texts += ["%".join(identity.parts), "%".join([*identity.parts[-1:], *identity.parts[:-1]])]
    return [f"%{_any_capitals(text)}%" for text in texts if text]


def _any_capitals(text: str) -> str:
    return "".join(letter if letter.isascii() and letter not in '\\"_' else "%" for letter in text)


def redact(pattern: re.Pattern[str] | None, value: Any) -> Any:
    """A text, or whatever JSON holds texts in; the names of its fields too."""
    if pattern is None:
        return value
    if isinstance(value, str):
        return pattern.sub(MARK, value)
    if isinstance(value, Mapping):
        return {redact(pattern, key): redact(pattern, inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [redact(pattern, inner) for inner in value]
    return value
