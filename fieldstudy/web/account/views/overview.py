"""One's own account: where one is signed in."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fieldstudy.models import Session
from fieldstudy.models.columns import now
from fieldstudy.queries import factors as factor_queries
from fieldstudy.queries import invitations as invitation_queries
from fieldstudy.queries import sessions as session_queries
from fieldstudy.services import sessions
from fieldstudy.web import guards, session
from fieldstudy.web.account import proof
from fieldstudy.web.account.views.room import blueprint
from fieldstudy.web.account.views.sign_in import sign_out


@blueprint.get("/")
@guards.allow(*guards.ANYBODY)
def overview() -> str:
    own = session.current()
    return render_template(
        "account/overview.html",
        sessions=session_queries.list_open_sessions(current_user.id, now()),
        own_id=own.id if own else None,
        factors=factor_queries.get_factors(current_user.id),
        offers=invitation_queries.list_own(current_user.id),
    )


@blueprint.post("/sessions/<uuid:session_id>/end")
@guards.allow(*guards.ANYBODY, session=session_queries.find_own_session)
@proof.needed
def session_end(session: Session) -> ResponseReturnValue:
    sessions.sign_out(session.id, session.user_id)
    flash(_("That device is signed out."))
    return redirect(url_for("account.overview"))


@blueprint.post("/sign-out-everywhere")
@guards.allow(*guards.ANYBODY)
@proof.needed
def sign_out_everywhere() -> ResponseReturnValue:
    sessions.sign_out_everywhere(current_user.id)
    return sign_out(is_everywhere=True)
