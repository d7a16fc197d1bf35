"""What changes who can sign in as somebody asks for the password again where the last proof is old (ASVS 7.5.1).

A form that was sent too late comes back with the password's field and all that was in it, and goes on from there.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import current_app, render_template, request, url_for
from flask import session as kept
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.models.columns import now
from fieldstudy.queries import people as people_queries
from fieldstudy.services import passwords
from fieldstudy.web import security_log, session, throttles
from fieldstudy.web.account.forms import ProofForm

View = TypeVar("View", bound=Callable[..., Any])
FRESH = timedelta(minutes=15)
_PROVED_AT = "proved_at"


def needed(view: View) -> View:
    """Under the guard."""

    @wraps(view)
    def proved(**arguments: Any) -> Any:
        if is_fresh():
            return view(**arguments)
        form = ProofForm()
        if form.proof.name not in request.form:
            return _ask(ProofForm(formdata=None), "proof_needed")
        try:
            throttles.spend_code(people_queries.get_user(current_user.id))
        except throttles.TooMany as refusal:
            form.proof.errors = [refusal.told]
            return _ask(form, "too_many")[0], 429, refusal.headers
        if not form.validate() or not _is_right(form):
            return _ask(form, "wrong")
        kept[_PROVED_AT] = now().isoformat()
        return view(**arguments)

    return proved  # type: ignore[return-value]


def is_fresh() -> bool:
    """In the demo nobody has to know a password."""
    own = session.current()
    if own is None or current_app.extensions["fieldstudy"].is_demo:
        return own is not None
    proved_at = kept.get(_PROVED_AT)
    return now() - (datetime.fromisoformat(proved_at) if proved_at else own.created_at) < FRESH


def _is_right(form: ProofForm) -> bool:
    user = people_queries.get_user(current_user.id)
    if passwords.verify(user, form.proof.data):
        return True
    form.proof.errors = [_("This is not the password that you have now.")]
    return False


def _ask(form: ProofForm, outcome: str) -> tuple[str, int]:
    security_log.refused(outcome)
    own = (form.proof.name, "csrf_token")
    sent = [(name, value) for name, value in request.form.items(multi=True) if name not in own]
    is_reading = request.method in session.SAFE
    if is_reading:
        sent = [("next", request.path)]
    target = url_for("account.prove") if is_reading else request.path
    return render_template("account/proof.html", form=form, target=target, sent=sent), 403
