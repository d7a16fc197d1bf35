"""Passwords: how strong, how kept, how compared."""

import secrets
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from zxcvbn import matching, scoring

from fieldstudy.core import passwords as rules
from fieldstudy.core.passwords import Weakness
from fieldstudy.extensions import db
from fieldstudy.models import Client, Membership, User
from fieldstudy.services import journal, unit

ENOUGH_GUESSES = 10**8
"""What somebody would have to try who knows which passwords are common, the names around, and how people vary them."""
LOOKED_AT = 32
"""Whoever is strong so far is strong; the estimate takes seconds for longer ones that were made to take long."""
_PATTERNS = frozenset({"repeat", "sequence", "spatial", "date"})

# OWASP's argon2id setting with the least time for its memory (47 MiB, one pass).
_hasher = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)


@lru_cache
def _nobody() -> str:
    """A hash that no password fits, for people who do not exist."""
    return _hasher.hash(secrets.token_hex(16))


class PasswordIsWeak(Exception):
    def __init__(self, weakness: Weakness) -> None:
        super().__init__(weakness.value)
        self.weakness = weakness


def hashed(password: str) -> str:
    return _hasher.hash(rules.normalized(password))


def check_strength(password: str, *context: str) -> None:
    """`context`: addresses and names that belong to the person, and so make no good password."""
    text, words = rules.normalized(password), rules.context_words(context)
    if weakness := rules.wrong_length(text) or _known(text, words) or _easy_to_guess(text[:LOOKED_AT], words):
        raise PasswordIsWeak(weakness)


def context_of(user: User) -> tuple[str, ...]:
    """What everybody knows who knows the person: name, address, and the clients they work for, which may be all."""
    own = select(Membership.client_id).where(Membership.user_id == user.id)
    is_theirs = Client.id.in_(own) | own.where(Membership.client_id.is_(None)).exists()
    return (user.email, user.name, *db.session.scalars(select(Client.name).where(is_theirs)))


def _known(text: str, personal: Iterable[str]) -> Weakness | None:
    if rules.is_personal(text, personal):
        return Weakness.PERSONAL
    common = matching.RANKED_DICTIONARIES["passwords"]
    return Weakness.COMMON if any(word in common for word in rules.stems(text)) else None


def _easy_to_guess(text: str, personal: Iterable[str]) -> Weakness | None:
    # Not by zxcvbn(): it keeps the words of one person where the next one's password is looked at.
    words = {**matching.RANKED_DICTIONARIES, "user_inputs": matching.build_ranked_dict(personal)}
    found = scoring.most_guessable_match_sequence(text, matching.omnimatch(text, words))
    return _weakness(found["sequence"]) if found["guesses"] < ENOUGH_GUESSES else None


def _weakness(sequence: Iterable[Mapping[str, Any]]) -> Weakness:
    seen = {part.get("dictionary_name") or part["pattern"] for part in sequence}
    if "user_inputs" in seen:
        return Weakness.PERSONAL
    if "passwords" in seen:
        return Weakness.COMMON
    return Weakness.PATTERN if seen & _PATTERNS else Weakness.ORDINARY


def verify(user: User | None, password: str) -> bool:
    """Of somebody who may sign in."""
    return bool(proved(user, password)) and user is not None and user.is_active


def proved(user: User | None, password: str) -> str:
    """The hash that this password fits, as it stands now; empty where it is wrong. Also of somebody who may not sign in
    any more. Takes as long for an unknown person as for a known one. A hash of former parameters is made anew.

    Whoever acts on it later asks again whether that hash still stands: the password may be changed meanwhile.
    """
    known = user.password_hash if user is not None and user.password_hash else _nobody()
    matches = len(password) <= rules.MOST and _matches(known, password)
    if not matches or user is None or not user.password_hash:
        return ""
    return _renew(user, known, password) if _hasher.check_needs_rehash(known) else known


def _matches(known: str, password: str) -> bool:
    """Also as it came: before 0.5 nobody asked how a keyboard composes its letters."""
    return any(_fits(known, text) for text in dict.fromkeys((rules.normalized(password), password)))


def _fits(known: str, text: str) -> bool:
    try:
        return _hasher.verify(known, text)
    except (VerificationError, InvalidHashError):
        return False


def _renew(user: User, known: str, password: str) -> str:
    anew = hashed(password)
    with unit.work(user):
        if user.password_hash != known:
            return ""
        user.password_hash = anew
        journal.write("user.renewed_password_hash", user, user.id)
    return anew
