"""One's own name, language and password."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.models import User
from fieldstudy.queries import people as people_queries
from fieldstudy.services import passwords, people
from fieldstudy.services.sessions import Proof
from fieldstudy.web import guards, locale, security_log, session, throttles
from fieldstudy.web.account.forms import NewPasswordForm, ProfileForm
from fieldstudy.web.account.views.room import blueprint


@blueprint.get("/profile")
@guards.allow(*guards.ANYBODY)
def profile() -> str:
    form = ProfileForm(name=current_user.name, locale=locale.current())
    return render_template("account/profile.html", form=form)


@blueprint.post("/profile")
@guards.allow(*guards.ANYBODY)
def profile_post() -> ResponseReturnValue:
    form = ProfileForm()
    if not form.validate():
        return render_template("account/profile.html", form=form), 422
    people.change_profile(_own_account(), form.name.data, form.locale.data)
    return redirect(url_for("account.overview"))


@blueprint.get("/password")
@guards.allow(*guards.ANYBODY)
def password() -> str:
    return render_template("account/password.html", form=NewPasswordForm())


@blueprint.post("/password")
@guards.allow(*guards.ANYBODY)
def password_post() -> ResponseReturnValue:
    form, user = NewPasswordForm(), _own_account()
    security_log.aimed_at(user)
    throttles.spend_code(user)
    own, password_hash = session.current_id(), ""
    if form.validate():
        password_hash = _changed(user, form, own)
    if password_hash:
        session.enter(user, Proof(password_hash, is_alone=False, session_id=own))
        flash(_("Your password is changed. Every other device is signed out."))
        return redirect(url_for("account.overview"))
    return render_template("account/password.html", form=form), 422


def _own_account() -> User:
    return people_queries.get_user(current_user.id)


def _changed(user: User, form: NewPasswordForm, own: UUID) -> str:
    """The new hash; empty where something is wrong, which is said beside its field."""
    try:
        return people.change_password(user, form.former.data, form.password.data, own)
    except people.PasswordIsWrong:
        form.former.errors = [_("This is not the password that you have now.")]
    except passwords.PasswordIsWeak as weak:
        form.password.errors = [locale.current_words().name(weak.weakness)]
    return ""
