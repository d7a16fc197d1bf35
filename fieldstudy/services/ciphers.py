"""Secrets that have to be read again, as the key of an authenticator app has: encrypted by a key made of SECRET_KEY."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from fieldstudy.config import Config

PURPOSE = b"fieldstudy: secrets of second factors"


def encrypt(text: str) -> str:
    return _cipher().encrypt(text.encode()).decode()


def decrypt(text: str) -> str | None:
    """None for what was encrypted by a key that is neither SECRET_KEY nor one of its fallbacks."""
    try:
        return _cipher().decrypt(text.encode()).decode()
    except InvalidToken:
        return None


def _cipher() -> MultiFernet:
    config: Config = current_app.extensions["fieldstudy"]
    return MultiFernet([_fernet(key) for key in (config.secret_key, *config.secret_key_fallbacks)])


@lru_cache(maxsize=8)
def _fernet(secret: str) -> Fernet:
    key = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
