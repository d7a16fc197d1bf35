"""Who is signed in, and how a phone knows it without asking."""

from uuid import UUID

from flask import Flask, Response, current_app, redirect, request, url_for
from flask import session as cookie
from flask_login import current_user, login_user

from fieldstudy.extensions import login
from fieldstudy.models import User
from fieldstudy.queries import people
from fieldstudy.queries.people import Person
from fieldstudy.web import headers

PERSON = "person"
NOBODY = "-"
ONE_YEAR_SECONDS = 365 * 24 * 60 * 60


def install(app: Flask) -> None:
    app.after_request(_tell)
    login.login_message = None
    login.user_loader(_load)
    login.unauthorized_handler(_ask_to_sign_in)


def _load(user_id: str) -> Person | None:
    return people.find_person(UUID(user_id))


def enter(user: User) -> None:
    """Nothing of whoever was here before stays in the cookie, but for the language that was chosen at the door."""
    language = cookie.get("locale")
    cookie.clear()
    if language:
        cookie["locale"] = language
    login_user(user)


def _ask_to_sign_in() -> Response | tuple[dict[str, str], int]:
    """A page asks for the password; a phone pauses its queue and asks by itself."""
    if request.blueprint == "api":
        return {"error": "signed_out"}, 401
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("account.sign_in", next=target))  # type: ignore[return-value]


def _tell(response: Response) -> Response:
    """Pages that come from the phone's cache must never show one person's work to another: a cookie that scripts may
    read names who signed in last. It opens nothing. When a session merely ends it stays, because the work that waits on
    the phone is still that person's; only signing out takes it away.
    """
    if request.endpoint == "account.sign_out":
        return _set(response, NOBODY)
    if headers.is_impersonal(response) or not current_user.is_authenticated:
        return response
    truth = str(current_user.id)
    return response if request.cookies.get(PERSON) == truth else _set(response, truth)


def _set(response: Response, value: str) -> Response:
    is_secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(PERSON, value, max_age=ONE_YEAR_SECONDS, secure=is_secure, samesite="Lax")
    return response
