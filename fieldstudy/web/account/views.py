"""Signing in and out, setting a password by invitation, choosing a language."""

from uuid import UUID

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.config import LOCALES
from fieldstudy.extensions import limiter
from fieldstudy.models import Invitation, Session, User
from fieldstudy.models.columns import now
from fieldstudy.queries import people as people_queries
from fieldstudy.queries import sessions as session_queries
from fieldstudy.services import people, sessions
from fieldstudy.web import guards, redirects, security_log, session
from fieldstudy.web.account.forms import PasswordForm, SignInForm
from fieldstudy.web.locale import COOKIE as LANGUAGE

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("/sign-in")
@guards.public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("home.index"))
    return _sign_in_page(SignInForm(request.args))


@blueprint.post("/sign-in")
@guards.public
@limiter.limit("20 per minute")
@limiter.limit("8 per minute", key_func=lambda: request.form.get("email", "").strip().lower()[:320])
def sign_in_post() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 422
    user = people_queries.find_user_by_email(form.email.data)
    security_log.aimed_at(user)
    is_right = people.verify(user, form.password.data)
    if user is None or not is_right:
        form.password.errors = [_("E-mail and password do not belong together.")]
        return _sign_in_page(form), 422
    return _enter(user, form.next.data or "")


def _sign_in_page(form: SignInForm) -> str:
    accounts = people_queries.list_demo_users() if _is_demo() else []
    return render_template("account/sign_in.html", form=form, accounts=accounts)


def _is_demo() -> bool:
    is_demo: bool = current_app.extensions["fieldstudy"].is_demo
    return is_demo


def _enter(user: User, target: str) -> ResponseReturnValue:
    session.enter(user)
    return redirect(redirects.inside(target))


@blueprint.post("/demo/<uuid:user_id>")
@guards.public
def demo_sign_in(user_id: UUID) -> ResponseReturnValue:
    """One tap, in the demo and nowhere else."""
    accounts = people_queries.list_demo_users() if _is_demo() else []
    user = next((account for account in accounts if account.id == user_id), None)
    if user is None:
        abort(404)
    return _enter(user, "")


@blueprint.post("/sign-out")
@guards.public
def sign_out() -> ResponseReturnValue:
    """What waits on the phone to be sent stays there: only copies of pages go."""
    session.leave()
    answer = redirect(url_for("account.sign_in"))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@blueprint.get("/")
@guards.allow(*guards.ANYBODY)
def overview() -> str:
    own = session.current()
    return render_template(
        "account/overview.html",
        sessions=session_queries.list_open_sessions(current_user.id, now()),
        own_id=own.id if own else None,
    )


@blueprint.post("/sessions/<uuid:session_id>/end")
@guards.allow(*guards.ANYBODY, session=session_queries.find_own_session)
def session_end(session: Session) -> ResponseReturnValue:
    sessions.sign_out(session.id, session.user_id)
    flash(_("That device is signed out."))
    return redirect(url_for("account.overview"))


@blueprint.post("/sign-out-everywhere")
@guards.allow(*guards.ANYBODY)
def sign_out_everywhere() -> ResponseReturnValue:
    sessions.sign_out_everywhere(current_user.id)
    return sign_out()


@blueprint.get("/invitation/<token>")
@guards.public
def invitation(token: str) -> ResponseReturnValue:
    found = _open_invitation(token)
    if found is None:
        return render_template("account/invitation_closed.html"), 410
    return render_template("account/invitation.html", form=PasswordForm(), user=found.user)


@blueprint.post("/invitation/<token>")
@guards.public
@limiter.limit("20 per minute")
def invitation_post(token: str) -> ResponseReturnValue:
    found = _open_invitation(token)
    if found is None:
        return render_template("account/invitation_closed.html"), 410
    form = PasswordForm()
    if not form.validate():
        return render_template("account/invitation.html", form=form, user=found.user), 422
    try:
        user = people.accept_invitation(found, form.password.data)
    except people.PasswordIsWeak:
        form.password.errors = [_("At least 10 characters, not all alike, and not your e-mail.")]
        return render_template("account/invitation.html", form=form, user=found.user), 422
    session.enter(user)
    flash(_("Your password is set. Welcome."))
    return redirect(url_for("home.index"))


def _open_invitation(token: str) -> Invitation | None:
    found = people_queries.find_invitation(sessions.token_hash(token))
    return found if found is not None and found.used_at is None and now() < found.expires_at else None


@blueprint.post("/language/<locale>")
@guards.public
def language(locale: str) -> ResponseReturnValue:
    if locale not in LOCALES:
        abort(404)
    answer = redirect(redirects.inside(request.form.get("next", "")))
    user = people_queries.find_user(current_user.id) if current_user.is_authenticated else None
    if user is None:
        answer.set_cookie(LANGUAGE, locale, max_age=session.ONE_YEAR, samesite="Lax", httponly=True)
    else:
        people.set_locale(user, locale)
    return answer
