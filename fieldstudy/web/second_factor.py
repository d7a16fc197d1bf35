"""Whoever has to have a second factor is reminded of it, and once the time is up led to the page that sets it up.

The field and the doors of the phones stay open: nobody shall stand in a store and be unable to send a visit.
"""

from datetime import datetime
from typing import Any

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from fieldstudy.core import factors
from fieldstudy.models.columns import now
from fieldstudy.web import session

OPEN_ROOMS = frozenset({"account", "api", "field", "health"})


def install(app: Flask) -> None:
    app.before_request(_lead_there)
    app.context_processor(_reminder)


def due_at() -> datetime | None:
    own = session.current()
    if own is None:
        return None
    roles = [one.role for one in own.person.memberships]
    return session.factor_rule().due_at(roles, own.has_factor, own.factor_asked_at)


def _lead_there() -> ResponseReturnValue | None:
    if request.blueprint in OPEN_ROOMS or not _is_guarded():
        return None
    own, is_reading = session.current(), request.method in session.SAFE
    if own is None or not factors.is_shut(due_at(), now(), own.created_at, is_reading):
        return None
    return redirect(url_for("account.second_factor"))


def _is_guarded() -> bool:
    policy = getattr(current_app.view_functions.get(request.endpoint or ""), "policy", None)
    return policy is not None and not policy.is_public


def _reminder() -> dict[str, Any]:
    return {"factor_due_at": due_at}
