"""The reader's language: what the person chose, else what the browser asks for."""

from flask import request
from flask_babel import get_locale
from flask_login import current_user

from fieldstudy import words
from fieldstudy.config import LOCALES
from fieldstudy.words import Words

COOKIE = "locale"
"""Of whoever chose a language before signing in."""


def select() -> str:
    chosen = current_user.locale if current_user.is_authenticated else ""
    chosen = chosen or request.cookies.get(COOKIE, "")
    return chosen if chosen in LOCALES else request.accept_languages.best_match(LOCALES, "en")


def current() -> str:
    return str(get_locale() or "en")


def current_words() -> Words:
    return words.of(current())
