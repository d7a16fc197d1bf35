"""Who is signed in."""

from uuid import UUID

from flask import Flask, Response, redirect, request, url_for

from fieldstudy.extensions import login
from fieldstudy.models import User
from fieldstudy.queries import people


def install(app: Flask) -> None:
    login.login_message = None
    login.user_loader(_load)
    login.unauthorized_handler(_ask_to_sign_in)


def _load(user_id: str) -> User | None:
    user = people.find_user(UUID(user_id))
    return user if user is not None and user.is_active else None


def _ask_to_sign_in() -> Response | tuple[str, int]:
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("account.sign_in", next=target))  # type: ignore[return-value]
