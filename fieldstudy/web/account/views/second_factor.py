"""One's own second factors, and the password asked for again."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from fieldstudy.models.columns import now
from fieldstudy.queries import factors as factor_queries
from fieldstudy.web import guards, redirects
from fieldstudy.web import second_factor as reminder
from fieldstudy.web.account import proof
from fieldstudy.web.account.views import passkeys
from fieldstudy.web.account.views.room import blueprint


@blueprint.get("/second-factor")
@guards.allow(*guards.ANYBODY)
def second_factor() -> str:
    due_at = reminder.due_at()
    return render_template(
        "account/second_factor.html",
        own=factor_queries.get_factors(current_user.id),
        due_at=due_at,
        is_overdue=due_at is not None and due_at <= now(),
        address=passkeys.address(),
        has_passkeys=passkeys.relying_party() is not None,
    )


@blueprint.post("/proof")
@guards.allow(*guards.ANYBODY)
@proof.needed
def prove() -> ResponseReturnValue:
    """On to the page that asked."""
    return redirect(redirects.inside(request.form.get("next", "")))
