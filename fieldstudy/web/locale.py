"""The reader's language: what the person chose, else what the browser asks for."""

from datetime import timedelta

from flask import current_app, request
from flask_babel import get_locale
from flask_login import current_user
from werkzeug.wrappers import Response

from fieldstudy import words
from fieldstudy.config import LOCALES
from fieldstudy.words import Words

ONE_YEAR = timedelta(days=365)


def cookie_name() -> str:
    """Of whoever chose a language before signing in. Over HTTPS no other host can set it."""
    return "__Host-locale" if current_app.config["SESSION_COOKIE_SECURE"] else "locale"


def remember(response: Response, locale: str) -> None:
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(cookie_name(), locale, max_age=ONE_YEAR, secure=is_secure, samesite="Lax", httponly=True)


def select() -> str:
    chosen = current_user.locale if current_user.is_authenticated else ""
    chosen = chosen or request.cookies.get(cookie_name(), "")
    return chosen if chosen in LOCALES else request.accept_languages.best_match(LOCALES, "en")


def current() -> str:
    return str(get_locale() or "en")


def current_words() -> Words:
    return words.of(current())
