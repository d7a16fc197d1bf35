"""Which device somebody used before: a signed cookie, set by signing in. It opens nothing.

Tries from such a device are counted by themselves, so that nobody who guesses at an account shuts its owner out of
their own phone. A new password makes the cookie worthless.
"""

import hashlib
import secrets
from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from fieldstudy.models import User

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
    try:
        person, device, password = _signer().loads(
            request.cookies.get(cookie_name(), ""), max_age=int(LIFE.total_seconds())
        )
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(device) if (person, password) == (str(user.id), _password(user)) else ""


def _password(user: User) -> str:
    return hashlib.sha256((user.password_hash or "").encode()).hexdigest()[:16]


def _signer() -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="device")
