"""Passwords: how strong, how kept, how compared."""

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fieldstudy.models import User

LEAST = 10

# OWASP's argon2id setting with the least time for its memory (47 MiB, one pass).
_hasher = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)


@lru_cache
def _nobody() -> str:
    """A hash that no password fits, for people who do not exist."""
    return _hasher.hash(secrets.token_hex(16))


class PasswordIsWeak(Exception):
    pass


def hashed(password: str) -> str:
    return _hasher.hash(password)


def check_strength(password: str, email: str) -> None:
    """Length, and not the address itself; no rules of composition (NIST 800-63B)."""
    if len(password) < LEAST or len(password) > 256 or password.lower() in (email, email.split("@")[0]):
        raise PasswordIsWeak
    if len(set(password)) < 4:
        raise PasswordIsWeak


def verify(user: User | None, password: str) -> bool:
    """Of somebody who may sign in."""
    return is_right(user, password) and user is not None and user.is_active


def is_right(user: User | None, password: str) -> bool:
    """Also of somebody who may not sign in any more. Takes as long for an unknown person as for a known one."""
    known = user.password_hash if user is not None and user.password_hash else _nobody()
    try:
        matches = _hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(matches and user is not None and user.password_hash)
