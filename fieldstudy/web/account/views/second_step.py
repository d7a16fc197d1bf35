"""The second step of signing in. Between the two steps there is no session, only a secret for five minutes."""

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from fieldstudy.core.factors import FEW_CODES, Factor
from fieldstudy.models import PendingSignIn, User
from fieldstudy.models.columns import now
from fieldstudy.queries import factors as factor_queries
from fieldstudy.services import factors, pending_sign_ins, sessions
from fieldstudy.services.sessions import AccountHasChanged, Proof
from fieldstudy.web import clock, guards, locale, redirects, security_log, session, throttles
from fieldstudy.web.account.forms import CodeForm, RecoveryCodeForm
from fieldstudy.web.account.views.room import blueprint

RECOVERY = "recovery"


def enter(user: User, target: str, password_hash: str) -> ResponseReturnValue:
    """Whoever has a second factor is asked for it first. Raises AccountHasChanged."""
    if not factor_queries.is_protected(user.id):
        session.enter(user, Proof(password_hash))
        return redirect(redirects.inside(target))
    security_log.refused("half")
    answer = make_response(redirect(url_for("account.second_step")))
    proof = Proof(password_hash, is_alone=False)
    keep(answer, pending_sign_ins.begin(user.id, redirects.inside(target), proof=proof))
    return answer


def keep(answer: Response, token: str) -> None:
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    life = pending_sign_ins.LIFE
    answer.set_cookie(_cookie_name(), token, max_age=life, secure=is_secure, httponly=True, samesite="Lax")


def forget(answer: Response) -> None:
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.delete_cookie(_cookie_name(), secure=is_secure, httponly=True, samesite="Lax")


def _cookie_name() -> str:
    return "__Host-step" if current_app.config["SESSION_COOKIE_SECURE"] else "step"


def find_pending() -> PendingSignIn | None:
    token = request.cookies.get(_cookie_name(), "")
    return factor_queries.find_pending_sign_in(sessions.token_hash(token), now(), pending_sign_ins.ATTEMPTS)


@blueprint.get("/second-step")
@guards.public
def second_step() -> ResponseReturnValue:
    pending = find_pending()
    if pending is None or pending.user is None:
        return _closed()
    return _page(pending.user, _form(pending.user))


@blueprint.post("/second-step")
@guards.public
def second_step_post() -> ResponseReturnValue:
    pending = find_pending()
    user = pending.user if pending else None
    if pending is None or user is None or not user.is_active:
        return _closed()
    security_log.aimed_at(user)
    # Read before the answer: a password that is changed later takes the pending sign-in away, or this one's session.
    target, form, proof = pending.target, _form(user), Proof(user.password_hash, is_alone=False)
    if not form.validate():
        return _page(user, form), 422
    try:
        throttles.spend_code(user, is_of_app=factors.kind_of(form.code.data) == Factor.AUTHENTICATOR)
    except throttles.TooMany as refusal:
        form.code.errors = [refusal.told]
        return _page(user, form), 429, refusal.headers
    factor = factors.answer(pending, user, form.code.data)
    if factor is None:
        return _refuse(user, form)
    try:
        return _enter(user, target, factor, proof)
    except AccountHasChanged:
        return _closed()


def _form(user: User) -> CodeForm | RecoveryCodeForm:
    has_app = factor_queries.get_factors(user.id).authenticator is not None
    return RecoveryCodeForm() if not has_app or request.values.get("way") == RECOVERY else CodeForm()


def _page(user: User, form: CodeForm | RecoveryCodeForm) -> str:
    own = factor_queries.get_factors(user.id)
    return render_template(
        "account/second_step.html",
        form=form,
        is_recovery=isinstance(form, RecoveryCodeForm),
        own=own,
        has_passkeys=bool(own.passkeys),
    )


def _closed() -> ResponseReturnValue:
    return render_template("account/second_step_closed.html"), 410


def _refuse(user: User, form: CodeForm | RecoveryCodeForm) -> ResponseReturnValue:
    if find_pending() is None:
        return _closed()
    form.code.errors = [why_refused(isinstance(form, RecoveryCodeForm))]
    return _page(user, form), 422


def why_refused(is_recovery: bool) -> str:
    """Most codes that are refused were made by a clock that is wrong."""
    if is_recovery:
        return _("This is none of the recovery codes that are left. Each works once.")
    here = clock.local()
    return _(
        "This code does not fit. Each one counts for half a minute and works once. Here it is %(time)s, %(zone)s: "
        "is the clock of the other device right?",
        time=f"{here:%H:%M:%S}",
        zone=locale.current_words().time_of(here),
    )


def _enter(user: User, target: str, factor: Factor, proof: Proof) -> ResponseReturnValue:
    session.enter(user, proof)
    if factor == Factor.RECOVERY_CODE:
        flash(_left(factor_queries.get_factors(user.id).codes_left))
    answer = make_response(redirect(redirects.inside(target)))
    forget(answer)
    return answer


def _left(number: int) -> str:
    told = ngettext(
        "You have %(many)s recovery code left.",
        "You have %(many)s recovery codes left.",
        number,
        many=locale.current_words().integer(number),
    )
    return " ".join([told, _("Make new ones on your account page.")]) if number <= FEW_CODES else told
