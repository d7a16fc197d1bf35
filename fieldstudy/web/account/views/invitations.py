"""Setting a password by invitation."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fieldstudy.models import Invitation
from fieldstudy.models.columns import now
from fieldstudy.queries import people as people_queries
from fieldstudy.services import invitations, passwords, sessions
from fieldstudy.web import guards, locale, session, throttles
from fieldstudy.web.account.forms import PasswordForm
from fieldstudy.web.account.views.room import blueprint


@blueprint.get("/invitation/<token>")
@guards.public
def invitation(token: str) -> ResponseReturnValue:
    found = _open_invitation(token)
    if found is None:
        return render_template("account/invitation_closed.html"), 410
    return render_template("account/invitation.html", form=PasswordForm(), user=found.user)


@blueprint.post("/invitation/<token>")
@guards.public
@throttles.limit(throttles.LINKS_USED, key=throttles.network)
def invitation_post(token: str) -> ResponseReturnValue:
    found = _open_invitation(token)
    if found is None:
        return render_template("account/invitation_closed.html"), 410
    form = PasswordForm()
    if not form.validate():
        return render_template("account/invitation.html", form=form, user=found.user), 422
    try:
        user = invitations.accept(found, form.password.data)
    except passwords.PasswordIsWeak as weak:
        form.password.errors = [locale.current_words().name(weak.weakness)]
        return render_template("account/invitation.html", form=form, user=found.user), 422
    session.enter(user)
    flash(_("Your password is set. Welcome."))
    return redirect(url_for("home.index"))


def _open_invitation(token: str) -> Invitation | None:
    found = people_queries.find_invitation(sessions.token_hash(token))
    return found if found is not None and found.used_at is None and now() < found.expires_at else None
