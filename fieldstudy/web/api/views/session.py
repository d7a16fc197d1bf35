"""Who is signed in, a fresh token, and signing in again without leaving the page."""

from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from fieldstudy.core import json_body
from fieldstudy.core.access import FIELDWORKERS
from fieldstudy.models.columns import now
from fieldstudy.queries import factors as factor_queries
from fieldstudy.queries import people as people_queries
from fieldstudy.services import passwords
from fieldstudy.services.sessions import AccountHasChanged, Proof
from fieldstudy.web import guards, security_log, throttles
from fieldstudy.web import session as signing
from fieldstudy.web.api.answers import instant, refuse
from fieldstudy.web.api.checks import JSON, read_json, unsafe
from fieldstudy.web.api.room import blueprint

BODY_LIMIT_BYTES = 16 * 1024


@blueprint.get("/session")
@guards.public
def session() -> ResponseReturnValue:
    """Somebody without a role in the field is nobody here: signing in tells them why."""
    is_known = current_user.is_authenticated and guards.viewer().has(*FIELDWORKERS)
    user = str(current_user.id) if is_known else None
    told = {"user": user, "token": generate_csrf(), "now": instant(now()), **signing.why_ended()}
    return told, 200, {"Cache-Control": "no-store"}


@blueprint.post("/session")
@guards.public
@unsafe(JSON, BODY_LIMIT_BYTES)
def session_post() -> ResponseReturnValue:
    """The same person as before, in the same place; somebody else has a queue of their own."""
    email = _told("email").strip().lower()[:320]
    user = people_queries.find_user_by_email(email)
    security_log.aimed_at(user)
    throttles.spend_sign_in(email, user)
    password_hash = passwords.proved(user, _told("password"))
    if user is None or not password_hash:
        refuse(401, "wrong")
    if str(user.id) != _told("user"):
        refuse(409, "other_person")
    if not user.is_active:
        refuse(403, "deactivated")
    if not {one.role for one in user.memberships} & FIELDWORKERS:
        refuse(403, "no_role")
    if factor_queries.is_protected(user.id):
        # The second step is a page; the dialog leads there, and what waits on the phone stays.
        refuse(403, "needs_code")
    try:
        signing.enter(user, Proof(password_hash))
    except AccountHasChanged:
        refuse(401, "wrong")
    return "", 204


def _told(name: str) -> str:
    content = read_json(BODY_LIMIT_BYTES)
    value = content.get(name) if isinstance(content, dict) else None
    return value if isinstance(value, str) and json_body.is_storable(value) else ""
