"""A forgotten password: the link goes to the address, and nobody learns whether anybody has it."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from fieldstudy.queries import people as people_queries
from fieldstudy.services import invitations, mail
from fieldstudy.web import guards, security_log, throttles
from fieldstudy.web.account.forms import EmailForm
from fieldstudy.web.account.views.room import blueprint


@blueprint.get("/forgotten-password")
@guards.public
def forgotten_password() -> ResponseReturnValue:
    _check_mail()
    return _page(EmailForm())


@blueprint.post("/forgotten-password")
@guards.public
def forgotten_password_post() -> ResponseReturnValue:
    _check_mail()
    form = EmailForm()
    if not form.validate():
        return _page(form), 422
    user_id = people_queries.find_active_id(form.email.data)
    security_log.aimed_at_id(user_id)
    try:
        throttles.spend_reset(form.email.data)
    except throttles.TooMany as refusal:
        form.email.errors = [refusal.told]
        return _page(form), 429, refusal.headers
    invitations.ask_reset(user_id)
    return _page(form, is_sent=True)


def _check_mail() -> None:
    """Where no mail goes out, the page to sign in says whom to ask instead."""
    if not mail.is_possible():
        abort(404)


def _page(form: EmailForm, is_sent: bool = False) -> str:
    return render_template("account/forgotten_password.html", form=form, is_sent=is_sent)
