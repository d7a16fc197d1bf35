"""Signing in and out."""

from uuid import UUID

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.core.sessions import Ending
from fieldstudy.queries import people as people_queries
from fieldstudy.services import mail, passwords
from fieldstudy.services.sessions import AccountHasChanged
from fieldstudy.web import guards, security_log, session, throttles
from fieldstudy.web.account.forms import SignInForm
from fieldstudy.web.account.views import passkeys, second_step
from fieldstudy.web.account.views.room import blueprint


@blueprint.get("/sign-in")
@guards.public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("home.index"))
    return _sign_in_page(SignInForm(request.args))


@blueprint.post("/sign-in")
@guards.public
def sign_in_post() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 422
    user = people_queries.find_user_by_email(form.email.data)
    security_log.aimed_at(user)
    try:
        throttles.spend_sign_in(form.email.data, user)
    except throttles.TooMany as refusal:
        form.password.errors = [refusal.told]
        return _sign_in_page(form), 429, refusal.headers
    password_hash = passwords.proved(user, form.password.data)
    if user is None or not password_hash:
        return _wrong(form)
    if not user.is_active:
        security_log.refused("deactivated")
        form.email.errors = [_("This account was deactivated. Whoever runs your studies can activate it again.")]
        return _sign_in_page(form), 422
    try:
        return second_step.enter(user, form.next.data or "", password_hash)
    except AccountHasChanged:
        return _wrong(form)


def _wrong(form: SignInForm) -> ResponseReturnValue:
    form.password.errors = [_("E-mail and password do not match.")]
    return _sign_in_page(form), 422


def _sign_in_page(form: SignInForm) -> str:
    accounts = people_queries.list_demo_users() if _is_demo() else []
    ending = session.ending() if request.method == "GET" else None
    told = {"form": form, "accounts": accounts, "ending": ending, "Ending": Ending, "has_mail": mail.is_possible()}
    has_passkeys = passkeys.relying_party() is not None
    return render_template("account/sign_in.html", has_passkeys=has_passkeys, **told)


def _is_demo() -> bool:
    is_demo: bool = current_app.extensions["fieldstudy"].is_demo
    return is_demo


@blueprint.post("/demo/<uuid:user_id>")
@guards.public
def demo_sign_in(user_id: UUID) -> ResponseReturnValue:
    """One tap, in the demo and nowhere else."""
    accounts = people_queries.list_demo_users() if _is_demo() else []
    user = next((account for account in accounts if account.id == user_id), None)
    if user is None:
        abort(404)
    session.enter(user)
    return redirect(url_for("home.index"))


@blueprint.post("/sign-out")
@guards.public
def sign_out(is_everywhere: bool = False) -> ResponseReturnValue:
    """What waits on the phone to be sent stays there: only copies of pages go."""
    session.leave()
    answer = redirect(url_for("account.sign_in", everywhere=is_everywhere or None))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
