"""Which device somebody used before: a signed cookie, set by signing in. It opens nothing.

Tries from such a device are counted by themselves, so that nobody who guesses at an account shuts its owner out of
their own phone. A new password makes the cookie worthless.
"""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from fieldstudy.models import User
from fieldstudy.queries import people as people_queries

LIFE = timedelta(days=180)


def cookie_name() -> str:
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"


def mark(user: User) -> str:
    """The value of the cookie of a device that this person is signing in with."""
    return str(_signer().dumps([str(user.id), secrets.token_urlsafe(9), _password(user)]))


def known(user: User | None) -> str:
    """Which of this person's devices asks; empty for any other."""
    if user is None:
        return ""
    person, device, password = _read()
    return device if (person, password) == (str(user.id), _password(user)) else ""


def known_to_somebody() -> str:
    """The device that asks, whoever used it before; empty for one that nobody did."""
    person = _read()[0]
    return known(people_queries.find_user(UUID(person))) if person else ""


def _read() -> tuple[str, str, str]:
    """Person, device and the mark of the password; empty where nothing is, or somebody else wrote it."""
    told = request.cookies.get(cookie_name(), "")
    try:
        person, device, password = map(str, _signer().loads(told, max_age=int(LIFE.total_seconds())))
    except (BadSignature, ValueError, TypeError):
        return "", "", ""
    return person, device, password


def _password(user: User) -> str:
    return hashlib.sha256((user.password_hash or "").encode()).hexdigest()[:16]


def _signer() -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="device")
