"""Passkeys: added, removed, and signed in with. The browser is asked by a script; without it no button is there."""

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask import session as kept
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.core import factors as rules
from fieldstudy.core.factors import RelyingParty
from fieldstudy.models import Passkey
from fieldstudy.queries import factors as factor_queries
from fieldstudy.queries import people as people_queries
from fieldstudy.services import passkeys
from fieldstudy.web import guards, redirects, security_log, session, throttles
from fieldstudy.web.account import proof
from fieldstudy.web.account.forms import PasskeyForm, PasskeySignInForm
from fieldstudy.web.account.views import recovery_codes, second_step
from fieldstudy.web.account.views.room import blueprint

_CHALLENGE = "passkey_challenge"
SECOND = "second"


def relying_party() -> RelyingParty | None:
    """For the address that people know; the demo has others too, and of these localhost alone can have passkeys."""
    return rules.relying_party(address())


def address() -> str:
    config = current_app.extensions["fieldstudy"]
    return str((guards.local_origin() if config.is_demo else None) or config.url)


@blueprint.get("/passkeys/new")
@guards.allow(*guards.ANYBODY)
@proof.needed
def passkey_new() -> ResponseReturnValue:
    return _page(PasskeyForm())


@blueprint.post("/passkeys/new")
@guards.allow(*guards.ANYBODY)
@proof.needed
def passkey_post() -> ResponseReturnValue:
    form, party, challenge = PasskeyForm(), relying_party(), kept.pop(_CHALLENGE, "")
    if not form.validate() or party is None:
        return _page(form, 422)
    user = people_queries.get_user(current_user.id)
    try:
        codes = passkeys.add(user, party, challenge, form.credential.data or "", form.name.data, session.current_id())
    except passkeys.PasskeyIsRefused:
        form.name.errors = [_("That did not work: nothing was added. Try once more.")]
        return _page(form, 422)
    if codes:
        return recovery_codes.page(codes)
    flash(_("The passkey is added: next time you sign in with it alone."))
    return redirect(url_for("account.second_factor"))


def _page(form: PasskeyForm, status: int = 200) -> ResponseReturnValue:
    """Each time with a challenge of its own; the answer to it counts once."""
    party = relying_party()
    options = ""
    if party is not None:
        options, kept[_CHALLENGE] = passkeys.ask_to_create(people_queries.get_user(current_user.id), party)
    form.credential.data = ""
    return render_template("account/passkey_new.html", form=form, options=options, address=address()), status


@blueprint.post("/passkeys/<uuid:passkey_id>/remove")
@guards.allow(*guards.ANYBODY, passkey=factor_queries.find_own_passkey)
@proof.needed
def passkey_remove(passkey: Passkey) -> ResponseReturnValue:
    passkeys.remove(passkey, session.current_id())
    flash(_("The passkey is removed. Delete it on the device too, or it will still be offered there."))
    return redirect(url_for("account.second_factor"))


@blueprint.post("/passkey/options")
@guards.public
def passkey_options() -> ResponseReturnValue:
    """For a script: what to ask the browser. The cookie that comes with it opens nothing."""
    party = relying_party()
    if party is None:
        return {"error": "no_passkeys_here"}, 404
    try:
        throttles.spend_passkey()
    except throttles.TooMany as refusal:
        return {"error": "too_many", "told": refusal.told}, 429, refusal.headers
    pending = second_step.find_pending() if request.form.get("step") == SECOND else None
    options, token = passkeys.ask_to_sign(party, pending, redirects.inside(request.form.get("next", "")))
    answer = make_response(options, {"Content-Type": "application/json"})
    second_step.keep(answer, token)
    return answer


@blueprint.post("/passkey")
@guards.public
def passkey_sign_in() -> ResponseReturnValue:
    """Both factors at once: the device, and the finger, face or number that opened it."""
    throttles.spend_passkey()
    form, party, pending = PasskeySignInForm(), relying_party(), second_step.find_pending()
    if party is None or pending is None:
        return _refuse()
    target = pending.target
    try:
        user, shown = passkeys.sign_in(pending, party, form.credential.data or "")
    except passkeys.PasskeyIsRefused:
        return _refuse()
    security_log.aimed_at(user)
    session.enter(user, shown)
    answer = make_response(redirect(redirects.inside(target)))
    second_step.forget(answer)
    return answer


def _refuse() -> ResponseReturnValue:
    return render_template("account/passkey_refused.html"), 422
