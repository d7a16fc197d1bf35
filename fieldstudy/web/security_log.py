"""Who came in, who was refused, what was taken out: one line each, told from the answer that goes out.

No view writes here, so that none can forget it. A line names people and rows by their ids alone.
"""

import logging
from uuid import UUID

from flask import Flask, Response, current_app, g, request
from flask_login import current_user

from fieldstudy.models import User
from fieldstudy.web import origins

LOG = logging.getLogger("fieldstudy.security")

VERBS = {
    "account.sign_in_post": "sign_in",
    "account.demo_sign_in": "sign_in",
    "account.second_step_post": "second_step",
    "api.session_post": "sign_in",
    "account.invitation_post": "set_password",
    "account.password_post": "set_password",
    "account.forgotten_password_post": "ask_reset",
    "account.offer_accept": "accept_role",
    "account.offer_decline": "decline_role",
    "account.prove": "proof",
    "account.passkey_sign_in": "sign_in",
    "account.passkey_post": "add_factor",
    "account.passkey_remove": "remove_factor",
    "account.authenticator_post": "add_factor",
    "account.authenticator_remove": "remove_factor",
    "account.recovery_codes_post": "make_recovery_codes",
    "account.sign_out": "sign_out",
    "account.session_end": "sign_out",
    "account.sign_out_everywhere": "sign_out",
    "studio.person_name_post": "rename",
    "studio.person_sign_out": "sign_out_of_others",
    "studio.person_deactivate_post": "deactivate",
    "studio.person_activate": "activate",
    "studio.role_new_post": "give_role",
    "studio.person_new_post": "invite",
    "studio.person_link": "invite_again",
    "studio.invitation_again": "invite_again",
    "studio.invitation_withdraw": "withdraw_invitation",
    "studio.role_edit_post": "change_role",
    "studio.role_withdraw_post": "withdraw_role",
    "admin.person_name_post": "rename",
    "admin.person_sign_out": "sign_out_of_others",
    "admin.person_deactivate_post": "deactivate",
    "admin.person_activate": "activate",
    "admin.role_withdraw_post": "withdraw_role",
    "admin.person_factors_post": "remove_second_factors",
}
PAPERS = ("application/pdf", "application/zip")
OUTCOMES = {
    400: "not_understood",
    401: "signed_out",
    403: "not_allowed",
    404: "not_found",
    410: "closed",
    413: "too_large",
    422: "refused",
    429: "too_many",
}
STALE_TOKEN = "stale_token"  # noqa: S105 the name of an outcome


def install(app: Flask) -> None:
    app.before_request(_remember)
    app.after_request(_write)


def refused(outcome: str) -> None:
    """The status of the answer will not tell why."""
    g.refusal = outcome


def aimed_at(user: User | None) -> None:
    """Whose account somebody tries to enter."""
    aimed_at_id(user.id if user is not None else None)


def aimed_at_id(user_id: UUID | None) -> None:
    g.account = user_id


def _remember() -> None:
    """After the sign-out nobody would know any more who it was."""
    if VERBS.get(request.endpoint or "") == "sign_out" and current_user.is_authenticated:
        g.actor = current_user.id


def _write(response: Response) -> Response:
    outcome = _outcome(response)
    verb = VERBS.get(request.endpoint or "") or _verb(response, outcome)
    if verb:
        level = logging.INFO if outcome == "done" else logging.WARNING
        LOG.log(level, "%s: %s", verb, outcome, extra=_facts(verb, outcome))
    return response


def _verb(response: Response, outcome: str) -> str | None:
    status = response.status_code
    is_refusal = status in (403, 429) or status == (404 if _is_guarded() else 410)
    if is_refusal or outcome == STALE_TOKEN:
        return "refusal"
    if status in (200, 206) and response.headers.get("Content-Disposition", "").startswith("attachment"):
        return "download" if response.mimetype in PAPERS else "export"
    return None


def _is_guarded() -> bool:
    """Else a page that is missing just does not exist, for anybody, and one that is closed is a used link."""
    policy = getattr(current_app.view_functions.get(request.endpoint or ""), "policy", None)
    return policy is not None and not policy.is_public


def _outcome(response: Response) -> str:
    if response.status_code < 400:
        return str(g.get("refusal") or "done")
    told = response.get_json(silent=True) if response.is_json else None
    key = told.get("error") if isinstance(told, dict) else None
    return str(g.get("refusal") or key or OUTCOMES.get(response.status_code, response.status_code))


def _facts(verb: str, outcome: str) -> dict[str, object]:
    actor = g.get("actor") or (current_user.id if current_user.is_authenticated else None)
    rows = {name: str(value) for name, value in (request.view_args or {}).items() if isinstance(value, UUID)}
    return {
        "verb": verb,
        "outcome": outcome,
        "actor": str(actor) if actor else None,
        "account": str(g.account) if g.get("account") else None,
        "address": origins.address_text(),
        "rows": rows,
    }
